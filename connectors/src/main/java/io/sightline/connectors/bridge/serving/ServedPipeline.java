package io.sightline.connectors.bridge.serving;

import io.sightline.schemas.request.RequestLimits;
import java.util.Optional;
import java.util.Set;

/**
 * A service as it is offered.
 *
 * @param name the first segment of its URL
 * @param pipeline the pipeline that does the work
 * @param gallery the gallery searched; empty: the pipeline's
 * @param ports of its own, where it alone answers
 */
public record ServedPipeline(String name, String pipeline, AnswerForm answer, Optional<String> gallery, Set<Integer> ports) {
    private static final Set<String> OTHERS = Set.of("v1", "v2", "predict", "page", "registry");

    public ServedPipeline {
        RequestLimits.checkName("paddle_serving.services", name);
        if (isReserved(name)) {
            throw new IllegalArgumentException("paddle_serving.services: '" + name + "' (expected: another name than " + String.join(", ", OTHERS.stream().sorted().toList()) + ", with which paths of other kinds begin)");
        }
        ports = Set.copyOf(ports);
    }

    /** Whether paths of another kind begin with this. */
    public static boolean isReserved(String name) {
        return OTHERS.contains(name);
    }
}
