package io.sightline.connectors.replay;

import io.sightline.connectors.client.RecognitionOptions;
import io.sightline.connectors.results.ResultFormat;
import io.sightline.schemas.request.GalleryLimits;
import io.sightline.schemas.request.RequestLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What a replay does.
 *
 * @param kafka properties for its clients under Kafka's own names, {@code bootstrap.servers} at least
 * @param request what each request asks besides its picture
 * @param out file of the results; the state is beside it
 * @param inOrder results in the order in which requests are sent
 * @param concurrency most requests without their result at a time
 * @param rate most requests a second; empty: as many as can be
 * @param limit only so many pictures; empty: all
 * @param seed pictures in an order drawn from it; empty: in the dataset's own
 * @param name of the run, the beginning of its request ids; empty: made up
 * @param patience longest time without one result that is waited for
 * @param restart what an earlier run left under these names is deleted first
 */
public record ReplaySettings(Map<String, String> kafka, RecognitionOptions request, Path out, ResultFormat format, boolean inOrder, int concurrency, OptionalDouble rate,
        OptionalInt limit, OptionalLong seed, Optional<String> name, Duration patience, boolean restart) {
    static final int MAX_CONCURRENCY = 100_000;
    private static final double MAX_RATE = 1_000_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    public ReplaySettings {
        kafka = Map.copyOf(kafka);
        require(kafka.containsKey("bootstrap.servers"), "kafka", "no bootstrap.servers", "host:port of at least one broker");
        require(concurrency >= 1 && concurrency <= MAX_CONCURRENCY, "concurrency", concurrency, "1.." + MAX_CONCURRENCY);
        require(rate.isEmpty() || rate.getAsDouble() > 0 && rate.getAsDouble() <= MAX_RATE, "rate", rate.orElse(0), "more than 0, at most " + (int) MAX_RATE);
        require(limit.isEmpty() || limit.getAsInt() >= 1, "limit", limit.orElse(0), "at least 1");
        require(name.isEmpty() || NAME.matcher(name.get()).matches(), "name", "'" + RequestLimits.shown(name.orElse("")) + "'", "1 to 100 of A-Z a-z 0-9 . _ -, the first a letter or digit");
        require(patience.toMillis() >= 1, "timeout", patience.toMillis() + " ms", "at least 1 ms");
        check(request);
    }

    private static void require(boolean good, String what, Object seen, String expected) {
        if (!good) {
            throw new IllegalArgumentException(what + ": " + seen + " (expected: " + expected + ")");
        }
    }

    /** As a worker would: before ten thousand requests are refused for the same reason. */
    private static void check(RecognitionOptions asked) {
        require(asked.gallery() == null || asked.galleries() == null, "gallery", "gallery and galleries", "one of them");
        if (asked.pipeline() != null) {
            RequestLimits.checkName("pipeline", asked.pipeline());
        }
        if (asked.gallery() != null) {
            RequestLimits.checkName("gallery", asked.gallery());
        }
        if (asked.galleries() != null) {
            GalleryLimits.checkGalleries(asked.galleries());
        }
        if (asked.topK() != null) {
            RequestLimits.DEFAULT.checkTopK(asked.topK());
        }
        if (asked.scoreThreshold() != null) {
            RequestLimits.checkScoreThreshold(asked.scoreThreshold());
        }
        if (asked.filter() != null) {
            GalleryLimits.checkFilter(asked.filter());
        }
    }

    /** The same with other clients. */
    public ReplaySettings withKafka(Map<String, String> other) {
        return new ReplaySettings(other, request, out, format, inOrder, concurrency, rate, limit, seed, name, patience, restart);
    }

    /** The state of the run. */
    public Path state() {
        return out.resolveSibling(out.getFileName() + ".state");
    }

    /** What must not change between a run's lives, by option. */
    Map<String, String> fixed() {
        Map<String, String> fixed = new LinkedHashMap<>();
        fixed.put("format", format.name());
        fixed.put("in-order", Boolean.toString(inOrder));
        fixed.put("limit", limit.isPresent() ? Integer.toString(limit.getAsInt()) : "none");
        fixed.put("shuffle", seed.isPresent() ? "seed " + seed.getAsLong() : "no");
        fixed.put("pipeline", String.valueOf(request.pipeline()));
        fixed.put("gallery", String.valueOf(request.gallery()));
        fixed.put("galleries", String.valueOf(request.galleries()));
        fixed.put("top-k", String.valueOf(request.topK()));
        fixed.put("score-threshold", String.valueOf(request.scoreThreshold()));
        fixed.put("filter", String.valueOf(request.filter()));
        fixed.put("distinct-labels", String.valueOf(request.distinctLabels()));
        return fixed;
    }
}
