package io.sightline.connectors.bridge.hub;

import io.sightline.connectors.bridge.JsonBody;
import io.sightline.schemas.ImageTensor;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * How the bytes of a numpy array are to be read. The bridge makes float32 of what comes: the topic then has one form for workers to
 * read, half the size of numpy's usual float64, and one that a record of any other producer can have too.
 *
 * @param shape pictures, channels, height, width
 * @param dtype numpy's name of the numbers' type
 */
record RevertParams(List<Integer> shape, String dtype) {
    private static final List<String> KNOWN = List.of("shape", "dtype");
    private static final String TYPES = "float32, float64 or uint8";
    private static final int DIMENSIONS = 4;
    private static final int MOST_DIMENSIONS = 32;

    static RevertParams read(JsonBody body) throws IOException {
        List<Integer> shape = new ArrayList<>();
        String[] dtype = {""};
        body.fields(KNOWN, (field, in) -> {
            if (field.equals("shape")) {
                in.items("an array of whole numbers", MOST_DIMENSIONS, item -> shape.add(item.integer("a whole number")));
            } else {
                dtype[0] = in.text();
            }
            return true;
        });
        return new RevertParams(shape, dtype[0]);
    }

    /**
     * The pictures of the array.
     *
     * @param array in C order, numbers little-endian
     * @throws InvalidRequestException the array is not of this shape and type, or has too many or too large pictures
     */
    List<ImageTensor> tensors(ByteBuffer array, int maxImages, RequestLimits limits) {
        if (shape.size() != DIMENSIONS || shape.stream().anyMatch(size -> size < 1)) {
            throw new InvalidRequestException("revert_params.shape: " + RequestLimits.shown(shape.toString()) + " (expected: [pictures, 3, height, width], each 1 or more)");
        }
        if (shape.get(0) > maxImages) {
            throw new InvalidRequestException("images: " + shape.get(0) + " (expected: at most " + maxImages + ")");
        }
        int bytesEach = switch (dtype) {
            case "uint8" -> Byte.BYTES;
            case "float32" -> Float.BYTES;
            case "float64" -> Double.BYTES;
            default -> throw new InvalidRequestException("revert_params.dtype: '" + RequestLimits.shown(dtype) + "' (expected: " + TYPES + ")");
        };
        // Four numbers below 2^31 times 8 may be more than a long holds.
        double expected = shape.stream().mapToDouble(Integer::doubleValue).reduce(bytesEach, (a, b) -> a * b);
        if (array.remaining() != expected) {
            throw new InvalidRequestException("images: " + array.remaining() + " bytes (expected: " + String.format("%.0f", expected) + ", " + dtype + " of shape " + shape + ")");
        }
        int numbers = array.remaining() / shape.get(0) / bytesEach;
        if ((long) numbers * Float.BYTES > limits.maxImageBytes()) {
            throw new InvalidRequestException("images: " + (long) numbers * Float.BYTES + " bytes a picture as float32 (expected: at most " + limits.maxImageBytes() + ")");
        }
        Function<ByteBuffer, ByteBuffer> float32 = dtype.equals("float32") ? picture -> picture : picture -> converted(picture, numbers);
        List<ImageTensor> tensors = new ArrayList<>();
        for (int i = 0; i < shape.get(0); i++) {
            ByteBuffer picture = array.slice(array.position() + i * numbers * bytesEach, numbers * bytesEach);
            tensors.add(new ImageTensor(shape.subList(1, DIMENSIONS), float32.apply(picture)));
        }
        return tensors;
    }

    private ByteBuffer converted(ByteBuffer picture, int numbers) {
        ByteBuffer from = picture.order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer to = ByteBuffer.allocate(numbers * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < numbers; i++) {
            to.putFloat(dtype.equals("uint8") ? from.get() & 0xff : (float) from.getDouble());
        }
        return to.flip();
    }
}
