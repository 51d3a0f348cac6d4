package io.sightline.app.evaluate;

import io.sightline.app.evaluate.PrecisionRecall.Point;
import io.sightline.app.evaluate.WorldReport.ByCosine;
import java.util.LinkedHashMap;
import java.util.Map;

/** The report for programs: shares 0..1, times in milliseconds, four digits. */
final class WorldJson {
    private WorldJson() {
    }

    static Map<String, Object> of(WorldReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("detector_ap50", rounded(report.curve().averagePrecision()));
        json.put("embedder_recall_at_1", rounded(report.recallIndexed()));
        json.put("end_to_end", rounded(report.known().rightShare()));
        json.put("unknown_accepted", rounded(report.unknown().wrongShare()));
        json.put("detector_ms", rounded(report.detectorMs()));
        json.put("embedder_ms", rounded(report.embedderMs()));
        json.put("end_to_end_wrong", rounded(report.known().wrongShare()));
        json.put("end_to_end_found", rounded(report.known().foundShare()));
        json.put("end_to_end_no_threshold", rounded(report.noThreshold().rightShare()));
        json.put("false_labels_per_picture", rounded(report.known().falseLabelsPerPicture()));
        json.put("embedder_recall_at_1_true_box_gallery", rounded(report.recallTrueBox()));
        Point shipped = report.curve().at(report.scoreThreshold());
        json.put("detector_recall", rounded(report.curve().recall()));
        json.put("detector_recall_at_threshold", rounded(shipped.recall()));
        json.put("detector_precision_at_threshold", rounded(shipped.precision()));
        json.put("score_threshold", rounded(report.scoreThreshold()));
        json.put("cosine_threshold", rounded(report.cosineThreshold()));
        json.put("detector", report.detector());
        json.put("embedder", report.embedder());
        json.put("device", report.device());
        json.put("true_boxes", report.curve().trueBoxes());
        json.put("counted", report.known().counted());
        json.put("unknown_counted", report.unknown().counted());
        json.put("by_cosine", report.byCosine().stream().map(ByCosine::rounded).toList());
        json.put("world", world(report.world()));
        return json;
    }

    private static Map<String, Object> world(TestWorld world) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("from", world.from());
        json.put("identities", world.identities());
        json.put("scenes", world.scenes());
        json.put("seed", world.seed());
        json.put("unknown_from", world.unknownFrom());
        json.put("unknown_identities", world.unknownIdentities());
        json.put("unknown_scenes", world.unknownScenes());
        json.put("unknown_seed", world.unknownSeed());
        return json;
    }

    static double rounded(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}
