package io.sightline.connectors.bridge;

import com.fasterxml.jackson.core.JsonToken;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.request.GalleryLimits;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A search in a gallery, or in several at once: a picture, of it the whole or a box, or a vector. What is asked may stand in the URL or in the JSON, but not in
 * both.
 */
record SearchDraft(RecognitionQuery query, ByteBuffer image, List<Float> vector, String vectorModel, List<Integer> box) {
    private static final List<String> OPTIONS = List.of("pipeline", "galleries", "top_k", "score_threshold", "filter", "distinct_labels");
    static final List<String> PARAMETERS = with(OPTIONS, "box");
    private static final List<String> FIELDS = with(OPTIONS, "image", "vector", "vector_model", "box");

    private static List<String> with(List<String> some, String... more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(List.of(more));
        return List.copyOf(all);
    }

    static SearchDraft of(BodyKind kind, byte[] body, Map<String, String> parameters, RequestLimits limits) {
        if (kind.json()) {
            return ofJson(body, parameters, limits);
        }
        String box = parameters.get("box");
        return new SearchDraft(RecognitionQuery.of(parameters, limits), RecognitionService.checkImage(kind.image(body), limits), null, null,
                box == null ? List.of() : RecognitionQuery.box(box));
    }

    private static SearchDraft ofJson(byte[] bytes, Map<String, String> parameters, RequestLimits limits) {
        Map<String, String> options = new HashMap<>(parameters);
        var draft = new Object() {
            ByteBuffer image;
            List<Float> vector;
            String vectorModel;
            List<Integer> box;
        };
        String inTheUrl = options.remove("box");
        JsonBody.read(bytes, 0, bytes.length, FIELDS, (field, body) -> {
            if (parameters.containsKey(field)) {
                throw new InvalidRequestException(field + ": in the URL and in the body (expected: once)");
            }
            switch (field) {
                case "image" -> draft.image = RecognitionService.checkImage(body.base64(), limits);
                case "vector" -> draft.vector = body.vector();
                case "vector_model" -> draft.vectorModel = GalleryLimits.checkVectorModel(body.text());
                case "box" -> draft.box = body.box();
                case "top_k" -> options.put(field, body.scalar("a whole number", JsonToken.VALUE_NUMBER_INT));
                case "score_threshold" -> options.put(field, body.scalar("a number", JsonToken.VALUE_NUMBER_INT, JsonToken.VALUE_NUMBER_FLOAT));
                case "distinct_labels" -> options.put(field, body.scalar("true or false", JsonToken.VALUE_TRUE, JsonToken.VALUE_FALSE));
                default -> options.put(field, body.text());
            }
            return true;
        });
        List<Integer> box = inTheUrl != null ? RecognitionQuery.box(inTheUrl) : draft.box;
        if ((draft.image == null) == (draft.vector == null)) {
            throw new InvalidRequestException((draft.image == null ? "neither image nor vector" : "image and vector") + " (expected: one of them)");
        }
        if (draft.vector != null && box != null) {
            throw new InvalidRequestException("box: given with a vector (expected: only with an image)");
        }
        if (draft.vector == null && draft.vectorModel != null) {
            throw new InvalidRequestException("vector_model: given with an image (expected: only with a vector)");
        }
        boolean whole = box == null || box.isEmpty();
        return new SearchDraft(RecognitionQuery.of(options, limits), draft.image, draft.vector, draft.vectorModel,
                draft.vector != null ? null : whole ? List.of() : GalleryLimits.checkBox(box));
    }

    /**
     * The path's gallery and those that are to be searched with it; null: it alone.
     *
     * @throws InvalidRequestException too many, or one of them twice
     */
    static List<String> searched(String gallery, RecognitionQuery query) {
        if (query.galleries() == null) {
            return null;
        }
        List<String> all = new ArrayList<>(List.of(gallery));
        all.addAll(query.galleries());
        return GalleryLimits.checkGalleries(all);
    }

    RecognitionRequest request(String requestId, String gallery) {
        List<String> several = searched(gallery, query);
        return query.request(requestId).setGallery(several == null ? gallery : null).setGalleries(several).setImage(image == null ? ByteBuffer.allocate(0) : image).setVector(vector)
                .setVectorModel(vectorModel).setBox(box).build();
    }
}
