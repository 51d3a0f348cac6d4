package io.sightline.processors.classify;

import io.sightline.processors.model.Activation;
import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.ModelOutput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The best classes of a classifier's numbers, as PaddleClas's Topk takes them; of equal ones the first.
 *
 * @param labels names of the classes; empty: their numbers
 */
record TopClasses(ModelOutput.Classes output, List<String> labels) {
    /**
     * @param numbers the model's, one a class; changed in place
     * @throws InferenceException some are no numbers
     */
    List<ScoredClass> of(float[] numbers) throws InferenceException {
        for (int i = 0; i < numbers.length; i++) {
            if (Float.isNaN(numbers[i])) {
                throw new InferenceException("output " + output.name() + ": NaN for class " + i + " (expected: a number)");
            }
        }
        activate(output.activation(), numbers);
        List<ScoredClass> best = new ArrayList<>();
        IntStream.range(0, numbers.length).boxed()
                .sorted(Comparator.comparing((Integer id) -> numbers[id]).reversed().thenComparing(Comparator.naturalOrder()))
                .limit(output.topK())
                .filter(id -> numbers[id] >= output.scoreThreshold())
                .forEach(id -> best.add(new ScoredClass(id, labels.isEmpty() ? String.valueOf(id) : labels.get(id), numbers[id])));
        return List.copyOf(best);
    }

    /** Softmax: {@code exp(x - max) / sum(exp(x - max))}; sigmoid: {@code 1 / (1 + exp(-x))}. */
    static void activate(Activation activation, float[] numbers) {
        switch (activation) {
            case SOFTMAX -> {
                float most = Float.NEGATIVE_INFINITY;
                for (float number : numbers) {
                    most = Math.max(most, number);
                }
                double sum = 0;
                for (float number : numbers) {
                    sum += Math.exp(number - most);
                }
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = (float) (Math.exp(numbers[i] - most) / sum);
                }
            }
            case SIGMOID -> {
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = (float) (1 / (1 + Math.exp(-numbers[i])));
                }
            }
            case NONE -> { }
        }
    }
}
