package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Rectangle2D;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelLayoutTest {
    private static final Rectangle2D TALL = new Rectangle2D.Double(10, 20, 100, 200);
    private static final Rectangle2D WIDE = new Rectangle2D.Double(10, 20, 300, 100);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void shouldKeepAllPartsOnThePanelWhenAnyArrangementIsUsed(int arrangement) {
        for (Rectangle2D panel : new Rectangle2D[] {TALL, WIDE}) {
            LabelLayout layout = LabelLayout.of(panel, arrangement);
            Rectangle2D room = new Rectangle2D.Double(panel.getX() - 1e-6, panel.getY() - 1e-6, panel.getWidth() + 2e-6, panel.getHeight() + 2e-6);

            assertThat(room.contains(layout.emblem())).isTrue();
            assertThat(room.contains(layout.brand())).isTrue();
            assertThat(room.contains(layout.variety())).isTrue();
            assertThat(room.contains(layout.print())).isTrue();
        }
    }

    @Test
    void shouldSetEmblemAndBrandSideBySideWhenThePanelIsWide() {
        LabelLayout layout = LabelLayout.of(WIDE, 0);

        assertThat(layout.emblem().getMaxX()).isLessThan(layout.brand().getX());
        assertThat(layout.sideways()).isFalse();
        assertThat(LabelLayout.of(WIDE, 1).emblem().getX()).isGreaterThan(LabelLayout.of(WIDE, 1).brand().getMaxX());
    }

    @Test
    void shouldWriteTheBrandUpwardsOrOverTheEmblemWhenTheArrangementSaysSo() {
        assertThat(LabelLayout.of(TALL, 0).sideways()).isTrue();
        assertThat(LabelLayout.of(TALL, 4).overEmblem()).isTrue();
        assertThat(LabelLayout.of(TALL, 4).emblem().intersects(LabelLayout.of(TALL, 4).brand())).isTrue();
    }
}
