package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantisedBlockTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 31, 32, 33, 63, 64, 65, 191, 192, 193, 512})
    void shouldSumTheProductsOfTheWholeNumbersForAnyDimension(int dimension) {
        // given a block in which some slots were set, set again and cleared
        Random random = new Random(dimension);
        QuantisedBlock block = new QuantisedBlock(dimension, QuantisedBlock.MIN_SLOTS);
        Quantised[] stored = new Quantised[block.slots()];
        for (int round = 0; round < 2; round++) {
            for (int slot = 0; slot < block.slots(); slot++) {
                stored[slot] = Quantised.stored(TestVectors.of(TestVectors.Kind.values()[random.nextInt(TestVectors.Kind.values().length)], dimension, random));
                block.set(slot, stored[slot]);
            }
        }
        block.clear(17);
        stored[17] = null;
        // when, then for each query each slot's sum is what plain sums give, next to any neighbours
        for (TestVectors.Kind kind : TestVectors.Kind.values()) {
            float[] query = TestVectors.of(kind, dimension, random);
            checkSums(block, stored, query);
            checkSums(block.grown(2 * block.slots()), stored, query);
        }
    }

    private static void checkSums(QuantisedBlock block, Quantised[] stored, float[] query) {
        ScanQuery scanned = new ScanQuery(query, new TopHits(new GalleryQuery("g", List.of(), 1, -1)));
        int[] even = new int[block.slots() / QuantisedBlock.LANES];
        int[] odd = even.clone();
        scanned.begin(even.length);
        for (int segment = 0; segment < block.segments(); segment++) {
            block.score(segment, scanned, even, odd);
        }
        int[] values = Quantised.query(query).values();
        for (int slot = 0; slot < block.slots(); slot++) {
            long expected = 0;
            for (int d = 0; slot < stored.length && stored[slot] != null && d < query.length; d++) {
                expected += (long) values[d] * stored[slot].values()[d];
            }
            assertThat((long) scanned.sums(slot % QuantisedBlock.LANES)[slot / QuantisedBlock.LANES]).as("slot %d", slot).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,0", "3,62", "63,2", "5,5"})
    void shouldCopyASlot(int from, int to) {
        // given
        int dimension = 37;
        Random random = new Random(5);
        QuantisedBlock source = new QuantisedBlock(dimension, QuantisedBlock.MIN_SLOTS);
        QuantisedBlock target = new QuantisedBlock(dimension, QuantisedBlock.MIN_SLOTS);
        Quantised[] expected = new Quantised[target.slots()];
        for (int slot = 0; slot < source.slots(); slot++) {
            source.set(slot, Quantised.stored(TestVectors.of(TestVectors.Kind.NOISE, dimension, random)));
            expected[slot] = Quantised.stored(TestVectors.of(TestVectors.Kind.NOISE, dimension, random));
            target.set(slot, expected[slot]);
        }
        Quantised copied = Quantised.stored(TestVectors.of(TestVectors.Kind.SPIKE, dimension, random));
        source.set(from, copied);
        // when
        target.copy(to, source, from);
        // then
        expected[to] = copied;
        checkSums(target, expected, TestVectors.of(TestVectors.Kind.NOISE, dimension, random));
        assertThat(target.units(to % QuantisedBlock.LANES)[to / QuantisedBlock.LANES]).isEqualTo((float) copied.unit());
        assertThat((double) target.residuals(to % QuantisedBlock.LANES)[to / QuantisedBlock.LANES]).isGreaterThanOrEqualTo(copied.residual());
    }

    @ParameterizedTest
    @EnumSource(TestVectors.Kind.class)
    void shouldKnowHowMuchIsLost(TestVectors.Kind kind) {
        Random random = new Random(9);
        for (int dimension : new int[] {1, 19, 32, 100, 512}) {
            for (int i = 0; i < 50; i++) {
                float[] vector = TestVectors.of(kind, dimension, random);
                for (Quantised quantised : List.of(Quantised.stored(vector), Quantised.query(vector))) {
                    double lost = 0;
                    double squares = 0;
                    for (int d = 0; d < dimension; d++) {
                        lost += Math.pow(vector[d] - quantised.values()[d] * quantised.unit(), 2);
                        squares += (double) vector[d] * vector[d];
                    }
                    assertThat(quantised.residual()).isGreaterThanOrEqualTo(Math.sqrt(lost));
                    assertThat(quantised.norm()).isGreaterThanOrEqualTo(Math.sqrt(squares));
                    double tail = 0;
                    for (int d = Quantised.middle(dimension); d < dimension; d++) {
                        tail += (double) vector[d] * vector[d];
                    }
                    assertThat(quantised.tail()).isGreaterThanOrEqualTo(Math.sqrt(tail));
                    checkRanges(quantised.values());
                }
                assertThat(Arrays.stream(Quantised.stored(vector).values()).map(Math::abs).max().orElseThrow()).isLessThanOrEqualTo(Quantised.MAX_STORED);
            }
        }
    }

    private static void checkRanges(int[] values) {
        for (int from = 0; from < values.length; from += Quantised.SEGMENT) {
            int squares = 0;
            for (int d = from; d < Math.min(values.length, from + Quantised.SEGMENT); d++) {
                squares += values[d] * values[d];
            }
            assertThat(squares).isLessThanOrEqualTo(Quantised.MAX_SEGMENT_NORM * Quantised.MAX_SEGMENT_NORM);
        }
    }
}
