package io.sightline.app.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.app.evaluate.SeenScene.SeenBox;
import io.sightline.app.evaluate.SeenScene.SeenObject;
import io.sightline.processors.gallery.GallerySearch.Hit;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndToEndTest {
    private static final List<SeenObject> THREE = List.of(object("a", true), object("b", true), object("c", false));

    @Test
    void shouldTellRightFromWrongFromUnlabelled() {
        SeenScene scene = new SeenScene(THREE, List.of(new SeenBox(0.9, 0, hit("a", 0.8)), new SeenBox(0.8, 1, hit("x", 0.7))));
        assertThat(EndToEnd.of(List.of(scene), 0.25, 0.6)).isEqualTo(new EndToEnd(1, 2, 2, 1, 1, 1));
        assertThat(EndToEnd.of(List.of(scene), 0.25, 0.75)).isEqualTo(new EndToEnd(1, 2, 2, 1, 0, 0));
    }

    @Test
    void shouldLeaveOutDetectionsUnderTheScoreThreshold() {
        SeenScene scene = new SeenScene(THREE, List.of(new SeenBox(0.24, 0, hit("a", 0.8))));
        assertThat(EndToEnd.of(List.of(scene), 0.25, 0.6)).isEqualTo(new EndToEnd(1, 2, 0, 0, 0, 0));
    }

    @Test
    void shouldNotCountProductsThatHardlyShowButTheirWrongLabels() {
        SeenScene scene = new SeenScene(THREE, List.of(new SeenBox(0.9, 2, hit("c", 0.8)), new SeenBox(0.9, 2, hit("x", 0.8))));
        assertThat(EndToEnd.of(List.of(scene), 0.25, 0.6)).isEqualTo(new EndToEnd(1, 2, 0, 0, 0, 1));
    }

    @Test
    void shouldCallALabelOnNothingFalse() {
        SeenScene scene = new SeenScene(THREE, List.of(new SeenBox(0.9, BoxMatching.NOTHING, hit("a", 0.8))));
        EndToEnd figures = EndToEnd.of(List.of(scene, scene), 0.25, 0.6);
        assertThat(figures).isEqualTo(new EndToEnd(2, 4, 0, 0, 0, 2));
        assertThat(figures.falseLabelsPerPicture()).isEqualTo(1);
    }

    @Test
    void shouldGiveSharesOfTheCountedProducts() {
        EndToEnd figures = new EndToEnd(1, 4, 3, 2, 1, 1);
        assertThat(figures.foundShare()).isEqualTo(0.75);
        assertThat(figures.rightShare()).isEqualTo(0.5);
        assertThat(figures.wrongShare()).isEqualTo(0.25);
    }

    private static SeenObject object(String label, boolean counted) {
        return new SeenObject(label, counted, null, null);
    }

    private static Hit hit(String label, double score) {
        return new Hit(label, label, "{}", score);
    }
}
