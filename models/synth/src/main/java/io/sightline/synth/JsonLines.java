package io.sightline.synth;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Ground truth as JSON, one object a line. Labels hold letters, digits, spaces and '#' only, so nothing needs escaping. */
final class JsonLines {
    private JsonLines() {
    }

    static String gallery(String file, GalleryPicture picture) {
        return "{\"file\":\"%s\",\"identity\":%d,\"label\":\"%s\",\"box\":%s}".formatted(file, picture.identity(), picture.label(),
                box(picture.box()));
    }

    static String scene(String file, int width, int height, List<TrueObject> objects) {
        String found = objects.stream().map(JsonLines::object).collect(Collectors.joining(","));
        return "{\"file\":\"%s\",\"width\":%d,\"height\":%d,\"objects\":[%s]}".formatted(file, width, height, found);
    }

    private static String object(TrueObject object) {
        return String.format(Locale.ROOT, "{\"identity\":%d,\"label\":\"%s\",\"box\":%s,\"visible\":%.3f}", object.identity(),
                object.label(), box(object.box()), object.visible());
    }

    private static String box(double[] box) {
        return String.format(Locale.ROOT, "[%.0f,%.0f,%.0f,%.0f]", box[0], box[1], box[2], box[3]);
    }
}
