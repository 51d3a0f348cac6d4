package io.sightline.app.diff;

import io.sightline.app.report.HtmlPage;
import io.sightline.app.report.Thumbnail;
import io.sightline.connectors.diff.ChangeKind;
import io.sightline.connectors.diff.DetectionChange;
import io.sightline.connectors.diff.ResultChange;
import io.sightline.schemas.Detection;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.RecognitionResult;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Both sides' boxes over their picture, as markup: A's with whole lines and its names above, B's with broken lines and its names below. What did not change is faint. */
final class PairPicture {
    private static final double LINE_SHARE = 1 / 160.0;
    private static final double TEXT_SHARE = 1 / 32.0;
    private static final int MAX_BOXES = 300;
    private static final int MAX_CAPTION = 32;
    private static final int SIDES = 4;

    private final StringBuilder svg = new StringBuilder();
    private final double line;
    private final double text;
    private final int width;
    private int drawn;

    private PairPicture(int width, int height, Optional<Thumbnail> picture, String alternative) {
        this.width = width;
        double side = Math.max(width, height);
        line = side * LINE_SHARE;
        text = side * TEXT_SHARE;
        svg.append(String.format(Locale.ROOT, "<svg class=\"pair\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", width, height, HtmlPage.escape(alternative)));
        picture.ifPresent(thumbnail -> svg.append(String.format(Locale.ROOT, "<image href=\"%s\" width=\"%d\" height=\"%d\" preserveAspectRatio=\"none\"/>", thumbnail.dataUri(), width, height)));
    }

    /** @param picture empty: boxes only; empty is returned where there is neither picture nor box */
    static Optional<String> markup(ResultChange change, Optional<Thumbnail> picture) {
        List<DetectionChange> boxes = boxes(change);
        if (picture.isEmpty() && boxes.isEmpty()) {
            return Optional.empty();
        }
        // Boxes are told in pixels of the picture as the results saw it.
        int[] size = picture.map(p -> new int[] {p.width(), p.height()}).or(() -> sides(change).map(RecognitionResult::getImage).filter(image -> image != null).findFirst()
                .map(PairPicture::size)).orElseGet(() -> extent(boxes));
        PairPicture drawing = new PairPicture(size[0], size[1], picture, "picture of " + change.id() + " with the boxes of both sides");
        boxes.forEach(drawing::draw);
        return Optional.of(drawing.svg.append("</svg>\n").toString());
    }

    private static Stream<RecognitionResult> sides(ResultChange change) {
        return Stream.of(change.a(), change.b()).flatMap(Optional::stream);
    }

    private static int[] size(ImageSize image) {
        return new int[] {Math.max(1, image.getWidth()), Math.max(1, image.getHeight())};
    }

    private static int[] extent(List<DetectionChange> boxes) {
        int[] size = {1, 1};
        boxes.stream().flatMap(change -> Stream.of(change.a(), change.b()).flatMap(Optional::stream)).map(Detection::getBbox).filter(box -> box.size() == SIDES).forEach(box -> {
            size[0] = Math.max(size[0], box.get(2));
            size[1] = Math.max(size[1], box.get(3));
        });
        return size;
    }

    /** Of a result without a counterpart, all its things. */
    private static List<DetectionChange> boxes(ResultChange change) {
        if (!change.detections().isEmpty()) {
            return change.detections();
        }
        if (change.kind() != ChangeKind.ERROR_CHANGED && !change.kind().oneSided()) {
            return List.of();
        }
        Stream<DetectionChange> a = change.a().stream().flatMap(r -> r.getDetections().stream()).map(d -> new DetectionChange(Optional.of(d), Optional.empty(), change.kinds(), 0, 0));
        Stream<DetectionChange> b = change.b().stream().flatMap(r -> r.getDetections().stream()).map(d -> new DetectionChange(Optional.empty(), Optional.of(d), change.kinds(), 0, 0));
        return Stream.concat(a, b).toList();
    }

    private void draw(DetectionChange change) {
        if (drawn++ >= MAX_BOXES) {
            return;
        }
        if (change.kinds().contains(ChangeKind.SAME)) {
            change.a().ifPresent(a -> box(a, "same", false));
            return;
        }
        change.a().ifPresent(a -> box(a, "a", false));
        change.b().ifPresent(b -> box(b, "b", true));
        change.a().ifPresent(a -> caption(a, "a", true));
        change.b().ifPresent(b -> caption(b, "b", false));
    }

    private void box(Detection detection, String style, boolean broken) {
        List<Integer> box = detection.getBbox();
        if (box.size() == SIDES) {
            svg.append(String.format(Locale.ROOT, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" stroke-width=\"%.2f\"%s/>", style, box.get(0), box.get(1),
                    Math.max(0, box.get(2) - box.get(0)), Math.max(0, box.get(3) - box.get(1)), line, broken ? String.format(Locale.ROOT, " stroke-dasharray=\"%.1f %.1f\"", line * 3, line * 2) : ""));
        }
    }

    private void caption(Detection detection, String style, boolean above) {
        List<Integer> box = detection.getBbox();
        if (box.size() != SIDES) {
            return;
        }
        String words = ChangeText.caption(detection);
        String shown = words.length() <= MAX_CAPTION ? words : words.substring(0, MAX_CAPTION - 1) + "…";
        double y = above ? Math.max(text, box.get(1) + text * 1.1) : box.get(3) - text * 0.4;
        // Towards the middle of the picture: there is room.
        boolean right = (long) box.get(0) + box.get(2) > width;
        double x = right ? box.get(2) - text / 4 : box.get(0) + text / 4;
        svg.append(String.format(Locale.ROOT, "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" stroke-width=\"%.2f\">%s %s</text>", style, right ? "end" : "start", x, y, text, text / 4,
                above ? "A" : "B", HtmlPage.escape(shown)));
    }
}
