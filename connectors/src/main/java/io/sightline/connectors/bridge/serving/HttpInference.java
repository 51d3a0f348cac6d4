package io.sightline.connectors.bridge.serving;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.call.Calls;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.call.Problems;
import io.sightline.connectors.bridge.serving.proto.Request;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * {@code POST /{name}/{method}} with a Request as JSON, whatever content type is said: the stock clients say none. As in the stock gateway
 * name and method of the path stand over those of the body, and fields that are not known are left alone.
 */
final class HttpInference implements HttpService {
    private static final String EXPECTED = " (expected: a Request as JSON: {\"key\": [\"image\"], \"value\": [\"<the file in base64>\"]})";
    private static final JsonFormat.Parser JSON = JsonFormat.parser().ignoringUnknownFields();
    private final Inference inference;
    private final Calls calls;
    private final Calls.Body body;

    /** @param maxBytes of the body */
    HttpInference(Inference inference, Calls calls, long maxBytes) {
        this.inference = inference;
        this.calls = calls;
        this.body = new Calls.Body("body", maxBytes, true);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) {
        if (http.method() != HttpMethod.POST) {
            return ServingAnswers.problem(new HttpProblem(HttpStatus.METHOD_NOT_ALLOWED, "method: " + http.method() + " (expected: POST)")).toHttpResponse();
        }
        String[] path = ctx.decodedPath().split("/", -1);
        int port = ctx.localAddress().getPort();
        try {
            inference.checkService(port, path[1]);
            calls.admission().check();
            return calls.serve(ctx, http, body, bytes -> inference.of(parse(bytes, path[1], path[2]), port), response -> ServingAnswers.of(response).toHttpResponse(),
                    error -> refusal(error).toHttpResponse());
        } catch (InvalidRequestException e) {
            return ServingAnswers.invalid(e).toHttpResponse();
        } catch (HttpProblem e) {
            return ServingAnswers.problem(e).toHttpResponse();
        }
    }

    private static AggregatedHttpResponse refusal(Throwable error) {
        return ServingAnswers.problem(Problems.of(error));
    }

    private static Request parse(byte[] bytes, String name, String method) {
        Request.Builder request = Request.newBuilder();
        try {
            JSON.merge(new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8), request);
        } catch (InvalidProtocolBufferException e) {
            throw new HttpProblem(HttpStatus.BAD_REQUEST, "body: " + RequestLimits.shown(String.valueOf(e.getMessage())) + EXPECTED);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail this way
        }
        return request.setName(name).setMethod(method).build();
    }
}
