package io.sightline.connectors.bridge.hub;

import com.fasterxml.jackson.core.JsonToken;
import io.sightline.connectors.bridge.JsonBody;
import io.sightline.connectors.bridge.RecognitionQuery;
import io.sightline.schemas.ImageTensor;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A call's body: files, or pictures prepared by the caller.
 *
 * @param files encoded pictures; none where there are tensors
 * @param query what else is asked
 */
record PredictBody(List<ByteBuffer> files, List<ImageTensor> tensors, RecognitionQuery query) {
    private static final String IMAGES = "images";
    private static final String REVERT_PARAMS = "revert_params";
    private static final List<String> ASKED = List.of("top_k", "score_threshold", "gallery", "galleries", "filter", "distinct_labels");
    /** Arguments that the clients of stock modules send and that change nothing of what is found. */
    private static final List<String> WITHOUT_EFFECT = List.of("batch_size", "use_gpu", "use_multiprocess", "visualization", "output_dir", "use_device");
    private static final List<String> KNOWN = Stream.of(List.of(IMAGES, REVERT_PARAMS), ASKED, WITHOUT_EFFECT).flatMap(List::stream).toList();

    /**
     * @param maxImages most files or tensors
     * @throws InvalidRequestException where the body is not as it should be
     */
    static PredictBody parse(byte[] bytes, int maxImages, RequestLimits limits) {
        List<ByteBuffer> files = new ArrayList<>();
        ByteBuffer[] array = new ByteBuffer[1];
        RevertParams[] revert = new RevertParams[1];
        Map<String, String> asked = new HashMap<>();
        JsonBody.read(bytes, 0, bytes.length, KNOWN, (field, body) -> {
            if (field.equals(IMAGES) && body.isArray()) {
                body.items("an array of files in base64, or the base64 of an array", maxImages, item -> files.add(file(item, limits)));
            } else if (field.equals(IMAGES)) {
                array[0] = body.base64();
            } else if (field.equals(REVERT_PARAMS)) {
                revert[0] = RevertParams.read(body);
            } else if (ASKED.contains(field)) {
                asked.put(field, body.scalar("text, a number, true or false", JsonToken.VALUE_STRING, JsonToken.VALUE_NUMBER_INT, JsonToken.VALUE_NUMBER_FLOAT,
                        JsonToken.VALUE_TRUE, JsonToken.VALUE_FALSE));
            } else if (WITHOUT_EFFECT.contains(field)) {
                body.skip();
            }
            return true;
        });
        RecognitionQuery query = RecognitionQuery.of(asked, limits);
        if (revert[0] == null) {
            if (array[0] != null) {
                throw new InvalidRequestException(IMAGES + ": a text without " + REVERT_PARAMS + " (expected: an array of files in base64, or " + REVERT_PARAMS + " beside the base64 of an array)");
            }
            if (files.isEmpty()) {
                throw new InvalidRequestException(IMAGES + ": none (expected: 1.." + maxImages + " files in base64, or the base64 of an array and " + REVERT_PARAMS + ")");
            }
            return new PredictBody(files, List.of(), query);
        }
        if (array[0] == null) {
            throw new InvalidRequestException(IMAGES + ": " + (files.isEmpty() ? "none" : "an array of texts") + " beside " + REVERT_PARAMS + " (expected: the base64 of an array)");
        }
        return new PredictBody(List.of(), revert[0].tensors(array[0], maxImages, limits), query);
    }

    private static ByteBuffer file(JsonBody item, RequestLimits limits) throws IOException {
        ByteBuffer file = item.base64();
        limits.checkImageBytes(file.remaining());
        return file;
    }

    /** One request a picture. */
    List<RecognitionRequest> requests(String pipeline) {
        List<RecognitionRequest> requests = new ArrayList<>();
        files.forEach(file -> requests.add(request(pipeline).setImage(file).build()));
        tensors.forEach(tensor -> requests.add(request(pipeline).setTensor(tensor).build()));
        return requests;
    }

    private RecognitionRequest.Builder request(String pipeline) {
        return query.request(UUID.randomUUID().toString()).setPipeline(pipeline);
    }
}
