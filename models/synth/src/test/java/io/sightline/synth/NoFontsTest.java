package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine without fonts must draw the same pictures; there the JDK's font code throws as soon as it is touched. */
class NoFontsTest {
    /** What a class file would mention if it used fonts: its constants are stored as plain text. */
    private static final List<String> FONT_CODE = List.of("java/awt/Font", "java/awt/font/", "GraphicsEnvironment", "drawString",
            "drawGlyphVector", "getFontMetrics", "TextLayout");

    @TempDir
    Path folder;

    @Test
    void shouldNotMentionFontsWhenClassFilesAreSearched() throws Exception {
        // given
        Path classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Path> files;
        try (Stream<Path> found = Files.walk(classes)) {
            files = found.filter(file -> file.toString().endsWith(".class")).toList();
        }

        // then
        assertThat(files).hasSizeGreaterThan(30).allSatisfy(file -> assertThat(constants(file)).doesNotContain(FONT_CODE));
    }

    @Test
    void shouldNotLoadTheFontMachineryWhenPicturesAreDrawn() throws Exception {
        // given a fresh JVM that tells which classes it loads
        Path log = folder.resolve("classes.log");
        Process jvm = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-Xlog:class+load:file=" + log,
                "-Djava.awt.headless=true", "-cp", System.getProperty("java.class.path"), Main.class.getName(),
                "scenes", "--out", folder.resolve("scenes").toString(), "--from", "0", "--identities", "40", "--count", "4", "--seed", "1")
                .redirectErrorStream(true).start();

        // when
        String said = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();

        // then
        assertThat(said).isEmpty();
        assertThat(jvm.exitValue()).isZero();
        String loaded = Files.readString(log);
        assertThat(loaded).contains("io.sightline.synth.Lettering ");
        assertThat(loaded).doesNotContain("sun.font.FontManagerFactory", "sun.font.SunFontManager", "sun.awt.FontConfiguration",
                "sun.awt.FcFontConfiguration", "sun.font.FontStrike");
    }

    private static String constants(Path classFile) {
        try {
            return Files.readString(classFile, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
