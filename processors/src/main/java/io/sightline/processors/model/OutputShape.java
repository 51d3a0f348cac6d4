package io.sightline.processors.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a decoder expects of one output.
 *
 * @param key the key of model.yaml that names the output
 * @param item dimensions after the first, which counts the items of a batch; -1: any
 */
public record OutputShape(String key, String name, List<Long> item) {
    public OutputShape {
        item = List.copyOf(item);
    }

    static OutputShape of(String key, String name, long... item) {
        return new OutputShape(key, name, Arrays.stream(item).boxed().toList());
    }

    /** True where a file's output, whose open dimensions are negative, may have this shape. */
    boolean fits(List<Long> file) {
        boolean fits = file.size() == item.size() + 1;
        for (int i = 0; fits && i < item.size(); i++) {
            fits = file.get(i + 1) < 0 || item.get(i) < 0 || file.get(i + 1).equals(item.get(i));
        }
        return fits;
    }

    /** {@code [N, any, 5]}. */
    String text() {
        return item.stream().map(d -> d < 0 ? "any" : d.toString()).collect(Collectors.joining(", ", "[N, ", "]"));
    }
}
