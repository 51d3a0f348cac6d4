package io.sightline.connectors.bridge.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.serving.proto.Response;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.request.InvalidRequestException;

/**
 * Answers over HTTP. The status is 200 where a request was read, whatever err_no says; 503 where none is taken on now, as with the stock
 * gateway when its server is away; another one where the request could not be read. The body is a Response always.
 */
final class ServingAnswers {
    private static final int RETRY_AFTER_SECONDS = 1;
    private static final JsonMapper JSON = new JsonMapper();

    private ServingAnswers() {
    }

    static AggregatedHttpResponse of(Response response) {
        return of(isNotTakenOn(response.getErrNo()) ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK, response);
    }

    /** What kept a request from being read, or taken on. */
    static AggregatedHttpResponse problem(HttpProblem problem) {
        return of(problem.status(), Inference.failed(0, problem));
    }

    /** A request at fault that was not read to its end, or need not be. */
    static AggregatedHttpResponse invalid(InvalidRequestException fault) {
        return of(Inference.failed(0, new HttpProblem(HttpStatus.OK, fault.code(), fault.getMessage())));
    }

    static boolean isNotTakenOn(int errNo) {
        return errNo == ErrorCode.OVERLOADED.number() || errNo == ErrorCode.CLOSED.number() || errNo == ErrorCode.INIT.number();
    }

    private static AggregatedHttpResponse of(HttpStatus status, Response response) {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(status).contentType(MediaType.JSON);
        if (status.equals(HttpStatus.SERVICE_UNAVAILABLE)) {
            headers.setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        if (status.equals(HttpStatus.METHOD_NOT_ALLOWED)) {
            headers.set(HttpHeaderNames.ALLOW, "POST");
        }
        return AggregatedHttpResponse.of(headers.build(), HttpData.wrap(json(response)));
    }

    /** As the stock gateway writes it: fields under their own names, empty ones too. Not by JsonFormat, which escapes each quote of the Python texts. */
    private static byte[] json(Response response) {
        ObjectNode json = JSON.createObjectNode().put("err_no", response.getErrNo()).put("err_msg", response.getErrMsg());
        response.getKeyList().forEach(json.putArray("key")::add);
        response.getValueList().forEach(json.putArray("value")::add);
        json.putArray("tensors"); // no answer has any
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a tree of values can be written
        }
    }
}
