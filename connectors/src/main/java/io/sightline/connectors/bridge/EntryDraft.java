package io.sightline.connectors.bridge;

import io.sightline.connectors.json.ExactJson;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.GalleryLimits;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.GalleryKey;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A gallery entry as a caller describes it; null where it does not say. */
record EntryDraft(String id, String label, String attributes, ByteBuffer image, List<Float> vector, String vectorModel, List<Integer> box) {
    /** What is said beside the image where that is the body. */
    static final List<String> PARAMETERS = List.of(EditWait.PARAMETER, "id", "label", "attributes", "box");
    private static final List<String> PARTS = List.of(MultipartBody.PART, "id", "label", "attributes", "box");
    private static final List<String> FIELDS = List.of("id", "label", "attributes", "image", "vector", "vector_model", "box");

    /** Of a body with its parameters. */
    static EntryDraft of(BodyKind kind, byte[] body, Map<String, String> parameters, RequestLimits limits) {
        return switch (kind.form()) {
            case IMAGE -> of(parameters, RecognitionService.checkImage(ByteBuffer.wrap(body), limits));
            case PARTS -> ofParts(new MultipartBody(body, kind.boundary()).parts(PARTS), limits);
            case JSON, JSON_LINES -> ofJson(body, 0, body.length, limits);
        };
    }

    private static EntryDraft of(Map<String, String> texts, ByteBuffer image) {
        String box = texts.get("box");
        return new EntryDraft(texts.get("id"), texts.get("label"), texts.get("attributes"), image, null, null, box == null ? null : RecognitionQuery.box(box));
    }

    private static EntryDraft ofParts(Map<String, ByteBuffer> parts, RequestLimits limits) {
        Map<String, String> texts = new HashMap<>();
        parts.forEach((name, value) -> {
            if (!name.equals(MultipartBody.PART)) {
                texts.put(name, text(name, value));
            }
        });
        return of(texts, RecognitionService.checkImage(parts.get(MultipartBody.PART), limits));
    }

    private static String text(String name, ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return RecordHeaders.utf8(bytes).orElseThrow(() -> new InvalidRequestException("part " + name + ": bytes that are no UTF-8 (expected: text in UTF-8)"));
    }

    static EntryDraft ofJson(byte[] bytes, int offset, int length, RequestLimits limits) {
        var draft = new Object() {
            String id;
            String label;
            String attributes;
            ByteBuffer image;
            List<Float> vector;
            String vectorModel;
            List<Integer> box;
        };
        JsonBody.read(bytes, offset, length, FIELDS, (field, body) -> {
            switch (field) {
                case "id" -> draft.id = body.text();
                case "label" -> draft.label = body.text();
                case "attributes" -> draft.attributes = body.object();
                case "image" -> draft.image = RecognitionService.checkImage(body.base64(), limits);
                case "vector" -> draft.vector = body.vector();
                case "vector_model" -> draft.vectorModel = body.text();
                default -> draft.box = body.box();
            }
            return true;
        });
        return new EntryDraft(draft.id, draft.label, draft.attributes, draft.image, draft.vector, draft.vectorModel, draft.box);
    }

    /** The id said, or the one made for the entry of that number. */
    GalleryKey key(String gallery, EntryIds ids, long number) {
        return new GalleryKey(gallery, id == null ? ids.id(number) : GalleryLimits.checkEntryId(id));
    }

    /** The entry, checked as far as it can be without a model. */
    GalleryEntry entry(GalleryKey key) {
        if (id != null && !id.equals(key.id())) {
            throw new InvalidRequestException("id: '" + RequestLimits.shown(id) + "' (expected: none, or '" + RequestLimits.shown(key.id()) + "' as in the path)");
        }
        if (label == null) {
            throw new InvalidRequestException("label: none (expected: what the thing is called)");
        }
        if ((image == null) == (vector == null)) {
            throw new InvalidRequestException((image == null ? "neither image nor vector" : "image and vector") + " (expected: one of them)");
        }
        if (image != null && vectorModel != null) {
            throw new InvalidRequestException("vector_model: given with an image (expected: only with a vector)");
        }
        if (vector != null && box != null) {
            throw new InvalidRequestException("box: given with a vector (expected: only with an image)");
        }
        return GalleryEntry.newBuilder().setGallery(key.gallery()).setId(key.id()).setLabel(GalleryLimits.checkLabel(label))
                .setAttributes(attributes == null ? "{}" : ExactJson.checkAttributes(attributes)).setImage(image).setVector(vector)
                .setVectorModel(vectorModel == null ? null : GalleryLimits.checkVectorModel(vectorModel)).setBox(box == null ? null : GalleryLimits.checkBox(box)).build();
    }
}
