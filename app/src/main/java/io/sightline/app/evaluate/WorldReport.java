package io.sightline.app.evaluate;

import io.sightline.app.evaluate.PrecisionRecall.Scored;
import io.sightline.app.evaluate.SeenScene.SeenObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The figures of both models on a test world.
 *
 * @param recallIndexed recall@1 of true boxes, gallery cut as the product indexes it
 * @param recallTrueBox the same, gallery cut to the true boxes
 * @param known end to end at the shipped thresholds
 * @param unknown the same for products that are not in the gallery: each label is wrong
 * @param noThreshold end to end without a cosine threshold
 * @param detectorMs median, preparation included
 * @param embedderMs median, preparation included
 */
public record WorldReport(String detector, String embedder, String device, TestWorld world, double scoreThreshold, double cosineThreshold,
        PrecisionRecall curve, double recallIndexed, double recallTrueBox, EndToEnd known, EndToEnd unknown, EndToEnd noThreshold,
        List<ByCosine> byCosine, double detectorMs, double embedderMs) {
    private static final int FIRST_PERCENT = 40;
    private static final int LAST_PERCENT = 80;
    private static final int STEP_PERCENT = 5;

    /** What another cosine threshold would give. */
    record ByCosine(double threshold, double right, double wrong, double unknownAccepted) {
        ByCosine rounded() {
            return new ByCosine(threshold, WorldJson.rounded(right), WorldJson.rounded(wrong), WorldJson.rounded(unknownAccepted));
        }
    }

    static WorldReport of(EvaluationSetup setup, TestWorld world, BareStages stages, List<SeenScene> known, List<SeenScene> unknown) {
        requireCounted("scenes", known);
        requireCounted("unknown-scenes", unknown);
        double score = stages.scoreThreshold();
        double cosine = setup.cosineThreshold();
        List<ByCosine> table = new ArrayList<>();
        for (int percent = FIRST_PERCENT; percent <= LAST_PERCENT; percent += STEP_PERCENT) {
            EndToEnd all = EndToEnd.of(known, score, percent / 100.0);
            table.add(new ByCosine(percent / 100.0, all.rightShare(), all.wrongShare(), EndToEnd.of(unknown, score, percent / 100.0).wrongShare()));
        }
        return new WorldReport(setup.detector().orElseThrow().spec().id(), setup.embedder().spec().id(), setup.embedder().device().toString(), world, score, cosine,
                curve(known), recall(known, true), recall(known, false), EndToEnd.of(known, score, cosine), EndToEnd.of(unknown, score, cosine),
                EndToEnd.of(known, score, -1), List.copyOf(table), stages.detectorTimes().medianMs(), stages.embedderTimes().medianMs());
    }

    private static void requireCounted(String what, List<SeenScene> scenes) {
        if (scenes.stream().mapToLong(SeenScene::counted).sum() == 0) {
            throw new IllegalArgumentException(what + ": " + scenes.size() + " without one product that shows well enough (expected: more scenes)");
        }
    }

    private static PrecisionRecall curve(List<SeenScene> scenes) {
        List<Scored> detections = scenes.stream().flatMap(scene -> scene.boxes().stream())
                .map(box -> new Scored(box.score(), box.object() != BoxMatching.NOTHING)).toList();
        return PrecisionRecall.of(detections, scenes.stream().mapToInt(scene -> scene.objects().size()).sum());
    }

    private static double recall(List<SeenScene> scenes, boolean indexed) {
        return scenes.stream().flatMap(scene -> scene.objects().stream()).filter(SeenObject::counted)
                .mapToInt(o -> (indexed ? o.indexed() : o.trueBox()).label().equals(o.label()) ? 1 : 0).average().orElseThrow();
    }

    /** For people. */
    public String text() {
        return WorldText.of(this);
    }

    /** For programs. */
    public Map<String, Object> json() {
        return WorldJson.of(this);
    }

    public void drawCurve(Path png) throws IOException {
        CurvePicture.write(curve, scoreThreshold, detector, png);
    }
}
