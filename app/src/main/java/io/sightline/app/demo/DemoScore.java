package io.sightline.app.demo;

import io.sightline.app.demo.DemoPictures.TrueObject;
import io.sightline.schemas.Detection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How well a scene was recognised: each product that counts is found if a detection overlaps it with IoU of at least 0.5 (one
 * detection finds one product, the largest overlaps first), and labelled right if that detection's best match is the product.
 *
 * @param products products that count
 * @param found of these, the ones found
 * @param labelled of the found ones, those labelled right
 * @param mislabelled of the found ones, those with a wrong label; the rest got none
 */
record DemoScore(int products, int found, int labelled, int mislabelled) {
    private static final double MIN_IOU = 0.5;
    static final DemoScore NONE = new DemoScore(0, 0, 0, 0);

    private record Overlap(int object, int detection, double iou) {
    }

    static DemoScore of(List<TrueObject> truth, List<Detection> detections) {
        List<Overlap> overlaps = new ArrayList<>();
        for (int o = 0; o < truth.size(); o++) {
            for (int d = 0; d < detections.size(); d++) {
                double iou = iou(truth.get(o).box(), detections.get(d).getBbox());
                if (iou >= MIN_IOU) {
                    overlaps.add(new Overlap(o, d, iou));
                }
            }
        }
        overlaps.sort(Comparator.comparingDouble(Overlap::iou).reversed());
        Set<Integer> objects = new HashSet<>();
        Set<Integer> taken = new HashSet<>();
        int found = 0;
        int labelled = 0;
        int mislabelled = 0;
        for (Overlap overlap : overlaps) {
            if (objects.contains(overlap.object()) || taken.contains(overlap.detection())) {
                continue;
            }
            objects.add(overlap.object());
            taken.add(overlap.detection());
            TrueObject object = truth.get(overlap.object());
            if (object.counts()) {
                Detection detection = detections.get(overlap.detection());
                boolean matched = !detection.getMatches().isEmpty();
                boolean right = matched && detection.getMatches().get(0).getLabel().equals(object.label());
                found++;
                labelled += right ? 1 : 0;
                mislabelled += matched && !right ? 1 : 0;
            }
        }
        return new DemoScore((int) truth.stream().filter(TrueObject::counts).count(), found, labelled, mislabelled);
    }

    DemoScore plus(DemoScore other) {
        return new DemoScore(products + other.products, found + other.found, labelled + other.labelled, mislabelled + other.mislabelled);
    }

    static double iou(double[] a, List<Integer> b) {
        double width = Math.min(a[2], b.get(2)) - Math.max(a[0], b.get(0));
        double height = Math.min(a[3], b.get(3)) - Math.max(a[1], b.get(1));
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double intersection = width * height;
        double areaB = (double) (b.get(2) - b.get(0)) * (b.get(3) - b.get(1));
        return intersection / ((a[2] - a[0]) * (a[3] - a[1]) + areaB - intersection);
    }
}
