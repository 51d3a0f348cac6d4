package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Shape;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LetteringTest {
    private static final String ASCII = IntStream.rangeClosed(32, 126).collect(StringBuilder::new, StringBuilder::appendCodePoint,
            StringBuilder::append).toString();

    @Test
    void shouldGiveTheOutlinesThePicturesWereFrozenWith() {
        // given all faces; when all they can write is drawn
        CRC32 all = new CRC32();
        for (Face face : Face.values()) {
            all.update(pathText(Lettering.outline(ASCII, face, 40)).getBytes());
        }

        // then: a change here changes every picture of the world, so models would have to be measured again
        assertThat(Long.toHexString(all.getValue())).isEqualTo("e0e7c097");
    }

    @ParameterizedTest
    @EnumSource(Face.class)
    void shouldKeepEachLetterInsideTheLineWhenAnyFaceIsUsed(Face face) {
        Rectangle2D bounds = Lettering.outline(ASCII, face, 100).getBounds2D();

        assertThat(bounds.getMinY()).isBetween(-120.0, -60.0);
        assertThat(bounds.getMaxY()).isBetween(10.0, 50.0);
        assertThat(bounds.getWidth()).isCloseTo(Lettering.width(ASCII, face, 100), within(100.0));
    }

    @Test
    void shouldDrawDifferentShapesWhenFacesDiffer() {
        Set<String> shapes = new HashSet<>();
        for (Face face : Face.values()) {
            shapes.add(pathText(Lettering.outline("Rg8", face, 40)));
        }

        assertThat(shapes).hasSameSizeAs(Face.values());
    }

    @Test
    void shouldScaleWithTheSizeWhenWidthIsAsked() {
        double small = Lettering.width("Sightline", Face.SERIF, 10);

        assertThat(Lettering.width("Sightline", Face.SERIF, 30)).isCloseTo(3 * small, within(1e-9));
        assertThat(Lettering.width("", Face.SERIF, 30)).isZero();
    }

    @Test
    void shouldAddAdvancesWhenTextsAreJoined() {
        double joined = Lettering.width("ab", Face.CONDENSED, 20);

        assertThat(joined).isCloseTo(Lettering.width("a", Face.CONDENSED, 20) + Lettering.width("b", Face.CONDENSED, 20), within(1e-9));
    }

    @Test
    void shouldWriteEveryLetterEquallyWideWhenTheFaceIsMono() {
        assertThat(Lettering.width("iiii", Face.MONO, 12)).isEqualTo(Lettering.width("WWWW", Face.MONO, 12));
    }

    @Test
    void shouldDrawAQuestionMarkWhenTheCharacterIsNotPrintableAscii() {
        String expected = pathText(Lettering.outline("?a?", Face.SANS, 20));

        assertThat(pathText(Lettering.outline("\u00e9a\n", Face.SANS, 20))).isEqualTo(expected);
    }

    @Test
    void shouldGiveAnEmptyShapeWhenThereIsNothingToDraw() {
        assertThat(Lettering.outline("", Face.SANS, 20).getBounds2D().isEmpty()).isTrue();
        assertThat(Lettering.outline("  ", Face.SANS, 20).getBounds2D().isEmpty()).isTrue();
    }

    private static String pathText(Shape shape) {
        StringBuilder text = new StringBuilder();
        double[] at = new double[6];
        for (PathIterator path = shape.getPathIterator(null); !path.isDone(); path.next()) {
            int kind = path.currentSegment(at);
            text.append(kind);
            int numbers = new int[] {2, 2, 4, 6, 0}[kind];
            for (int i = 0; i < numbers; i++) {
                text.append(' ').append(Math.round(at[i] * 1000));
            }
            text.append('\n');
        }
        return text.toString();
    }
}
