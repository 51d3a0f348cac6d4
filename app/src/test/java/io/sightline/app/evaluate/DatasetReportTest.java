package io.sightline.app.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.processors.gallery.GallerySearch.Hit;
import io.sightline.processors.model.GalleryIndexing;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DatasetReportTest {
    private static final DatasetAnswer FIRST = answer("a", "a", "b", "c");
    private static final DatasetAnswer THIRD = answer("a", "b", "c", "a");
    private static final DatasetAnswer NEVER = answer("a", "b", "c", "d");

    @Test
    void shouldCountTheFirstAndTheFirstFive() {
        DatasetReport report = report(List.of(), FIRST, THIRD, NEVER, FIRST);
        assertThat(report.recallAt1()).isEqualTo(0.5);
        assertThat(report.recallAt5()).isEqualTo(0.75);
    }

    @Test
    void shouldNotBlameTheModelForLabelsTheGalleryLacks() {
        DatasetReport report = report(List.of(), FIRST, new DatasetAnswer("x", false, NEVER.hits()));
        assertThat(report.recallAt1()).isEqualTo(1);
        assertThat(report.text()).contains("queries     2, of which 1 have a label that the gallery does not");
    }

    @Test
    void shouldGiveNoRecallWhenTheGalleryHasNoneOfTheLabels() {
        DatasetReport report = report(List.of(), new DatasetAnswer("x", false, NEVER.hits()));
        assertThat(report.text()).contains("recall@1    none of the labels is in the gallery").doesNotContain("NaN");
        assertThat(report.json()).containsEntry("recall_at_1", null);
    }

    @Test
    void shouldShowTenOfTheFilesLeftOut() {
        List<String> files = IntStream.range(0, 12).mapToObj(i -> "picture-" + i + ".jpg: not there").toList();
        assertThat(report(files, FIRST).text()).contains("12 files left out:", "picture-9.jpg", "and 2 more").doesNotContain("picture-10.jpg");
        assertThat(report(files, FIRST).json()).containsEntry("unreadable", files);
    }

    @Test
    void shouldBeAJsonObject() throws Exception {
        String json = new JsonMapper().writeValueAsString(report(List.of(), FIRST, THIRD).json());
        assertThat(new JsonMapper().readTree(json).at("/suggested_threshold/threshold").isNumber()).isTrue();
    }

    private static DatasetReport report(List<String> unreadable, DatasetAnswer... answers) {
        return new DatasetReport(Optional.empty(), "embedder@1#abc", GalleryIndexing.WHOLE, 4, List.of(answers), 0, unreadable, 1.5);
    }

    private static DatasetAnswer answer(String label, String... hits) {
        return new DatasetAnswer(label, true, Stream.of(hits).map(hit -> new Hit(hit + ".jpg", hit, "{}", 0.7)).toList());
    }
}
