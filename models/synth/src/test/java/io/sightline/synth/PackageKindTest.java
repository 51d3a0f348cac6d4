package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Rectangle2D;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackageKindTest {
    private static final Rectangle2D UNIT = new Rectangle2D.Double(-0.03, -0.03, 1.06, 1.06);

    @ParameterizedTest
    @EnumSource(PackageKind.class)
    void shouldFillTheUnitSquareWhenAnyKindIsDrawn(PackageKind kind) {
        Rectangle2D body = kind.body().getBounds2D();
        Rectangle2D whole = kind.cap() == null ? body : body.createUnion(kind.cap());

        assertThat(UNIT.contains(whole)).isTrue();
        assertThat(whole.getWidth()).isGreaterThan(0.95);
        assertThat(whole.getHeight()).isGreaterThan(0.95);
    }

    @ParameterizedTest
    @EnumSource(PackageKind.class)
    void shouldCarryTheLabelOnTheBodyWhenAnyKindIsDrawn(PackageKind kind) {
        assertThat(kind.body().contains(kind.panel().getCenterX(), kind.panel().getCenterY())).isTrue();
        assertThat(new Rectangle2D.Double(0, 0, 1, 1).contains(kind.panel())).isTrue();
        assertThat(kind.minAspect).isLessThan(kind.maxAspect);
        assertThat(kind.roundness).isBetween(0.0, 1.0);
    }
}
