package io.sightline.connectors.bridge.serving;

import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.sightline.connectors.bridge.access.ApiKeysFile;
import io.sightline.connectors.bridge.inference.InferenceDialect;
import io.sightline.connectors.bridge.inference.InferenceSettings;
import io.sightline.connectors.bridge.serving.proto.PipelineServiceGrpc.PipelineServiceBlockingStub;
import io.sightline.connectors.bridge.serving.proto.Request;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The other dialects where the bridge asks for keys. */
class ServingKeysTest extends ServingFixture {
    private static final Request IMAGE = Request.newBuilder().addKey("image").addValue(BASE64).build();
    @TempDir
    private Path folder;

    private String key(String name, List<String> galleries) throws Exception {
        ApiKeysFile.NewKey key = ApiKeysFile.create(name, new ApiKeysFile.Rights(galleries, false, Optional.empty(), Optional.empty()));
        ApiKeysFile.append(folder.resolve("keys"), key);
        return "Bearer " + key.key();
    }

    private TestBridge guarded() {
        return bridge(TestBridge.settings(10_000, 5_000, 16, 0).withKeys(folder.resolve("keys")), 0);
    }

    private PipelineServiceBlockingStub grpc(TestBridge bridge, String authorization) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
        return grpc(bridge.port()).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    @Test
    void shouldAnswerGrpcCallersWithoutAKeyAsUnauthenticated() throws Exception {
        // given
        String all = key("all", List.of());
        TestBridge bridge = guarded();
        // when, then
        for (PipelineServiceBlockingStub stranger : List.of(grpc(bridge.port()), grpc(bridge, all + "x"))) {
            StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> stranger.inference(IMAGE));
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(refused.getStatus().getDescription()).startsWith("authorization: ").endsWith("(expected: Bearer and an API key of this server)");
        }
        assertThat(worker.seen()).isEmpty();
        assertThat(grpc(bridge, all).inference(IMAGE).getErrNo()).isZero();
    }

    @Test
    void shouldSearchOnlyTheKeysGalleriesOverGrpcAndHttp() throws Exception {
        // given a service that searches the gallery drinks
        String drinks = key("drinks", List.of("drinks"));
        String food = key("food", List.of("food"));
        TestBridge bridge = guarded();
        byte[] body = image().getBytes(StandardCharsets.UTF_8);
        // then
        assertThat(grpc(bridge, drinks).inference(IMAGE).getErrNo()).isZero();
        assertThat(grpc(bridge, food).inference(IMAGE).getErrMsg()).isEqualTo("gallery: 'drinks' (expected: one that this key may use: food)");
        assertThat(RawHttp.exchange(bridge.port(), post("/recognition/prediction", body, "Authorization: " + drinks)).json().path("err_no").intValue()).isZero();
        assertThat(RawHttp.exchange(bridge.port(), post("/recognition/prediction", body, "Authorization: " + food)).json().path("err_no").intValue()).isEqualTo(5000);
        assertThat(RawHttp.exchange(bridge.port(), post("/recognition/prediction", body)).status()).isEqualTo(401);
        assertThat(worker.seen()).hasSize(2);
    }

    @Test
    void shouldLetProbesOfKServeInWithoutAKeyButNothingElseOfItsDialect() throws Exception {
        key("all", List.of());
        TestBridge bridge = keep(TestBridge.start(broker, topics, TestBridge.settings(10_000, 5_000, 16, 0).withKeys(folder.resolve("keys")),
                new InferenceDialect(InferenceSettings.DEFAULT, "0.9-test", List.of("products"))));
        assertThat(RawHttp.exchange(bridge.port(), head("GET /v2/health/live HTTP/1.1")).status()).isEqualTo(200);
        assertThat(RawHttp.exchange(bridge.port(), head("GET /v2/health/ready HTTP/1.1")).status()).isEqualTo(200);
        for (String path : List.of("/v2", "/v2/models/products", "/v2/models/products/ready")) {
            assertThat(RawHttp.exchange(bridge.port(), head("GET " + path + " HTTP/1.1")).status()).as(path).isEqualTo(401);
        }
    }
}
