package io.sightline.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.schemas.RequestLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class LoggingTest {
    private static final Logger LOG = LoggerFactory.getLogger(LoggingTest.class);
    private final PrintStream stderr = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() throws Exception {
        System.setErr(stderr);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        new ContextInitializer(context).autoConfig();
    }

    private List<JsonNode> lines() throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : written.toString(StandardCharsets.UTF_8).split("\n")) {
            lines.add(new JsonMapper().readTree(line));
        }
        return lines;
    }

    @Test
    void shouldWriteOneObjectALine() throws Exception {
        // when
        Logging.format(Logging.Format.JSON);
        try (MDC.MDCCloseable about = RequestLog.about("r \"1\"\n")) {
            LOG.warn("request {} was not sent: {}", "r \"1\"\n", "näh", new IllegalStateException("two\nlines"));
        }
        LOG.info("no request");
        // then
        List<JsonNode> lines = lines();
        assertThat(lines).hasSize(2);
        JsonNode first = lines.get(0);
        assertThat(first.path("formattedMessage").textValue()).isEqualTo("request r \"1\"\n was not sent: näh");
        assertThat(first.path("level").textValue()).isEqualTo("WARN");
        assertThat(first.path("loggerName").textValue()).isEqualTo(LoggingTest.class.getName());
        assertThat(first.path("timestamp").isIntegralNumber()).isTrue();
        assertThat(first.at("/mdc/request_id").textValue()).isEqualTo("r \"1\"\n");
        assertThat(first.at("/throwable/message").textValue()).isEqualTo("two\nlines");
        assertThat(first.has("arguments")).isFalse();
        assertThat(lines.get(1).at("/mdc/request_id").isMissingNode()).as("of the line before").isTrue();
    }

    @Test
    void shouldLeaveLinesAsTheyWereForText() {
        Logging.format(Logging.Format.TEXT);
        LOG.info("plain");
        assertThat(written.toString(StandardCharsets.UTF_8)).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  LoggingTest: plain\n");
    }
}
