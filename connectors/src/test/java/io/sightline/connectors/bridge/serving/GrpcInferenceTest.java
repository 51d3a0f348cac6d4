package io.sightline.connectors.bridge.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.sightline.connectors.bridge.BridgeSettings;
import io.sightline.connectors.bridge.call.Calls;
import io.sightline.connectors.bridge.serving.proto.PipelineServiceGrpc;
import io.sightline.connectors.bridge.serving.proto.PipelineServiceGrpc.PipelineServiceBlockingStub;
import io.sightline.connectors.bridge.serving.proto.Request;
import io.sightline.connectors.bridge.serving.proto.Response;
import io.sightline.connectors.bridge.serving.proto.Tensor;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.request.RequestLimits;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What the stock pipeline_rpc_client.py programs do, with a gRPC client that shares nothing with the server. */
class GrpcInferenceTest extends ServingFixture {
    private static final Request IMAGE = Request.newBuilder().addKey("image").addValue(BASE64).build();

    @Test
    void shouldAnswerThePortsOwnServiceWhenNoNameIsGiven() throws Exception {
        int own = freePort();
        TestBridge bridge = bridge(TestBridge.settings(10_000, 5_000, 16, 0), own);
        Response recognised = Response.newBuilder().addKey("result").addValue(RECOGNISED).build();
        assertThat(grpc(own).inference(IMAGE)).isEqualTo(recognised);
        assertThat(grpc(bridge.port()).inference(IMAGE)).isEqualTo(recognised); // the first one
        assertThat(grpc(own).inference(named("imagenet")).getErrNo()).isEqualTo(3002);
        assertThat(grpc(bridge.port()).inference(named("imagenet")).getKeyList()).containsExactly("label", "prob");
        assertThat(grpc(bridge.port()).inference(named("ocr"))).isEqualTo(
                Response.newBuilder().setErrNo(3002).setErrMsg("name: 'ocr' (expected: one of recognition, imagenet, ArcFace, alexnet)").build());
    }

    @Test
    void shouldTakeTensors() {
        PipelineServiceBlockingStub client = grpc(bridge().port());
        assertThat(client.inference(Request.newBuilder().addTensors(Tensor.newBuilder().setName("image").setElemType(12).addStrData(BASE64)).build()).getErrNo()).isZero();
        assertThat(client.inference(Request.newBuilder().addTensors(Tensor.newBuilder().setName("image").setElemType(13).setByteData(ByteString.copyFrom(JPEG))).setLogid(7).build()).getErrNo()).isZero();
        assertThat(worker.seen()).hasSize(2).allSatisfy(request -> assertThat(request.getImage()).isEqualTo(ByteBuffer.wrap(JPEG)));
        assertThat(worker.seen().get(1).getAttributes()).isEqualTo(Map.of("logid", "7"));
    }

    @Test
    void shouldTellWhatWentWrongAsErrNo() {
        PipelineServiceBlockingStub client = grpc(bridge().port());
        assertThat(client.inference(Request.getDefaultInstance()).getErrMsg()).isEqualTo("key: no image (expected: 'image', with the file in base64 as its value)");
        assertThat(client.inference(Request.newBuilder().addKey("image").setLogid(3).build()).getErrMsg()).isEqualTo("(log_id=3) value: 0 for 1 keys (expected: one each)");
        worker.answerBy(request -> TestWorker.ended(request, RecognitionStatus.FAILED, 9000, "embed failed"));
        assertThat(client.inference(IMAGE)).isEqualTo(Response.newBuilder().setErrNo(9000).setErrMsg("embed failed").build());
    }

    @Test
    void shouldAnswer6000WhenNobodyDoesTheWork() {
        worker.hold();
        assertThat(grpc(bridge(TestBridge.settings(300, 5_000, 16, 0), 0).port()).inference(IMAGE).getErrNo()).isEqualTo(6000);
    }

    @Test
    void shouldBeUnavailableWhenOneMoreCallComesThanMayBeInFlight() {
        worker.hold();
        TestBridge bridge = bridge(TestBridge.settings(10_000, 5_000, 1, 0), 0);
        CompletableFuture<Response> first = CompletableFuture.supplyAsync(() -> grpc(bridge.port()).inference(IMAGE));
        await().until(() -> worker.held().size() == 1);
        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> grpc(bridge.port()).inference(IMAGE));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refused.getStatus().getDescription()).isEqualTo("err_no 50: overloaded: 1 requests are in flight (expected: fewer; try again later)");
        worker.release();
        assertThat(first.join().getErrNo()).isZero();
    }

    @Test
    void shouldBeUnavailableWhenMessagesHoldAllTheMemoryTheyMay() {
        // given room for a mebibyte in all, most of it held
        worker.hold();
        TestBridge bridge = bridge(new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 16, 1 << 20, 100, 60_000, 8192, 0, true, 1000, 8), 0);
        CompletableFuture<Response> first = CompletableFuture.supplyAsync(() -> grpc(bridge.port()).inference(bytes(900_000)));
        await().until(() -> worker.held().size() == 1);
        // when
        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> grpc(bridge.port()).inference(bytes(200_000)));
        // then
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refused.getStatus().getDescription()).isEqualTo("err_no 50: overloaded: images in flight hold 1048576 bytes already (expected: fewer; try again later)");
        worker.release();
        assertThat(first.join().getErrNo()).isZero();
        await().untilAsserted(() -> assertThat(grpc(bridge.port()).inference(bytes(1_000_000)).getErrNo()).isZero());
    }

    @Test
    void shouldReadAMessageAsLongAsMayBeAndRefuseOneByteMore() {
        // given room for one image in a message
        TestBridge bridge = keep(TestBridge.start(broker, topics, TestBridge.settings(10_000, 5_000, 16, 0), new PaddleServingDialect(services(0), 1)));
        int max = (int) Calls.maxJsonBytes(RequestLimits.DEFAULT, 1);
        int overhead = bytes(max).getSerializedSize() - max;
        // when, then: the one is read and found to hold too large an image, the other is not read
        assertThat(grpc(bridge.port()).inference(bytes(max - overhead)).getErrMsg()).isEqualTo("image: " + (max - overhead) + " bytes (expected: at most 16777216)");
        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> grpc(bridge.port()).inference(bytes(max - overhead + 1)));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void shouldTakeSeveralImagesOfSomeMegabytes() {
        String picture = Base64.getEncoder().encodeToString(new byte[15 << 20]);
        Response answer = grpc(bridge().port()).inference(Request.newBuilder().setName("imagenet").addKey("image").addValue(picture).addKey("image_1").addValue(picture).build());
        assertThat(answer.getValue(1)).isEqualTo("[0.9341, 0.9341]");
    }

    @Test
    void shouldForgetTheCallWhenItsCallerGivesUp() {
        // given
        worker.hold();
        TestBridge bridge = bridge();
        Future<Response> call = PipelineServiceGrpc.newFutureStub(grpc(bridge.port()).getChannel()).inference(IMAGE);
        await().until(() -> worker.held().size() == 1);
        assertThat(bridge.replies().inFlight()).isEqualTo(1);
        // when
        call.cancel(true);
        // then
        await().until(() -> bridge.replies().inFlight() == 0 && bridge.server().inFlight() == 0);
        await().until(() -> bridge.replies().stats().cancelled() == 1);
    }

    @Test
    void shouldNotInflateWhatIsCompressed() {
        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> grpc(bridge().port()).withCompression("gzip").inference(bytes(100_000)));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(refused.getStatus().getDescription()).isEqualTo("grpc-encoding: 'gzip' (expected: identity)");
        assertThat(worker.seen()).isEmpty();
    }

    @Test
    void shouldHaveTheNamesThatItsClientsCall() {
        assertThat(PipelineServiceGrpc.getInferenceMethod().getFullMethodName()).isEqualTo("baidu.paddle_serving.pipeline_serving.PipelineService/inference");
    }

    private static Request named(String name) {
        return IMAGE.toBuilder().setName(name).build();
    }

    private static Request bytes(int size) {
        return Request.newBuilder().addTensors(Tensor.newBuilder().setName("image").setElemType(13).setByteData(ByteString.copyFrom(new byte[size]))).build();
    }
}
