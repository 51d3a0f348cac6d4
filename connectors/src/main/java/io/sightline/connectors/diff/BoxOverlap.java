package io.sightline.connectors.diff;

import java.util.List;

/** Intersection over union of two boxes. */
final class BoxOverlap {
    private static final int SIDES = 4;

    private BoxOverlap() {
    }

    /** 0..1; equal boxes are 1, whatever they are; what is no box (x1, y1, x2, y2) overlaps nothing else. */
    static double iou(List<Integer> a, List<Integer> b) {
        if (a.equals(b)) {
            return 1;
        }
        if (a.size() != SIDES || b.size() != SIDES) {
            return 0;
        }
        double width = Math.min(a.get(2), b.get(2)) - (double) Math.max(a.get(0), b.get(0));
        double height = Math.min(a.get(3), b.get(3)) - (double) Math.max(a.get(1), b.get(1));
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double both = width * height;
        return both / (area(a) + area(b) - both);
    }

    private static double area(List<Integer> box) {
        return (box.get(2) - (double) box.get(0)) * (box.get(3) - (double) box.get(1));
    }
}
