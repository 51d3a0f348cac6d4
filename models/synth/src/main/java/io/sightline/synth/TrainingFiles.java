package io.sightline.synth;

import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files of bare RGB bytes, all pictures of one size one after the other, as the training scripts map them into memory. */
final class TrainingFiles {
    static final List<String> SCENE_OPTIONS = List.of("out", "from", "identities", "count", "seed", "width", "height", "side", "closeups");
    static final List<String> CROP_OPTIONS = List.of("out", "from", "count", "views", "side", "margin");

    /** Keeps the choice of close-ups apart from what the scenes draw. */
    private static final int CLOSEUP_STREAM = 4000;
    private static final double GALLERY_JITTER = 0.04;
    private static final double SCENE_JITTER = 0.1;
    private static final double TRUNCATED = 0.12;

    private record Raw(byte[] rgb, String truth) {
    }

    private TrainingFiles() {
    }

    static void writeScenes(Options options) throws IOException {
        Path file = options.path("out");
        int side = options.number("side", 32, 320);
        long seed = options.seed("seed");
        long from = options.seed("from");
        int identities = options.number("identities", 1);
        int count = options.number("count", 0);
        int width = options.number("width", 64, 640);
        int height = options.number("height", 64, 480);
        double closeups = options.share("closeups", 0);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                PrintWriter truth = new PrintWriter(Files.newBufferedWriter(Path.of(file + ".jsonl")))) {
            InOrder.make(count, i -> {
                Rng rng = new Rng(seed + i, CLOSEUP_STREAM);
                if (rng.chance(closeups)) {
                    return closeup(i, from + rng.below(identities), rng.below(8), side);
                }
                ScenePicture scene = SyntheticWorld.scene(i, seed, from, identities, width, height);
                return raw(i, scene.jpeg(), scene.objects(), side);
            }, (i, raw) -> {
                out.write(raw.rgb());
                truth.print(raw.truth() + "\n");
            });
        }
    }

    /** A gallery picture among the scenes, so that the detector finds the product there too when the gallery is indexed. */
    private static Raw closeup(int index, long identity, int view, int side) {
        GalleryPicture picture = SyntheticWorld.gallery(identity, view);
        return raw(index, picture.jpeg(), List.of(new TrueObject(identity, picture.label(), picture.box(), 1)), side);
    }

    private static Raw raw(int index, byte[] jpeg, List<TrueObject> objects, int side) {
        BufferedImage picture = Jpeg.decode(jpeg);
        byte[] rgb = rgb(Shots.resized(picture, 0, 0, picture.getWidth(), picture.getHeight(), side, side));
        return new Raw(rgb, JsonLines.scene(Integer.toString(index), picture.getWidth(), picture.getHeight(), objects));
    }

    static void writeCrops(Options options) throws IOException {
        long from = options.seed("from");
        int count = options.number("count", 1);
        int views = options.number("views", 1);
        int side = options.number("side", 16, 128);
        double margin = options.share("margin", 0);
        ProductSource all = new ProductSource(from, count);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(options.path("out")))) {
            InOrder.make(count, i -> views(Product.of(from + i), views, all, side, margin), (i, crops) -> out.write(crops));
        }
    }

    /**
     * View 0 shows the gallery picture, the others the product in scenes. Without a margin the boxes are a little off; with one they
     * are exact, and the training puts them off.
     */
    private static byte[] views(Product product, int views, ProductSource neighbours, int side, double margin) {
        int length = 3 * side * side;
        byte[] crops = new byte[views * length];
        for (int view = 0; view < views; view++) {
            Rng rng = new Rng(product.seed(), 3000 + view);
            Shots.Shot shot = view == 0 ? Shots.gallery(product, 0) : Shots.inScene(product, view, neighbours);
            BufferedImage crop = margin > 0 ? Shots.cropWithMargin(shot, margin, side)
                    : Shots.crop(shot, view == 0 ? GALLERY_JITTER : SCENE_JITTER, view == 0 ? 0 : TRUNCATED, rng, side);
            System.arraycopy(rgb(crop), 0, crops, view * length, length);
        }
        return crops;
    }

    private static byte[] rgb(BufferedImage image) {
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        byte[] bytes = new byte[3 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            bytes[3 * i] = (byte) (pixels[i] >> 16);
            bytes[3 * i + 1] = (byte) (pixels[i] >> 8);
            bytes[3 * i + 2] = (byte) pixels[i];
        }
        return bytes;
    }
}
