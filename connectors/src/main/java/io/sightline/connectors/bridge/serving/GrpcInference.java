package io.sightline.connectors.bridge.serving;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.sightline.connectors.bridge.call.Admission;
import io.sightline.connectors.bridge.serving.proto.PipelineServiceGrpc.PipelineServiceImplBase;
import io.sightline.connectors.bridge.serving.proto.Request;
import io.sightline.connectors.bridge.serving.proto.Response;
import java.util.concurrent.CompletableFuture;

/**
 * {@code PipelineService/inference}. What went wrong is err_no in an answer of status OK, as in the stock server; a request that is not
 * taken on now (50, 3001, 3003) has status UNAVAILABLE, with which clients come again. Runs on Armeria's blocking threads, waits for nothing.
 */
final class GrpcInference extends PipelineServiceImplBase {
    private final Inference inference;
    private final Admission admission;

    GrpcInference(Inference inference, Admission admission) {
        this.inference = inference;
        this.admission = admission;
    }

    @Override
    public void inference(Request request, StreamObserver<Response> observer) {
        ServiceRequestContext ctx = ServiceRequestContext.current();
        CompletableFuture<Response> answer = inference.of(request, ctx.localAddress().getPort());
        admission.enter(answer);
        ctx.whenRequestCancelling().thenAccept(cause -> answer.cancel(false));
        ((ServerCallStreamObserver<Response>) observer).setOnCancelHandler(() -> answer.cancel(false));
        answer.whenComplete((response, error) -> {
            if (error != null) {
                observer.onError(Status.UNAVAILABLE.withDescription("err_no 3001: " + error.getMessage()).asRuntimeException());
            } else if (ServingAnswers.isNotTakenOn(response.getErrNo())) {
                observer.onError(Status.UNAVAILABLE.withDescription("err_no " + response.getErrNo() + ": " + response.getErrMsg()).asRuntimeException());
            } else {
                observer.onNext(response);
                observer.onCompleted();
            }
        });
    }
}
