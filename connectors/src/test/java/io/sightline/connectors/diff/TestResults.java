package io.sightline.connectors.diff;

import io.sightline.schemas.Detection;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.ScoredClass;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Results made up. */
final class TestResults {
    static {
        new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE); // lets Avro make our classes
    }

    private TestResults() {
    }

    static Detection thing(int x1, int y1, int x2, int y2, double score, String label, double labelScore) {
        return new Detection(List.of(x1, y1, x2, y2), score, "product", List.of(match(label, labelScore)), List.of(), null, null);
    }

    static Match match(String label, double score) {
        return new Match("id of " + label, label, score, "{}", "default");
    }

    /** Nothing matched. */
    static Detection unknown(int x1, int y1, int x2, int y2, String detectorsClass) {
        return new Detection(List.of(x1, y1, x2, y2), 0.5, detectorsClass, List.of(), List.of(), null, null);
    }

    static RecognitionResult.Builder result(String id, Detection... detections) {
        return RecognitionResult.newBuilder().setRequestId(id).setStatus(RecognitionStatus.RECOGNISED).setPipeline("recognition").setImage(new ImageSize(1000, 1000))
                .setDetections(Arrays.asList(detections)).setLineage(lineage("e@1#11", 7)).setCompletedAtMs(Instant.EPOCH);
    }

    static Lineage lineage(String embedder, long epoch) {
        return Lineage.newBuilder().setBuild("0.1.0").setConfigHash("0123456789ab").setModels(Map.of("embed", embedder)).setGallery("default").setGalleryEpoch(epoch)
                .setGalleries(Map.of("default", epoch)).setInputTopic("requests").setInputPartition(0).setInputOffset(1).build();
    }

    static RecognitionResult failed(String id, int errNo) {
        return RecognitionResult.newBuilder().setRequestId(id).setStatus(RecognitionStatus.REJECTED).setErrNo(errNo).setErrMsg("image: 0 bytes (expected: a file)")
                .setLineage(lineage("e@1#11", 7)).build();
    }

    /** Up to six things among few places and labels, so that much coincides: equal ones, overlapping ones, some without a match, some classified. */
    static RecognitionResult random(String id, Random random) {
        if (random.nextInt(12) == 0) {
            return failed(id, random.nextBoolean() ? 5000 : 6000);
        }
        List<Detection> detections = new ArrayList<>();
        for (int i = random.nextInt(7); i > 0; i--) {
            int x = random.nextInt(4) * 20;
            int y = random.nextInt(2) * 15;
            List<Match> matches = new ArrayList<>();
            for (int m = random.nextInt(3); m > 0; m--) {
                matches.add(match("label " + random.nextInt(3), random.nextInt(5) / 4.0));
            }
            List<ScoredClass> classes = random.nextInt(4) == 0 ? List.of(new ScoredClass(random.nextInt(2), "class", 0.5)) : List.of();
            detections.add(new Detection(List.of(x, y, x + 60, y + 60 + random.nextInt(3)), random.nextInt(5) / 4.0, "class " + random.nextInt(2), matches, classes,
                    random.nextInt(5) == 0 ? List.of(0.6f, 0.8f) : null, null));
        }
        return result(id, detections.toArray(Detection[]::new)).build();
    }
}
