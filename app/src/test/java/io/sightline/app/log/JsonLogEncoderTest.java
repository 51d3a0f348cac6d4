package io.sightline.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JsonLogEncoderTest {
    private static final JsonMapper JSON = new JsonMapper();
    private final JsonLogEncoder encoder = new JsonLogEncoder();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private Logger log;

    @BeforeEach
    void log() {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.start();
        log = context.getLogger("io.sightline.Some");
        log.addAppender(lines);
        lines.start();
        encoder.start();
    }

    @Test
    void shouldWriteOneObjectALineWithTheLinesKeysBesideItsMessage() throws Exception {
        log.atWarn().addKeyValue("request_id", "a\"b\n").addKeyValue("n", 7).addKeyValue("none", (Object) null).log("not \u0001 sent: {}\nsecond \"line\" €", "because");

        JsonNode line = line();

        assertThat(line.path("message").asText()).isEqualTo("not \u0001 sent: because\nsecond \"line\" €");
        assertThat(line.path("level").asText()).isEqualTo("WARN");
        assertThat(line.path("logger").asText()).isEqualTo("io.sightline.Some");
        assertThat(line.path("thread").asText()).isEqualTo(Thread.currentThread().getName());
        assertThat(Instant.parse(line.path("time").asText())).isEqualTo(lines.list.get(0).getInstant().truncatedTo(ChronoUnit.MILLIS));
        assertThat(line.path("request_id").asText()).isEqualTo("a\"b\n");
        assertThat(line.path("n").asText()).isEqualTo("7");
        assertThat(line.path("none").asText()).isEqualTo("null");
        assertThat(line.has("error")).isFalse();
    }

    @Test
    void shouldSayWhatWasThrown() throws Exception {
        log.error("failed", new IllegalStateException("why", new RuntimeException("cause")));

        JsonNode line = line();

        assertThat(line.path("error").asText()).isEqualTo("java.lang.IllegalStateException: why");
        assertThat(line.path("stack_trace").asText()).startsWith("java.lang.RuntimeException: cause").contains("at io.sightline.app.log.JsonLogEncoderTest").contains("Wrapped by: java.lang.IllegalStateException: why");
    }

    @Test
    void shouldNotLetALinesKeyTakeThePlaceOfItsOwn() throws Exception {
        log.atInfo().addKeyValue("message", "false").addKeyValue("time", "never").addKeyValue("x", 1).addKeyValue("x", 2).log("true");

        JsonNode line = line();

        assertThat(line.path("message").asText()).isEqualTo("true");
        assertThat(Instant.parse(line.path("time").asText())).isNotNull();
        assertThat(line.path("x").asText()).isEqualTo("2");
    }

    @Test
    void shouldCutWhatIsOverTheLimitAndNothingElse() throws Exception {
        log.info("a".repeat(JsonLogEncoder.MAX_MESSAGE_CHARS));
        log.info("a".repeat(JsonLogEncoder.MAX_MESSAGE_CHARS + 1));
        log.error("x", new IllegalStateException("b".repeat(100_000)));

        assertThat(line(0).path("message").asText()).hasSize(JsonLogEncoder.MAX_MESSAGE_CHARS);
        assertThat(line(1).path("message").asText()).hasSizeLessThan(JsonLogEncoder.MAX_MESSAGE_CHARS + 40).endsWith("a… (4097 characters)");
        assertThat(encoder.encode(lines.list.get(2))).hasSizeLessThan(16 << 10);
    }

    private JsonNode line() throws Exception {
        assertThat(lines.list).hasSize(1);
        return line(0);
    }

    private JsonNode line(int index) throws Exception {
        String text = new String(encoder.encode(lines.list.get(index)), StandardCharsets.UTF_8);
        assertThat(text.indexOf('\n')).as("one line").isEqualTo(text.length() - 1);
        return JSON.readTree(text);
    }
}
