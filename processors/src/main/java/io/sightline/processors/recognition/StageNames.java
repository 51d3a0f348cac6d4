package io.sightline.processors.recognition;

import java.util.List;

/** Names of the stages: in thread names, timings, the tracer, the topology. */
public final class StageNames {
    public static final String DECODE = "decode";
    public static final String DETECT = "detect";
    public static final String CLASSIFY = "classify";
    public static final String EMBED = "embed";
    public static final String LOOKUP = "lookup";
    public static final List<String> RECOGNITION = List.of(DECODE, DETECT, EMBED, LOOKUP);
    public static final List<String> GALLERY = List.of(DECODE, DETECT, EMBED);

    private StageNames() {
    }
}
