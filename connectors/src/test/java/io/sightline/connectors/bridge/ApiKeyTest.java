package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.join;
import static io.sightline.connectors.testing.RawHttp.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import io.sightline.connectors.bridge.access.ApiKeysFile;
import io.sightline.connectors.bridge.call.Calls;
import io.sightline.connectors.bridge.call.Dialect;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.call.Problems;
import io.sightline.connectors.reply.ReplySettings;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and what to. */
class ApiKeyTest extends BridgeFixture {
    private static final String FORM = "Content-Type: multipart/form-data; boundary=b";
    @TempDir
    private Path folder;

    private String key(String name, List<String> galleries, boolean unnamed, String rate, String burst) throws Exception {
        ApiKeysFile.NewKey key = ApiKeysFile.create(name, new ApiKeysFile.Rights(galleries, unnamed, Optional.ofNullable(rate), Optional.ofNullable(burst)));
        ApiKeysFile.append(folder.resolve("keys"), key);
        return "Authorization: Bearer " + key.key();
    }

    private TestBridge guarded() {
        return keep(TestBridge.start(broker, topics, TestBridge.settings(10_000, 5_000, 16, 0).withKeys(folder.resolve("keys"))));
    }

    @Test
    void shouldServeWhoeverHasAKey() throws Exception {
        String all = key("all", List.of(), false, null, null);
        TestBridge bridge = guarded();
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, all)).status()).isEqualTo(200);
        assertThat(RawHttp.exchange(bridge.port(), post(PATH + "?gallery=any", IMAGE, all.replace("Bearer", "bearer "))).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-None: none", "Authorization:", "Authorization: Bearer", "Authorization: Bearer ", "Authorization: Bearer wrong", "Authorization: Basic a2V5Og==", "Authorization: KEY",
            "Authorization: Bearer KEYx", "Authorization: Bearer KEY x", "Authorization: Bearer\u00e9", "X-Api-Key: KEY"})
    void shouldAnswer401ToWhoeverHasNone(String header) throws Exception {
        String right = key("all", List.of(), false, null, null).substring("Authorization: Bearer ".length());
        RawHttp.Response answer = RawHttp.exchange(guarded().port(), post(PATH, IMAGE, header.replace("KEY", right)));
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.headers()).containsEntry("www-authenticate", "Bearer realm=\"sightline\"");
        assertThat(answer.json().path("err_msg").textValue()).startsWith("authorization: ").endsWith("(expected: Bearer and an API key of this server)").doesNotContain("wrong", right);
        assertThat(worker.seen()).isEmpty();
    }

    @Test
    void shouldAnswer401ToAVeryLongKeyWithinTheHeadersLimit() throws Exception {
        key("all", List.of(), false, null, null);
        TestBridge bridge = guarded();
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, "Authorization: Bearer " + "k".repeat(7_000))).status()).isEqualTo(401);
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, "Authorization: Bearer " + "k".repeat(9_000))).status()).isEqualTo(431);
    }

    @ParameterizedTest
    @EnumSource(ApiRoute.class)
    void shouldAskForAKeyOnEveryPathButThoseThatTellNothing(ApiRoute route) throws Exception {
        key("all", List.of(), false, null, null);
        String target = route.path().replace("{gallery}", "g").replace("{id}", "1").replace("{file}", "main.js");
        int status = RawHttp.exchange(guarded().port(), head(route.method() + " " + target + " HTTP/1.1", "Content-Length: 0")).status();
        assertThat(status).isEqualTo(Set.of(ApiRoute.HEALTHZ, ApiRoute.READYZ, ApiRoute.HOME, ApiRoute.PAGE_FILE).contains(route) ? 200 : 401);
    }

    @Test
    void shouldAskForAKeyWhereThereIsNothing() throws Exception {
        key("all", List.of(), false, null, null);
        TestBridge bridge = guarded();
        for (String path : List.of("/nothing", "/healthz/x", "//healthz/../v1/models", "/page/../v1/models", "/page/%2e%2e/v1/models", "/v1/models/", "/V1/models")) {
            assertThat(get(bridge, path).status()).as(path).isIn(400, 401, 404);
            assertThat(new String(get(bridge, path).body())).as(path).doesNotContain("pipelines");
        }
    }

    @Test
    void shouldLetALimitedKeyUseItsGalleriesOnly() throws Exception {
        // given
        String shop = key("shop", List.of("shop-*"), false, null, null);
        TestBridge bridge = guarded();
        byte[] form = join("--b\r\nContent-Disposition: form-data; name=image\r\n\r\n".getBytes(ISO_8859_1), IMAGE, "\r\n--b--".getBytes(ISO_8859_1));
        // then
        assertThat(RawHttp.exchange(bridge.port(), post(PATH + "?gallery=shop-a", IMAGE, shop)).status()).isEqualTo(200);
        assertThat(RawHttp.exchange(bridge.port(), post(PATH + "?galleries=shop-a,shop-b", IMAGE, shop)).status()).isEqualTo(200);
        assertThat(RawHttp.exchange(bridge.port(), post(PATH + "/batch?gallery=shop-a", form, shop, FORM)).status()).isEqualTo(200);
        assertThat(RawHttp.exchange(bridge.port(), post("/v1/galleries/shop-a/search", IMAGE, shop)).status()).isEqualTo(200);
        assertThat(RawHttp.exchange(bridge.port(), post("/v1/galleries/shop-a/search?galleries=shop-b", IMAGE, shop)).status()).isEqualTo(200);
        for (byte[] refused : List.of(post("/v1/galleries/shop-a/search?galleries=shop-b,other", IMAGE, shop),
                post("/v1/galleries/shop-a/search", "{\"galleries\":\"other\",\"vector\":[1]}".getBytes(), shop, "Content-Type: application/json"), post(PATH, IMAGE, shop), post(PATH + "?gallery=other", IMAGE, shop), post(PATH + "?galleries=shop-a,other", IMAGE, shop), post(PATH + "?async=true", IMAGE, shop),
                post(PATH + "/batch", form, shop, FORM), post(PATH + "/batch?gallery=other", form, shop, FORM), post("/v1/galleries/other/search", IMAGE, shop),
                post("/v1/galleries/other/entries?label=x", IMAGE, shop), post("/v1/galleries/other/entries", "{}".getBytes(), shop, "Content-Type: application/x-ndjson"),
                post("/v1/galleries/other/rebuild", new byte[0], shop), head("GET /v1/galleries/other HTTP/1.1", shop), head("GET /v1/galleries/other/entries HTTP/1.1", shop),
                head("DELETE /v1/galleries/other?confirm=other HTTP/1.1", shop), head("GET /v1/galleries/other/entries/1 HTTP/1.1", shop), head("DELETE /v1/galleries/other/entries/1 HTTP/1.1", shop),
                join(head("PUT /v1/galleries/other/entries/1?label=x HTTP/1.1", shop, "Content-Length: 5"), IMAGE))) {
            RawHttp.Response answer = RawHttp.exchange(bridge.port(), refused);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.json().path("err_msg").textValue()).startsWith("gallery: ").endsWith("(expected: one that this key may use: shop-*)");
        }
        assertThat(worker.seen()).hasSize(5);
    }

    @Test
    void shouldLetALimitedKeyNameNoGalleryWhereItsLineSaysSo() throws Exception {
        String kiosk = key("kiosk", List.of("shop"), true, null, null);
        TestBridge bridge = guarded();
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, kiosk)).status()).isEqualTo(200);
        assertThat(RawHttp.exchange(bridge.port(), post(PATH + "?gallery=other", IMAGE, kiosk)).status()).isEqualTo(403);
    }

    @Test
    void shouldAnswer429WithTheTimeToWaitWhenAKeyCallsTooOften() throws Exception {
        // given one call in 100 s, two at once
        String slow = key("slow", List.of(), false, "0.01", "2");
        String other = key("other", List.of(), false, null, null);
        TestBridge bridge = guarded();
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, slow)).status()).isEqualTo(200);
        assertThat(RawHttp.exchange(bridge.port(), head("GET /v1/models HTTP/1.1", slow)).status()).isEqualTo(200);
        // when
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(PATH, IMAGE, slow));
        // then
        assertThat(answer.status()).isEqualTo(429);
        assertThat(Integer.parseInt(answer.headers().get("retry-after"))).isBetween(90, 100);
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(50);
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, other)).status()).isEqualTo(200);
        assertThat(worker.seen()).hasSize(2);
    }

    @Test
    void shouldCountABatchAsItsImages() throws Exception {
        String slow = key("slow", List.of(), false, "0.01", "2");
        byte[] one = "--b\r\nContent-Disposition: form-data; name=image\r\n\r\nx\r\n".getBytes(ISO_8859_1);
        TestBridge bridge = guarded();
        assertThat(RawHttp.exchange(bridge.port(), post(PATH + "/batch", join(one, one, one, "--b--".getBytes(ISO_8859_1)), slow, FORM)).status()).isEqualTo(200);
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(PATH, IMAGE, slow));
        assertThat(answer.status()).isEqualTo(429);
        assertThat(Integer.parseInt(answer.headers().get("retry-after"))).isBetween(190, 200);
    }

    @Test
    void shouldKeepTheIdsOfTwoKeysApart() throws Exception {
        // given
        String one = key("one", List.of(), false, null, null);
        String two = key("two", List.of(), false, null, null);
        TestBridge bridge = guarded();
        assertThat(RawHttp.exchange(bridge.port(), post(PATH + "?async=true", IMAGE, one, "Idempotency-Key: k")).status()).isEqualTo(202);
        await().until(() -> RawHttp.exchange(bridge.port(), head("GET " + PATH + "/k HTTP/1.1", one)).status() == 200);
        // then
        assertThat(RawHttp.exchange(bridge.port(), head("GET " + PATH + "/k HTTP/1.1", two)).status()).isEqualTo(404);
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, new byte[] {1}, two, "Idempotency-Key: k")).status()).isEqualTo(200);
    }

    /** Asks what its path says: a gallery, or none. */
    private static final class OtherDialect implements Dialect {
        @Override
        public String name() {
            return "other";
        }

        @Override
        public Set<Integer> ports() {
            return Set.of();
        }

        @Override
        public void addTo(ServerBuilder server, Calls calls) {
            server.service("/other/{gallery}", (ctx, http) -> calls.serve(ctx, http, new Calls.Body("image", 100, true), bytes -> {
                String gallery = ctx.pathParam("gallery");
                return calls.recognise(RecognitionRequest.newBuilder().setRequestId("r").setGallery("-".equals(gallery) ? null : gallery).setImage(ByteBuffer.wrap(bytes)).build());
            }, result -> HttpResponse.of("fine"), error -> form(Problems.of(error)).toHttpResponse()));
        }

        private static AggregatedHttpResponse form(HttpProblem problem) {
            return AggregatedHttpResponse.of(problem.status(), MediaType.PLAIN_TEXT_UTF_8, "other: " + problem.getMessage());
        }

        @Override
        public Optional<AggregatedHttpResponse> refusal(String path, HttpProblem problem) {
            return path.startsWith("/other/") ? Optional.of(form(problem)) : Optional.empty();
        }
    }

    @Test
    void shouldGuardOtherDialectsInTheirOwnForm() throws Exception {
        // given
        String shop = key("shop", List.of("shop"), false, null, null);
        BridgeSettings settings = TestBridge.settings(10_000, 5_000, 16, 0).withKeys(folder.resolve("keys"));
        RequestReply replies = keep(RequestReply.start(new ReplySettings(broker.kafka(), 16, 10_000), topics, EmbeddedRegistry.INSTANCE));
        BridgeServer server = keep(BridgeServer.start(settings, RequestLimits.DEFAULT, BridgeParts.of(replies).withDialects(List.of(new OtherDialect()))));
        assertThat(replies.awaitReady(Duration.ofSeconds(20))).isTrue();
        // then
        RawHttp.Response none = RawHttp.exchange(server.port(), post("/other/shop", IMAGE));
        assertThat(none.status()).isEqualTo(401);
        assertThat(none.headers()).containsKey("www-authenticate");
        assertThat(new String(none.body())).startsWith("other: authorization: none (expected: ");
        assertThat(RawHttp.exchange(server.port(), post("/other/shop", IMAGE, shop)).status()).isEqualTo(200);
        assertThat(RawHttp.exchange(server.port(), post("/other/demo", IMAGE, shop)).status()).isEqualTo(HttpStatus.FORBIDDEN.code());
        assertThat(new String(RawHttp.exchange(server.port(), post("/other/-", IMAGE, shop)).body())).isEqualTo("other: gallery: none named (expected: one that this key may use: shop)");
        assertThat(worker.seen()).hasSize(1);
        // and gRPC in its
        RawHttp.Response grpc = RawHttp.exchange(server.port(), post("/any.Service/Method", new byte[5], "Content-Type: application/grpc+proto"));
        assertThat(grpc.status()).isEqualTo(200);
        assertThat(grpc.headers()).containsEntry("grpc-status", "16").containsEntry("grpc-message", "authorization%3A%20none%20%28expected%3A%20Bearer%20and%20an%20API%20key%20of%20this%20server%29");
    }
}
