package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class ShotsTest {
    @Test
    void shouldCutTheBoxOutExactlyWhenThereIsNoJitter() {
        // given a red square on blue
        BufferedImage picture = new BufferedImage(100, 80, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        g.setColor(Color.BLUE);
        g.fillRect(0, 0, 100, 80);
        g.setColor(Color.RED);
        g.fillRect(30, 20, 40, 40);
        g.dispose();

        // when
        BufferedImage crop = Shots.crop(new Shots.Shot(picture, new double[] {30, 20, 70, 60}), 0, 0, new Rng(1, 1), 16);

        // then
        assertThat(crop.getRGB(0, 0, 16, 16, null, 0, 16)).containsOnly(Color.RED.getRGB());
    }

    @Test
    void shouldShowWhatIsAroundTheBoxAndRepeatBorderPixelsWhenCutWithAMargin() {
        // given a red square in the top left corner of a blue picture
        BufferedImage picture = new BufferedImage(100, 80, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        g.setColor(Color.BLUE);
        g.fillRect(0, 0, 100, 80);
        g.setColor(Color.RED);
        g.fillRect(0, 0, 40, 40);
        g.dispose();

        // when
        BufferedImage crop = Shots.cropWithMargin(new Shots.Shot(picture, new double[] {0, 0, 40, 40}), 0.125, 50);

        // then the box is the 40 pixels in the middle
        assertThat(crop.getRGB(0, 0, 45, 45, null, 0, 45)).containsOnly(Color.RED.getRGB());
        assertThat(crop.getRGB(46, 0, 4, 50, null, 0, 4)).containsOnly(Color.BLUE.getRGB());
        assertThat(crop.getRGB(0, 46, 50, 4, null, 0, 50)).containsOnly(Color.BLUE.getRGB());
    }

    @Test
    void shouldLeaveAPartOfOneSideOutWhenTruncated() {
        // given a picture whose colour tells the column and the row
        BufferedImage picture = new BufferedImage(100, 100, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 10_000; i++) {
            picture.setRGB(i % 100, i / 100, (i % 100) << 16 | i / 100);
        }

        // when
        BufferedImage crop = Shots.crop(new Shots.Shot(picture, new double[] {0, 0, 100, 100}), 0, 1, new Rng(2, 1), 50);

        // then
        int width = (crop.getRGB(49, 25) >> 16 & 255) - (crop.getRGB(0, 25) >> 16 & 255);
        int height = (crop.getRGB(25, 49) & 255) - (crop.getRGB(25, 0) & 255);
        assertThat(Math.min(width, height)).isBetween(56, 91);
        assertThat(Math.max(width, height)).isBetween(96, 100);
    }

    @Test
    void shouldBoxTheProductInsideThePictureWhenItStandsInAScene() {
        for (int view = 1; view < 20; view++) {
            Shots.Shot shot = Shots.inScene(Product.of(view), view, new ProductSource(0, 10));

            assertThat(shot.box()[0]).isBetween(0.0, shot.box()[2] - 1);
            assertThat(shot.box()[1]).isBetween(0.0, shot.box()[3] - 1);
            assertThat(shot.box()[2]).isLessThanOrEqualTo(shot.picture().getWidth());
            assertThat(shot.box()[3]).isLessThanOrEqualTo(shot.picture().getHeight());
        }
    }
}
