package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.run.BridgeRuntime;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.connectors.bridge.serving.proto.PipelineServiceGrpc;
import io.sightline.connectors.bridge.serving.proto.Request;
import io.sightline.connectors.bridge.serving.proto.Response;
import io.sightline.connectors.client.RecognitionAnswer;
import io.sightline.connectors.client.RecognitionClient;
import io.sightline.connectors.client.RecognitionOptions;
import io.sightline.processors.tracer.StageWindow;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Callers of all dialects who go away while the worker is busy: their pictures are not even decoded, and each request has one result all the same. Broker, worker
 * and bridge are the product's own; the worker takes one record at a time and is kept busy with requests that wait for an epoch that never comes.
 */
@ExtendWith(ProductExtension.class)
@Timeout(300)
class WithdrawalIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String GALLERY = "withdrawal";
    private static final String SCENE = Base64.getEncoder().encodeToString(Product.scene(0));
    private static final AvroCodec<RecognitionRequest> REQUESTS = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE);
    private static final int LEAVING = 6;
    private static final int BUSY = 3;
    /** On a slow machine the worker may get through before the callers have gone. */
    private static final int ATTEMPTS = 10;
    private static Product product;
    private static WorkerRuntime worker;
    private static BridgeRuntime bridge;
    private static Outputs outputs;

    /** How a request comes in. */
    enum Way {
        NATIVE("/v1/recognitions", "image/jpeg") {
            @Override
            byte[] body() {
                return Product.scene(0);
            }
        },
        BATCH("/v1/recognitions/batch", "multipart/form-data; boundary=b") {
            @Override
            byte[] body() {
                ByteArrayOutputStream form = new ByteArrayOutputStream();
                form.writeBytes("--b\r\nContent-Disposition: form-data; name=image\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                form.writeBytes(Product.scene(0));
                form.writeBytes("\r\n--b--".getBytes(StandardCharsets.US_ASCII));
                return form.toByteArray();
            }
        },
        PADDLE_SERVING("/recognition/prediction", "text/plain") {
            @Override
            byte[] body() {
                return utf8("{\"key\": [\"image\"], \"value\": [\"" + SCENE + "\"]}");
            }
        },
        PADDLE_SERVING_GRPC("", "") {
            @Override
            byte[] body() {
                throw new UnsupportedOperationException("a message of protobuf's");
            }
        },
        PADDLE_HUB("/predict/things", "application/json") {
            @Override
            byte[] body() {
                return utf8("{\"images\": [\"" + SCENE + "\"]}");
            }
        },
        OPEN_INFERENCE("/v2/models/recognition/infer", "application/json") {
            @Override
            byte[] body() {
                return utf8("{\"inputs\": [{\"name\": \"image\", \"shape\": [1], \"datatype\": \"BYTES\", \"data\": [\"" + SCENE + "\"]}]}");
            }
        };

        private final String path;
        private final String type;

        Way(String path, String type) {
            this.path = path;
            this.type = type;
        }

        abstract byte[] body();

        /** Sends a request; closing what is returned is to go away. */
        AutoCloseable call() throws IOException {
            if (this != PADDLE_SERVING_GRPC) {
                return post(path, body(), "Content-Type: " + type);
            }
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", bridge.url().getPort()).usePlaintext().build();
            Context.CancellableContext call = Context.current().withCancellation();
            call.run(() -> PipelineServiceGrpc.newStub(channel).inference(Request.newBuilder().setName("recognition").addKey("image").addValue(SCENE).build(), new Ignored()));
            return () -> {
                call.cancel(null);
                channel.shutdownNow();
            };
        }
    }

    private static final class Ignored implements StreamObserver<Response> {
        @Override
        public void onNext(Response value) {
        }

        @Override
        public void onError(Throwable e) {
        }

        @Override
        public void onCompleted() {
        }
    }

    @BeforeAll
    static void start(Product running) throws Exception {
        product = running;
        SightlineConfig config = product.config(Map.of("topics.prefix", "withdrawal.", "worker.application_id", "withdrawal", "topics.partitions", "1", "look_ahead.max_records", "1",
                "pipelines.recognition.gallery", GALLERY, "bridge.request_timeout_ms", "60000", "tracer.interval_s", "3600", "hub.modules", "{things: {pipeline: recognition}}"));
        worker = WorkerRuntime.start(config, e -> { });
        bridge = BridgeRuntime.start(config, worker.local(), Map.of());
        worker.withdrawals().ask(bridge.replies()::isWithdrawn);
        assertThat(bridge.replies().awaitReady(PATIENCE)).isTrue();
        outputs = new Outputs(product.bootstrapServers(), worker.topics(), "read_uncommitted");
    }

    @AfterAll
    static void stop() throws Exception {
        outputs.close();
        bridge.close();
        worker.close();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldNotDecodeThePicturesOfCallersWhoHaveGone(Way way) throws Exception {
        int undecoded = 0;
        for (int attempt = 0; attempt < ATTEMPTS && undecoded < LEAVING; attempt++) {
            // given a busy worker, callers who will leave and one who stays
            worker.tracer().window();
            long dropped = worker.withdrawals().dropped();
            int answered = outputs.all().size();
            keepBusy();
            List<AutoCloseable> leaving = new ArrayList<>();
            for (int i = 0; i < LEAVING; i++) {
                leaving.add(way.call());
            }
            CompletableFuture<RecognitionAnswer> staying = CompletableFuture.supplyAsync(WithdrawalIT::recognise, task -> new Thread(task, "staying").start());
            await().atMost(PATIENCE).until(() -> bridge.replies().inFlight() == LEAVING + 1 || staying.isDone());
            // when
            for (AutoCloseable caller : leaving) {
                caller.close();
            }
            // then each request has one result
            assertThat(staying.join().recognised()).isTrue();
            await().atMost(PATIENCE).until(() -> outputs.all().size() == answered + BUSY + LEAVING + 1);
            List<RecognitionResult> results = outputs.all().subList(answered, answered + BUSY + LEAVING + 1);
            List<RecognitionResult> withdrawn = results.stream().filter(result -> result.getErrMsg().startsWith("withdrawn: the caller has gone away (expected: ")).toList();
            assertThat(withdrawn).allSatisfy(result -> assertThat(result.getErrNo()).isEqualTo(6000));
            assertThat(worker.withdrawals().dropped() - dropped).isEqualTo(withdrawn.size());
            // and what was not decoded cost nothing
            Map<String, Long> done = new java.util.HashMap<>();
            worker.tracer().window().counts().forEach((StageWindow window) -> done.put(window.stage(), window.count()));
            undecoded = (int) withdrawn.stream().filter(result -> result.getImage() == null).count();
            assertThat(done.get("decode")).isEqualTo(LEAVING + 1 - undecoded);
            assertThat(done.get("detect")).isLessThanOrEqualTo(done.get("decode"));
            await().atMost(PATIENCE).until(() -> bridge.replies().withdrawn() == 0);
            int waited = (int) outputs.all().stream().filter(result -> result.getErrMsg().startsWith("min_epoch")).count();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(outputs.deadLetters()).as("those of the waiting requests and no others").hasSize(waited));
        }
        assertThat(undecoded).isEqualTo(LEAVING);
    }

    @Test
    void shouldFinishWhatIsAskedUnderAnIdempotencyKeyThoughTheCallerHasGone() throws Exception {
        // given
        long dropped = worker.withdrawals().dropped();
        int answered = outputs.all().size();
        keepBusy();
        AutoCloseable caller = post("/v1/recognitions", Product.scene(0), "Idempotency-Key: later");
        await().atMost(PATIENCE).until(() -> bridge.replies().inFlight() == 1);
        // when
        caller.close();
        // then
        await().atMost(PATIENCE).until(() -> outputs.all().size() == answered + BUSY + 1);
        assertThat(outputs.all().get(answered + BUSY).getErrMsg()).isEmpty();
        assertThat(worker.withdrawals().dropped()).isEqualTo(dropped);
    }

    private static RecognitionAnswer recognise() {
        try {
            return new RecognitionClient(bridge.url(), PATIENCE).recognize(Product.scene(1), new RecognitionOptions(null, null, null, null, null, null, null));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The worker waits two seconds for each of these, and for one after the other. */
    private static void keepBusy() throws Exception {
        String topic = worker.topics().name(Topic.REQUESTS);
        for (int i = 0; i < BUSY; i++) {
            RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId("busy").setImage(ByteBuffer.allocate(0)).setGallery(GALLERY).setMinEpoch(1L << 40).build();
            product.send(new ProducerRecord<>(topic, null, REQUESTS.encode(topic, request))).get();
        }
    }

    private static AutoCloseable post(String path, byte[] body, String header) throws IOException {
        Socket socket = new Socket("127.0.0.1", bridge.url().getPort());
        socket.getOutputStream().write(utf8("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + header + "\r\nContent-Length: " + body.length + "\r\n\r\n"));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
        return socket;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
