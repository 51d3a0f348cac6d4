package io.sightline.processors.detect;

import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.InferenceSession;
import io.sightline.processors.model.ModelInput;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.model.Tensor;
import io.sightline.processors.prepare.BatchTensor;
import io.sightline.processors.prepare.Placement;
import io.sightline.processors.prepare.Preprocessor;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.BatchFunction;
import io.sightline.processors.stage.StageResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The detect stage: finds things in pictures. Owned by one lane. */
public final class DetectFunction implements BatchFunction<DecodedImage, List<DetectedBox>> {
    private final ModelSpec spec;
    private final DetectSettings settings;
    private final DetectionDecoder decoder;
    private final Preprocessor preprocessor;
    private final BatchTensor tensor;
    private final InferenceSession session;

    /** @param maxBatch most pictures in a batch; memory for as many inputs is taken now */
    public DetectFunction(ModelRuntime runtime, DetectSettings settings, int maxBatch) {
        this(runtime.spec(), settings, maxBatch, runtime::open);
    }

    /** @param session opens the session; it is closed with the function */
    DetectFunction(ModelSpec spec, DetectSettings settings, int maxBatch, Supplier<InferenceSession> session) {
        this.spec = spec;
        this.settings = settings;
        this.decoder = DetectionDecoder.of(spec);
        this.preprocessor = new Preprocessor(spec.preprocess(), spec.pictureSize());
        this.tensor = new BatchTensor(maxBatch, preprocessor.floats());
        this.session = session.get();
    }

    @Override
    public List<StageResult<List<DetectedBox>>> apply(List<DecodedImage> images, BatchClock clock) throws InferenceException {
        List<Placement> placements = new ArrayList<>(images.size());
        for (int i = 0; i < images.size(); i++) {
            placements.add(preprocessor.write(images.get(i), tensor.slots(), i));
        }
        clock.inference();
        List<Map<String, Tensor>> runs = new ArrayList<>();
        boolean batches = spec.pictureInput().anyBatch() && decoder.batches() && spec.otherInputs().isEmpty();
        int together = batches ? images.size() : 1;
        for (int from = 0; from < images.size(); from += together) {
            runs.add(session.run(inputs(from, together, images.get(from), placements.get(from))));
        }
        clock.postprocessing();
        List<StageResult<List<DetectedBox>>> results = new ArrayList<>(images.size());
        for (int i = 0; i < images.size(); i++) {
            List<Candidate> candidates = decoder.candidates(runs.get(i / together), i % together, settings.scoreThreshold());
            List<Candidate> kept = Suppression.keep(candidates, settings.nmsIou(), settings.maxDetections());
            results.add(StageResult.accepted(boxes(kept, images.get(i), placements.get(i))));
        }
        return results;
    }

    /** @param image the first of the run; the only one where the model wants to know more of it than its pixels */
    private Map<String, Tensor> inputs(int from, int together, DecodedImage image, Placement placement) {
        ModelInput picture = spec.pictureInput();
        Map<String, Tensor> inputs = new HashMap<>();
        inputs.put(picture.name(), new Tensor(tensor.batch(from, from + together), together, 3, picture.height(), picture.width()));
        for (ModelInput other : spec.otherInputs()) {
            inputs.put(other.name(), PictureFacts.of(other, image, placement));
        }
        return inputs;
    }

    /** Whole pixels of the picture, cut off at its edges; what is empty then is left out. */
    private List<DetectedBox> boxes(List<Candidate> candidates, DecodedImage image, Placement prepared) throws InferenceException {
        Placement placement = decoder.inPicture() ? PictureFacts.answered(prepared) : prepared;
        List<DetectedBox> boxes = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            int x1 = clip(placement.pictureX(candidate.x1()), image.width());
            int y1 = clip(placement.pictureY(candidate.y1()), image.height());
            int x2 = clip(placement.pictureX(candidate.x2()), image.width());
            int y2 = clip(placement.pictureY(candidate.y2()), image.height());
            if (x1 < x2 && y1 < y2) {
                boxes.add(new DetectedBox(x1, y1, x2, y2, candidate.score(), label(candidate), candidate.landmarks().map(points -> inPicture(points, placement))));
            }
        }
        return List.copyOf(boxes);
    }

    private static Landmarks inPicture(Landmarks landmarks, Placement placement) {
        List<Float> xy = new ArrayList<>(2 * Landmarks.POINTS);
        for (int point = 0; point < Landmarks.POINTS; point++) {
            xy.add((float) placement.pictureX(landmarks.x(point)));
            xy.add((float) placement.pictureY(landmarks.y(point)));
        }
        return new Landmarks(xy);
    }

    private String label(Candidate candidate) throws InferenceException {
        if (candidate.label() >= spec.labels().size()) {
            throw new InferenceException("model " + spec.id() + ": class " + candidate.label() + " (expected: 0.." + (spec.labels().size() - 1)
                    + ", as labels of model.yaml has names)");
        }
        return spec.labels().get(candidate.label());
    }

    private int clip(double value, int side) {
        return (int) Math.max(0, Math.min(side, settings.truncated() ? (long) value : Math.round(value)));
    }

    @Override
    public void prove() throws InferenceException {
        session.prove();
    }

    @Override
    public void close() {
        preprocessor.close();
        session.close();
    }
}
