package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code sightline bench overload}, short: that it measures what it says, not how fast this machine is. */
@Timeout(300)
class OverloadBenchIT {
    @Test
    void shouldMeasureAnswersAndRefusalsAtCapacityAndBeyond() throws Exception {
        System.setProperty("sightline.home", Product.HOME.toString());
        CommandLineRun run = CommandLineRun.of("bench", "overload", "--json", "--in-flight", "2", "--rounds", "2", "--seconds", "2", "--warm-up", "0", "--pause", "1");
        assertThat(run.status()).as(run.err()).isZero();
        JsonNode result = new JsonMapper().readTree(run.out());
        assertThat(result.at("/plan/in_flight").intValue()).isEqualTo(2);
        assertThat(result.path("ratio").doubleValue()).isPositive();
        assertThat(result.path("rounds")).hasSize(2).allSatisfy(round -> {
            assertThat(round.at("/before/callers").intValue()).isEqualTo(2);
            assertThat(round.at("/twice/callers").intValue()).isEqualTo(4);
            for (String part : new String[] {"before", "twice", "after"}) {
                assertThat(round.path(part).path("answered_per_second").doubleValue()).as(part).isPositive();
                assertThat(round.path(part).path("broken").intValue()).as(part).isZero();
            }
            assertThat(round.at("/twice/refused_per_second").doubleValue()).isPositive();
            assertThat(round.at("/twice/refusal_max_ms").doubleValue()).isGreaterThanOrEqualTo(round.at("/twice/refusal_p50_ms").doubleValue()).isPositive();
            assertThat(round.path("ratio").doubleValue()).isPositive();
        });
    }
}
