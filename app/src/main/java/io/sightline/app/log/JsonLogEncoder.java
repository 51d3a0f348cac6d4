package io.sightline.app.log;

import ch.qos.logback.classic.pattern.RootCauseFirstThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object a line: {@code time} (ISO-8601, UTC), {@code level}, {@code logger}, {@code thread}, {@code message}, then the line's own keys
 * ({@code request_id} and the like) as text, beside these; {@code error} and {@code stack_trace} where something was thrown. A key of the line that
 * has one of these names is left out. Logback's own encoder nests the keys in a list of objects, which log stores can't search by name. Thread-safe.
 */
public final class JsonLogEncoder extends EncoderBase<ILoggingEvent> {
    /** Lines are cut by what carries them elsewhere (Docker at 16 KiB, syslog earlier): better here, where the object stays whole. */
    static final int MAX_MESSAGE_CHARS = 4096;
    static final int MAX_STACK_CHARS = 8192;
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);
    private static final JsonFactory JSON = JsonFactory.builder().enable(StreamWriteFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final List<String> OWN = List.of("time", "level", "logger", "thread", "message", "error", "stack_trace");

    /** The cause of all stands first, where a cut leaves it. */
    private final RootCauseFirstThrowableProxyConverter stack = new RootCauseFirstThrowableProxyConverter();

    @Override
    public void start() {
        stack.start();
        super.start();
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("time", TIME.format(event.getInstant()));
            json.writeStringField("level", event.getLevel().toString());
            json.writeStringField("logger", event.getLoggerName());
            json.writeStringField("thread", event.getThreadName());
            json.writeStringField("message", cut(event.getFormattedMessage(), MAX_MESSAGE_CHARS));
            for (Map.Entry<String, String> key : keys(event).entrySet()) {
                json.writeStringField(key.getKey(), cut(key.getValue(), MAX_MESSAGE_CHARS));
            }
            if (event.getThrowableProxy() != null) {
                String message = event.getThrowableProxy().getMessage();
                json.writeStringField("error", cut(event.getThrowableProxy().getClassName() + (message == null ? "" : ": " + message), MAX_MESSAGE_CHARS));
                json.writeStringField("stack_trace", cut(stack.convert(event), MAX_STACK_CHARS));
            }
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e); // to memory: does not happen
        }
        return line.toByteArray();
    }

    private static Map<String, String> keys(ILoggingEvent event) {
        Map<String, String> keys = new LinkedHashMap<>(event.getMDCPropertyMap());
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                keys.put(pair.key, String.valueOf(pair.value));
            }
        }
        OWN.forEach(keys::remove);
        return keys;
    }

    private static String cut(String text, int maxChars) {
        String there = String.valueOf(text);
        return there.length() <= maxChars ? there : there.substring(0, maxChars) + "… (" + there.length() + " characters)";
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
