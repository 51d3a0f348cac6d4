package io.sightline.app.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** How much is logged. */
final class Logging {
    private Logging() {
    }

    static void verbose(boolean on) {
        level("io.sightline", on ? Level.DEBUG : Level.INFO);
        level("org.apache.kafka", on ? Level.INFO : Level.WARN);
    }

    /** Leaves warnings only: for commands whose screen shows progress. */
    static void quiet() {
        level("io.sightline", Level.WARN);
    }

    private static void level(String logger, Level level) {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(logger).setLevel(level);
    }
}
