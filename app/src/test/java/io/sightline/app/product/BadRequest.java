package io.sightline.app.product;

import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * A request that is at fault, as a record on the requests topic and, where it can be said so, as an HTTP call.
 *
 * @param id of the result; null: the record's place
 * @param message part of the error message
 * @param http null: can't be said over HTTP
 */
record BadRequest(String what, byte[] key, byte[] value, List<Header> headers, String id, ErrorCode code, String message, Http http) {
    private static final AvroCodec<RecognitionRequest> CODEC = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE);
    private static final String KEY = "the-key";

    /**
     * @param status of the answer
     * @param message part of the error message
     * @param byWorker the worker refuses it, not the bridge
     */
    record Http(String query, byte[] body, Map<String, String> headers, int status, String message, boolean byWorker) {
    }

    @Override
    public String toString() {
        return what;
    }

    /** A file, bare on the topic and as the body over HTTP. */
    static BadRequest file(String what, byte[] file, String message) {
        return new BadRequest(what, BadFiles.text(KEY), file, List.of(), KEY, ErrorCode.BAD_INPUT, message, new Http("", file, Map.of(), 400, message, true));
    }

    /** A value only a Kafka producer can send. */
    static BadRequest value(String what, byte[] value, String message) {
        return new BadRequest(what, BadFiles.text(KEY), value, List.of(), KEY, ErrorCode.BAD_INPUT, message, null);
    }

    /** Bytes that are read as Avro on the topic, and as a picture over HTTP. */
    static BadRequest avro(String what, byte[] value, String message) {
        return value(what, value, message).over(new Http("", value, Map.of(), 400, "image: begins with", true));
    }

    /** A good picture and something wrong beside it. */
    static BadRequest asked(String what, UnaryOperator<RecognitionRequest.Builder> change, String message) {
        return new BadRequest(what, BadFiles.text(KEY), request(change), List.of(), "r1", ErrorCode.BAD_INPUT, message, null);
    }

    static byte[] request(UnaryOperator<RecognitionRequest.Builder> change) {
        return CODEC.encode("sightline.requests", change.apply(RecognitionRequest.newBuilder().setRequestId("r1").setImage(ByteBuffer.wrap(BadFiles.JPEG))).build());
    }

    /** The bridge passes it on: the worker refuses it there too. */
    BadRequest overHttp(String query) {
        return over(new Http(query, BadFiles.JPEG, Map.of(), 400, message, true));
    }

    /** The bridge refuses it, with that message. */
    BadRequest refusedOverHttp(String query, String httpMessage) {
        return over(new Http(query, BadFiles.JPEG, Map.of(), 400, httpMessage, false));
    }

    BadRequest over(Http how) {
        return new BadRequest(what, key, value, headers, id, code, message, how);
    }

    BadRequest withCode(ErrorCode other) {
        return new BadRequest(what, key, value, headers, id, other, message, http);
    }

    BadRequest withKey(byte[] other) {
        return new BadRequest(what, other, value, headers, id, code, message, http);
    }

    BadRequest withId(String other) {
        return new BadRequest(what, key, value, headers, other, code, message, http);
    }

    BadRequest withHeader(String name, byte[] header) {
        return new BadRequest(what, key, value, List.of(new RecordHeader(name, header)), id, code, message, http);
    }
}
