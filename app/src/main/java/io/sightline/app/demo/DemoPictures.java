package io.sightline.app.demo;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The demo's pictures and their truth, as {@code ./sightline synth} writes them: gallery/gallery.jsonl and scenes/scenes.jsonl. */
record DemoPictures(Path folder, List<GalleryPicture> gallery, List<Scene> scenes) {
    private static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    /** @param box x1, y1, x2, y2 around the product, pixels */
    record GalleryPicture(String file, long identity, String label, double[] box) {
    }

    record Scene(String file, int width, int height, List<TrueObject> objects) {
    }

    /** @param visible share of the product's front that shows, 0.15..1 */
    record TrueObject(long identity, String label, double[] box, double visible) {
        static final double MIN_VISIBLE = 0.5;
        static final double MIN_SIDE = 40;

        /** Counted in the demo's score: at least half of it shows, and it is at least 40 pixels on its longer side. */
        boolean counts() {
            return visible >= MIN_VISIBLE && Math.max(box[2] - box[0], box[3] - box[1]) >= MIN_SIDE;
        }
    }

    static DemoPictures read(Path folder) throws IOException {
        return new DemoPictures(folder, lines(folder.resolve("gallery/gallery.jsonl"), GalleryPicture.class),
                lines(folder.resolve("scenes/scenes.jsonl"), Scene.class));
    }

    byte[] bytes(GalleryPicture picture) throws IOException {
        return Files.readAllBytes(folder.resolve("gallery").resolve(picture.file()));
    }

    byte[] bytes(Scene scene) throws IOException {
        return Files.readAllBytes(folder.resolve("scenes").resolve(scene.file()));
    }

    private static <T> List<T> lines(Path file, Class<T> type) throws IOException {
        List<T> items = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            items.add(JSON.readValue(line, type));
        }
        return items;
    }
}
