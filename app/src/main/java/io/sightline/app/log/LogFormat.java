package io.sightline.app.log;

/** What the log's lines look like. */
public enum LogFormat {
    /** For people. */
    TEXT,
    /** For programs: one JSON object a line, {@link JsonLogEncoder}. */
    JSON
}
