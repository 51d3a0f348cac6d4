package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.metrics.ScrapedText;
import io.sightline.app.run.BridgeRuntime;
import io.sightline.app.run.Management;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.connectors.client.EntryUpload;
import io.sightline.connectors.client.GalleryAnswer;
import io.sightline.connectors.client.GalleryClient;
import io.sightline.processors.gallery.redis.testing.RedisProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A worker whose galleries lie on a real Redis server, which dies and comes back with nothing. Broker: the product's; worker and bridge: the test's own. */
@ExtendWith(ProductExtension.class)
@Timeout(400)
class RedisGalleryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int ENTRIES = 8;
    private static final int WAITING = 4;
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    @Test
    void shouldAnswerRightWhatWaitedUntilRedisIsBackWithNothing(Product product) throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            SightlineConfig config = product.config(Map.of("topics.prefix", "redis.", "worker.application_id", "redis", "pipelines.recognition.gallery", "shelf",
                    "gallery_index.kind", "vector_set", "gallery_index.redis.host", "127.0.0.1", "gallery_index.redis.port", "" + redis.port(),
                    "bridge.request_timeout_ms", "300000"));
            try (Management management = Management.start(config);
                    WorkerRuntime worker = WorkerRuntime.start(config, failures::add);
                    BridgeRuntime bridge = BridgeRuntime.start(config, worker.local(), worker.checks(), management);
                    Outputs outputs = new Outputs(product.bootstrapServers(), worker.topics(), "read_uncommitted")) {
                management.metrics().add(worker.metrics());
                assertThat(bridge.replies().awaitReady(PATIENCE)).isTrue();
                run(redis, worker, bridge.url());
                assertThat(outputs.deadLetters()).isEmpty();
                assertThat(failures).isEmpty();
            }
        }
    }

    private void run(RedisProcess redis, WorkerRuntime worker, URI url) throws Exception {
        // given entries, each searchable when it is said to be
        GalleryClient client = new GalleryClient(url, PATIENCE);
        long epoch = 0;
        for (int i = 0; i < ENTRIES; i++) {
            epoch = added(client, i);
        }
        for (int i = 0; i < ENTRIES; i++) {
            checkAnswer(recognise(url, i).get(PATIENCE.toSeconds(), TimeUnit.SECONDS), i, epoch);
        }
        await().atMost(PATIENCE).until(() -> get(url, "/readyz").statusCode() == 200);
        assertThat(breaker(url, "closed")).isEqualTo(1);
        await().atMost(PATIENCE).until(() -> metrics(url).families().contains("sightline_gallery_entries"));
        assertThat(metrics(url).value("sightline_gallery_entries", Map.of("gallery", "shelf"))).isEqualTo(ENTRIES);

        // when Redis dies
        redis.kill();
        // then that is said though nobody asks for anything
        await().atMost(PATIENCE).until(() -> !index(url).path("ready").booleanValue());
        assertThat(get(url, "/readyz").statusCode()).isEqualTo(503);
        assertThat(index(url).path("detail").textValue()).startsWith("redis 127.0.0.1:" + redis.port() + ": ").contains("since 20");
        await().atMost(PATIENCE).until(() -> breaker(url, "closed") == 0);
        assertThat(metrics(url).value("sightline_ready", Map.of("component", "gallery_index"))).isZero();
        // and requests wait
        List<CompletableFuture<HttpResponse<byte[]>>> waiting = new ArrayList<>();
        for (int i = 0; i < WAITING; i++) {
            waiting.add(recognise(url, i));
        }
        await().atMost(PATIENCE).until(() -> metrics(url).value("sightline_requests_in_flight", Map.of()) == WAITING);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);

        // when it is back with nothing
        redis.restart();
        // then the gallery is read again from the log, and those who waited have the answer that they would have had
        for (int i = 0; i < WAITING; i++) {
            checkAnswer(waiting.get(i).get(PATIENCE.toSeconds(), TimeUnit.SECONDS), i, epoch);
        }
        assertThat(worker.index().size("shelf")).isEqualTo(ENTRIES);
        await().atMost(PATIENCE).until(() -> get(url, "/readyz").statusCode() == 200 && breaker(url, "closed") == 1);
        // and it goes on
        checkAnswer(recognise(url, ENTRIES - 1).get(PATIENCE.toSeconds(), TimeUnit.SECONDS), ENTRIES - 1, epoch);
        long next = added(client, ENTRIES);
        checkAnswer(recognise(url, ENTRIES).get(PATIENCE.toSeconds(), TimeUnit.SECONDS), ENTRIES, next);

        // when it dies again, and somebody waits for an edit, which is asked of every partition of requests
        redis.kill();
        CompletableFuture<Long> late = CompletableFuture.supplyAsync(() -> added(client, ENTRIES + 1));
        await().atMost(PATIENCE).until(() -> metrics(url).value("sightline_requests_in_flight", Map.of()) > 0 && breaker(url, "closed") == 0);
        assertThat(late).isNotDone();
        redis.restart();
        // then the wait ends well
        long last = late.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        checkAnswer(recognise(url, ENTRIES + 1).get(PATIENCE.toSeconds(), TimeUnit.SECONDS), ENTRIES + 1, last);
    }

    private static long added(GalleryClient client, int number) {
        GalleryAnswer added = client.put("shelf", "p" + number, new EntryUpload(null, "label " + number, null, Product.galleryPicture(number), null, null, null), "searchable");
        assertThat(added.ok()).as(added.message()).isTrue();
        return added.json().path("epoch").longValue();
    }

    private CompletableFuture<HttpResponse<byte[]>> recognise(URI url, int number) {
        return http.sendAsync(HttpRequest.newBuilder(URI.create(url + "/v1/recognitions?top_k=1&score_threshold=-1")).timeout(Duration.ofSeconds(300))
                .POST(BodyPublishers.ofByteArray(Product.galleryPicture(number))).build(), BodyHandlers.ofByteArray());
    }

    private static void checkAnswer(HttpResponse<byte[]> answer, int number, long epoch) throws Exception {
        JsonNode result = JSON.readTree(answer.body());
        assertThat(answer.statusCode()).as(result.toString()).isEqualTo(200);
        assertThat(result.at("/detections")).isNotEmpty();
        assertThat(result.findValuesAsText("label")).as(result.toString()).contains("label " + number);
        assertThat(result.at("/lineage/galleries/shelf").longValue()).isEqualTo(epoch);
    }

    private HttpResponse<byte[]> get(URI url, String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE).build(), BodyHandlers.ofByteArray());
    }

    private JsonNode index(URI url) throws Exception {
        return JSON.readTree(get(url, "/readyz").body()).at("/components/gallery_index");
    }

    private ScrapedText metrics(URI url) throws Exception {
        return new ScrapedText(get(url, "/metrics").body());
    }

    private double breaker(URI url, String state) throws Exception {
        return metrics(url).value("sightline_breaker_state", Map.of("breaker", "gallery_index", "state", state));
    }
}
