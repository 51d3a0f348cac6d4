package io.sightline.connectors.results;

import io.sightline.schemas.RecognitionResult;

/** Writes results into a file, in the order they are given. Used by one thread. Its methods throw {@link ResultFileException}. */
public interface ResultWriter extends AutoCloseable {
    /** What is written may stay in memory until {@link #sync} or {@link #close}. */
    void write(RecognitionResult result);

    /**
     * Returns once all that was written survives the end of this process, and of this machine as far as its disk keeps its word.
     *
     * @return bytes of the file
     */
    long sync();

    /** Syncs. */
    @Override
    void close();
}
