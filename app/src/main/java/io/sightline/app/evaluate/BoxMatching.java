package io.sightline.app.evaluate;

import io.sightline.processors.detect.DetectedBox;
import java.util.Arrays;
import java.util.List;

/** Which detection finds which true box: the best detection chooses first, the box it overlaps most that is still free, IoU >= 0.5. */
final class BoxMatching {
    static final int NOTHING = -1;
    private static final double MIN_IOU = 0.5;

    private BoxMatching() {
    }

    /**
     * @param detections best first
     * @param truth x1, y1, x2, y2
     * @return for each detection the number of the true box that it finds, or {@link #NOTHING}
     */
    static int[] match(List<DetectedBox> detections, List<double[]> truth) {
        int[] found = new int[detections.size()];
        Arrays.fill(found, NOTHING);
        boolean[] taken = new boolean[truth.size()];
        for (int d = 0; d < found.length; d++) {
            double most = 0;
            for (int t = 0; t < taken.length; t++) {
                double iou = taken[t] ? 0 : iou(detections.get(d), truth.get(t));
                if (iou >= MIN_IOU && iou > most) {
                    most = iou;
                    found[d] = t;
                }
            }
            if (found[d] != NOTHING) {
                taken[found[d]] = true;
            }
        }
        return found;
    }

    static double iou(DetectedBox a, double[] b) {
        double width = Math.min(a.x2(), b[2]) - Math.max(a.x1(), b[0]);
        double height = Math.min(a.y2(), b[3]) - Math.max(a.y1(), b[1]);
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double both = width * height;
        return both / ((double) (a.x2() - a.x1()) * (a.y2() - a.y1()) + (b[2] - b[0]) * (b[3] - b[1]) - both);
    }
}
