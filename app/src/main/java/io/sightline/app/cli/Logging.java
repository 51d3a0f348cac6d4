package io.sightline.app.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.sightline.app.log.JsonLogEncoder;
import io.sightline.app.log.LogFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** How much is logged, and in which form. */
final class Logging {
    private static final String APPENDER = "STDERR";
    private static Encoder<ILoggingEvent> text;

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

    /** Leaves nothing: for a screen that a line would tear. */
    static void off() {
        level(Logger.ROOT_LOGGER_NAME, Level.OFF);
        level("io.sightline", Level.OFF);
        level("org.apache.kafka", Level.OFF);
    }

    /** From now on; also for libraries that log with the JDK's own logger (gRPC, jvector). */
    static synchronized void format(LogFormat format) {
        if (!SLF4JBridgeHandler.isInstalled()) {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
        OutputStreamAppender<ILoggingEvent> appender = appender();
        if (appender == null) {
            return; // somebody's own logback.xml: the form is said there
        }
        if (text == null) {
            text = appender.getEncoder();
        }
        if (isJson() != (format == LogFormat.JSON)) {
            Encoder<ILoggingEvent> encoder = format == LogFormat.JSON ? new JsonLogEncoder() : text;
            encoder.setContext(context());
            encoder.start();
            appender.setEncoder(encoder);
        }
    }

    /** Whether every line on standard error has to be an object. */
    static boolean isJson() {
        return appender() != null && appender().getEncoder() instanceof JsonLogEncoder;
    }

    /** Null where another configuration of the log is used. */
    private static OutputStreamAppender<ILoggingEvent> appender() {
        return (OutputStreamAppender<ILoggingEvent>) context().getLogger(Logger.ROOT_LOGGER_NAME).getAppender(APPENDER);
    }

    private static void level(String logger, Level level) {
        context().getLogger(logger).setLevel(level);
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
