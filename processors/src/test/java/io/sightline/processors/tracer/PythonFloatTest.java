package io.sightline.processors.tracer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonFloatTest {
    /** The right column is what CPython 3 prints. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.0", "-0.0, -0.0", "1, 1.0", "57.3, 57.3", "100, 100.0", "1234567, 1234567.0", "12345678.9, 12345678.9",
        "135.4579597902098, 135.4579597902098", "0.9982547993019197, 0.9982547993019197", "0.1, 0.1", "0.001, 0.001", "0.0001, 0.0001",
        "0.00001, 1e-05", "0.000012345, 1.2345e-05", "-0.00001, -1e-05", "1e15, 1000000000000000.0", "1e16, 1e+16", "1.5e300, 1.5e+300",
        "2e-3, 0.002", "2.0E-7, 2e-07", "4.9E-324, 5e-324", "1.7976931348623157E308, 1.7976931348623157e+308", "2.2250738585072014E-308, 2.2250738585072014e-308",
        "NaN, nan", "Infinity, inf", "-Infinity, -inf", "2.0E-3, 0.002", "9007199254740993, 9007199254740992.0",
    })
    void shouldWriteNumbersAsPythonDoes(double value, String expected) {
        assertThat(PythonFloat.repr(value)).isEqualTo(expected);
    }

    @Test
    void shouldReadBackAsTheSameNumber() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            double value = i % 2 == 0 ? Double.longBitsToDouble(random.nextLong()) : random.nextDouble() * 1000;
            if (Double.isFinite(value)) {
                String text = PythonFloat.repr(value);
                assertThat(Double.parseDouble(text)).isEqualTo(value);
                assertThat(text.length()).isLessThanOrEqualTo(Math.max(Double.toString(value).length() + 2, 24));
            }
        }
    }
}
