import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.font.GlyphVector;
import java.awt.geom.PathIterator;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Development tool, not part of the module: writes the outlines of ASCII 32..126 of some free fonts as text, so that the
 * module itself never needs a font (README.md, "Lettering"). Run it only to add a face: pictures change with the outlines.
 *
 * <pre>java tools/ExtractGlyphs.java FONT_FOLDER src/main/resources/io/sightline/synth/faces</pre>
 */
public final class ExtractGlyphs {
    private static final float EM = 1000;

    /** Names describe the look: the licences reserve the fonts' own names for the fonts themselves. */
    private static final Map<String, String> FACES = new TreeMap<>(Map.ofEntries(
            Map.entry("sans", "liberation2/LiberationSans-Regular.ttf"),
            Map.entry("sans_bold", "liberation2/LiberationSans-Bold.ttf"),
            Map.entry("sans_oblique", "liberation2/LiberationSans-Italic.ttf"),
            Map.entry("wide_bold", "dejavu/DejaVuSans-Bold.ttf"),
            Map.entry("thin", "dejavu/DejaVuSans-ExtraLight.ttf"),
            Map.entry("condensed", "dejavu/DejaVuSansCondensed.ttf"),
            Map.entry("condensed_bold_oblique", "dejavu/DejaVuSansCondensed-BoldOblique.ttf"),
            Map.entry("serif", "liberation2/LiberationSerif-Regular.ttf"),
            Map.entry("serif_bold", "liberation2/LiberationSerif-Bold.ttf"),
            Map.entry("serif_italic", "liberation2/LiberationSerif-Italic.ttf"),
            Map.entry("slab", "dejavu/DejaVuSerif.ttf"),
            Map.entry("slab_bold", "dejavu/DejaVuSerif-Bold.ttf"),
            Map.entry("slab_condensed_italic", "dejavu/DejaVuSerifCondensed-BoldItalic.ttf"),
            Map.entry("mono", "liberation2/LiberationMono-Regular.ttf"),
            Map.entry("mono_bold", "dejavu/DejaVuSansMono-Bold.ttf"),
            Map.entry("script", "../opentype/lobstertwo/LobsterTwo-Regular.otf"),
            Map.entry("script_bold", "../opentype/lobstertwo/LobsterTwo-Bold.otf")));

    public static void main(String[] args) throws Exception {
        Path fonts = Path.of(args[0]);
        Path target = Files.createDirectories(Path.of(args[1]));
        for (Map.Entry<String, String> face : FACES.entrySet()) {
            write(new File(fonts.toFile(), face.getValue()), target.resolve(face.getKey() + ".glyphs"));
        }
    }

    private static void write(File fontFile, Path target) throws Exception {
        Font font = Font.createFont(Font.TRUETYPE_FONT, fontFile).deriveFont(EM);
        FontRenderContext context = new FontRenderContext(null, true, true);
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(target, StandardCharsets.US_ASCII))) {
            out.print("# character, advance, outline; 1000 units an em, y down. Licence: see LICENCES.txt\n");
            for (char c = 32; c <= 126; c++) {
                GlyphVector glyph = font.createGlyphVector(context, new char[] {c});
                out.print(c + " " + Math.round(glyph.getGlyphMetrics(0).getAdvanceX()) + " " + path(glyph) + "\n");
            }
        }
    }

    private static String path(GlyphVector glyph) throws IOException {
        StringBuilder text = new StringBuilder();
        double[] at = new double[6];
        for (PathIterator p = glyph.getOutline().getPathIterator(null); !p.isDone(); p.next()) {
            int kind = p.currentSegment(at);
            text.append("MLQCZ".charAt(kind));
            int numbers = kind == PathIterator.SEG_CLOSE ? 0 : kind == PathIterator.SEG_CUBICTO ? 6 : kind == PathIterator.SEG_QUADTO ? 4 : 2;
            for (int i = 0; i < numbers; i++) {
                text.append(i == 0 ? "" : " ").append(Math.round(at[i]));
            }
        }
        return text.toString();
    }
}
