package io.sightline.processors.model;

/** What makes probabilities of a classifier's numbers. */
public enum Activation {
    /** The model has done it. */
    NONE,
    /** One class of all: {@code exp(x) / sum(exp)}. */
    SOFTMAX,
    /** Each class for itself: {@code 1 / (1 + exp(-x))}. */
    SIGMOID
}
