package io.sightline.topology.history;

import static io.sightline.topology.history.GalleryLogs.MODEL;
import static io.sightline.topology.history.GalleryLogs.OTHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.topics.Topic;
import io.sightline.topology.support.Broker;
import io.sightline.topology.support.Kafka;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Broker.class)
class GalleryHistoryTest {
    private static final long WEEK = TimeUnit.DAYS.toMillis(7);

    private GalleryLogs logs;

    private GalleryLogs logs(long historyMs) {
        logs = new GalleryLogs(historyMs);
        return logs;
    }

    @AfterEach
    void close() {
        logs.close();
    }

    @Test
    void shouldShowEachStateWhenNothingIsGone() throws Exception {
        logs(0);
        long first = logs.put("g/a", 0);
        long replaced = logs.put("g/a", 10);
        long elsewhere = logs.put("h/a", 90);
        long second = logs.put("g/b", 20);
        long removed = logs.remove("g/a");

        GalleryHistory history = logs.history();
        try (HistoricIndex index = logs.index(history, MODEL)) {
            for (long epoch : new long[] {0, first, replaced, elsewhere, second, removed}) {
                assertThat(history.unreachable("g", epoch)).isEmpty();
            }
            assertThat(index.show(Map.of("g", first))).isEmpty();
            assertThat(GalleryLogs.entries(index, "g")).isEqualTo(Map.of("a", "label 0"));
            assertThat(index.epoch("g")).isEqualTo(first);
            index.show(Map.of("g", removed));
            assertThat(GalleryLogs.entries(index, "g")).isEqualTo(Map.of("b", "label 20"));
            // and back, with another gallery beside it
            index.show(Map.of("g", second, "h", elsewhere));
            assertThat(GalleryLogs.entries(index, "g")).isEqualTo(Map.of("a", "label 10", "b", "label 20"));
            assertThat(GalleryLogs.entries(index, "h")).isEqualTo(Map.of("a", "label 90"));
            index.show(Map.of("g", 0L));
            assertThat(GalleryLogs.entries(index, "g")).isEmpty();
            assertThat(index.contains("h")).isFalse();
            assertThat(index.contains("declared")).isTrue();
            assertThat(index.galleries()).containsExactlyInAnyOrder("g", "declared");
        }
        assertThat(logs.embedding.runs()).isEmpty();
        assertThat(history.lastEpoch("g")).hasValue(removed);
        assertThat(history.lastEpoch("g", elsewhere)).hasValue(replaced);
        assertThat(history.lastEpoch("nowhere")).isEmpty();
        assertThat(history.galleries()).containsExactly("g", "h");
    }

    @Test
    void shouldNotTellAStateFromWhichAnEntryMayHaveGone() throws Exception {
        logs(0);
        logs.put("g/a", 0);
        logs.gone();
        long asked = logs.put("g/b", 1);
        // whatever is gone may have been this entry's
        long later = logs.put("g/c", 2);

        GalleryHistory history = logs.history();

        assertThat(history.unreachable("g", asked)).hasValueSatisfying(reason -> assertThat(reason).startsWith("gallery 'g' at epoch " + asked + ": 2 edits before it are compacted away,")
                .contains("what 1 entries were then is not known (c)").contains("(expected: all edits since then still on the topics, see topics.gallery_history_ms; or --gallery g@latest)"));
        assertThat(history.unreachable("g", later)).as("what is there now is there").isEmpty();
        assertThat(history.unreachable("g", 1)).as("nothing is gone before it").isEmpty();
        assertThat(history.unreachable("other", asked)).as("none of its entries came later").isEmpty();
    }

    @Test
    void shouldTellAStateWhenWhatCameLaterIsTooYoungToHaveBeenCompacted() throws Exception {
        logs(WEEK);
        logs.gone();
        long asked = logs.put("g/b", 1);
        logs.put("g/c", 2);

        assertThat(logs.history().unreachable("g", asked)).isEmpty();
    }

    @Test
    void shouldNotTellAStateWhenAnEntryMayBeGoneWithoutATrace() throws Exception {
        logs(0);
        logs.gone();
        long asked = logs.put("g/b", 1);
        // it may have been the removal of an entry that was there
        logs.gone();
        logs.put("g/b", 2);

        assertThat(logs.history().unreachable("g", asked)).hasValueSatisfying(reason -> assertThat(reason).contains(": 2 edits before it and 2 after it are compacted away (expected: "));
    }

    @Test
    void shouldNotTellAStateWhenARemovalIsLeftInOneTopicOnly() throws Exception {
        logs(0);
        logs.gone();
        long asked = logs.put("g/b", 1);
        // the removal has expired in gallery-vectors, and all that was before it is compacted there
        logs.edit("g/x", null);

        assertThat(logs.history().unreachable("g", asked)).hasValueSatisfying(reason -> assertThat(reason).contains("(x)"));
    }

    @Test
    void shouldTellAStateWhenTheEntriesOfLaterAreThoseOfThen() throws Exception {
        logs(0);
        logs.put("g/a", 0);
        logs.gone();
        long asked = logs.put("g/b", 1);
        logs.put("g/a", 2);
        logs.put("g/b", 3);

        GalleryHistory history = logs.history();
        assertThat(history.unreachable("g", asked)).isEmpty();
        try (HistoricIndex index = logs.index(history, MODEL)) {
            index.show(Map.of("g", asked));
            assertThat(GalleryLogs.entries(index, "g")).isEqualTo(Map.of("a", "label 0", "b", "label 1"));
        }
    }

    @Test
    void shouldRefuseAnEpochThatIsStillToCome() throws Exception {
        logs(WEEK);
        long last = logs.put("g/a", 0);

        assertThat(logs.history().unreachable("g", last + 1)).hasValueSatisfying(reason -> assertThat(reason).isEqualTo("gallery 'g' at epoch 2: the topic "
                + reason.substring(reason.indexOf("topic ") + 6, reason.indexOf(" has had")) + " has had 1 edits (expected: an epoch of this topic, 0..1)"));
    }

    @Test
    void shouldEmbedWhatTheOtherTopicHasLost() throws Exception {
        logs(0);
        long lost = logs.edit("g/a", "40");
        logs.edit("g/bad", "bad");
        logs.put("g/b", 1);
        long asked = logs.put("g/a", 2) - 1;

        GalleryHistory history = logs.history();
        assertThat(history.unreachable("g", asked)).isEmpty();
        try (HistoricIndex index = logs.index(history, MODEL)) {
            assertThat(index.show(Map.of("g", asked))).isEmpty();
            assertThat(GalleryLogs.entries(index, "g")).isEqualTo(Map.of("a", "label 40", "b", "label 1"));
            assertThat(logs.embedding.runs()).extracting(run -> run.input().offset() + 1).containsExactly(lost, lost + 1);
        }
    }

    @Test
    void shouldEmbedAGalleryAnewForAnotherModel() throws Exception {
        logs(WEEK);
        for (int i = 0; i < 100; i++) {
            logs.put("g/" + i, i);
        }
        long asked = logs.remove("g/7");
        logs.put("g/later", 3);

        GalleryHistory history = logs.history();
        try (HistoricIndex index = logs.index(history, OTHER)) {
            assertThat(index.show(Map.of("g", asked))).isEmpty();
            assertThat(GalleryLogs.entries(index, "g")).hasSize(99).containsEntry("8", "label 8");
            assertThat(index.epoch("g")).isEqualTo(asked);
            assertThat(logs.embedding.runs()).hasSize(100);
            assertThat(index.stale().covers("g/8", 9)).isTrue();
        }
    }

    @Test
    void shouldTakeTheVectorsOfTheModelAskedForWhenThereAreOfSeveral() throws Exception {
        logs(WEEK);
        long epoch = logs.put("g/a", 1);
        logs.searchable("g/a", epoch, 50, OTHER);

        GalleryHistory history = logs.history();
        try (HistoricIndex one = logs.index(history, MODEL); HistoricIndex other = logs.index(history, OTHER)) {
            one.show(Map.of("g", epoch));
            other.show(Map.of("g", epoch));
            assertThat(GalleryLogs.entries(one, "g")).isEqualTo(Map.of("a", "label 1"));
            assertThat(GalleryLogs.entries(other, "g")).isEqualTo(Map.of("a", "label 50"));
        }
        assertThat(logs.embedding.runs()).isEmpty();
    }

    @Test
    void shouldSayWhichEntriesAnotherModelCannotHave() throws Exception {
        logs(WEEK);
        long epoch = logs.edit("g/a", "bad");
        logs.searchable("g/a", epoch, 1, MODEL);
        long replaced = logs.put("g/a", 2);

        GalleryHistory history = logs.history();
        try (HistoricIndex index = logs.index(history, OTHER)) {
            assertThat(index.show(Map.of("g", epoch))).contains("gallery 'g' at epoch " + epoch + ": 1 entries can't be had with m@2#0, first 'a': no picture");
            assertThat(index.show(Map.of("g", replaced))).as("a later edit makes it good").isEmpty();
        }
    }

    @Test
    void shouldSayThatOnlyAnotherModelsVectorIsLeft() throws Exception {
        logs(0);
        long epoch = logs.gone();
        logs.searchable("g/a", epoch, 1, MODEL);

        GalleryHistory history = logs.history();
        try (HistoricIndex index = logs.index(history, OTHER)) {
            assertThat(index.show(Map.of("g", epoch))).contains("gallery 'g' at epoch 1: 1 entries can't be had with m@2#0, first 'a': only a vector of m@1#0 is left (expected: its picture on the topic gallery)");
        }
    }

    @Test
    void shouldPassOverRecordsThatAreNoEdits() throws Exception {
        logs(WEEK);
        logs.raw(Topic.GALLERY, Kafka.bytes("no slash"), new byte[1]);
        logs.raw(Topic.GALLERY_VECTORS, new byte[] {(byte) 0xff}, new byte[1]);
        logs.raw(Topic.GALLERY_VECTORS, Kafka.bytes("g/a"), Kafka.bytes("no avro"));
        logs.raw(Topic.GALLERY_VECTORS, Kafka.bytes("g/a"), null);
        long epoch = logs.put("g/a", 1);

        GalleryHistory history = logs.history();
        assertThat(history.unreachable("g", epoch)).isEmpty();
        try (HistoricIndex index = logs.index(history, MODEL)) {
            index.show(Map.of("g", epoch));
            assertThat(GalleryLogs.entries(index, "g")).isEqualTo(Map.of("a", "label 1"));
        }
    }

    @Test
    void shouldSayWhetherAnEpochIsReachedAndRefuseToBeEdited() throws Exception {
        logs(WEEK);
        long epoch = logs.put("g/a", 1);

        try (HistoricIndex index = logs.index(logs.history(), MODEL)) {
            index.show(Map.of("g", epoch));
            assertThat(index.reached("g", epoch)).isCompleted();
            assertThat(index.reached("g", epoch + 1)).isCompletedExceptionally();
            assertThat(index.stats("g").entries()).isEqualTo(1);
            assertThatThrownBy(() -> index.rebuild("g")).isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("expected: none");
            assertThatThrownBy(() -> index.stats("declared")).hasMessageContaining("gallery: 'declared'");
        }
    }
}
