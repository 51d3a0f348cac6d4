package io.sightline.connectors.bridge.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against what numpy itself writes. */
class NumpyTextTest {
    static Stream<Arguments> tables() {
        return PythonGoldens.each("arrays").map(golden -> arguments(PythonGoldens.table(golden.path("bits")), golden.path("repr").textValue()));
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("tables")
    void shouldWriteTablesOfNumbersAsNumpyDoes(List<List<Float>> rows, String text) {
        assertThat(NumpyText.of(rows)).isEqualTo(text);
    }
}
