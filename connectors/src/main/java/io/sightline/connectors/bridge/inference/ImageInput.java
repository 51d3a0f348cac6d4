package io.sightline.connectors.bridge.inference;

import io.sightline.connectors.bridge.JsonBody;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The input tensor as it was sent: encoded pictures, as base64 in the JSON or, after it, in binary.
 *
 * @param data what stood in the JSON; null: nothing did
 * @param binarySize bytes behind the JSON; -1: none
 */
record ImageInput(String name, String datatype, List<Integer> shape, List<ByteBuffer> data, int binarySize) {
    private static final List<String> KNOWN = List.of("name", "datatype", "shape", "data", "parameters");
    private static final List<String> PARAMETERS = List.of("binary_data_size", "content_type");
    private static final int MOST_DIMENSIONS = 8;
    private static final String BYTES = "BYTES";

    static ImageInput read(JsonBody body, int maxImages) throws IOException {
        String[] texts = {"", ""};
        List<Integer> shape = new ArrayList<>();
        List<ByteBuffer> data = new ArrayList<>();
        boolean[] inJson = {false};
        int[] binarySize = {-1};
        body.fields(KNOWN, (field, in) -> {
            switch (field) {
                case "name" -> texts[0] = in.text();
                case "datatype" -> texts[1] = in.text();
                case "shape" -> in.items("an array of whole numbers", MOST_DIMENSIONS, item -> shape.add(item.integer("a whole number")));
                case "data" -> {
                    inJson[0] = true;
                    in.items("an array of pictures in base64", maxImages, item -> picture(item, data));
                }
                default -> in.fields(PARAMETERS, (parameter, value) -> {
                    if (parameter.equals("binary_data_size")) {
                        binarySize[0] = value.integer("a whole number");
                    } else {
                        value.skip();
                    }
                    return true;
                });
            }
            return true;
        });
        return new ImageInput(texts[0], texts[1], shape, inJson[0] ? data : null, binarySize[0]);
    }

    /** Of shape [n, 1] each is an array of its own. Other data than texts is passed over: the datatype says what is wrong. */
    private static void picture(JsonBody item, List<ByteBuffer> data) throws IOException {
        if (item.isArray()) {
            item.items("a picture in base64", 1, inner -> data.add(inner.base64()));
        } else if (item.isText()) {
            data.add(item.base64());
        } else {
            item.skip();
        }
    }

    /**
     * The pictures.
     *
     * @param binary what stands behind the JSON
     * @throws InvalidRequestException it is not the tensor expected, or its parts do not agree
     */
    List<ByteBuffer> images(ByteBuffer binary, int maxImages) {
        if (!name.equals(InferBody.IMAGE)) {
            throw new InvalidRequestException("inputs: '" + RequestLimits.shown(name) + "' (expected: '" + InferBody.IMAGE + "')");
        }
        if (!datatype.equals(BYTES)) {
            throw new InvalidRequestException("image: datatype '" + RequestLimits.shown(datatype) + "' (expected: " + BYTES + ", the files as they are)");
        }
        boolean column = shape.size() == 2 && shape.get(1) == 1;
        if (shape.size() != 1 && !column || shape.get(0) < 1) {
            throw new InvalidRequestException("image: shape " + RequestLimits.shown(shape.toString()) + " (expected: [images] or [images, 1])");
        }
        if (shape.get(0) > maxImages) {
            throw new InvalidRequestException("image: shape " + shape + " (expected: at most " + maxImages + " images)");
        }
        if (data != null == (binarySize >= 0)) {
            throw new InvalidRequestException("image: " + (data == null ? "neither data nor binary_data_size" : "data and binary_data_size") + " (expected: one of them)");
        }
        int behind = binary.remaining();
        if (behind != Math.max(0, binarySize)) {
            throw new InvalidRequestException("body: " + behind + " bytes behind the JSON (expected: " + Math.max(0, binarySize) + ", by binary_data_size)");
        }
        List<ByteBuffer> images = data != null ? data : elements(binary, maxImages);
        if (images.size() != shape.get(0)) {
            throw new InvalidRequestException("image: " + images.size() + " items (expected: " + shape.get(0) + ", of shape " + shape + ")");
        }
        return images;
    }

    /** Each has its length before it, 4 bytes, little-endian. */
    private static List<ByteBuffer> elements(ByteBuffer binary, int most) {
        ByteBuffer rest = binary.order(ByteOrder.LITTLE_ENDIAN);
        List<ByteBuffer> elements = new ArrayList<>();
        while (rest.hasRemaining()) {
            long length = rest.remaining() < Integer.BYTES ? -1 : rest.getInt() & 0xffffffffL;
            if (length < 0 || length > rest.remaining() || elements.size() >= most) {
                throw new InvalidRequestException("image: item " + elements.size() + " of " + (length < 0 ? "less than 4 bytes" : length + " bytes, " + rest.remaining() + " there")
                        + " (expected: at most " + most + " items, each with its length before it, 4 bytes, little-endian)");
            }
            elements.add(rest.slice(rest.position(), (int) length));
            rest.position(rest.position() + (int) length);
        }
        return elements;
    }
}
