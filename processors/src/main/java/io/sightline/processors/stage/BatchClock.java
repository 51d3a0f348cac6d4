package io.sightline.processors.stage;

/** Splits a batch's time into preprocessing, inference and postprocessing. Used by one thread. */
public final class BatchClock {
    private final long startNs = System.nanoTime();
    private long inferenceNs;
    private long postprocessingNs;
    private long endNs;

    /** Preprocessing is done, the model starts. */
    public void inference() {
        inferenceNs = System.nanoTime();
    }

    /** The model has answered. */
    public void postprocessing() {
        postprocessingNs = System.nanoTime();
    }

    void end() {
        endNs = System.nanoTime();
        if (inferenceNs == 0) {
            inferenceNs = endNs;
        }
        if (postprocessingNs == 0) {
            postprocessingNs = endNs;
        }
    }

    long startNs() {
        return startNs;
    }

    long prepNs() {
        return inferenceNs - startNs;
    }

    long midpNs() {
        return postprocessingNs - inferenceNs;
    }

    long postpNs() {
        return endNs - postprocessingNs;
    }

    long totalNs() {
        return endNs - startNs;
    }
}
