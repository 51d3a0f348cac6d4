package io.sightline.processors.recognition;

import io.sightline.processors.classify.ScoredClass;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.schemas.Detection;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.request.InvalidRequestException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds results. Scores are rounded to four digits and lists are sorted by the rounded scores, so that the last digits of a float,
 * which may depend on the other items of a batch, never show. Immutable.
 */
final class ResultBuilder {
    /** Most characters of all matches of a result together: 3 bytes each at most, within the 1 MiB that a topic takes by default. */
    static final int MAX_MATCHES_CHARS = 256 * 1024;
    private static final int MAX_MESSAGE_CHARS = 1000;
    private static final double SCORE_STEPS = 10_000;
    private static final Comparator<DetectedBox> BEST_BOX_FIRST = Comparator.comparingDouble((DetectedBox box) -> rounded(box.score())).reversed()
            .thenComparing(DetectedBox::y1).thenComparing(DetectedBox::x1).thenComparing(DetectedBox::y2).thenComparing(DetectedBox::x2)
            .thenComparing(DetectedBox::label);
    /** Class of a thing that is the whole picture, or a box that the caller gave. */
    static final String WHOLE = "image";
    private static final double EMBEDDING_STEPS = 100_000;

    private final Provenance provenance;
    private final Clock clock;

    ResultBuilder(Provenance provenance, Clock clock) {
        this.provenance = provenance;
        this.clock = clock;
    }

    /** The best boxes, best first. */
    static List<DetectedBox> best(List<DetectedBox> boxes, int most) {
        return boxes.stream().sorted(BEST_BOX_FIRST).limit(most).toList();
    }

    /**
     * @param models of the job's pipeline, by stage
     * @param size null where there was no picture
     * @param boxes of the things; empty where a vector was looked up
     * @param classes in the order of the boxes, or empty; so are vectors and the searches' hits
     * @throws InvalidRequestException where the matches are too much for one record
     */
    RecognitionResult recognised(InputRecord input, RecognitionJob job, Map<String, ModelInfo> models, ImageSize size, List<DetectedBox> boxes,
            List<List<ScoredClass>> classes, List<float[]> vectors, List<GallerySearch> searches, Map<String, Double> timesMs) {
        List<Finding> findings = Findings.of(job, boxes, classes, vectors, searches);
        long chars = findings.stream().flatMap(finding -> finding.matches().stream())
                .mapToLong(match -> match.getId().length() + match.getLabel().length() + match.getAttributes().length()).sum();
        if (chars > MAX_MATCHES_CHARS) {
            throw new InvalidRequestException("matches: " + chars + " characters of ids, labels and attributes (expected: at most "
                    + MAX_MATCHES_CHARS + "; ask for a smaller top_k)");
        }
        Map<String, Long> epochs = new TreeMap<>();
        searches.forEach(search -> epochs.put(search.gallery(), search.epoch()));
        return new RecognitionResult(job.requestId(), RecognitionStatus.RECOGNISED, 0, "", job.pipeline().name(), size,
                findings.stream().map(ResultBuilder::detection).toList(),
                lineage(input, models, searches.isEmpty() ? null : searches.get(0).gallery(), epochs), timesMs, job.attributes(), clock.instant());
    }

    private static Detection detection(Finding finding) {
        return new Detection(
                finding.box().map(box -> List.of(box.x1(), box.y1(), box.x2(), box.y2())).orElse(List.of()),
                finding.box().map(box -> rounded(box.score())).orElse(1.0),
                finding.box().map(DetectedBox::label).orElse("vector"),
                finding.matches(),
                finding.classes().stream().map(c -> new io.sightline.schemas.ScoredClass(c.id(), c.label(), rounded(c.score()))).toList(),
                finding.embedding().map(ResultBuilder::embedding).orElse(null),
                finding.box().flatMap(DetectedBox::landmarks).map(points -> points.xy().stream().map(Math::round).toList()).orElse(null));
    }

    private static List<Float> embedding(float[] vector) {
        List<Float> rounded = new ArrayList<>(vector.length);
        for (float component : vector) {
            rounded.add((float) (Math.round(component * EMBEDDING_STEPS) / EMBEDDING_STEPS));
        }
        return rounded;
    }

    /** A request of which not even the pipeline is known. */
    RecognitionResult unread(InputRecord input, RequestRead.Invalid read, Map<String, Double> timesMs) {
        return new RecognitionResult(read.requestId(), status(read.code()), read.code().number(), message(read.message()), null, null, List.of(),
                lineage(input, Map.of(), null, Map.of()), timesMs, read.attributes(), clock.instant());
    }

    /** @param size null where the picture was not decoded */
    RecognitionResult refused(InputRecord input, RecognitionJob job, Map<String, ModelInfo> models, ImageSize size, ErrorCode code, String text,
            Map<String, Double> timesMs) {
        return new RecognitionResult(job.requestId(), status(code), code.number(), message(text), job.pipeline().name(), size, List.of(),
                lineage(input, models, job.galleries().isEmpty() ? null : job.galleries().get(0), Map.of()), timesMs, job.attributes(), clock.instant());
    }

    /** @param gallery the first of those searched, or to be searched; null: none */
    private Lineage lineage(InputRecord input, Map<String, ModelInfo> models, String gallery, Map<String, Long> epochs) {
        Map<String, String> ids = new TreeMap<>();
        Map<String, String> devices = new TreeMap<>();
        models.forEach((stage, model) -> {
            ids.put(stage, model.id());
            devices.put(stage, model.device());
        });
        return new Lineage(provenance.build(), provenance.configHash(), ids, devices, gallery, gallery == null ? null : epochs.get(gallery), epochs,
                input.topic(), input.partition(), input.offset());
    }

    private static RecognitionStatus status(ErrorCode code) {
        return code.requestsFault() ? RecognitionStatus.REJECTED : RecognitionStatus.FAILED;
    }

    static String message(String text) {
        return text.length() <= MAX_MESSAGE_CHARS ? text : text.substring(0, MAX_MESSAGE_CHARS) + "…";
    }

    static double rounded(double score) {
        return Math.round(score * SCORE_STEPS) / SCORE_STEPS;
    }
}
