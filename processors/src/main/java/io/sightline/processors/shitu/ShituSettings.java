package io.sightline.processors.shitu;

/**
 * The profile {@code pp-shitu}.
 *
 * @param detThreshold smallest score of a detection that is looked up
 * @param maxDetResults most detections that are looked up, the best ones; the whole picture comes on top
 * @param recThreshold smallest cosine of a result
 * @param recNmsIou results that share more than this with one of a better cosine are dropped
 */
public record ShituSettings(float detThreshold, int maxDetResults, float recThreshold, float recNmsIou) {
    /** The stock server's (recognition_web_service.py of PaddleClas). */
    public static final ShituSettings STOCK = new ShituSettings(0.2f, 5, 0.5f, 0.05f);
    private static final int MOST_RESULTS = 1000;

    public ShituSettings {
        check("det_threshold", detThreshold, 0);
        check("rec_threshold", recThreshold, -1);
        check("rec_nms_iou", recNmsIou, 0);
        if (maxDetResults < 1 || maxDetResults > MOST_RESULTS) {
            throw new IllegalArgumentException("max_det_results: " + maxDetResults + " (expected: 1.." + MOST_RESULTS + ")");
        }
    }

    private static void check(String key, float value, int least) {
        if (!(value >= least && value <= 1)) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: " + least + "..1)");
        }
    }
}
