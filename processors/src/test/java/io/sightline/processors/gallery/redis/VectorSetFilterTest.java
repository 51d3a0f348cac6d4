package io.sightline.processors.gallery.redis;

import static io.sightline.processors.gallery.redis.RedisTesting.GALLERY;
import static io.sightline.processors.gallery.redis.RedisTesting.MODELS;
import static io.sightline.processors.gallery.redis.RedisTesting.unit;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sightline.processors.gallery.AttributeFilter;
import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GallerySearch.Hit;
import io.sightline.processors.gallery.redis.testing.SharedRedis;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(240)
class VectorSetFilterTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "a == 5                  | .a == 5.0",
        "a < -2.5e3              | .a < -2500.0",
        "a == \"x y-z\"          | .a == \"x y-z\"",
        "a != \"x\" and b == true| .a != \"x\" and .b == 1",
        "a < \"x\" and b != false| .b != 0",
        "a == 'it\\'s' and c > 1 | .c > 1.0",
        "a == \"näh\" and c > 1  | .c > 1.0"})
    void shouldAskTheServerForWhatItCanCheck(String filter, String expression) {
        assertThat(VectorSetFilter.of(AttributeFilter.parse(filter).anyOf().get(0))).contains(expression);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a < \"x\"", "a == \"a\\\"b\"", "a == \"é\"", "a == 1e300"})
    void shouldNotAskTheServerForWhatItCannot(String filter) {
        assertThat(VectorSetFilter.of(AttributeFilter.parse(filter).anyOf().get(0))).isEmpty();
    }

    private static String attributes(Random random) {
        ObjectNode node = JSON.createObjectNode();
        for (String name : List.of("a", "b", "_c9")) {
            switch (random.nextInt(9)) {
                case 0 -> node.put(name, random.nextInt(3));
                case 1 -> node.put(name, random.nextInt(3) / 2.0);
                case 2 -> node.put(name, "x" + random.nextInt(3));
                case 3 -> node.put(name, Integer.toString(random.nextInt(3)));
                case 4 -> node.put(name, random.nextBoolean());
                case 5 -> node.putNull(name);
                case 6 -> node.putArray(name).add(1);
                case 7 -> node.put(name, "é\"\\\n" + random.nextInt(2));
                default -> { }
            }
        }
        return node.toString();
    }

    private static String filter(Random random, int depth) {
        String name = List.of("a", "b", "_c9").get(random.nextInt(3));
        return switch (random.nextInt(depth > 2 ? 4 : 7)) {
            case 0 -> name + " " + List.of("==", "!=", "<", "<=", ">", ">=").get(random.nextInt(6)) + " " + List.of("1", "0.5", "0", "-1").get(random.nextInt(4));
            case 1 -> name + " " + List.of("==", "!=", "<", ">=").get(random.nextInt(4)) + " " + List.of("\"x1\"", "\"1\"", "\"é\\\"\\\\\\\\\"", "\"\"").get(random.nextInt(4));
            case 2 -> name + (random.nextBoolean() ? " == " : " != ") + random.nextBoolean();
            case 3 -> name + " in [1, \"x0\", true]";
            case 4 -> "not (" + filter(random, depth + 1) + ")";
            case 5 -> "(" + filter(random, depth + 1) + " and " + filter(random, depth + 1) + ")";
            default -> "(" + filter(random, depth + 1) + " or " + filter(random, depth + 1) + ")";
        };
    }

    @Test
    void shouldFindWhatTheFilterSaysWhateverTheServerMakesOfIt() throws Exception {
        // given entries with attributes of all sorts
        Random random = new Random(5);
        List<GalleryEdit> edits = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            edits.add(new GalleryEdit.Put(GALLERY, "id" + i, i + 1, i, "label " + random.nextInt(30), attributes(random), unit(i)));
        }
        try (GalleryIndex index = RedisIndexes.vectorSets(SharedRedis.settings(), UUID.randomUUID().toString(), MODELS, List.of())) {
            index.apply(edits);
            List<Hit> all = index.search(new GalleryQuery(GALLERY, List.of(unit(99)), 400, -1)).hits().get(0);
            assertThat(all).hasSize(400);
            for (int i = 0; i < 300; i++) {
                AttributeFilter filter = AttributeFilter.parse(filter(random, 0));
                boolean distinct = random.nextBoolean();
                int k = 1 + random.nextInt(40);
                // when
                List<Hit> hits = index.search(new GalleryQuery(GALLERY, List.of(unit(99)), k, -0.5, Optional.of(filter), distinct)).hits().get(0);
                // then they are what is left of all of them
                List<Hit> expected = new ArrayList<>();
                Set<String> labels = new HashSet<>();
                for (Hit hit : all) {
                    if (hit.score() >= -0.5 && filter.matches(JSON.readTree(hit.attributes())) && expected.size() < k && (!distinct || labels.add(hit.label()))) {
                        expected.add(hit);
                    }
                }
                assertThat(hits).as(filter.text() + " distinct " + distinct).isEqualTo(expected);
            }
        }
    }
}
