package io.sightline.processors.recognition;

/**
 * A stage's model as a result's lineage names it.
 *
 * @param id name@version#hash
 * @param device what it runs on: cpu, cuda:0
 */
public record ModelInfo(String id, String device) {
}
