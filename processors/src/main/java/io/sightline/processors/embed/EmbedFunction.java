package io.sightline.processors.embed;

import io.sightline.processors.image.DecodedImage;
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

/** The embed stage: a rectangle of a picture to a vector of unit length. Owned by one lane. */
public final class EmbedFunction implements BatchFunction<Crop, float[]> {
    private final ModelSpec spec;
    private final ModelOutput.Embedding output;
    private final Preprocessor preprocessor;
    private final BatchTensor tensor;
    private final InferenceSession session;

    /** @param maxBatch most crops in a batch; memory for as many inputs is taken now */
    public EmbedFunction(ModelRuntime runtime, int maxBatch) {
        this(runtime.spec(), maxBatch, runtime::open);
    }

    /** @param session opens the session; it is closed with the function */
    EmbedFunction(ModelSpec spec, int maxBatch, Supplier<InferenceSession> session) {
        this.spec = spec;
        this.output = spec.outputAs(ModelOutput.Embedding.class);
        this.preprocessor = new Preprocessor(spec.preprocess(), spec.pictureSize());
        this.tensor = new BatchTensor(maxBatch, preprocessor.floats());
        this.session = session.get();
    }

    @Override
    public List<StageResult<float[]>> apply(List<Crop> crops, BatchClock clock) throws InferenceException {
        for (int i = 0; i < crops.size(); i++) {
            Crop crop = crops.get(i);
            if (spec.aligned() && crop.landmarks().isPresent()) {
                try (DecodedImage aligned = FaceAlignment.aligned(crop.image(), crop.landmarks().get(), spec.pictureSize())) {
                    preprocessor.write(aligned, tensor.slots(), i);
                }
            } else {
                preprocessor.write(crop.image(), crop.x1(), crop.y1(), crop.x2(), crop.y2(), tensor.slots(), i);
            }
        }
        clock.inference();
        ModelInput input = spec.pictureInput();
        int together = input.anyBatch() ? crops.size() : 1;
        List<Tensor> runs = new ArrayList<>();
        for (int from = 0; from < crops.size(); from += together) {
            Tensor batch = new Tensor(tensor.batch(from, from + together), together, 3, input.height(), input.width());
            runs.add(vectors(session.run(Map.of(input.name(), batch)), together));
        }
        clock.postprocessing();
        List<StageResult<float[]>> results = new ArrayList<>(crops.size());
        for (int i = 0; i < crops.size(); i++) {
            float[] vector = new float[output.dimension()];
            Tensor run = runs.get(i / together);
            run.values().get(run.values().position() + i % together * vector.length, vector);
            results.add(UnitVector.of(vector, output.normalise()));
        }
        return results;
    }

    private Tensor vectors(Map<String, Tensor> outputs, int items) throws InferenceException {
        Tensor vectors = outputs.get(output.name());
        if (vectors == null || vectors.shape().length != 2 || vectors.shape()[0] != items || vectors.shape()[1] != output.dimension()) {
            throw new InferenceException("output " + output.name() + ": " + vectors + " (expected: float32[" + items + ", " + output.dimension() + "])");
        }
        return vectors;
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
