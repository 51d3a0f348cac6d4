package io.sightline.processors.model;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a model runs.
 *
 * @param index number of the CUDA device; 0 for the CPU
 */
public record Device(Kind kind, int index) {
    /** Kinds of devices. */
    public enum Kind {
        CPU,
        CUDA
    }

    public static final Device CPU = new Device(Kind.CPU, 0);
    private static final Pattern CUDA = Pattern.compile("cuda(?::([0-9]{1,2}))?");

    /** @throws IllegalArgumentException not {@code cpu}, {@code cuda} or {@code cuda:N} */
    public static Device parse(String text) {
        if (text.equals("cpu")) {
            return CPU;
        }
        Matcher matcher = CUDA.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("device: '" + text + "' (expected: cpu, cuda or cuda:0)");
        }
        return new Device(Kind.CUDA, matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1)));
    }

    public static List<Device> parse(List<String> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("device: none (expected: cpu, cuda or cuda:0)");
        }
        return texts.stream().map(Device::parse).toList();
    }

    @Override
    public String toString() {
        return kind == Kind.CPU ? "cpu" : "cuda:" + index;
    }
}
