package io.sightline.processors.shitu;

import io.sightline.processors.detect.DetectSettings;
import io.sightline.processors.detect.DetectedBox;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * PP-ShiTu's steps between and behind the models: {@link #detectSettings} for the detector, {@link #boxes} to cut out and embed, one lookup of
 * the nearest gallery picture each, {@link #results}. Immutable.
 */
public record ShituPostprocess(ShituSettings settings) {
    /** How the detector's rows are read: the best ones, no suppression of our own, edges truncated to whole pixels as Python's int does. */
    public DetectSettings detectSettings() {
        return new DetectSettings(settings.detThreshold(), 1, settings.maxDetResults(), true);
    }

    /**
     * What is cut out and embedded: the best detections that reach the threshold, then the whole picture.
     *
     * @param detections in any order
     * @param width of the picture
     * @param height of the picture
     */
    public List<ShituBox> boxes(List<DetectedBox> detections, int width, int height) {
        List<ShituBox> boxes = new ArrayList<>();
        detections.stream()
                .sorted(Comparator.comparing(DetectedBox::score).reversed())
                .limit(settings.maxDetResults())
                .filter(box -> box.score() >= settings.detThreshold())
                .forEach(box -> boxes.add(new ShituBox(box.x1(), box.y1(), box.x2(), box.y2())));
        boxes.add(ShituBox.whole(width, height));
        return List.copyOf(boxes);
    }

    /** What the caller gets: hits that reach the threshold and that no better one overlaps, best first. */
    public List<ShituHit> results(List<ShituHit> hits) {
        return suppress(hits.stream().filter(hit -> hit.score() >= settings.recThreshold()).toList());
    }

    /**
     * nms_to_rec_results of the stock server: by falling score, whatever the labels; of equal scores the later one is first, as numpy's
     * {@code argsort()[::-1]} has them.
     */
    private List<ShituHit> suppress(List<ShituHit> hits) {
        List<ShituHit> order = new ArrayList<>(hits);
        order.sort(Comparator.comparing(ShituHit::score));
        Collections.reverse(order);
        List<ShituHit> kept = new ArrayList<>();
        for (ShituHit hit : order) {
            if (kept.stream().allMatch(better -> better.box().iou(hit.box()) <= settings.recNmsIou())) {
                kept.add(hit);
            }
        }
        return List.copyOf(kept);
    }
}
