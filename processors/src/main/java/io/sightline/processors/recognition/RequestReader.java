package io.sightline.processors.recognition;

import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.UnknownGalleryException;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Reads requests and checks all that can be checked before a picture is decoded. Thread-safe. */
final class RequestReader {
    /** Most characters of a request's attributes, names and values: they are copied into the result. */
    static final int MAX_ATTRIBUTES_CHARS = 16 * 1024;

    private final AvroCodec<RecognitionRequest> codec;
    private final RequestLimits limits;
    private final Map<String, PipelineSettings> pipelines;
    private final String defaultPipeline;
    private final GalleryIndex index;
    private final Clock clock;

    RequestReader(SchemaRegistry registry, RequestLimits limits, RecognitionSettings settings, GalleryIndex index, Clock clock) {
        this.codec = new AvroCodec<>(RecognitionRequest.class, registry);
        this.limits = limits;
        this.pipelines = settings.pipelines();
        this.defaultPipeline = settings.defaultPipeline();
        this.index = index;
        this.clock = clock;
    }

    /** @throws RuntimeException where the schema registry can't be asked: nothing is known about the record then */
    RequestRead read(InputRecord record) {
        String requestId = RecordPlace.idOrPlace(record);
        Map<String, String> attributes = Map.of();
        try {
            RecognitionRequest request = request(record.value());
            requestId = request.getRequestId().isEmpty() ? RecordPlace.idOf(record) : RequestLimits.checkId("request_id", request.getRequestId());
            attributes = checkAttributes(request.getAttributes());
            return new RequestRead.Valid(job(requestId, request));
        } catch (InvalidRequestException e) {
            return new RequestRead.Invalid(requestId, attributes, e.code(), e.getMessage());
        } catch (UnknownGalleryException e) {
            return new RequestRead.Invalid(requestId, attributes, ErrorCode.BAD_INPUT, e.getMessage());
        }
    }

    private RecognitionRequest request(byte[] value) {
        if (value == null || value.length == 0) {
            throw new InvalidRequestException("value: " + (value == null ? "null" : "0 bytes") + " (expected: a JPEG or PNG file, or an Avro RecognitionRequest)");
        }
        return WireValue.isAvro(value) ? WireValue.decode(codec, value) : RecognitionRequest.newBuilder().setImage(ByteBuffer.wrap(value)).build();
    }

    private static Map<String, String> checkAttributes(Map<String, String> attributes) {
        long chars = 0;
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            chars += attribute.getKey().length() + attribute.getValue().length();
        }
        if (chars > MAX_ATTRIBUTES_CHARS) {
            throw new InvalidRequestException("attributes: " + chars + " characters (expected: at most " + MAX_ATTRIBUTES_CHARS + ", names and values together)");
        }
        return attributes;
    }

    private RecognitionJob job(String requestId, RecognitionRequest request) {
        String pipelineName = request.getPipeline() == null ? defaultPipeline : RequestLimits.checkName("pipeline", request.getPipeline());
        PipelineSettings pipeline = pipelines.get(pipelineName);
        if (pipeline == null) {
            throw new InvalidRequestException("pipeline: '" + pipelineName + "' (expected: one of " + String.join(", ", new TreeSet<>(pipelines.keySet())) + ")");
        }
        String gallery = request.getGallery() == null ? pipeline.gallery() : RequestLimits.checkName("gallery", request.getGallery());
        if (!index.contains(gallery)) {
            throw new UnknownGalleryException(gallery, index.galleries());
        }
        int topK = request.getTopK() == null ? pipeline.topK() : limits.checkTopK(request.getTopK());
        double threshold = request.getScoreThreshold() == null ? pipeline.matchThreshold() : RequestLimits.checkScoreThreshold(request.getScoreThreshold());
        OptionalLong deadlineMs = request.getDeadlineMs() == null ? OptionalLong.empty() : OptionalLong.of(request.getDeadlineMs().toEpochMilli());
        limits.checkImageBytes(request.getImage().remaining());
        RecognitionJob job = new RecognitionJob(requestId, WireValue.bytes(request.getImage()), pipelineName, pipeline, gallery, topK, threshold,
                request.getAttributes(), deadlineMs);
        checkDeadline(job, clock);
        return job;
    }

    static boolean isInTime(RecognitionJob job, Clock clock) {
        return job.deadlineMs().isEmpty() || clock.millis() <= job.deadlineMs().getAsLong();
    }

    /** @throws InvalidRequestException with {@link ErrorCode#TIMEOUT}, where the caller has stopped waiting */
    static void checkDeadline(RecognitionJob job, Clock clock) {
        if (!isInTime(job, clock)) {
            throw new InvalidRequestException(ErrorCode.TIMEOUT, "deadline_ms: " + job.deadlineMs().getAsLong() + ", passed "
                    + (clock.millis() - job.deadlineMs().getAsLong()) + " ms ago (expected: not passed when the request's turn comes)");
        }
    }
}
