package io.sightline.processors.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteProductTest {
    private static final int MAX_LEFT = 255;

    @Test
    void shouldRunTheModelThatTheGeneratorWrites() throws IOException {
        try (InputStream in = ByteProduct.class.getResourceAsStream("byte-product.onnx")) {
            assertThat(in.readAllBytes()).isEqualTo(TinyOnnx.byteProduct());
        }
    }

    private static byte[] left(int columns, Random random, boolean extreme) {
        byte[] row = new byte[columns];
        for (int d = 0; d < columns; d++) {
            row[d] = (byte) (extreme ? MAX_LEFT : random.nextInt(MAX_LEFT + 1));
        }
        return row;
    }

    private static byte[] right(int columns, Random random, int extreme) {
        byte[] column = new byte[columns];
        for (int d = 0; d < columns; d++) {
            column[d] = (byte) (extreme != 0 ? extreme : random.nextInt(2 * ByteProduct.MAX_RIGHT + 1) - ByteProduct.MAX_RIGHT);
        }
        return column;
    }

    private static void check(int columns, int rowCount, int columnCount, int from) {
        // given rows and columns at random, and such as give the largest sums
        Random random = new Random(columns);
        List<byte[]> rows = new ArrayList<>();
        ByteRows left = new ByteRows(rowCount, columns);
        for (int r = 0; r < rowCount; r++) {
            rows.add(left(from + columns, random, r % 3 == 0));
            left.set(r, rows.get(r), from);
        }
        List<byte[]> vectors = new ArrayList<>();
        for (int c = 0; c < columnCount; c++) {
            vectors.add(right(from + columns, random, c % 3 == 0 ? ByteProduct.MAX_RIGHT : c % 3 == 1 ? -ByteProduct.MAX_RIGHT : 0));
        }
        // when
        int[] sums = new int[rowCount * columnCount];
        ByteProduct.get().multiply(left, new ByteColumns(vectors, from, columns), sums);
        // then
        for (int c = 0; c < columnCount; c++) {
            for (int r = 0; r < rowCount; r++) {
                long expected = 0;
                for (int d = from; d < from + columns; d++) {
                    expected += (rows.get(r)[d] & MAX_LEFT) * (long) vectors.get(c)[d];
                }
                assertThat((long) sums[c * rowCount + r]).as("%d columns, row %d, column %d", columns, r, c).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 255, 256, 257, 513, 4096})
    void shouldGiveTheTrueSumsForAnyNumberOfColumns(int columns) {
        check(columns, 64, 1, 0);
        check(columns, 64, 7, 3);
        check(columns, 128, 33, 0);
    }

    @Test
    void shouldGiveTheTrueSumsAtItsLimits() {
        check(ByteProduct.MAX_DEPTH, 4, 3, 0);
        check(5, 2048, ByteProduct.MAX_SUMS / 2048, 0);
    }

    @Test
    void shouldCopyRows() {
        // given
        ByteRows from = new ByteRows(8, 19);
        ByteRows to = new ByteRows(64, 19);
        Random random = new Random(1);
        for (int r = 0; r < 8; r++) {
            from.set(r, left(19, random, false), 0);
        }
        // when
        to.copy(61, from, 2, 3);
        // then
        ByteColumns columns = new ByteColumns(List.of(right(19, random, 0)), 0, 19);
        int[] sums = new int[8];
        int[] copied = new int[64];
        ByteProduct.get().multiply(from, columns, sums);
        ByteProduct.get().multiply(to, columns, copied);
        assertThat(Arrays.copyOfRange(copied, 61, 64)).containsExactly(sums[2], sums[3], sums[4]);
        assertThat(Arrays.copyOf(copied, 61)).containsOnly(0);
    }

    @Test
    void shouldGiveEachOfManyCallersItsOwnSums() throws Exception {
        // given
        ExecutorService callers = Executors.newFixedThreadPool(8);
        List<Future<?>> all = new ArrayList<>();
        // when, then
        try {
            for (int caller = 0; caller < 8; caller++) {
                int columns = 64 + 8 * caller;
                all.add(callers.submit(() -> {
                    for (int i = 0; i < 20; i++) {
                        check(columns, 64 + 64 * (i % 3), 1 + i, 0);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void shouldRefuseWhatWouldNotFit() {
        ByteColumns three = new ByteColumns(List.of(new byte[3]), 0, 3);
        assertThatThrownBy(() -> ByteProduct.get().multiply(new ByteRows(4, 4), three, new int[4])).hasMessageContaining("4 x 4 with 3 x 1 into 4 (expected: inner lengths alike");
        assertThatThrownBy(() -> ByteProduct.get().multiply(new ByteRows(4, 3), three, new int[3])).hasMessageContaining("into 3 (expected:");
        assertThatThrownBy(() -> ByteProduct.get().multiply(new ByteRows(ByteProduct.MAX_SUMS + 1, 3), three, new int[ByteProduct.MAX_SUMS + 1]))
                .hasMessageContaining("at most 65536 sums");
        assertThatThrownBy(() -> new ByteColumns(List.of(new byte[] {65}), 0, 1)).hasMessage("number: 65 (expected: -64..64)");
        assertThatThrownBy(() -> new ByteColumns(List.of(new byte[] {-65}), 0, 1)).hasMessage("number: -65 (expected: -64..64)");
        assertThatThrownBy(() -> new ByteRows(1, 0)).hasMessage("columns: 0 (expected: 1..131072)");
        assertThatThrownBy(() -> new ByteRows(1, ByteProduct.MAX_DEPTH + 1)).hasMessage("columns: 131073 (expected: 1..131072)");
    }
}
