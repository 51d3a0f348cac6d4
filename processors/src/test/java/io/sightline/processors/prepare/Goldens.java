package io.sightline.processors.prepare;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * What cv2 and numpy make of pictures; written by src/test/python/make_prepare_goldens.py, which describes the file.
 *
 * @param tables what normalisation makes of each pixel value, by name
 */
record Goldens(List<Golden> tensors, Map<String, float[][]> tables) {
    private static final String FOLDER = "/golden/prepare/";
    private static final float STEPS = 256;

    /**
     * @param means of the channels of the whole tensor
     * @param values every stride-th one of the CHW tensor, before normalisation
     */
    record Golden(String picture, String recipe, int stride, double[] means, float[] values) {
        @Override
        public String toString() {
            return recipe + " of " + picture;
        }
    }

    static Goldens read() {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(resource("goldens.bin.gz")))) {
            List<Golden> tensors = new ArrayList<>();
            for (int pictures = in.readInt(); pictures > 0; pictures--) {
                String picture = in.readUTF();
                for (int recipes = in.readInt(); recipes > 0; recipes--) {
                    tensors.add(tensor(picture, in));
                }
            }
            Map<String, float[][]> tables = new LinkedHashMap<>();
            for (int count = in.readInt(); count > 0; count--) {
                tables.put(in.readUTF(), table(in));
            }
            return new Goldens(tensors, tables);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] picture(String name) {
        try (InputStream in = resource(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Golden tensor(String picture, DataInputStream in) throws IOException {
        String recipe = in.readUTF();
        int stride = in.readInt();
        double[] means = {in.readDouble(), in.readDouble(), in.readDouble()};
        float[] values = new float[in.readInt()];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readUnsignedShort() / STEPS;
        }
        return new Golden(picture, recipe, stride, means, values);
    }

    private static float[][] table(DataInputStream in) throws IOException {
        float[][] table = new float[NormalizeImage.CHANNELS][NormalizeImage.VALUES];
        for (float[] channel : table) {
            for (int i = 0; i < channel.length; i++) {
                channel[i] = in.readFloat();
            }
        }
        return table;
    }

    private static InputStream resource(String name) {
        return Goldens.class.getResourceAsStream(FOLDER + name);
    }
}
