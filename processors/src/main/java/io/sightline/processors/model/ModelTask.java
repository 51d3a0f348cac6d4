package io.sightline.processors.model;

/** What a model is for. */
public enum ModelTask {
    DETECTION,
    EMBEDDING,
    CLASSIFICATION
}
