package io.sightline.processors.prepare;

import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.MatImage;
import io.sightline.processors.image.OpenCv;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * Makes a model's input of a picture, or of a rectangle of it, with reused memory. Owned by one lane: not thread-safe.
 */
public final class Preprocessor implements AutoCloseable {
    private static final int CHANNELS = NormalizeImage.CHANNELS;
    /** Largest rectangle reaching over the edges: it is copied with its border. */
    private static final long MAX_BORDERED_PIXELS = 1L << 27;
    /** Memory of larger ones is given back at once. */
    private static final long KEPT_BORDERED_PIXELS = 1L << 21;

    private final List<PixelOp> pixelOps;
    private final List<Mat> steps;
    private final Mat bordered;
    private final float[][] tables;
    private final ChannelOrder order;
    private final Extent size;
    private final byte[] pixels;
    private final float[] plane;

    /**
     * @param ops pixel operations, then NormalizeImage, then ToCHWImage
     * @param size the model's input; what the operations make of any picture
     */
    public Preprocessor(List<PreprocessOp> ops, Extent size) {
        check(ops, size);
        OpenCv.load();
        NormalizeImage normalize = (NormalizeImage) ops.get(ops.size() - 2);
        this.pixelOps = pixelOps(ops);
        this.size = size;
        this.tables = normalize.tables();
        this.order = normalize.order();
        this.pixels = new byte[size.width() * size.height() * CHANNELS];
        this.plane = new float[pixels.length];
        this.bordered = new Mat();
        this.steps = pixelOps.stream().map(op -> new Mat()).toList();
    }

    /**
     * Whether operations make inputs of that size of pictures of any shape: tried with a flat, a tall and a square one.
     *
     * @throws IllegalArgumentException they don't
     */
    public static void check(List<PreprocessOp> ops, Extent size) {
        int last = ops.size() - 1;
        if (last < 1 || !(ops.get(last) instanceof ToChwImage) || !(ops.get(last - 1) instanceof NormalizeImage)) {
            throw new IllegalArgumentException("preprocess: " + names(ops) + " (expected: NormalizeImage and ToCHWImage at the end)");
        }
        List<PixelOp> pixelOps = pixelOps(ops);
        for (Extent from : List.of(new Extent(1000, 10), new Extent(10, 1000), new Extent(64, 64))) {
            Extent extent = from;
            for (PixelOp op : pixelOps) {
                extent = op.extent(extent);
            }
            if (!extent.equals(size)) {
                throw new IllegalArgumentException("preprocess: makes " + extent + " of a picture of " + from + " (expected: " + size
                        + ", the model's input)");
            }
        }
    }

    private static List<PixelOp> pixelOps(List<PreprocessOp> ops) {
        List<PixelOp> pixelOps = new ArrayList<>();
        for (PreprocessOp op : ops.subList(0, ops.size() - 2)) {
            if (!(op instanceof PixelOp pixelOp)) {
                throw new IllegalArgumentException("preprocess: " + names(ops) + " (expected: NormalizeImage and ToCHWImage once, at the end)");
            }
            pixelOps.add(pixelOp);
        }
        return List.copyOf(pixelOps);
    }

    private static List<String> names(List<PreprocessOp> ops) {
        return ops.stream().map(op -> op.getClass().getSimpleName()).toList();
    }

    /** Floats of one picture. */
    public int floats() {
        return plane.length;
    }

    public Extent size() {
        return size;
    }

    /**
     * Prepares a rectangle of a picture. It may reach over the edges: the border pixels are repeated there.
     *
     * @param target written from its slot's first float on; its position stays
     * @param slot number of the picture in the batch
     * @return where the picture's points lie in the input
     */
    public Placement write(DecodedImage image, int x1, int y1, int x2, int y2, FloatBuffer target, int slot) {
        if (x1 >= x2 || y1 >= y2) {
            throw new IllegalArgumentException("rectangle: " + x1 + "," + y1 + "," + x2 + "," + y2 + " (expected: x1 < x2, y1 < y2)");
        }
        Placement placement = MatImage.of(image).read(mat -> makePixels(mat, x1, y1, x2, y2));
        normalise(target, slot * plane.length);
        return placement;
    }

    public Placement write(DecodedImage image, FloatBuffer target, int slot) {
        return write(image, 0, 0, image.width(), image.height(), target, slot);
    }

    private Placement makePixels(Mat mat, int x1, int y1, int x2, int y2) {
        int left = Math.max(0, x1);
        int top = Math.max(0, y1);
        int right = Math.min(mat.cols(), x2);
        int bottom = Math.min(mat.rows(), y2);
        if (left >= right || top >= bottom) {
            throw new IllegalArgumentException("rectangle: " + x1 + "," + y1 + "," + x2 + "," + y2 + " outside of the picture (expected: some of it within "
                    + mat.cols() + "x" + mat.rows() + ")");
        }
        try (Rect inside = new Rect(left, top, right - left, bottom - top); Mat view = new Mat(mat, inside)) {
            Mat from = view;
            if (left != x1 || top != y1 || right != x2 || bottom != y2) {
                checkBordered((long) x2 - x1, (long) y2 - y1);
                opencv_core.copyMakeBorder(view, bordered, top - y1, y2 - bottom, left - x1, x2 - right, opencv_core.BORDER_REPLICATE);
                from = bordered;
            }
            Placement placement = new Placement(1, 1, -x1, -y1);
            for (int i = 0; i < pixelOps.size(); i++) {
                placement = placement.then(pixelOps.get(i).apply(from, steps.get(i)));
                from = steps.get(i);
            }
            if (from.isContinuous()) {
                from.data().get(pixels);
            } else {
                try (Mat packed = from.clone()) {
                    packed.data().get(pixels);
                }
            }
            return placement;
        } finally {
            if ((long) bordered.cols() * bordered.rows() > KEPT_BORDERED_PIXELS) {
                bordered.release();
            }
        }
    }

    private static void checkBordered(long width, long height) {
        if (width > MAX_BORDERED_PIXELS || height > MAX_BORDERED_PIXELS || width * height > MAX_BORDERED_PIXELS) {
            throw new IllegalArgumentException("rectangle: " + width + "x" + height + " reaching over the picture's edges (expected: at most "
                    + MAX_BORDERED_PIXELS + " pixels)");
        }
    }

    private void normalise(FloatBuffer target, int at) {
        int area = size.width() * size.height();
        for (int channel = 0; channel < CHANNELS; channel++) {
            float[] table = tables[channel];
            int from = order.source(channel);
            int to = channel * area;
            for (int i = 0; i < area; i++) {
                plane[to + i] = table[pixels[from] & 0xff];
                from += CHANNELS;
            }
        }
        target.put(target.position() + at, plane, 0, plane.length);
    }

    @Override
    public void close() {
        bordered.close();
        steps.forEach(Mat::close);
    }
}
