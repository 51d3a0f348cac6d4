package io.sightline.app.evaluate;

import io.sightline.app.evaluate.SeenScene.SeenBox;
import io.sightline.app.evaluate.SeenScene.SeenObject;
import java.util.List;

/**
 * Detector, embedder and thresholds together.
 *
 * @param pictures scenes looked at
 * @param counted products that show well enough
 * @param found of these
 * @param right found, and labelled as what they are
 * @param wrong found, and labelled as something else
 * @param falseLabels all labels that are not right, on products or on nothing
 */
record EndToEnd(int pictures, int counted, int found, int right, int wrong, int falseLabels) {
    static EndToEnd of(List<SeenScene> scenes, double scoreThreshold, double cosineThreshold) {
        int counted = 0;
        int found = 0;
        int right = 0;
        int wrong = 0;
        int falseLabels = 0;
        for (SeenScene scene : scenes) {
            counted += (int) scene.counted();
            for (SeenBox box : scene.boxes()) {
                if (box.score() < scoreThreshold) {
                    continue;
                }
                SeenObject object = box.object() == BoxMatching.NOTHING ? null : scene.objects().get(box.object());
                boolean counts = object != null && object.counted();
                boolean labelled = box.nearest().score() >= cosineThreshold;
                boolean isRight = labelled && object != null && object.label().equals(box.nearest().label());
                found += counts ? 1 : 0;
                falseLabels += labelled && !isRight ? 1 : 0;
                right += counts && isRight ? 1 : 0;
                wrong += counts && labelled && !isRight ? 1 : 0;
            }
        }
        return new EndToEnd(scenes.size(), counted, found, right, wrong, falseLabels);
    }

    double foundShare() {
        return (double) found / counted;
    }

    double rightShare() {
        return (double) right / counted;
    }

    double wrongShare() {
        return (double) wrong / counted;
    }

    double falseLabelsPerPicture() {
        return (double) falseLabels / pictures;
    }
}
