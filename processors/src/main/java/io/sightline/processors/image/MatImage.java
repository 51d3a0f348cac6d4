package io.sightline.processors.image;

import java.util.function.Function;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Pixels in an OpenCV matrix. Thread-safe: the matrix is freed when the picture is closed and the last reader has left, whichever
 * comes later, so closing early is an error text, never a crash.
 */
public final class MatImage implements DecodedImage {
    private static final AutoCloseable NOTHING_HELD = () -> { };

    private final Mat mat;
    private final int width;
    private final int height;
    private final AutoCloseable held;
    private int readers;
    private boolean closed;

    private MatImage(Mat mat, AutoCloseable held) {
        this.mat = mat;
        this.width = mat.cols();
        this.height = mat.rows();
        this.held = held;
    }

    /**
     * Takes over a matrix.
     *
     * @param mat 8-bit BGR; belongs to the picture from here on
     * @param held closed with the picture: its share of the pixel budget
     */
    static MatImage owning(Mat mat, AutoCloseable held) {
        return new MatImage(mat, held);
    }

    /** A picture of its own memory that no budget counts: for pictures derived from another, short-lived ones. The matrix belongs to it. */
    public static MatImage owning(Mat mat) {
        if (mat.type() != opencv_core.CV_8UC3) {
            throw new IllegalArgumentException("matrix: type " + mat.type() + " (expected: 8-bit, 3 channels)");
        }
        return new MatImage(mat, NOTHING_HELD);
    }

    /** A picture of given pixels: rows from the top, blue, green, red. */
    public static MatImage ofBgr(int width, int height, byte[] pixels) {
        OpenCv.load();
        if (width < 1 || height < 1 || pixels.length != (long) width * height * 3) {
            throw new IllegalArgumentException("pixels: " + pixels.length + " bytes for " + width + "x" + height + " (expected: width x height x 3)");
        }
        Mat mat = new Mat(height, width, opencv_core.CV_8UC3);
        mat.data().put(pixels);
        return owning(mat);
    }

    /** The picture's matrix-backed form; every decoded picture has one. */
    public static MatImage of(DecodedImage image) {
        if (image instanceof MatImage matImage) {
            return matImage;
        }
        throw new IllegalArgumentException("picture: a " + image.getClass().getName() + " (expected: one made by ImageDecoder)");
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    /**
     * Lets a reader see the pixels. It must not change or keep the matrix.
     *
     * @throws IllegalStateException the picture is closed
     */
    public <T> T read(Function<Mat, T> reader) {
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("picture of " + width + "x" + height + ": closed (expected: open until all stages have answered)");
            }
            readers++;
        }
        try {
            return reader.apply(mat);
        } finally {
            boolean last;
            synchronized (this) {
                last = --readers == 0 && closed;
            }
            if (last) {
                free();
            }
        }
    }

    @Override
    public void close() {
        boolean unread;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            unread = readers == 0;
        }
        if (unread) {
            free();
        }
    }

    private void free() {
        mat.close();
        try {
            held.close();
        } catch (Exception e) {
            throw new IllegalStateException("can't give pixels back: " + e.getMessage(), e);
        }
    }
}
