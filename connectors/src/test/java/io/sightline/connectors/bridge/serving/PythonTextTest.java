package io.sightline.connectors.bridge.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Against what Python itself writes. */
class PythonTextTest {
    @Test
    void shouldQuoteAndEscapeTextAsPythonDoes() {
        assertThat(PythonGoldens.each("texts")).hasSizeGreaterThan(20).allSatisfy(golden ->
                assertThat(PythonText.of(golden.path("value").textValue())).isEqualTo(golden.path("repr").textValue()));
    }

    @Test
    void shouldWriteDoublesAsPythonDoes() {
        assertThat(PythonGoldens.each("doubles")).hasSizeGreaterThan(400).allSatisfy(golden ->
                assertThat(PythonText.of(PythonGoldens.float64(golden.path("bits")))).isEqualTo(golden.path("repr").textValue()));
    }

    @Test
    void shouldWriteFloatsAsNumpyDoes() {
        assertThat(PythonGoldens.each("floats")).hasSizeGreaterThan(400).allSatisfy(golden ->
                assertThat(PythonText.of(PythonGoldens.float32(golden.path("bits")))).isEqualTo(golden.path("repr").textValue()));
    }

    @Test
    void shouldWriteListsAsPythonDoes() {
        assertThat(PythonText.listOfTexts(List.of("daisy", "sea snake"))).isEqualTo(PythonGoldens.of("lists").path("labels").textValue());
        assertThat(PythonText.listOfNumbers(List.of(0.9341, 0.5))).isEqualTo(PythonGoldens.of("lists").path("numbers").textValue());
        assertThat(PythonText.list(List.of("8", "985"))).isEqualTo(PythonGoldens.of("lists").path("class_ids").textValue());
        assertThat(PythonText.listOfTexts(List.of())).isEqualTo("[]");
    }
}
