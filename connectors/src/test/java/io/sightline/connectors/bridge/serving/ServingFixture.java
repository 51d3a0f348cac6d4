package io.sightline.connectors.bridge.serving;

import static io.sightline.connectors.testing.RawHttp.post;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.sightline.connectors.bridge.BridgeSettings;
import io.sightline.connectors.bridge.serving.proto.PipelineServiceGrpc;
import io.sightline.connectors.bridge.serving.proto.PipelineServiceGrpc.PipelineServiceBlockingStub;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.Detection;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.ScoredClass;
import io.sightline.schemas.topics.Topics;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A worker that knows four pipelines, and bridges that offer each as a service of its kind. */
abstract class ServingFixture {
    static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};
    static final String BASE64 = Base64.getEncoder().encodeToString(JPEG);
    static final int MAX_IMAGES = 3;
    /** As PP-ShiTu's manual shows it, but for our four digits. */
    static final String RECOGNISED = "[{'bbox': [345, 95, 524, 576], 'rec_docs': 'Red Bull-Enhanced', 'rec_scores': 0.799}]";
    final TestBroker broker = TestBroker.shared();
    final Topics topics = broker.newTopics(1);
    final List<AutoCloseable> open = new ArrayList<>();
    TestWorker worker;

    @BeforeEach
    void startWorker() {
        worker = keep(new TestWorker(broker, topics));
        worker.answerBy(ServingFixture::answer);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    static List<ServedPipeline> services(int recognitionPort) {
        return List.of(
                new ServedPipeline("recognition", "products", AnswerForm.RECOGNITION, Optional.of("drinks"), recognitionPort == 0 ? Set.of() : Set.of(recognitionPort)),
                new ServedPipeline("imagenet", "classes", AnswerForm.IMAGENET, Optional.empty(), Set.of()),
                new ServedPipeline("ArcFace", "faces", AnswerForm.ARCFACE, Optional.empty(), Set.of()),
                new ServedPipeline("alexnet", "classes", AnswerForm.TIPC, Optional.empty(), Set.of()));
    }

    TestBridge bridge() {
        return bridge(TestBridge.settings(10_000, 5_000, 16, 0), 0);
    }

    TestBridge bridge(BridgeSettings settings, int recognitionPort) {
        return keep(TestBridge.start(broker, topics, settings, new PaddleServingDialect(services(recognitionPort), MAX_IMAGES)));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    PipelineServiceBlockingStub grpc(int port) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        open.add(channel::shutdownNow);
        return PipelineServiceGrpc.newBlockingStub(channel).withDeadlineAfter(90, TimeUnit.SECONDS);
    }

    /** As {@code requests.post(url, data=json.dumps(data))} sends it: without a content type. */
    static RawHttp.Response call(int port, String path, String json) throws IOException {
        return RawHttp.exchange(port, post(path, json.getBytes(StandardCharsets.UTF_8)));
    }

    static String image() {
        return "{\"key\": [\"image\"], \"value\": [\"" + BASE64 + "\"]}";
    }

    /** What the worker says, by pipeline. */
    static RecognitionResult answer(RecognitionRequest request) {
        return TestWorker.ended(request, io.sightline.schemas.RecognitionStatus.RECOGNISED, 0, "", switch (request.getPipeline()) {
            case "products" -> List.of(thing(List.of(345, 95, 524, 576), List.of(new Match("1", "Red Bull-Enhanced", 0.799, "{}", "drinks")), List.of(), null),
                    thing(List.of(0, 0, 10, 10), List.of(), List.of(), null));
            case "classes" -> List.of(thing(List.of(0, 0, 640, 480), List.of(), List.of(new ScoredClass(985, "daisy, fresh", 0.9341), new ScoredClass(8, "hen", 0.01)), null));
            case "faces" -> List.of(thing(List.of(0, 0, 112, 112), List.of(), List.of(), IntStream.range(0, 128).mapToObj(i -> (i % 2 == 0 ? 1 : -1) * (i + 1) / 1000f).toList()));
            default -> throw new IllegalArgumentException(request.getPipeline());
        });
    }

    private static Detection thing(List<Integer> box, List<Match> matches, List<ScoredClass> classes, List<Float> embedding) {
        return new Detection(box, 0.9, "thing", matches, classes, embedding, null);
    }
}
