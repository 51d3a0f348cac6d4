package io.sightline.connectors.results;

import io.sightline.schemas.RecognitionResult;
import java.util.Iterator;

/** The results of a file, one after the other. Used by one thread. Its methods throw {@link ResultFileException}. */
public interface ResultReader extends Iterator<RecognitionResult>, AutoCloseable {
    @Override
    void close();
}
