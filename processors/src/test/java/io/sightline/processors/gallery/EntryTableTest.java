package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryTableTest {
    private static final int DIMENSION = 8;
    private final EntryTable table = new EntryTable(DIMENSION);
    private final Random random = new Random(1);

    private StoredEntry put(String id) {
        float[] vector = TestVectors.of(TestVectors.Kind.NOISE, DIMENSION, random);
        StoredEntry entry = new StoredEntry(id, "l", "{}", 1, vector);
        table.put(entry, Quantised.stored(vector));
        return entry;
    }

    @Test
    void shouldTakeSlotsAsTheyAreNeeded() {
        assertThat(table.capacity()).isZero();
        for (int i = 1; i <= 2 * QuantisedBlock.MAX_SLOTS + 1; i++) {
            put("id" + i);
            assertThat(table.capacity()).isGreaterThanOrEqualTo(i).isLessThan(Math.max(QuantisedBlock.MIN_SLOTS + 1, Math.min(2 * i, i + QuantisedBlock.MAX_SLOTS)));
        }
    }

    @Test
    void shouldMoveTheLastEntryIntoTheSlotOfARemovedOne() {
        put("a");
        StoredEntry b = put("b");
        StoredEntry c = put("c");
        assertThat(table.remove("a")).isTrue();
        assertThat(table.entry(0)).isSameAs(c);
        assertThat(c.slot()).isZero();
        assertThat(table.remove("c")).isTrue();
        assertThat(c.slot()).isEqualTo(StoredEntry.NO_SLOT);
        assertThat(table.entries()).containsExactly(b);
        assertThat(table.remove("c")).isFalse();
    }

    @Test
    void shouldGiveMemoryBackWhenEntriesAreRemovedInMasses() {
        // given
        int count = 5 * QuantisedBlock.MAX_SLOTS;
        for (int i = 0; i < count; i++) {
            put("id" + i);
        }
        long full = table.vectorBytes();
        // when all but ten go
        for (int i = 10; i < count; i++) {
            table.remove("id" + i);
        }
        // then
        assertThat(table.capacity()).isEqualTo(QuantisedBlock.MAX_SLOTS);
        assertThat(table.vectorBytes()).isLessThan(full / 4);
        assertThat(table.entries()).extracting(StoredEntry::id).containsExactlyInAnyOrder("id0", "id1", "id2", "id3", "id4", "id5", "id6", "id7", "id8", "id9");
        // and when the rest goes too
        for (int i = 0; i < 10; i++) {
            table.remove("id" + i);
        }
        assertThat(table.vectorBytes()).isZero();
    }

    @Test
    void shouldNotMakeAndDropABlockWithEveryEditOnItsEdge() {
        for (int i = 0; i <= QuantisedBlock.MAX_SLOTS; i++) {
            put("id" + i);
        }
        QuantisedBlock second = table.blocks().get(1);
        for (int i = 0; i < 10; i++) {
            table.remove("id5");
            put("id5");
        }
        assertThat(table.blocks().get(1)).isSameAs(second);
    }
}
