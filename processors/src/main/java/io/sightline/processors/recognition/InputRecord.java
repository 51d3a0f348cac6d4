package io.sightline.processors.recognition;

import org.apache.kafka.common.header.Headers;

/** A record as it came from a topic. Key and value may be null. Not copied: nobody changes the arrays. */
public record InputRecord(String topic, int partition, long offset, long timestampMs, byte[] key, byte[] value, Headers headers) {
}
