package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.processors.model.ByteColumns;
import io.sightline.processors.model.ByteProduct;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantisedBlockTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 31, 32, 33, 63, 64, 65, 127, 128, 129, 191, 192, 193, 512, 513, 4096})
    void shouldSumTheProductsOfTheWholeNumbersForAnyDimension(int dimension) {
        // given a block in which all slots were set, and set again
        Random random = new Random(dimension);
        QuantisedBlock block = new QuantisedBlock(dimension, QuantisedBlock.MIN_SLOTS);
        Quantised[] stored = new Quantised[block.slots()];
        for (int round = 0; round < 2; round++) {
            for (int slot = 0; slot < block.slots(); slot++) {
                stored[slot] = Quantised.stored(TestVectors.of(TestVectors.Kind.values()[random.nextInt(TestVectors.Kind.values().length)], dimension, random));
                block.set(slot, stored[slot]);
            }
        }
        // when, then for each query each slot's sum is what plain sums give, next to any neighbours
        for (TestVectors.Kind kind : TestVectors.Kind.values()) {
            float[] query = TestVectors.of(kind, dimension, random);
            checkSums(block, stored, query);
            checkSums(block.grown(2 * block.slots()), stored, query);
        }
    }

    private static void checkSums(QuantisedBlock block, Quantised[] stored, float[] query) {
        byte[] values = Quantised.query(query).values();
        int middle = Quantised.middle(query.length);
        int[] first = sums(block, 0, new ByteColumns(List.of(values), 0, middle));
        int[] second = middle == query.length ? new int[first.length] : sums(block, 1, new ByteColumns(List.of(values), middle, query.length - middle));
        for (int slot = 0; slot < stored.length; slot++) {
            assertThat(new long[] {first[slot], second[slot]}).as("slot %d", slot)
                    .containsExactly(plain(stored[slot].values(), values, 0, middle), plain(stored[slot].values(), values, middle, values.length));
        }
    }

    private static int[] sums(QuantisedBlock block, int half, ByteColumns query) {
        int[] sums = new int[block.slots()];
        ByteProduct.get().multiply(block.half(half), query, sums);
        return sums;
    }

    private static long plain(byte[] stored, byte[] query, int from, int to) {
        long sum = 0;
        for (int d = from; d < to; d++) {
            sum += (stored[d] + QuantisedBlock.OFFSET) * query[d];
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"0,1,1", "1,0,1", "3,62,2", "63,2,1", "5,5,59"})
    void shouldCopySlots(int from, int to, int count) {
        // given
        int dimension = 137;
        Random random = new Random(5);
        QuantisedBlock source = new QuantisedBlock(dimension, QuantisedBlock.MIN_SLOTS);
        QuantisedBlock target = new QuantisedBlock(dimension, QuantisedBlock.MIN_SLOTS);
        Quantised[] expected = new Quantised[target.slots()];
        for (int slot = 0; slot < source.slots(); slot++) {
            Quantised vector = Quantised.stored(TestVectors.of(slot % 2 == 0 ? TestVectors.Kind.SPIKE : TestVectors.Kind.NOISE, dimension, random));
            source.set(slot, vector);
            if (slot >= from && slot < from + count) {
                expected[to + slot - from] = vector;
            }
        }
        for (int slot = 0; slot < source.slots(); slot++) {
            if (expected[slot] == null) {
                expected[slot] = Quantised.stored(TestVectors.of(TestVectors.Kind.NOISE, dimension, random));
                target.set(slot, expected[slot]);
            }
        }
        // when
        target.copy(to, source, from, count);
        // then
        checkSums(target, expected, TestVectors.of(TestVectors.Kind.NOISE, dimension, random));
        for (int slot = 0; slot < expected.length; slot++) {
            assertThat(target.units()[slot]).isEqualTo((float) expected[slot].unit());
            assertThat((double) target.residuals()[slot]).isGreaterThanOrEqualTo(expected[slot].residual()).isLessThanOrEqualTo(target.maxResidual());
            assertThat((double) target.tails()[slot]).isGreaterThanOrEqualTo(expected[slot].tail()).isLessThanOrEqualTo(target.maxTail());
        }
    }

    @ParameterizedTest
    @EnumSource(TestVectors.Kind.class)
    void shouldKnowHowMuchIsLost(TestVectors.Kind kind) {
        Random random = new Random(9);
        for (int dimension : new int[] {1, 19, 32, 100, 512}) {
            for (int i = 0; i < 50; i++) {
                float[] vector = TestVectors.of(kind, dimension, random);
                check(Quantised.stored(vector), vector, Quantised.MAX_STORED);
                check(Quantised.query(vector), vector, Quantised.MAX_QUERY);
            }
        }
    }

    private static void check(Quantised quantised, float[] vector, int maxComponent) {
        double lost = 0;
        double squares = 0;
        double tail = 0;
        int largest = 0;
        for (int d = 0; d < vector.length; d++) {
            lost += Math.pow(vector[d] - quantised.values()[d] * quantised.unit(), 2);
            squares += (double) vector[d] * vector[d];
            tail += d < Quantised.middle(vector.length) ? 0 : (double) vector[d] * vector[d];
            largest = Math.max(largest, Math.abs(quantised.values()[d]));
        }
        assertThat(quantised.residual()).isGreaterThanOrEqualTo(Math.sqrt(lost));
        assertThat(quantised.norm()).isGreaterThanOrEqualTo(Math.sqrt(squares));
        assertThat(quantised.tail()).isGreaterThanOrEqualTo(Math.sqrt(tail));
        // all of the range is used, and no more
        assertThat(largest).isEqualTo(maxComponent);
    }
}
