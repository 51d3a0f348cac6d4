package io.sightline.topology.history;

/** One edit of a gallery as it is to be done again for a model. */
sealed interface HistoryStep {
    String id();

    long epoch();

    /** Its vector is there. @param offset in gallery-vectors */
    record Vector(String id, long epoch, long offset) implements HistoryStep {
    }

    record Removal(String id, long epoch) implements HistoryStep {
    }

    /** Its edit is there, and has to be worked on. @param madeWith the model that has a vector of it; null: none is known to have */
    record Edit(String id, long epoch, String madeWith) implements HistoryStep {
    }

    /** There is a vector of another model only. */
    record Lost(String id, long epoch, String madeWith) implements HistoryStep {
    }
}
