package io.sightline.app.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import org.slf4j.LoggerFactory;

/** How much is logged, and in which form. */
final class Logging {
    /** Of the lines on stderr. */
    enum Format { TEXT, JSON }

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

    /** JSON: one object a line. From here on. */
    static void format(Format format) {
        if (format == Format.TEXT) {
            return; // what logback.xml says
        }
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        ConsoleAppender<ILoggingEvent> stderr = (ConsoleAppender<ILoggingEvent>) context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("STDERR");
        JsonEncoder json = new JsonEncoder();
        json.setContext(context);
        json.setWithSequenceNumber(false);
        json.setWithNanoseconds(false);
        json.setWithContext(false);
        json.setWithMessage(false);
        json.setWithArguments(false); // a message has what is to be seen of them
        json.setWithFormattedMessage(true);
        json.start();
        stderr.stop();
        stderr.setEncoder(json);
        stderr.start();
    }

    private static void level(String logger, Level level) {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(logger).setLevel(level);
    }
}
