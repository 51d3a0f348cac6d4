package io.sightline.connectors.bridge.serving;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.grpc.Status;
import io.sightline.connectors.bridge.call.BodyCollector;
import io.sightline.connectors.bridge.call.ByteBudget;
import io.sightline.connectors.bridge.call.Calls;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.schemas.request.RequestLimits;
import java.nio.charset.StandardCharsets;

/**
 * Before the gRPC service: lets a call in or refuses it before its message is read, and takes the bytes that arrive out of the budget that
 * all calls share, until the call has its answer. On the connection's event loop.
 */
final class GrpcGate extends SimpleDecoratingHttpService {
    private static final String ENCODING = "grpc-encoding";
    private static final String IDENTITY = "identity";
    private final Calls calls;

    GrpcGate(HttpService grpc, Calls calls) {
        super(grpc);
        this.calls = calls;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) throws Exception {
        try {
            calls.admission().check();
        } catch (HttpProblem e) {
            return trailers(Status.Code.UNAVAILABLE, message(e));
        }
        String encoding = http.headers().get(ENCODING, IDENTITY);
        if (!encoding.equals(IDENTITY)) {
            // A small message must not become a large one. Pictures are compressed as it is.
            return trailers(Status.Code.UNIMPLEMENTED, ENCODING + ": '" + RequestLimits.shown(encoding) + "' (expected: " + IDENTITY + ")");
        }
        ByteBudget.Share share = calls.budget().share();
        ctx.log().whenComplete().thenAccept(log -> share.end());
        HttpRequest counted = http.mapData(data -> count(data, share));
        ctx.updateRequest(counted);
        return unwrap().serve(ctx, counted);
    }

    private HttpData count(HttpData data, ByteBudget.Share share) {
        if (!share.take(data.length())) {
            data.close();
            throw BodyCollector.noRoom(calls.budget());
        }
        return data;
    }

    /** Status and message without an answer, as gRPC has it: all in one block of headers. */
    private static HttpResponse trailers(Status.Code code, String message) {
        return HttpResponse.of(ResponseHeaders.builder(HttpStatus.OK).endOfStream(true).set("content-type", "application/grpc")
                .set("grpc-accept-encoding", IDENTITY).setInt("grpc-status", code.value()).set("grpc-message", percent(message)).build());
    }

    static String message(HttpProblem problem) {
        return "err_no " + problem.code().number() + ": " + problem.getMessage();
    }

    private static String percent(String message) {
        StringBuilder out = new StringBuilder();
        for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
            out.append(b >= ' ' && b <= '~' && b != '%' ? String.valueOf((char) b) : String.format("%%%02X", b));
        }
        return out.toString();
    }
}
