package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PoseTest {
    @Test
    void shouldKeepTheFrontWhenNothingIsTurned() {
        Pose pose = Pose.of(50, 40, 20, 10, 0, 0, 0);

        assertThat(pose.x()).containsExactly(new double[] {40, 60, 60, 40}, within(1e-9));
        assertThat(pose.y()).containsExactly(new double[] {35, 35, 45, 45}, within(1e-9));
    }

    @Test
    void shouldMapCornersToTheUnitSquareWhenTheHomographyIsApplied() {
        Pose pose = Pose.of(10, 20, 30, 50, 0.3, 0.4, -0.2);
        double[] m = pose.toUnitSquare();
        double[][] expected = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};

        for (int i = 0; i < 4; i++) {
            double z = m[6] * pose.x()[i] + m[7] * pose.y()[i] + m[8];
            assertThat((m[0] * pose.x()[i] + m[1] * pose.y()[i] + m[2]) / z).isCloseTo(expected[i][0], within(1e-9));
            assertThat((m[3] * pose.x()[i] + m[4] * pose.y()[i] + m[5]) / z).isCloseTo(expected[i][1], within(1e-9));
        }
    }

    @Test
    void shouldShortenTheFarSideWhenTurned() {
        Pose pose = Pose.of(0, 0, 40, 40, 0, 0.5, 0);

        assertThat(pose.y()[3] - pose.y()[0]).isGreaterThan(pose.y()[2] - pose.y()[1]);
    }

    @Test
    void shouldMoveAllCornersWhenShifted() {
        Pose shifted = Pose.of(0, 0, 40, 20, 0, 0, 0).shifted(7, -3);

        assertThat(shifted.minX()).isEqualTo(-13);
        assertThat(shifted.maxX()).isEqualTo(27);
        assertThat(shifted.minY()).isEqualTo(-13);
        assertThat(shifted.maxY()).isEqualTo(7);
    }
}
