package io.sightline.app.evaluate;

import io.sightline.app.demo.Progress;
import io.sightline.app.evaluate.SeenScene.SeenBox;
import io.sightline.app.evaluate.SeenScene.SeenObject;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.image.DecodedImage;
import io.sightline.synth.ScenePicture;
import io.sightline.synth.TrueObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import me.tongfei.progressbar.ProgressBar;

/**
 * Measures both models on a test world, by the definitions of models/train/evaluate.py. On the caller's thread alone, pictures drawn
 * between the measurements: the times are those of one thread.
 */
public final class WorldEvaluation {
    private static final double MIN_VISIBLE = 0.5;
    private static final double MIN_SIDE = 40;

    private final EvaluationSetup setup;
    private final TestWorld world;

    /** @param setup with a detector */
    public WorldEvaluation(EvaluationSetup setup, TestWorld world) {
        this.setup = setup;
        this.world = world;
    }

    public WorldReport run() throws Exception {
        try (BareStages stages = new BareStages(setup); WorldGallery gallery = new WorldGallery(stages, setup.embedder().spec().gallery())) {
            try (ProgressBar bar = Progress.bar("gallery", world.identities())) {
                for (int i = 0; i < world.identities(); i++) {
                    gallery.add(world.gallery(i));
                    bar.step();
                }
            }
            // The gallery was the warm-up.
            stages.detectorTimes().clear();
            stages.embedderTimes().clear();
            List<SeenScene> known = look("scenes", world.scenes(), world::scene, stages, gallery);
            List<SeenScene> unknown = look("unknown", world.unknownScenes(), world::unknown, stages, gallery);
            return WorldReport.of(setup, world, stages, known, unknown);
        }
    }

    private static List<SeenScene> look(String task, int count, IntFunction<ScenePicture> pictures, BareStages stages, WorldGallery gallery) throws Exception {
        List<SeenScene> seen = new ArrayList<>(count);
        try (ProgressBar bar = Progress.bar(task, count)) {
            for (int i = 0; i < count; i++) {
                seen.add(look(pictures.apply(i), stages, gallery));
                bar.step();
            }
        }
        return seen;
    }

    private static SeenScene look(ScenePicture scene, BareStages stages, WorldGallery gallery) throws Exception {
        try (DecodedImage image = stages.decode(scene.jpeg())) {
            List<SeenObject> objects = new ArrayList<>();
            for (TrueObject object : scene.objects()) {
                objects.add(counts(object) ? named(object, stages.embed(WorldGallery.trueCrop(image, object.box())), gallery)
                        : new SeenObject(object.label(), false, null, null));
            }
            List<DetectedBox> detections = stages.detect(image);
            int[] found = BoxMatching.match(detections, scene.objects().stream().map(TrueObject::box).toList());
            List<SeenBox> boxes = new ArrayList<>();
            for (int d = 0; d < found.length; d++) {
                DetectedBox box = detections.get(d);
                float[] vector = stages.embed(new Crop(image, box.x1(), box.y1(), box.x2(), box.y2()));
                boxes.add(new SeenBox(box.score(), found[d], gallery.nearest(vector)));
            }
            return new SeenScene(objects, boxes);
        }
    }

    private static SeenObject named(TrueObject object, float[] vector, WorldGallery gallery) {
        return new SeenObject(object.label(), true, gallery.nearest(vector), gallery.nearestOfTrueBoxes(vector));
    }

    static boolean counts(TrueObject object) {
        double[] box = object.box();
        return object.visible() >= MIN_VISIBLE && Math.min(box[2] - box[0], box[3] - box[1]) >= MIN_SIDE;
    }
}
