package io.sightline.processors.classify;

import io.sightline.processors.embed.Crop;
import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.InferenceSession;
import io.sightline.processors.model.ModelInput;
import io.sightline.processors.model.ModelOutput;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.model.Tensor;
import io.sightline.processors.prepare.BatchTensor;
import io.sightline.processors.prepare.Preprocessor;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.BatchFunction;
import io.sightline.processors.stage.StageResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The classify stage: a rectangle of a picture, or a prepared picture, to the classes it may be of, best first. Owned by one lane. */
public final class ClassifyFunction implements BatchFunction<ClassifyItem, List<ScoredClass>> {
    private final ModelSpec spec;
    private final ModelOutput.Classes output;
    private final TopClasses top;
    private final Preprocessor preprocessor;
    private final BatchTensor tensor;
    private final InferenceSession session;

    /** @param maxBatch most crops in a batch; memory for as many inputs is taken now */
    public ClassifyFunction(ModelRuntime runtime, int maxBatch) {
        this(runtime.spec(), maxBatch, runtime::open);
    }

    /** @param session opens the session; it is closed with the function */
    ClassifyFunction(ModelSpec spec, int maxBatch, Supplier<InferenceSession> session) {
        this.spec = spec;
        this.output = spec.outputAs(ModelOutput.Classes.class);
        this.top = new TopClasses(output, spec.labels());
        this.preprocessor = new Preprocessor(spec.preprocess(), spec.pictureSize());
        this.tensor = new BatchTensor(maxBatch, preprocessor.floats());
        this.session = session.get();
    }

    @Override
    public List<StageResult<List<ScoredClass>>> apply(List<ClassifyItem> items, BatchClock clock) throws InferenceException {
        for (int i = 0; i < items.size(); i++) {
            write(items.get(i), i);
        }
        clock.inference();
        ModelInput input = spec.pictureInput();
        int together = input.anyBatch() ? items.size() : 1;
        List<Tensor> runs = new ArrayList<>();
        for (int from = 0; from < items.size(); from += together) {
            Tensor batch = new Tensor(tensor.batch(from, from + together), together, 3, input.height(), input.width());
            runs.add(scores(session.run(Map.of(input.name(), batch)), together));
        }
        clock.postprocessing();
        List<StageResult<List<ScoredClass>>> results = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            Tensor run = runs.get(i / together);
            float[] numbers = new float[(int) run.shape()[1]];
            run.values().get(run.values().position() + i % together * numbers.length, numbers);
            results.add(StageResult.accepted(top.of(numbers)));
        }
        return results;
    }

    private void write(ClassifyItem item, int slot) {
        if (item instanceof ClassifyItem.Prepared prepared) {
            if (prepared.values().length != preprocessor.floats()) {
                throw new IllegalArgumentException("tensor: " + prepared.values().length + " numbers (expected: " + preprocessor.floats() + ")");
            }
            tensor.slots().put(slot * preprocessor.floats(), prepared.values());
        } else if (item instanceof ClassifyItem.Rectangle rectangle) {
            Crop crop = rectangle.crop();
            preprocessor.write(crop.image(), crop.x1(), crop.y1(), crop.x2(), crop.y2(), tensor.slots(), slot);
        }
    }

    private Tensor scores(Map<String, Tensor> outputs, int items) throws InferenceException {
        Tensor scores = outputs.get(output.name());
        int classes = spec.labels().size();
        if (scores == null || scores.shape().length != 2 || scores.shape()[0] != items || classes > 0 && scores.shape()[1] != classes) {
            throw new InferenceException("output " + output.name() + ": " + scores + " (expected: float32[" + items + ", " + (classes > 0 ? classes : "any") + "])");
        }
        return scores;
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
