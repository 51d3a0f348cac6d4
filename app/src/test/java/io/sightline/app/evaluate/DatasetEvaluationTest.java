package io.sightline.app.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sightline.connectors.dataset.LabelFile.Labelled;
import io.sightline.synth.SyntheticWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetEvaluationTest {
    private static final long FROM = 4_000_000;
    @TempDir
    private Path folder;

    @Test
    void shouldFindTheProductInAnotherPictureOfIt() throws Exception {
        for (boolean detected : new boolean[] {true, false}) {
            DatasetReport report = run(detected, pictures(8, 0), pictures(8, 1));
            assertThat(report.gallery()).isEqualTo(8);
            assertThat(report.recallAt1()).as("detected " + detected).isGreaterThanOrEqualTo(0.75);
            assertThat(report.recallAt5()).isGreaterThanOrEqualTo(report.recallAt1());
            assertThat(report.text()).contains("recall@1", "recall@5", "suggested threshold", "score          right");
            assertThat(report.json()).containsKeys("recall_at_1", "recall_at_5", "suggested_threshold", "histogram").containsEntry("indexing", detected ? "detected" : "whole");
        }
    }

    @Test
    void shouldReportAndCountUnreadableFilesAndGoOn() throws Exception {
        List<Labelled> gallery = pictures(3, 0);
        gallery.add(new Labelled(folder.resolve("none.jpg"), "none"));
        gallery.add(new Labelled(Files.writeString(folder.resolve("text.jpg"), "no picture at all"), "text"));
        gallery.add(new Labelled(Files.write(folder.resolve("empty.jpg"), new byte[0]), "empty"));
        gallery.add(new Labelled(Files.createDirectory(folder.resolve("folder.jpg")), "folder"));
        DatasetReport report = run(false, gallery, pictures(3, 1));
        assertThat(report.gallery()).isEqualTo(3);
        assertThat(report.unreadable()).hasSize(4);
        assertThat(report.unreadable().get(0)).isEqualTo(folder.resolve("none.jpg") + ": not there");
        assertThat(report.unreadable().get(1)).contains("text.jpg: ").contains("expected: ");
        assertThat(report.text()).contains("4 files left out:");
    }

    @Test
    void shouldNotLetAPictureAnswerForItself() throws Exception {
        List<Labelled> same = pictures(3, 0);
        DatasetReport report = run(false, same, same);
        assertThat(report.answers()).allSatisfy(answer -> {
            assertThat(answer.answerable()).isFalse();
            assertThat(answer.hits()).hasSize(2);
            assertThat(answer.rightWithin(5)).isFalse();
        });
    }

    @Test
    void shouldLeaveQueriesThatTheGalleryCannotAnswerOutOfTheRecall() throws Exception {
        List<Labelled> queries = pictures(4, 1);
        DatasetReport report = run(false, pictures(4, 0).subList(0, 3), queries);
        assertThat(report.answers()).hasSize(4);
        assertThat(report.json()).containsEntry("queries_not_in_gallery", 1L);
        assertThat(report.recallAt5()).isEqualTo(1);
    }

    @Test
    void shouldRefuseAGalleryOfWhichNothingCanBeRead() throws Exception {
        assertThatIllegalArgumentException().isThrownBy(() -> run(false, List.of(new Labelled(folder.resolve("none.jpg"), "none")), pictures(1, 1)))
                .withMessageContaining("gallery: none of 1 pictures can be read, the first: ").withMessageContaining("not there (expected: JPEG or PNG files)");
    }

    @Test
    void shouldRefuseQueriesOfWhichNoneCanBeRead() throws Exception {
        assertThatIllegalArgumentException().isThrownBy(() -> run(false, pictures(1, 0), List.of(new Labelled(folder.resolve("none.jpg"), "none"))))
                .withMessageContaining("queries: none of 1 pictures can be read");
    }

    private static DatasetReport run(boolean detected, List<Labelled> gallery, List<Labelled> queries) throws Exception {
        try (DatasetEvaluation evaluation = new DatasetEvaluation(DefaultModels.setup(0.6), detected)) {
            return evaluation.run(gallery, queries);
        }
    }

    /** One picture each of the first {@code count} products. */
    private List<Labelled> pictures(int count, int view) throws IOException {
        List<Labelled> pictures = new ArrayList<>();
        for (long identity = FROM; identity < FROM + count; identity++) {
            var picture = SyntheticWorld.gallery(identity, view);
            pictures.add(new Labelled(Files.write(folder.resolve(identity + "-" + view + ".jpg"), picture.jpeg()), picture.label()));
        }
        return pictures;
    }
}
