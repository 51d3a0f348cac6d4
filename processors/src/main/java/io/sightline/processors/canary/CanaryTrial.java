package io.sightline.processors.canary;

import io.sightline.processors.classify.ClassifyFunction;
import io.sightline.processors.classify.ClassifyItem;
import io.sightline.processors.detect.DetectFunction;
import io.sightline.processors.detect.DetectSettings;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.embed.EmbedFunction;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.ImageDecoder;
import io.sightline.processors.image.PixelBudget;
import io.sightline.processors.model.ModelException;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.model.RuntimeSettings;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.BatchFunction;
import io.sightline.processors.stage.StageResult;
import io.sightline.schemas.request.RequestLimits;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/** A model of a folder, loaded and run on the stored pictures. */
public record CanaryTrial(ModelSpec spec, CanaryRecord now) {
    private static final int MOST_DETECTIONS = 100;

    /** @throws ModelException the folder is wrong, or the model can't do its work */
    public static CanaryTrial of(Path modelsDir, ModelFolder.Entry entry, RuntimeSettings settings) {
        ModelSpec spec = ModelFolder.load(modelsDir, entry.name(), entry.version());
        ModelRuntime runtime = ModelRuntime.of(spec, settings);
        return new CanaryTrial(spec, new CanaryRecord(switch (spec.task()) {
            case DETECTION -> run(spec, new DetectFunction(runtime, DetectSettings.of(spec, MOST_DETECTIONS), 1), image -> image, CanaryValue::boxes);
            case EMBEDDING -> run(spec, new EmbedFunction(runtime, 1), Crop::whole, CanaryValue::embedding);
            case CLASSIFICATION -> run(spec, new ClassifyFunction(runtime, 1), image -> new ClassifyItem.Rectangle(Crop.whole(image)), CanaryValue::classes);
        }));
    }

    private static <I, O> Map<CanaryPicture, CanaryValue> run(ModelSpec spec, BatchFunction<I, O> function, Function<DecodedImage, I> item, Function<O, CanaryValue> value) {
        Map<CanaryPicture, CanaryValue> values = new EnumMap<>(CanaryPicture.class);
        ImageDecoder decoder = new ImageDecoder(RequestLimits.DEFAULT, new PixelBudget(RequestLimits.DEFAULT.maxImagePixels(), 1));
        try (function) {
            for (CanaryPicture picture : CanaryPicture.values()) {
                try (DecodedImage image = decoded(decoder, picture)) {
                    StageResult<O> result = function.apply(List.of(item.apply(image)), new BatchClock()).get(0);
                    if (result instanceof StageResult.Accepted<O> accepted) {
                        values.put(picture, value.apply(accepted.value()));
                    } else {
                        throw new ModelException("model " + spec.id() + ": picture " + picture.key() + ": " + ((StageResult.Rejected<O>) result).message());
                    }
                }
            }
        } catch (ModelException e) {
            throw e;
        } catch (Exception e) {
            throw new ModelException("model " + spec.id() + ": " + e.getMessage(), e);
        }
        return values;
    }

    private static DecodedImage decoded(ImageDecoder decoder, CanaryPicture picture) throws InterruptedException {
        return ((StageResult.Accepted<DecodedImage>) decoder.decode(picture.jpeg())).value();
    }

    /** The largest distance from what was recorded, 2 where a label is another; NaN where the numbers are none; empty where nothing is recorded. */
    public OptionalDouble distance() {
        return CanaryRecord.read(spec).map(recorded -> OptionalDouble.of(now.values().entrySet().stream()
                .mapToDouble(value -> distance(value.getValue(), recorded.values().get(value.getKey()))).reduce(0, Math::max))).orElse(OptionalDouble.empty());
    }

    private static double distance(CanaryValue now, CanaryValue recorded) {
        return now.label().equals(recorded.label()) ? now.distance(recorded) : 2;
    }
}
