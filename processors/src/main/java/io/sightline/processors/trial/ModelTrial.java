package io.sightline.processors.trial;

import io.sightline.processors.classify.ClassifyFunction;
import io.sightline.processors.classify.ClassifyItem;
import io.sightline.processors.classify.ScoredClass;
import io.sightline.processors.detect.DetectFunction;
import io.sightline.processors.detect.DetectSettings;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.embed.EmbedFunction;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.MatImage;
import io.sightline.processors.model.ModelException;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.model.RuntimeSettings;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.BatchFunction;
import io.sightline.processors.stage.StageResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * A model of a folder, loaded and run on one picture of noise.
 *
 * @param spec the model
 * @param outcome what it said of the picture, in a few words
 * @param millis the second run's time, decoding and loading left out
 */
public record ModelTrial(ModelSpec spec, String outcome, double millis) {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;
    private static final int MOST_DETECTIONS = 100;
    private static final double NANOS_A_MILLI = 1e6;

    /** @throws ModelException the folder is wrong, or the model can't do its work; the message says what */
    public static ModelTrial of(Path modelsDir, ModelFolder.Entry entry, RuntimeSettings settings) {
        ModelSpec spec = ModelFolder.load(modelsDir, entry.name(), entry.version());
        ModelRuntime runtime = ModelRuntime.of(spec, settings);
        byte[] noise = new byte[WIDTH * HEIGHT * 3];
        new Random(1).nextBytes(noise);
        try (DecodedImage image = MatImage.ofBgr(WIDTH, HEIGHT, noise)) {
            return switch (spec.task()) {
                case DETECTION -> {
                    try (DetectFunction detect = new DetectFunction(runtime, DetectSettings.of(spec, MOST_DETECTIONS), 1)) {
                        yield run(spec, detect, image, ModelTrial::boxes);
                    }
                }
                case EMBEDDING -> {
                    try (EmbedFunction embed = new EmbedFunction(runtime, 1)) {
                        yield run(spec, embed, Crop.whole(image), vector -> vector.length + " numbers");
                    }
                }
                case CLASSIFICATION -> {
                    try (ClassifyFunction classify = new ClassifyFunction(runtime, 1)) {
                        yield run(spec, classify, new ClassifyItem.Rectangle(Crop.whole(image)), ModelTrial::classes);
                    }
                }
            };
        }
    }

    private static String boxes(List<DetectedBox> boxes) {
        return boxes.size() + (boxes.size() == 1 ? " box" : " boxes");
    }

    private static String classes(List<ScoredClass> classes) {
        return classes.isEmpty() ? "no class" : "class " + classes.get(0).id();
    }

    private static <I, O> ModelTrial run(ModelSpec spec, BatchFunction<I, O> function, I item, Function<O, String> words) {
        try {
            StageResult<O> result = function.apply(List.of(item), new BatchClock()).get(0);
            if (result instanceof StageResult.Rejected<O> rejected) {
                throw new ModelException("model " + spec.id() + ": " + rejected.message());
            }
            long from = System.nanoTime();
            function.apply(List.of(item), new BatchClock());
            double millis = (System.nanoTime() - from) / NANOS_A_MILLI;
            return new ModelTrial(spec, words.apply(((StageResult.Accepted<O>) result).value()), millis);
        } catch (ModelException e) {
            throw e;
        } catch (Exception e) {
            throw new ModelException("model " + spec.id() + ": " + e.getMessage(), e);
        }
    }
}
