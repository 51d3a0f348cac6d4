package io.sightline.connectors.diff;

import static io.sightline.connectors.diff.TestResults.result;
import static io.sightline.connectors.diff.TestResults.thing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.RecognitionResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultJoinTest {
    @TempDir
    private Path folder;

    private record Pair(Optional<RecognitionResult> a, Optional<RecognitionResult> b) {
    }

    private static List<Pair> pairs(ResultJoin join) {
        List<Pair> pairs = new ArrayList<>();
        join.each((a, b) -> pairs.add(new Pair(a, b)));
        return pairs;
    }

    @Test
    void shouldBringTogetherWhatHasTheSameIdWhateverTheOrder() {
        // given
        Random random = new Random(1);
        Map<String, RecognitionResult> a = new HashMap<>();
        Map<String, RecognitionResult> b = new HashMap<>();
        try (ResultJoin join = new ResultJoin(folder)) {
            for (int i = 0; i < 3_000; i++) {
                String inA = "r" + random.nextInt(2_000);
                String inB = "r" + random.nextInt(2_000);
                a.put(inA, TestResults.random(inA, random));
                b.put(inB, TestResults.random(inB, random));
                join.addA(a.get(inA));
                join.addB(b.get(inB));
            }
            // when
            List<Pair> pairs = pairs(join);
            // then the last of each id is there, once
            Map<String, RecognitionResult> foundA = new HashMap<>();
            Map<String, RecognitionResult> foundB = new HashMap<>();
            for (Pair pair : pairs) {
                pair.a().ifPresent(result -> assertThat(foundA.put(result.getRequestId(), result)).isNull());
                pair.b().ifPresent(result -> assertThat(foundB.put(result.getRequestId(), result)).isNull());
                if (pair.a().isPresent() && pair.b().isPresent()) {
                    assertThat(pair.a().get().getRequestId()).isEqualTo(pair.b().get().getRequestId());
                }
            }
            assertThat(foundA).isEqualTo(a);
            assertThat(foundB).isEqualTo(b);
            assertThat(join.resultsInA()).isEqualTo(3_000);
            assertThat(join.repeatedInA()).isEqualTo(3_000 - a.size());
            assertThat(join.repeatedInB()).isEqualTo(3_000 - b.size());
        }
    }

    @Test
    void shouldGiveIdsInTheSameOrderEachTime() {
        List<String> first = ids("x", "y", "z", "é", "");
        assertThat(ids("", "z", "é", "y", "x")).isEqualTo(first).hasSize(5);
    }

    private List<String> ids(String... ids) {
        try (ResultJoin join = new ResultJoin(folder)) {
            for (String id : ids) {
                join.addA(result(id, thing(0, 0, 1, 1, 1, "tea", 1)).build());
            }
            return pairs(join).stream().map(pair -> pair.a().orElseThrow().getRequestId()).toList();
        }
    }

    @Test
    void shouldLeaveNothingBehind() {
        try (ResultJoin join = new ResultJoin(folder)) {
            join.addA(result("a").build());
            join.addB(result("b").build());
            assertThat(folder).isNotEmptyDirectory();
            pairs(join);
            assertThatThrownBy(() -> join.addA(result("late").build())).isInstanceOf(IllegalStateException.class).hasMessage("result 'late' (expected: none after the first is read)");
        }
        assertThat(folder).isEmptyDirectory();
        new ResultJoin(folder).close();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void shouldSayWhereItCanNotWrite() {
        assertThatThrownBy(() -> new ResultJoin(folder.resolve("none"))).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("temporary folder ").hasMessageContaining("(expected: ");
    }
}
