package io.sightline.processors.recognition;

import java.util.Map;
import java.util.OptionalLong;

/**
 * A request as it will be worked on: checked, defaults filled in.
 *
 * @param image the encoded picture; not changed by anybody
 * @param deadlineMs when the caller stops waiting, milliseconds since 1970-01-01 UTC
 */
record RecognitionJob(String requestId, byte[] image, String pipelineName, PipelineSettings pipeline, String gallery, int topK,
        double threshold, Map<String, String> attributes, OptionalLong deadlineMs) {
}
