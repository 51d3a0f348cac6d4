package io.sightline.connectors.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionStatus;
import org.junit.jupiter.api.Test;

class GalleryRebuildTest extends BridgeFixture {
    private static final byte[] REBUILD = RawHttp.post("/v1/galleries/shop/rebuild", new byte[0], "X-Request-Id: r");

    @Test
    void shouldAskTheWorkersOfAllPartitions() throws Exception {
        RawHttp.Response answer = RawHttp.exchange(bridge().port(), REBUILD);
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().toString()).isEqualTo("{\"request_id\":\"r\",\"status\":\"rebuilding\",\"err_no\":0,\"err_msg\":\"\",\"gallery\":\"shop\"}");
        assertThat(worker.seen()).hasSize(2).allMatch(RecognitionRequest::getRebuild).allMatch(request -> request.getGallery().equals("shop") && !request.getImage().hasRemaining());
    }

    @Test
    void shouldSayWhatAWorkerFindsWrong() throws Exception {
        worker.answerBy(request -> TestWorker.ended(request, RecognitionStatus.REJECTED, 5000, "gallery: 'shop' (expected: one of a, b)"));
        RawHttp.Response answer = RawHttp.exchange(bridge().port(), REBUILD);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("gallery: 'shop' (expected: one of a, b)");
    }

    @Test
    void shouldAnswer504WhenAWorkerDoesNot() throws Exception {
        worker.hold();
        assertThat(RawHttp.exchange(bridge(300, 16, 0).port(), REBUILD).status()).isEqualTo(504);
    }
}
