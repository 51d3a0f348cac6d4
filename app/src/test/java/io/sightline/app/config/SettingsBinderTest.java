package io.sightline.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.settings.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsBinderTest {
    enum Mode { FAST, SAFE_MODE }

    record Inner(
            @Setting(doc = "a number", def = "7", min = 1, max = 10) int queueCapacity,
            @Setting(doc = "a text", def = "x") String text) {
    }

    record Outer(
            @Setting(doc = "section") Inner inner,
            @Setting(doc = "long", def = "5000000000") long size,
            @Setting(doc = "double", def = "0.5", min = 0, max = 1) double share,
            @Setting(doc = "switch", def = "true") boolean on,
            @Setting(doc = "mode", def = "fast") Mode mode,
            @Setting(doc = "path", def = "a/b") Path folder,
            @Setting(doc = "optional", min = 1, max = 3) Optional<Integer> limit,
            @Setting(doc = "list", def = "[cpu]") List<String> devices,
            @Setting(doc = "pass-through") Map<String, String> kafka,
            @Setting(doc = "named sections") Map<String, Inner> named) {
        Outer {
            if (share > 0.9 && !on) {
                throw new IllegalArgumentException("share: " + share + " (expected: at most 0.9 unless on)");
            }
        }
    }

    @Test
    void shouldFillInDefaultsWhenNothingIsGiven() {
        assertThat(bind("{}")).isEqualTo(new Outer(new Inner(7, "x"), 5_000_000_000L, 0.5, true, Mode.FAST, Path.of("a/b"), Optional.empty(),
                List.of("cpu"), Map.of(), Map.of()));
    }

    @Test
    void shouldTakeWhatIsGiven() {
        Outer bound = bind("""
                inner: {queue_capacity: 10, text: 12}
                share: 1
                mode: safe_mode
                limit: 3
                devices: [cuda, cpu]
                kafka: {security.protocol: SSL, retries: 3}
                named: {a: {}, b: {queue_capacity: 1}}
                """);
        assertThat(bound.inner()).isEqualTo(new Inner(10, "12"));
        assertThat(bound.share()).isEqualTo(1);
        assertThat(bound.mode()).isEqualTo(Mode.SAFE_MODE);
        assertThat(bound.limit()).contains(3);
        assertThat(bound.devices()).containsExactly("cuda", "cpu");
        assertThat(bound.kafka()).containsExactlyInAnyOrderEntriesOf(Map.of("security.protocol", "SSL", "retries", "3"));
        assertThat(bound.named()).containsEntry("b", new Inner(1, "x")).containsKey("a");
    }

    @Test
    void shouldLetOneItemStandForAList() {
        assertThat(bind("devices: cuda").devices()).containsExactly("cuda");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "innr: {}                    | test.yaml: innr: unknown key (nearest known: inner;",
        "inner: {queue_capasity: 1}  | test.yaml: inner.queue_capasity: unknown key (nearest known: queue_capacity;",
        "inner: 5                    | test.yaml: inner: 5 (expected: a section with the keys queue_capacity, text)",
        "inner: {queue_capacity: 0}  | test.yaml: inner.queue_capacity: 0 (expected: 1..10)",
        "inner: {queue_capacity: 11} | test.yaml: inner.queue_capacity: 11 (expected: 1..10)",
        "inner: {queue_capacity: 2.5}| test.yaml: inner.queue_capacity: 2.5 (expected: 1..10)",
        "inner: {queue_capacity: ten}| test.yaml: inner.queue_capacity: ten (expected: 1..10)",
        "inner: {text: [1]}          | test.yaml: inner.text: [1] (expected: text)",
        "size: 1e30                  | test.yaml: size: 1.0E30 (expected: a whole number)",
        "share: nan                  | test.yaml: share: nan (expected: 0..1)",
        "on: maybe                   | test.yaml: on: maybe (expected: true or false)",
        "mode: slow                  | test.yaml: mode: slow (expected: one of fast, safe_mode)",
        "limit: 4                    | test.yaml: limit: 4 (expected: 1..3)",
        "devices: {a: 1}             | (expected: a list)",
        "kafka: [a]                  | (expected: a section of names and values)",
        "kafka: {a: {b: 1}}          | test.yaml: kafka.a: {\"b\":1} (expected: text)",
        "named: {a: {txt: 1}}        | test.yaml: named.a.txt: unknown key (nearest known: text;",
        "{share: 0.95, on: false}    | test.yaml: share: 0.95 (expected: at most 0.9 unless on)"})
    void shouldNameKeyValueAndExpectationWhenAValueIsWrong(String yaml, String message) {
        assertThatThrownBy(() -> bind(yaml)).isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }

    private static Outer bind(String yaml) {
        return new SettingsBinder("test.yaml").bind(Outer.class, SettingsBinder.yaml(yaml), "");
    }
}
