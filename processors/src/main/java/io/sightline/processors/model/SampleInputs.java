package io.sightline.processors.model;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Inputs of one item, of the right shape, that are no picture of anybody's: zeros, and noise from 0 to 1 (a model may fail where it finds nothing at all,
 * or anything at all). One that works answers to one of them at least.
 */
final class SampleInputs {
    private SampleInputs() {
    }

    static List<Map<String, Tensor>> of(ModelSpec spec) {
        Random random = new Random(1);
        return List.of(inputs(spec, () -> 0), inputs(spec, random::nextFloat));
    }

    private interface Values {
        float next();
    }

    private static Map<String, Tensor> inputs(ModelSpec spec, Values pixels) {
        Map<String, Tensor> inputs = new HashMap<>();
        for (ModelInput input : spec.inputs()) {
            inputs.put(input.name(), switch (input.role()) {
                case PICTURE -> pixels(input, pixels);
                case IM_SHAPE -> pair(spec.pictureInput().height(), spec.pictureInput().width());
                case SCALE_FACTOR -> pair(1, 1);
            });
        }
        return inputs;
    }

    private static Tensor pixels(ModelInput input, Values values) {
        float[] floats = new float[3 * input.height() * input.width()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.next();
        }
        return new Tensor(FloatBuffer.wrap(floats), 1, 3, input.height(), input.width());
    }

    private static Tensor pair(float rows, float columns) {
        return new Tensor(FloatBuffer.wrap(new float[] {rows, columns}), 1, 2);
    }

    /** @throws InferenceException the model can't be run on any of them; the first reason, the others suppressed */
    static void prove(ModelSpec spec, InferenceSession session) throws InferenceException {
        List<InferenceException> failures = new ArrayList<>();
        for (Map<String, Tensor> inputs : of(spec)) {
            try {
                session.run(inputs);
                return;
            } catch (InferenceException e) {
                failures.add(e);
            }
        }
        InferenceException first = failures.get(0);
        failures.subList(1, failures.size()).forEach(first::addSuppressed);
        throw first;
    }
}
