package io.sightline.app.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.schemas.Detection;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorthSeeingTest {
    /** Makes builders work. */
    private static final AvroCodec<RecognitionResult> CODEC = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);

    @Test
    void shouldChooseErrorsThenSureMistakesThenWhatIsLeastSure() {
        WorthSeeing worth = new WorthSeeing(8);
        for (int i = 0; i < 100; i++) {
            worth.add(result("good" + i, RecognitionStatus.RECOGNISED, "tea", 0.5 + i / 1000.0));
            worth.add(result("wrong" + i, RecognitionStatus.RECOGNISED, "milk", 0.5 + i / 1000.0));
            worth.add(result("error" + i, RecognitionStatus.FAILED, "milk", 0));
        }
        assertThat(worth.all()).extracting(seen -> seen.result().getRequestId()).containsExactly("error0", "error1", "wrong99", "wrong98", "wrong97", "wrong96", "good0", "good1");
    }

    @Test
    void shouldShowAllWhereThereAreFew() {
        WorthSeeing worth = new WorthSeeing(8);
        worth.add(result("b", RecognitionStatus.RECOGNISED, "tea", 0.7));
        worth.add(result("a", RecognitionStatus.RECOGNISED, "tea", 0.6));
        assertThat(worth.all()).extracting(seen -> seen.result().getRequestId()).containsExactly("a", "b");
        assertThat(new WorthSeeing(1).all()).isEmpty();
    }

    private static RecognitionResult result(String id, RecognitionStatus status, String answer, double score) {
        List<Detection> detections = status == RecognitionStatus.RECOGNISED
                ? List.of(new Detection(List.of(0, 0, 1, 1), 1.0, "image", List.of(new Match("1", answer, score, "{}", "g")), List.of(), null, null)) : List.of();
        return RecognitionResult.newBuilder().setRequestId(id).setStatus(status).setDetections(detections).setAttributes(Map.of("label", "tea")).setLineage(Lineage.newBuilder().build()).build();
    }
}
