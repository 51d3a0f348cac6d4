package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ProductTest {
    @Test
    void shouldBeTheSameProductWhenTheSeedIsTheSame() {
        assertThat(Product.of(77).label()).isEqualTo(Product.of(77).label());
        assertThat(Product.of(77).palette()).isEqualTo(Product.of(77).palette());
    }

    @Test
    void shouldHaveLabelsOfTheirOwnWhenSeedsDiffer() {
        Set<String> labels = new HashSet<>();
        LongStream.range(0, 2000).forEach(seed -> labels.add(Product.of(seed).label()));

        assertThat(labels).hasSize(2000).allMatch(label -> label.matches("[A-Z][a-z]* [A-Z][a-z]* [a-z]+ #\\d+"));
    }

    @Test
    void shouldShareBrandOrColoursWhenFamiliesAreRelated() {
        int ranges = 0;
        int rivals = 0;
        for (long family = 0; family < 300; family++) {
            Product first = Product.of(4 * family);
            Product second = Product.of(4 * family + 1);
            ranges += first.brand().equals(second.brand()) && first.kind() == second.kind() ? 1 : 0;
            rivals += first.palette().equals(second.palette()) && first.kind() == second.kind() ? 1 : 0;
        }

        assertThat(ranges).isBetween(70, 130);
        assertThat(rivals).isBetween(70, 130);
    }

    @Test
    void shouldKeepTheLongSideWhenWidthAndHeightAreAsked() {
        LongStream.range(0, 50).mapToObj(Product::of).forEach(product -> {
            assertThat(Math.max(product.width(100), product.height(100))).isEqualTo(100);
            assertThat(product.width(100) / product.height(100)).isBetween(product.kind().minAspect - 1e-9, product.kind().maxAspect + 1e-9);
        });
    }

    @Test
    void shouldKnowFamiliesWhenSeedsAreNegative() {
        assertThat(Product.of(-3).label()).endsWith("#-3");
    }
}
