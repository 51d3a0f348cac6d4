package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.join;

import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestGalleryWorker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.topics.Topic;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;

/** A worker for edits besides the one for requests, which knows what epoch was reached. */
abstract class GalleryFixture extends BridgeFixture {
    static final String ENTRIES = "/v1/galleries/shop/entries";
    TestGalleryWorker edits;

    @BeforeEach
    void startGalleryWorker() {
        broker.create(topics, Topic.GALLERY, 3);
        broker.create(topics, Topic.GALLERY_VECTORS, 3);
        edits = keep(new TestGalleryWorker(broker, topics));
        worker.answerBy(request -> request.getMinEpoch() == null ? TestWorker.recognised(request) : edits.reached(request));
    }

    TestBridge catalogued() {
        return catalogued(TestBridge.settings(10_000, 5_000, 16, 0));
    }

    TestBridge catalogued(BridgeSettings settings) {
        return keep(TestBridge.withCatalogue(broker, topics, settings));
    }

    static RawHttp.Response call(TestBridge bridge, String method, String target, byte[] body, String... headers) throws Exception {
        String more = headers.length == 0 ? "" : "\r\n" + String.join("\r\n", headers);
        return RawHttp.exchange(bridge.port(), join(head(method + " " + target + " HTTP/1.1", "Content-Length: " + body.length + more), body));
    }

    static RawHttp.Response json(TestBridge bridge, String method, String target, String body) throws Exception {
        return call(bridge, method, target, body.getBytes(StandardCharsets.UTF_8), "Content-Type: application/json");
    }

    static RawHttp.Response without(TestBridge bridge, String method, String target) throws Exception {
        return call(bridge, method, target, new byte[0]);
    }
}
