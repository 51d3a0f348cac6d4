package io.sightline.synth;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Folders of JPEG files with an index, for people, tests and the demo. */
final class PictureFolders {
    /** PaddleClas's form, {@code path TAB label} a line: what {@code sightline gallery import} reads. */
    private static final String LABEL_FILE = "gallery_label.txt";
    static final List<String> GALLERY_OPTIONS = List.of("out", "from", "count", "views");
    static final List<String> SCENE_OPTIONS = List.of("out", "from", "identities", "count", "seed", "width", "height");

    private PictureFolders() {
    }

    static void writeGallery(Options options) throws IOException {
        long from = options.seed("from");
        int count = options.number("count", 0);
        int views = options.number("views", 1, 1);
        Path folder = Files.createDirectories(options.path("out"));
        try (PrintWriter index = new PrintWriter(Files.newBufferedWriter(folder.resolve("gallery.jsonl")));
             PrintWriter labels = new PrintWriter(Files.newBufferedWriter(folder.resolve(LABEL_FILE)))) {
            InOrder.make(count * views, i -> SyntheticWorld.gallery(from + i / views, i % views), (i, picture) -> {
                String file = picture.identity() + "-" + i % views + ".jpg";
                Files.write(folder.resolve(file), picture.jpeg());
                index.print(JsonLines.gallery(file, picture) + "\n");
                labels.print(file + "\t" + picture.label() + "\n");
            });
        }
    }

    static void writeScenes(Options options) throws IOException {
        long from = options.seed("from");
        long seed = options.seed("seed");
        int identities = options.number("identities", 1);
        int count = options.number("count", 0);
        int width = options.number("width", 64, 640);
        int height = options.number("height", 64, 480);
        Path folder = Files.createDirectories(options.path("out"));
        try (PrintWriter truth = new PrintWriter(Files.newBufferedWriter(folder.resolve("scenes.jsonl")))) {
            InOrder.make(count, i -> SyntheticWorld.scene(i, seed, from, identities, width, height), (i, scene) -> {
                String file = "%06d.jpg".formatted(i);
                Files.write(folder.resolve(file), scene.jpeg());
                truth.print(JsonLines.scene(file, scene.width(), scene.height(), scene.objects()) + "\n");
            });
        }
    }
}
