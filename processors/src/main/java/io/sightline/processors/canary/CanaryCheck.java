package io.sightline.processors.canary;

import io.sightline.processors.recognition.PipelineModels;
import io.sightline.processors.recognition.PipelineRules;
import io.sightline.processors.recognition.StageNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What was recorded of one pipeline's models, and whether what they say now is the same. Immutable. */
final class CanaryCheck {
    /** Two different pictures are further from each other than this in any model that tells things apart; by what rounding adds, they are nearer. */
    static final double SAME = 1e-4;
    /** A box that is so little above the pipeline's threshold may be below it the next time. */
    private static final double SCORE_MARGIN = 0.05;

    /** @param record empty: nothing is recorded */
    private record Known(String model, Optional<CanaryRecord> record) {
    }

    private final PipelineRules rules;
    private final Map<String, Known> known = new TreeMap<>();
    private final double epsilon;

    CanaryCheck(PipelineRules rules, PipelineModels models, double epsilon) {
        this.rules = rules;
        this.epsilon = epsilon;
        models.detector().ifPresent(model -> known.put(StageNames.DETECT, new Known(model.spec().id(), CanaryRecord.read(model.spec()))));
        models.classifier().ifPresent(model -> known.put(StageNames.CLASSIFY, new Known(model.spec().id(), CanaryRecord.read(model.spec()))));
        models.embedder().ifPresent(model -> known.put(StageNames.EMBED, new Known(model.spec().id(), CanaryRecord.read(model.spec()))));
    }

    /** @param seen by picture, then by stage */
    CanaryReading compare(Map<CanaryPicture, Map<String, CanaryValue>> seen, Instant at) {
        List<String> drifted = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        double largest = 0;
        for (Map.Entry<String, Known> stage : known.entrySet()) {
            String name = stage.getKey() + " " + stage.getValue().model();
            if (stage.getValue().record().isEmpty()) {
                notes.add(name + ": not recorded");
            }
            for (CanaryPicture picture : CanaryPicture.values()) {
                CanaryValue now = seen.get(picture).get(stage.getKey());
                Optional<CanaryValue> then = stage.getValue().record().map(record -> record.values().get(picture)).filter(this::comparable);
                if (then.isPresent()) {
                    double distance = now.distance(then.get());
                    largest = Double.isNaN(distance) || Double.isNaN(largest) ? Double.NaN : Math.max(largest, distance);
                    if (!now.label().equals(then.get().label())) {
                        drifted.add(name + ": picture " + picture.key() + " is '" + now.label() + "' (expected: '" + then.get().label() + "')");
                    } else if (!(distance <= epsilon)) {
                        drifted.add(String.format(Locale.ROOT, "%s: picture %s at distance %.4f (expected: at most %s, canary.epsilon)", name, picture.key(), distance, epsilon));
                    }
                }
            }
            if (stage.getKey().equals(StageNames.EMBED)) {
                double apart = seen.get(CanaryPicture.A).get(stage.getKey()).distance(seen.get(CanaryPicture.B).get(stage.getKey()));
                if (!(apart > SAME)) {
                    drifted.add(String.format(Locale.ROOT, "%s: two different pictures have the same embedding, distance %.6f (expected: more than %s)", name, apart, SAME));
                }
            }
        }
        boolean ok = drifted.isEmpty();
        return new CanaryReading(rules.name(), ok ? CanaryReading.State.OK : CanaryReading.State.DRIFTED, largest, at, String.join("; ", ok ? notes : drifted));
    }

    /** The pipeline's own threshold may keep out what was recorded under the model's. */
    private boolean comparable(CanaryValue recorded) {
        return recorded.kind() != CanaryValue.Kind.BOXES || rules.detect().isEmpty() || recorded.boxScore() > rules.detect().get().scoreThreshold() + SCORE_MARGIN;
    }
}
