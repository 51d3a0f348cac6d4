package io.sightline.schemas.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class GalleryLimitsTest {
    private static void refused(ThrowingCallable check, String message) {
        assertThatThrownBy(check).isInstanceOf(InvalidRequestException.class).hasMessageStartingWith(message).hasMessageContaining("(expected: ");
    }

    @Test
    void shouldRefuseIdsThatNoUrlCouldName() {
        for (String id : new String[] {"..", "../a.jpg", "a/../b", "a/.."}) {
            assertThatThrownBy(() -> GalleryLimits.checkEntryId(id)).isInstanceOf(InvalidRequestException.class)
                    .hasMessage("id: '" + id + "' (expected: no '..' between slashes, for no URL could name it)");
        }
        for (String id : new String[] {".", "...", "a..b", "./a.jpg", "..a/b..", "/", "//"}) {
            assertThat(GalleryLimits.checkEntryId(id)).isEqualTo(id);
        }
    }

    @Test
    void shouldTakeALabelAtTheLimitAndRefuseOneCharacterMore() {
        assertThat(GalleryLimits.checkLabel("l".repeat(1000))).hasSize(1000);
        refused(() -> GalleryLimits.checkLabel("l".repeat(1001)), "label: 1001 characters");
    }

    @Test
    void shouldCountAttributesInBytes() {
        assertThat(GalleryLimits.checkAttributesBytes("ä".repeat(8192))).hasSize(8192);
        refused(() -> GalleryLimits.checkAttributesBytes("ä".repeat(8192) + "x"), "attributes: 16385 bytes");
        refused(() -> GalleryLimits.checkAttributesBytes("x".repeat(1 << 20)), "attributes: 1048576 bytes");
    }

    @Test
    void shouldRefuseVectorsThatCanBeNobodys() {
        assertThat(GalleryLimits.checkVector(Collections.nCopies(16_384, 1f))).hasSize(16_384);
        refused(() -> GalleryLimits.checkVector(Collections.nCopies(16_385, 1f)), "vector: 16385 numbers");
        refused(() -> GalleryLimits.checkVector(List.of()), "vector: 0 numbers");
        refused(() -> GalleryLimits.checkVector(List.of(0f, -0f)), "vector: 2 zeros");
        refused(() -> GalleryLimits.checkVector(List.of(1f, Float.NaN)), "vector[1]: NaN");
        refused(() -> GalleryLimits.checkVector(List.of(Float.NEGATIVE_INFINITY)), "vector[0]: -Infinity");
    }

    @Test
    void shouldRefuseAModelNameOneOver() {
        assertThat(GalleryLimits.checkVectorModel("m".repeat(300))).hasSize(300);
        refused(() -> GalleryLimits.checkVectorModel("m".repeat(301)), "vector_model: '");
        refused(() -> GalleryLimits.checkVectorModel(" "), "vector_model: ' '");
    }

    @Test
    void shouldRefuseBoxesThatHoldNothing() {
        assertThat(GalleryLimits.checkBox(List.of(0, 0, 1, 1))).hasSize(4);
        for (List<Integer> box : List.of(List.<Integer>of(), List.of(0, 0, 1), List.of(0, 0, 1, 1, 1), List.of(-1, 0, 1, 1), List.of(0, -1, 1, 1), List.of(1, 0, 1, 1), List.of(0, 2, 1, 1))) {
            refused(() -> GalleryLimits.checkBox(box), "box: " + box);
        }
    }

    @Test
    void shouldRefuseAFilterOneOver() {
        assertThat(GalleryLimits.checkFilter("f".repeat(1000))).hasSize(1000);
        refused(() -> GalleryLimits.checkFilter("f".repeat(1001)), "filter: 'fff");
        refused(() -> GalleryLimits.checkFilter(""), "filter: '', 0 characters");
    }

    @Test
    void shouldTakeSixteenGalleriesAndRefuseOneMore() {
        assertThat(GalleryLimits.checkGalleries(IntStream.range(0, 16).mapToObj(i -> "g" + i).toList())).hasSize(16);
        refused(() -> GalleryLimits.checkGalleries(IntStream.range(0, 17).mapToObj(i -> "g" + i).toList()), "galleries: 17");
        refused(() -> GalleryLimits.checkGalleries(List.of()), "galleries: 0");
        refused(() -> GalleryLimits.checkGalleries(List.of("a", "a")), "galleries: [a, a]");
        refused(() -> GalleryLimits.checkGalleries(List.of("a b")), "galleries: 'a b'");
    }
}
