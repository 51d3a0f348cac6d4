package io.sightline.connectors.bridge.serving;

import com.google.protobuf.ByteString;
import io.sightline.connectors.bridge.serving.proto.Request;
import io.sightline.connectors.bridge.serving.proto.Tensor;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The images of a request, wherever they stand: in keys and values, in tensors of text (base64) or of bytes (the file, or an .npy of
 * it). As in the stock server a key without a value is an error, a value without a key is nothing, and of two with one name the last counts.
 */
final class RequestImages {
    private static final String IMAGE = "image";
    /** Asks the stock server to time its steps. */
    private static final String PROFILE = "pipeline.profile";
    private static final int UINT8 = 7;
    private static final Pattern BLANKS = Pattern.compile("[ \\t\\r\\n]");
    private static final int MAX_BYTE = 255;

    /** A value that may be an image, not looked into yet. */
    private interface Source {
        ByteBuffer bytes();
    }

    private RequestImages() {
    }

    /**
     * @param everyKey each value is an image; else those whose key begins with {@code image}, and the others are left alone
     * @return by key, in their order; at least one
     * @throws InvalidRequestException names the key
     */
    static Map<String, ByteBuffer> of(Request request, boolean everyKey, int maxImages, RequestLimits limits) {
        Map<String, Source> sources = new LinkedHashMap<>();
        for (int i = 0; i < request.getKeyCount(); i++) {
            String key = request.getKey(i);
            if (i >= request.getValueCount()) {
                throw new InvalidRequestException("value: " + request.getValueCount() + " for " + request.getKeyCount() + " keys (expected: one each)");
            }
            String value = request.getValue(i);
            sources.put(key, () -> base64(key, value));
        }
        for (Tensor tensor : request.getTensorsList()) {
            sources.put(tensor.getName(), () -> tensor(tensor));
        }
        sources.keySet().removeIf(key -> key.equals(PROFILE) || !everyKey && !key.startsWith(IMAGE));
        if (sources.isEmpty()) {
            throw new InvalidRequestException("key: no image (expected: 'image', with the file in base64 as its value)");
        }
        if (sources.size() > maxImages) {
            throw new InvalidRequestException("key: " + sources.size() + " images (expected: at most " + maxImages + ")");
        }
        Map<String, ByteBuffer> images = new LinkedHashMap<>();
        sources.forEach((key, source) -> images.put(key, checked(key, source.bytes(), limits)));
        return images;
    }

    private static ByteBuffer checked(String key, ByteBuffer image, RequestLimits limits) {
        try {
            limits.checkImageBytes(image.remaining());
        } catch (InvalidRequestException e) {
            throw key.equals(IMAGE) ? e : new InvalidRequestException(e.code(), RequestLimits.shown(key) + ": " + e.getMessage());
        }
        return image;
    }

    private static ByteBuffer tensor(Tensor tensor) {
        if (tensor.getStrDataCount() > 0) {
            return base64(tensor.getName(), tensor.getStrDataCount() == 1 ? tensor.getStrData(0) : String.join("", tensor.getStrDataList()));
        }
        if (!tensor.getByteData().isEmpty()) {
            ByteString data = tensor.getByteData();
            byte[] bytes = data.toByteArray();
            return NpyFile.isOne(bytes) ? NpyFile.bytes(tensor.getName(), bytes) : ByteBuffer.wrap(bytes);
        }
        if (tensor.getElemType() == UINT8 && tensor.getUint32DataCount() > 0 && tensor.getShapeCount() <= 1) {
            return bytes(tensor);
        }
        throw new InvalidRequestException("tensor '" + RequestLimits.shown(tensor.getName()) + "': elem_type " + tensor.getElemType() + ", shape " + RequestLimits.shown(tensor.getShapeList().toString())
                + ", without str_data and byte_data (expected: a JPEG or PNG file, in base64 in str_data or as it is in byte_data)");
    }

    private static ByteBuffer bytes(Tensor tensor) {
        byte[] bytes = new byte[tensor.getUint32DataCount()];
        for (int i = 0; i < bytes.length; i++) {
            int value = tensor.getUint32Data(i);
            if (value < 0 || value > MAX_BYTE) {
                throw new InvalidRequestException("tensor '" + RequestLimits.shown(tensor.getName()) + "': " + Integer.toUnsignedString(value) + " (expected: 0..255, elem_type is UINT8)");
            }
            bytes[i] = (byte) value;
        }
        return ByteBuffer.wrap(bytes);
    }

    /** Line ends and blanks in it are fine, as Python has it. */
    private static ByteBuffer base64(String key, String text) {
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            try {
                return ByteBuffer.wrap(Base64.getDecoder().decode(BLANKS.matcher(text).replaceAll("")));
            } catch (IllegalArgumentException broken) {
                throw new InvalidRequestException(RequestLimits.shown(key) + ": '" + RequestLimits.shown(text.substring(0, Math.min(text.length(), 20))) + "', " + text.length()
                        + " characters, no base64 (expected: a JPEG or PNG file in base64)");
            }
        }
    }
}
