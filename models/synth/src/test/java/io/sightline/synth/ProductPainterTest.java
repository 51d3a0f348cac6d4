package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProductPainterTest {
    @Test
    void shouldPaintTheLongSideFullWhenAnyProductIsPainted() {
        Set<PackageKind> kinds = EnumSet.noneOf(PackageKind.class);
        Set<Product.Pattern> patterns = EnumSet.noneOf(Product.Pattern.class);
        Set<Product.LabelStyle> styles = EnumSet.noneOf(Product.LabelStyle.class);
        for (long seed = 0; seed < 240; seed++) {
            Product product = Product.of(seed);
            BufferedImage front = ProductPainter.paint(product);
            kinds.add(product.kind());
            patterns.add(product.pattern());
            styles.add(product.labelStyle());

            assertThat(Math.max(front.getWidth(), front.getHeight())).isEqualTo(ProductPainter.LONG_SIDE);
            assertThat(front.getRGB(front.getWidth() / 2, front.getHeight() / 2) >>> 24).as("opaque in the middle").isEqualTo(255);
        }
        assertThat(kinds).hasSameSizeAs(PackageKind.values());
        assertThat(patterns).hasSameSizeAs(Product.Pattern.values());
        assertThat(styles).hasSameSizeAs(Product.LabelStyle.values());
    }

    @Test
    void shouldLeaveTheCornersClearWhenThePackageIsABottle() {
        Product bottle = java.util.stream.LongStream.range(0, 200).mapToObj(Product::of)
                .filter(product -> product.kind() == PackageKind.BOTTLE).findFirst().orElseThrow();

        BufferedImage front = ProductPainter.paint(bottle);

        assertThat(front.getRGB(1, 20) >>> 24).isZero();
        assertThat(front.getRGB(front.getWidth() - 2, 20) >>> 24).isZero();
    }
}
