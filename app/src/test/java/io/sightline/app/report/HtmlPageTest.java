package io.sightline.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.app.report.BoxedPicture.Box;
import io.sightline.app.report.BoxedPicture.Kind;
import io.sightline.schemas.request.RequestLimits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlPageTest {
    private static final String EVIL = "<script>alert('x')</script>\" onload=\"x&\u0000";
    @TempDir
    private Path folder;

    @Test
    void shouldWriteWhateverTextAsText() throws Exception {
        Path file = folder.resolve("new/report.html");
        try (HtmlPage page = HtmlPage.open(file, EVIL)) {
            page.heading(EVIL).paragraph(EVIL).table(List.of("name", EVIL), List.of(List.of(EVIL, "-1.5"), List.of("a", "-b")));
            page.html(BoxedPicture.markup(new Thumbnail("data:image/jpeg;base64,", 10, 10), List.of(new Box(List.of(1, 2, 3, 4), EVIL, Kind.WRONG)), EVIL));
        }
        String html = Files.readString(file);
        assertThat(html).doesNotContain("<script", "onload=\"", "\u0000").contains("&lt;script&gt;alert(&#39;x&#39;)", "<td class=\"number\">-1.5</td>", "<td>-b</td>")
                .startsWith("<!DOCTYPE html>").endsWith("</html>\n");
    }

    @Test
    void shouldFetchNothingFromAnywhere() throws Exception {
        Path file = folder.resolve("report.html");
        HtmlPage.open(file, "Report").close();
        assertThat(Files.readString(file)).contains("default-src 'none'").doesNotContain("http://", "https://", "src=", "@import", "url(");
    }

    @Test
    void shouldBeThereOnlyWhenItIsWhole() throws Exception {
        Path file = Files.writeString(folder.resolve("report.html"), "the last one");
        HtmlPage page = HtmlPage.open(file, "Report");
        page.paragraph("half");
        assertThat(file).hasContent("the last one");
        page.close();
        assertThat(file).content().contains("half");
        assertThat(folder.toFile().list()).containsExactly("report.html");
    }

    @Test
    void shouldMakeASmallJpegAndKeepTheSizeThatBoxesAreToldIn() throws Exception {
        // given
        BufferedImage image = new BufferedImage(800, 400, BufferedImage.TYPE_INT_RGB);
        for (int x = 400; x < 800; x++) {
            for (int y = 0; y < 400; y++) {
                image.setRGB(x, y, 0xFF0000);
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);

        // when
        Thumbnail thumbnail = new Thumbnail.Maker(RequestLimits.DEFAULT, 200).of(png.toByteArray());

        // then
        assertThat(thumbnail.width()).isEqualTo(800);
        assertThat(thumbnail.height()).isEqualTo(400);
        BufferedImage small = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(thumbnail.dataUri().substring("data:image/jpeg;base64,".length()))));
        assertThat(small.getWidth()).isEqualTo(200);
        assertThat(small.getHeight()).isEqualTo(100);
        assertThat((small.getRGB(150, 50) >> 16) & 0xFF).as("red on the right").isGreaterThan(240);
        assertThat((small.getRGB(150, 50)) & 0xFF).as("no blue there").isLessThan(20);
        assertThat(small.getRGB(50, 50) & 0xFFFFFF).as("black on the left").isLessThan(0x101010);
    }

    @Test
    void shouldSayWhyThereIsNoThumbnail() {
        assertThatThrownBy(() -> new Thumbnail.Maker(RequestLimits.DEFAULT, 200).of("no picture".getBytes())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("(expected: ");
    }
}
