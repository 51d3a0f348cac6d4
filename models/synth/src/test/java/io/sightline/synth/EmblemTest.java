package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Rectangle2D;
import org.junit.jupiter.api.Test;

class EmblemTest {
    @Test
    void shouldStayNearTheUnitCircleWhenAnyFigureIsDrawn() {
        Rectangle2D room = new Rectangle2D.Double(-1.7, -1.7, 3.4, 3.4);
        for (int seed = 0; seed < 400; seed++) {
            Emblem emblem = Emblem.random(new Rng(seed, 1));

            assertThat(room.contains(emblem.outline().getBounds2D())).as("outline of seed %d: %s", seed, emblem.outline().getBounds2D()).isTrue();
            assertThat(room.contains(emblem.detail().getBounds2D())).as("detail of seed %d", seed).isTrue();
            assertThat(emblem.outline().getBounds2D().getWidth()).isGreaterThan(0.2);
        }
    }

    @Test
    void shouldDrawTheSameFigureWhenTheDrawsAreTheSame() {
        assertThat(Emblem.random(new Rng(5, 1)).outline().getBounds2D()).isEqualTo(Emblem.random(new Rng(5, 1)).outline().getBounds2D());
    }
}
