package io.sightline.connectors.bridge.inference;

import com.fasterxml.jackson.core.JsonToken;
import com.linecorp.armeria.common.HttpHeaders;
import io.sightline.connectors.bridge.JsonBody;
import io.sightline.connectors.bridge.RecognitionQuery;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * An inference request.
 *
 * @param id the caller's; null: none
 * @param images encoded pictures
 * @param query what else is asked
 * @param outputs tensors wanted, in this order; true: in binary
 */
record InferBody(String id, List<ByteBuffer> images, RecognitionQuery query, Map<InferOutput, Boolean> outputs) {
    /** The only input. */
    static final String IMAGE = "image";
    private static final List<String> KNOWN = List.of("id", "parameters", "inputs", "outputs");
    private static final List<String> ASKED = List.of("gallery", "galleries", "top_k", "score_threshold", "filter", "distinct_labels");
    private static final String BINARY_OUTPUT = "binary_data_output";
    /** What clients send along and nothing here depends on. */
    private static final List<String> WITHOUT_EFFECT = List.of("sequence_id", "sequence_start", "sequence_end", "priority", "timeout", "content_type", "headers");
    private static final List<String> PARAMETERS = Stream.of(ASKED, List.of(BINARY_OUTPUT), WITHOUT_EFFECT).flatMap(List::stream).toList();

    /**
     * How the body is made up.
     *
     * @param jsonBytes length of the JSON; behind it come the binary tensors; empty: all of it is JSON
     */
    record Framing(Optional<Integer> jsonBytes) {
        static final String HEADER = "inference-header-content-length";

        static Framing of(HttpHeaders headers) {
            List<String> given = headers.getAll(HEADER);
            if (given.isEmpty()) {
                return new Framing(Optional.empty());
            }
            if (given.size() > 1 || !given.get(0).matches("[0-9]{1,9}")) {
                throw new InvalidRequestException(HEADER + ": '" + RequestLimits.shown(String.join(", ", given)) + "' (expected: the length of the JSON in bytes)");
            }
            return new Framing(Optional.of(Integer.parseInt(given.get(0))));
        }
    }

    /** @throws InvalidRequestException where the body is not as it should be */
    static InferBody parse(byte[] bytes, Framing framing, int maxImages, RequestLimits limits) {
        int json = framing.jsonBytes().orElse(bytes.length);
        if (json > bytes.length) {
            throw new InvalidRequestException(Framing.HEADER + ": " + json + " of a body of " + bytes.length + " bytes (expected: at most as many)");
        }
        Reading reading = new Reading(maxImages);
        JsonBody.read(bytes, 0, json, KNOWN, reading::field);
        return reading.finish(ByteBuffer.wrap(bytes, json, bytes.length - json).slice(), limits);
    }

    /** One request a picture. */
    List<RecognitionRequest> requests(String pipeline) {
        return images.stream().map(image -> query.request(UUID.randomUUID().toString()).setPipeline(pipeline).setImage(image).build()).toList();
    }

    /** What has been read so far. */
    private static final class Reading {
        private final int maxImages;
        private final Map<String, String> asked = new HashMap<>();
        private final List<ImageInput> inputs = new ArrayList<>();
        private final Map<InferOutput, Optional<Boolean>> outputs = new LinkedHashMap<>();
        private String id;
        private boolean binaryOutput;

        Reading(int maxImages) {
            this.maxImages = maxImages;
        }

        boolean field(String field, JsonBody body) throws IOException {
            switch (field) {
                case "id" -> {
                    String given = body.text();
                    id = given.isEmpty() ? null : RequestLimits.checkId("id", given);
                }
                case "parameters" -> body.fields(PARAMETERS, this::parameter);
                case "inputs" -> body.items("an array of tensors", 1, item -> inputs.add(ImageInput.read(item, maxImages)));
                default -> body.items("an array of tensors", InferOutput.values().length, this::output);
            }
            return true;
        }

        private boolean parameter(String name, JsonBody body) throws IOException {
            if (ASKED.contains(name)) {
                asked.put(name, body.scalar("text, a number, true or false", JsonToken.VALUE_STRING, JsonToken.VALUE_NUMBER_INT, JsonToken.VALUE_NUMBER_FLOAT,
                        JsonToken.VALUE_TRUE, JsonToken.VALUE_FALSE));
            } else if (name.equals(BINARY_OUTPUT)) {
                binaryOutput = body.yesOrNo();
            } else {
                body.skip();
            }
            return true;
        }

        private void output(JsonBody item) throws IOException {
            String[] name = {null};
            List<Boolean> binary = new ArrayList<>();
            item.fields(List.of("name", "parameters"), (field, in) -> {
                if (field.equals("name")) {
                    name[0] = in.text();
                } else {
                    in.fields(List.of("binary_data"), (parameter, value) -> binary.add(value.yesOrNo()));
                }
                return true;
            });
            InferOutput output = Optional.ofNullable(name[0]).flatMap(InferOutput::named).orElseThrow(() -> new InvalidRequestException(
                    "outputs: " + (name[0] == null ? "one without a name" : "'" + RequestLimits.shown(name[0]) + "'") + " (expected: of " + InferOutput.names() + ")"));
            if (outputs.put(output, binary.stream().findFirst()) != null) {
                throw new InvalidRequestException("outputs: '" + output.tensorName() + "' twice (expected: once)");
            }
        }

        InferBody finish(ByteBuffer binary, RequestLimits limits) {
            if (inputs.isEmpty()) {
                throw new InvalidRequestException("inputs: none (expected: one, '" + IMAGE + "')");
            }
            List<ByteBuffer> images = inputs.get(0).images(binary, maxImages);
            images.forEach(image -> limits.checkImageBytes(image.remaining()));
            Map<InferOutput, Boolean> wanted = new LinkedHashMap<>();
            if (outputs.isEmpty()) {
                for (InferOutput output : InferOutput.values()) {
                    wanted.put(output, binaryOutput);
                }
            }
            outputs.forEach((output, inBinary) -> wanted.put(output, inBinary.orElse(binaryOutput)));
            return new InferBody(id, images, RecognitionQuery.of(asked, limits), wanted);
        }
    }
}
