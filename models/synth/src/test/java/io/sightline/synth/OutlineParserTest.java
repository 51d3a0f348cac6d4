package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutlineParserTest {
    @Test
    void shouldReadAllCommandsWhenNumbersAreNegativeOrPacked() {
        // when
        PathIterator path = OutlineParser.path("M0 -10L20 0Q30 5 20 10C15 12 5 12 0 10Z").getPathIterator(null);

        // then
        List<Integer> kinds = new ArrayList<>();
        for (; !path.isDone(); path.next()) {
            kinds.add(path.currentSegment(new double[6]));
        }
        assertThat(kinds).containsExactly(PathIterator.SEG_MOVETO, PathIterator.SEG_LINETO, PathIterator.SEG_QUADTO,
                PathIterator.SEG_CUBICTO, PathIterator.SEG_CLOSE);
    }

    @Test
    void shouldKeepCoordinatesWhenAPolygonIsRead() {
        assertThat(OutlineParser.path("M-3 -4L5 -4L5 6L-3 6Z").getBounds2D()).isEqualTo(new Rectangle2D.Double(-3, -4, 8, 10));
    }

    @Test
    void shouldGiveAnEmptyPathWhenTheTextIsEmpty() {
        assertThat(OutlineParser.path("").getCurrentPoint()).isNull();
    }

    @Test
    void shouldNameTheCommandWhenItIsUnknown() {
        assertThatThrownBy(() -> OutlineParser.path("M0 0A1 1")).hasMessage("outline command: A (expected: M, L, Q, C or Z)");
    }
}
