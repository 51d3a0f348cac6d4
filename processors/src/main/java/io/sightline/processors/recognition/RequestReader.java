package io.sightline.processors.recognition;

import io.sightline.processors.gallery.AttributeFilter;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.UnknownGalleryException;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.RegistryUnavailableException;
import io.sightline.schemas.wire.SchemaRegistry;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Reads requests and checks all that can be checked before a picture is decoded. Thread-safe. */
final class RequestReader {
    /** Most characters of a request's attributes, names and values: they are copied into the result. */
    static final int MAX_ATTRIBUTES_CHARS = 16 * 1024;
    static final int MAX_GALLERIES = 16;

    private final AvroCodec<RecognitionRequest> codec;
    private final RequestLimits limits;
    private final Map<String, PipelineRules> pipelines;
    private final String defaultPipeline;
    private final GalleryPlan plan;
    private final GalleryIndex index;
    private final Clock clock;

    /** @param plan whose vectors the galleries hold */
    RequestReader(SchemaRegistry registry, RequestLimits limits, Map<String, PipelineRules> pipelines, String defaultPipeline, GalleryPlan plan,
            GalleryIndex index, Clock clock) {
        this.codec = new AvroCodec<>(RecognitionRequest.class, registry);
        this.limits = limits;
        this.pipelines = Map.copyOf(pipelines);
        this.defaultPipeline = defaultPipeline;
        this.plan = plan;
        this.index = index;
        this.clock = clock;
    }

    /** Done when {@link #read} need not wait for the schema registry. Never blocks. */
    CompletableFuture<Void> whenReadable(InputRecord record) {
        return codec.whenReadable(record.value());
    }

    /** @throws RegistryUnavailableException where the schema registry can't be asked: nothing is known about the record then */
    RequestRead read(InputRecord record) {
        String requestId = RecordPlace.idOrPlace(record);
        Map<String, String> attributes = Map.of();
        try {
            RecognitionRequest request = request(record.value());
            requestId = request.getRequestId().isEmpty() ? RecordPlace.idOf(record) : RequestLimits.checkId("request_id", request.getRequestId());
            attributes = checkAttributes(request.getAttributes());
            return new RequestRead.Valid(job(requestId, request, deadlineMs(record, request)));
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

    /** None where somebody sent the request again out of its dead letter: its first caller's patience says nothing about that one's. */
    private static OptionalLong deadlineMs(InputRecord record, RecognitionRequest request) {
        boolean again = record.headers() != null && record.headers().lastHeader(RecordHeaders.RETRY_COUNT) != null;
        return again || request.getDeadlineMs() == null ? OptionalLong.empty() : OptionalLong.of(request.getDeadlineMs().toEpochMilli());
    }

    private RecognitionJob job(String requestId, RecognitionRequest request, OptionalLong deadlineMs) {
        String pipelineName = request.getPipeline() == null ? pipelineFor(request) : RequestLimits.checkName("pipeline", request.getPipeline());
        PipelineRules pipeline = pipelines.get(pipelineName);
        if (pipeline == null) {
            throw new InvalidRequestException("pipeline: '" + pipelineName + "' (expected: one of " + String.join(", ", new TreeSet<>(pipelines.keySet())) + ")");
        }
        List<String> searched = pipeline.does(PipelineStage.LOOKUP) ? galleriesOf(request, pipeline) : noGalleries(request, pipeline);
        int topK = request.getTopK() == null ? pipeline.topK() : limits.checkTopK(request.getTopK());
        double threshold = request.getScoreThreshold() == null ? pipeline.matchThreshold() : RequestLimits.checkScoreThreshold(request.getScoreThreshold());
        Optional<float[]> vector = Optional.ofNullable(request.getVector()).map(components -> VectorCheck.unit(components, request.getVectorModel(), embedder(pipeline)));
        Optional<float[]> tensor = Optional.ofNullable(request.getTensor()).map(given -> TensorCheck.values(given, pipeline, limits));
        OptionalLong minEpoch = minEpoch(request, searched);
        if (request.getRebuild() && (searched.size() != 1 || vector.isPresent() || request.getImage().hasRemaining())) {
            throw new InvalidRequestException("rebuild: with " + searched.size() + " galleries" + (vector.isPresent() ? ", a vector" : "")
                    + (request.getImage().hasRemaining() ? ", an image" : "") + " (expected: one gallery, no vector, no image)");
        }
        RecognitionJob job = new RecognitionJob(requestId, image(request, vector.isPresent() || tensor.isPresent() || minEpoch.isPresent() || request.getRebuild()), tensor, pipeline, box(request), vector,
                searched, topK, threshold, Optional.ofNullable(request.getFilter()).map(AttributeFilter::parse),
                request.getDistinctLabels() == null ? pipeline.distinctLabels() : request.getDistinctLabels(), minEpoch, request.getRebuild(), request.getAttributes(), deadlineMs);
        checkDeadline(job, clock);
        return job;
    }

    /** The default one; where that can't search the gallery asked for, the one that makes the gallery's vectors. */
    private String pipelineFor(RecognitionRequest request) {
        String gallery = request.getGallery() != null ? request.getGallery()
                : request.getGalleries() != null && !request.getGalleries().isEmpty() ? request.getGalleries().get(0) : null;
        PipelineRules byDefault = pipelines.get(defaultPipeline);
        boolean fits = gallery == null || byDefault.does(PipelineStage.LOOKUP) && byDefault.embedder().equals(Optional.of(plan.of(gallery)));
        return fits ? defaultPipeline : plan.pipelineOf(gallery).orElse(defaultPipeline);
    }

    private List<String> galleriesOf(RecognitionRequest request, PipelineRules pipeline) {
        if (request.getGallery() != null && request.getGalleries() != null) {
            throw new InvalidRequestException("gallery and galleries: both given (expected: one of them)");
        }
        List<String> names = request.getGalleries() != null ? request.getGalleries()
                : List.of(request.getGallery() == null ? pipeline.gallery() : request.getGallery());
        if (names.isEmpty() || names.size() > MAX_GALLERIES || new HashSet<>(names).size() < names.size()) {
            throw new InvalidRequestException("galleries: " + names.size() + (new HashSet<>(names).size() < names.size() ? " with one named twice" : "")
                    + " (expected: 1.." + MAX_GALLERIES + " different ones)");
        }
        for (String name : names) {
            RequestLimits.checkName("gallery", name);
            // One that is waited for may come with the edit.
            if (request.getMinEpoch() == null && !index.contains(name)) {
                throw new UnknownGalleryException(name, index.galleries());
            }
            GalleryModel model = plan.of(name);
            if (!model.equals(embedder(pipeline))) {
                throw new InvalidRequestException("gallery: '" + name + "' holds vectors of " + model.id() + " (expected: of " + embedder(pipeline).id()
                        + ", the embedder of pipeline '" + pipeline.name() + "')");
            }
        }
        return List.copyOf(names);
    }

    private static GalleryModel embedder(PipelineRules pipeline) {
        return pipeline.embedder().orElseThrow(() -> new InvalidRequestException("vector: given, pipeline '" + pipeline.name()
                + "' embeds nothing (expected: a pipeline with the stage embed)"));
    }

    /** What asks for a search must not be passed over in silence. */
    private static List<String> noGalleries(RecognitionRequest request, PipelineRules pipeline) {
        String asked = request.getGallery() != null ? "gallery" : request.getGalleries() != null ? "galleries" : request.getFilter() != null ? "filter"
                : request.getVector() != null ? "vector" : request.getMinEpoch() != null ? "min_epoch" : request.getRebuild() ? "rebuild" : request.getScoreThreshold() != null ? "score_threshold" : "";
        if (!asked.isEmpty()) {
            throw new InvalidRequestException(asked + ": given, pipeline '" + pipeline.name() + "' looks nothing up (expected: none, or a pipeline with the stage lookup)");
        }
        return List.of();
    }

    private static OptionalLong minEpoch(RecognitionRequest request, List<String> galleries) {
        if (request.getMinEpoch() == null) {
            return OptionalLong.empty();
        }
        if (request.getMinEpoch() < 0 || galleries.size() != 1) {
            throw new InvalidRequestException("min_epoch: " + request.getMinEpoch() + " for " + galleries.size() + " galleries (expected: 0 or more, for one gallery)");
        }
        return OptionalLong.of(request.getMinEpoch());
    }

    /** @param dispensable true: there is something else to do, without a picture */
    private Optional<byte[]> image(RecognitionRequest request, boolean dispensable) {
        int bytes = request.getImage().remaining();
        if (bytes == 0 && dispensable) {
            if (request.getBox() != null) {
                throw new InvalidRequestException("box: given without an image (expected: only with an image)");
            }
            return Optional.empty();
        }
        if (request.getVector() != null) {
            throw new InvalidRequestException("image and vector: both given (expected: one of them)");
        }
        if (request.getTensor() != null) {
            throw new InvalidRequestException("image and tensor: both given (expected: one of them)");
        }
        limits.checkImageBytes(bytes);
        return Optional.of(WireValue.bytes(request.getImage()));
    }

    private static Optional<List<Integer>> box(RecognitionRequest request) {
        List<Integer> box = request.getBox();
        if (box != null && !box.isEmpty()) {
            GalleryEditReader.checkBox(box, true);
        }
        return Optional.ofNullable(box);
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
