package io.sightline.synth;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Command line of the product world. Options are "--name value" pairs.
 *
 * <pre>
 * gallery    --out DIR  --from SEED --count N [--views 1]       256x256 JPEG files, gallery.jsonl and gallery_label.txt
 * scenes     --out DIR  --from SEED --identities M --count N --seed S [--width 640 --height 480]   JPEG files and scenes.jsonl
 * raw-scenes --out FILE --from SEED --identities M --count N --seed S [--side 320] [--closeups 0]  RGB bytes, and FILE.jsonl;
 *                                                               that share of the pictures are gallery pictures
 * crops      --out FILE --from SEED --count N --views V [--side 128]   RGB bytes, V crops per identity; the first shows the
 *                                                               gallery picture cut to the product, the others scenes
 * </pre>
 */
public final class Main {
    private static final String COMMANDS = "gallery, scenes, raw-scenes or crops";

    private Main() {
    }

    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true");
        try {
            run(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    /**
     * Does what the arguments say.
     *
     * @throws IllegalArgumentException if they can't be understood; the message is for the user
     */
    public static void run(String... args) {
        if (args.length == 0) {
            throw new IllegalArgumentException("command: none (expected: " + COMMANDS + ")");
        }
        try {
            switch (args[0]) {
                case "gallery" -> PictureFolders.writeGallery(new Options(args, PictureFolders.GALLERY_OPTIONS));
                case "scenes" -> PictureFolders.writeScenes(new Options(args, PictureFolders.SCENE_OPTIONS));
                case "raw-scenes" -> TrainingFiles.writeScenes(new Options(args, TrainingFiles.SCENE_OPTIONS));
                case "crops" -> TrainingFiles.writeCrops(new Options(args, TrainingFiles.CROP_OPTIONS));
                default -> throw new IllegalArgumentException("command: " + args[0] + " (expected: " + COMMANDS + ")");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
