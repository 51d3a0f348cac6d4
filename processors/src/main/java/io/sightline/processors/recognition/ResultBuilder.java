package io.sightline.processors.recognition;

import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.schemas.Detection;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.request.InvalidRequestException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private static final Set<ErrorCode> REQUESTS_FAULT =
            EnumSet.of(ErrorCode.BAD_INPUT, ErrorCode.TYPE, ErrorCode.RPC_PACKAGE, ErrorCode.NOT_IMPLEMENTED, ErrorCode.NO_SERVICE);
    private static final Comparator<DetectedBox> BEST_BOX_FIRST = Comparator.comparingDouble((DetectedBox box) -> rounded(box.score())).reversed()
            .thenComparing(DetectedBox::y1).thenComparing(DetectedBox::x1).thenComparing(DetectedBox::y2).thenComparing(DetectedBox::x2)
            .thenComparing(DetectedBox::label);
    private static final Comparator<Match> BEST_MATCH_FIRST = Comparator.comparingDouble(Match::getScore).reversed().thenComparing(Match::getId);

    private final Provenance provenance;
    private final Map<String, String> models;
    private final Map<String, String> devices;
    private final Clock clock;

    ResultBuilder(Provenance provenance, Map<String, ModelInfo> models, Clock clock) {
        this.provenance = provenance;
        this.models = new TreeMap<>();
        this.devices = new TreeMap<>();
        models.forEach((stage, model) -> {
            this.models.put(stage, model.id());
            this.devices.put(stage, model.device());
        });
        this.clock = clock;
    }

    /** The best boxes, best first. */
    static List<DetectedBox> best(List<DetectedBox> boxes, int most) {
        return boxes.stream().sorted(BEST_BOX_FIRST).limit(most).toList();
    }

    /**
     * @param boxes in the order of the search's hits
     * @throws InvalidRequestException where the matches are too much for one record
     */
    RecognitionResult recognised(InputRecord input, RecognitionJob job, ImageSize size, List<DetectedBox> boxes, GallerySearch search,
            Map<String, Double> timesMs) {
        List<Detection> detections = new ArrayList<>(boxes.size());
        long chars = 0;
        for (int i = 0; i < boxes.size(); i++) {
            DetectedBox box = boxes.get(i);
            List<Match> matches = search.hits().get(i).stream().map(hit -> match(search.gallery(), hit)).sorted(BEST_MATCH_FIRST).toList();
            for (Match match : matches) {
                chars += match.getId().length() + match.getLabel().length() + match.getAttributes().length();
            }
            detections.add(new Detection(List.of(box.x1(), box.y1(), box.x2(), box.y2()), rounded(box.score()), box.label(), matches, List.of(), null, null));
        }
        if (chars > MAX_MATCHES_CHARS) {
            throw new InvalidRequestException("matches: " + chars + " characters of ids, labels and attributes (expected: at most "
                    + MAX_MATCHES_CHARS + "; ask for a smaller top_k)");
        }
        return new RecognitionResult(job.requestId(), RecognitionStatus.RECOGNISED, 0, "", job.pipelineName(), size, detections,
                lineage(input, models, devices, search.gallery(), search.epoch()), timesMs, job.attributes(), clock.instant());
    }

    /** A request of which not even the pipeline is known. */
    RecognitionResult unread(InputRecord input, RequestRead.Invalid read, Map<String, Double> timesMs) {
        return new RecognitionResult(read.requestId(), status(read.code()), read.code().number(), message(read.message()), null, null, List.of(),
                lineage(input, Map.of(), Map.of(), null, null), timesMs, read.attributes(), clock.instant());
    }

    /** @param size null where the picture was not decoded */
    RecognitionResult refused(InputRecord input, RecognitionJob job, ImageSize size, ErrorCode code, String text, Map<String, Double> timesMs) {
        return new RecognitionResult(job.requestId(), status(code), code.number(), message(text), job.pipelineName(), size, List.of(),
                lineage(input, models, devices, job.gallery(), null), timesMs, job.attributes(), clock.instant());
    }

    private Lineage lineage(InputRecord input, Map<String, String> usedModels, Map<String, String> usedDevices, String gallery, Long epoch) {
        return new Lineage(provenance.build(), provenance.configHash(), usedModels, usedDevices, gallery, epoch, epoch == null ? Map.of() : Map.of(gallery, epoch), input.topic(), input.partition(),
                input.offset());
    }

    private static Match match(String gallery, GallerySearch.Hit hit) {
        return new Match(hit.id(), hit.label(), rounded(hit.score()), hit.attributes(), gallery);
    }

    private static RecognitionStatus status(ErrorCode code) {
        return REQUESTS_FAULT.contains(code) ? RecognitionStatus.REJECTED : RecognitionStatus.FAILED;
    }

    static String message(String text) {
        return text.length() <= MAX_MESSAGE_CHARS ? text : text.substring(0, MAX_MESSAGE_CHARS) + "…";
    }

    static double rounded(double score) {
        return Math.round(score * SCORE_STEPS) / SCORE_STEPS;
    }
}
