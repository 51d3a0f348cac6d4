package io.sightline.connectors.bridge.serving;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.Metadata;
import io.grpc.Status;
import io.sightline.connectors.bridge.call.Calls;
import io.sightline.connectors.bridge.call.Dialect;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.serving.proto.PipelineServiceGrpc;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipeline services of Paddle Serving: {@code POST /{name}/{method}} and gRPC's {@code PipelineService/inference}, both on every port.
 * On a port of its own a service answers alone; on the others all of them do, by their names.
 */
public final class PaddleServingDialect implements Dialect {
    private static final Logger LOG = LoggerFactory.getLogger(PaddleServingDialect.class);
    private static final String METHOD = "prediction";
    private static final int FRAME_BYTES = 5;
    /** Enough that a message too long is refused as gRPC does it, by the length that its frame announces. */
    private static final int FRAMES_BYTES = 64 << 10;
    private final ServiceDirectory services;
    private final int maxImages;

    /** @param services at least one; the first answers where no name is given and the port is no service's own */
    public PaddleServingDialect(List<ServedPipeline> services, int maxImages) {
        this.services = new ServiceDirectory(services);
        this.maxImages = maxImages;
    }

    @Override
    public String name() {
        return "paddle-serving";
    }

    @Override
    public Set<Integer> ports() {
        return services.ports();
    }

    @Override
    public void addTo(ServerBuilder server, Calls calls) {
        services.all().forEach(service -> LOG.info("POST /{}/{} and gRPC: pipeline {}, answers as {}{}", service.name(), METHOD, service.pipeline(), service.answer(),
                service.ports().isEmpty() ? "" : ", alone on " + new TreeSet<>(service.ports())));
        Inference inference = new Inference(services, maxImages, calls);
        long maxBytes = Math.min(Calls.maxJsonBytes(calls.limits(), maxImages), calls.budget().max());
        HttpInference http = new HttpInference(inference, calls, maxBytes);
        // Bounded by who reads them.
        services.names().forEach(name -> server.route().path("/" + name + "/{method}").maxRequestLength(0).build(http));
        server.route().path("/{name}/" + METHOD).maxRequestLength(0).build(http);
        GrpcService grpc = GrpcService.builder().addService(new GrpcInference(inference, calls.admission()))
                .supportedSerializationFormats(GrpcSerializationFormats.PROTO)
                .maxRequestMessageLength((int) Math.min(maxBytes, Integer.MAX_VALUE - FRAME_BYTES))
                .decompressorRegistry(DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, true))
                // Base64 takes its time.
                .useBlockingTaskExecutor(true)
                // A caller's deadline must not be longer than ours; one that is shorter ends the call from there.
                .useClientTimeoutHeader(false)
                .exceptionHandler(PaddleServingDialect::status)
                .build();
        server.route().path("/" + PipelineServiceGrpc.getInferenceMethod().getFullMethodName()).maxRequestLength(maxBytes + FRAMES_BYTES)
                .decorator(service -> new GrpcGate(service, calls)).build(grpc);
    }

    private static Status status(RequestContext ctx, Status status, Throwable cause, Metadata metadata) {
        for (Throwable e = cause; e != null; e = e.getCause()) {
            if (e instanceof HttpProblem problem) {
                return Status.UNAVAILABLE.withDescription(GrpcGate.message(problem));
            }
            if (e instanceof InvalidProtocolBufferException) {
                return Status.INVALID_ARGUMENT.withDescription("err_no 5000: message: not a Request (expected: one of pipeline_service.proto)");
            }
            if (e instanceof ContentTooLargeException) {
                return Status.RESOURCE_EXHAUSTED.withDescription("err_no 5000: message: too large (expected: fewer or smaller images)");
            }
        }
        return status;
    }

    @Override
    public Optional<AggregatedHttpResponse> refusal(String path, HttpProblem problem) {
        String[] segments = path.split("/", -1);
        boolean ours = segments.length == 3 && (services.names().contains(segments[1]) || segments[2].equals(METHOD));
        return ours ? Optional.of(ServingAnswers.problem(problem)) : Optional.empty();
    }
}
