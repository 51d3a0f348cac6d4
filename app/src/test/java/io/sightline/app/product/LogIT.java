package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.sightline.schemas.RequestLog;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** What is logged about requests when all is logged that can be. */
@ExtendWith(ProductExtension.class)
class LogIT {
    private static final int SAMPLE_BYTES = 24;
    private static final int MAX_CHARS = 4096;
    private final Logger log = (Logger) LoggerFactory.getLogger("io.sightline");
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            events.add(event);
        }
    };

    @BeforeEach
    void listen() {
        appender.start();
        log.addAppender(appender);
        log.setLevel(Level.TRACE);
        log.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(appender);
        log.setLevel(Level.INFO);
        log.setAdditive(true);
    }

    @Test
    void shouldNameTheRequestAndNeverThePicture(Product product) throws Exception {
        // given a picture, one that breaks off in the middle, and one in JSON, which is no picture
        byte[] picture = Product.scene(3);
        byte[] broken = Arrays.copyOf(picture, picture.length / 2);
        String json = "{\"image\": \"" + Base64.getEncoder().encodeToString(picture) + "\"}";
        // when
        product.post("", picture, Map.of("X-Request-Id", "log-1"));
        product.post("", broken, Map.of("X-Request-Id", "log-2"));
        product.post("", json.getBytes(StandardCharsets.UTF_8), Map.of("X-Request-Id", "log-3"));
        product.post("", json.getBytes(StandardCharsets.UTF_8), Map.of("X-Request-Id", "log-4", "Content-Type", "application/json"));
        // then each that reached the worker has its line, with its id in a field of its own
        List<String> ids = List.of("log-1", "log-2", "log-3");
        assertThat(events.stream().filter(event -> event.getFormattedMessage().startsWith("request log-")).map(event -> event.getMDCPropertyMap().get(RequestLog.KEY))).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(events).filteredOn(event -> event.getFormattedMessage().contains("log-")).allSatisfy(event -> assertThat(event.getMDCPropertyMap()).containsKey(RequestLog.KEY));
        // and no line has anything of a picture
        String base64 = Base64.getEncoder().encodeToString(picture);
        for (ILoggingEvent event : events) {
            String text = event.getFormattedMessage() + (event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage());
            assertThat(text).hasSizeLessThan(MAX_CHARS);
            for (int at = 0; at + SAMPLE_BYTES <= picture.length; at += SAMPLE_BYTES * 16) {
                assertThat(text).doesNotContain(new String(picture, at, SAMPLE_BYTES, StandardCharsets.ISO_8859_1));
            }
            for (int at = 0; at + SAMPLE_BYTES <= base64.length(); at += SAMPLE_BYTES * 16) {
                assertThat(text).doesNotContain(base64.substring(at, at + SAMPLE_BYTES));
            }
        }
    }
}
