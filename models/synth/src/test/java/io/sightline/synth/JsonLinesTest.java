package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    private final Locale before = Locale.getDefault();

    @AfterEach
    void restoreLocale() {
        Locale.setDefault(before);
    }

    @Test
    void shouldWriteAnObjectWhenAGalleryPictureIsGiven() {
        GalleryPicture picture = new GalleryPicture(new byte[0], 7, "Zol Rotlu box #7", new double[] {1, 2.4, 30.6, 40});

        assertThat(JsonLines.gallery("7-0.jpg", picture))
                .isEqualTo("{\"file\":\"7-0.jpg\",\"identity\":7,\"label\":\"Zol Rotlu box #7\",\"box\":[1,2,31,40]}");
    }

    @Test
    void shouldWriteAllObjectsWhenASceneIsGiven() {
        TrueObject first = new TrueObject(1, "A B can #1", new double[] {0, 0, 10, 20}, 0.5);
        TrueObject second = new TrueObject(2, "C D jar #2", new double[] {5, 5, 15, 25}, 1);

        assertThat(JsonLines.scene("0.jpg", 640, 480, List.of(first, second))).isEqualTo("{\"file\":\"0.jpg\",\"width\":640,\"height\":480,"
                + "\"objects\":[{\"identity\":1,\"label\":\"A B can #1\",\"box\":[0,0,10,20],\"visible\":0.500},"
                + "{\"identity\":2,\"label\":\"C D jar #2\",\"box\":[5,5,15,25],\"visible\":1.000}]}");
    }

    @Test
    void shouldWriteAnEmptyListWhenNothingIsThere() {
        assertThat(JsonLines.scene("0.jpg", 64, 64, List.of())).endsWith("\"objects\":[]}");
    }

    @Test
    void shouldWriteDecimalPointsWhenTheMachineUsesCommas() {
        Locale.setDefault(Locale.GERMANY);

        assertThat(JsonLines.scene("0.jpg", 64, 64, List.of(new TrueObject(1, "x", new double[] {0, 0, 1, 1}, 0.25)))).contains("0.250");
    }
}
