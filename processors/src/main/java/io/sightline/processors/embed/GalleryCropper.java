package io.sightline.processors.embed;

import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.detect.Landmarks;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.MatImage;
import io.sightline.processors.model.GalleryIndexing;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Decides what of a gallery picture is embedded: the best detection, looked for in the picture widened by repeated border pixels
 * (products fill gallery pictures more than the scenes that the detector knows), or the whole picture. Immutable.
 *
 * @param indexing the embedder's, from its model.yaml
 */
public record GalleryCropper(GalleryIndexing indexing) {
    /** Larger pictures are shrunk before they are widened, so that widening can't multiply their memory. */
    static final long MAX_WIDENED_PIXELS = 4L << 20;

    /** True where {@link #forDetection} is to be detected in first; otherwise the whole picture is embedded. */
    public boolean detects() {
        return indexing.detected();
    }

    /** The picture to detect in: widened, and shrunk where it would become too large. The caller closes it. Counted by no pixel budget. */
    public DecodedImage forDetection(DecodedImage original) {
        Frame frame = frame(original);
        return MatImage.of(original).read(mat -> {
            Mat widened = new Mat();
            if (frame.width() == original.width() && frame.height() == original.height()) {
                widen(mat, widened, frame.margin());
            } else {
                try (Mat small = new Mat(); Size size = new Size(frame.width(), frame.height())) {
                    opencv_imgproc.resize(mat, small, size, 0, 0, opencv_imgproc.INTER_AREA);
                    widen(small, widened, frame.margin());
                }
            }
            return MatImage.owning(widened);
        });
    }

    private static void widen(Mat from, Mat to, int margin) {
        opencv_core.copyMakeBorder(from, to, margin, margin, margin, margin, opencv_core.BORDER_REPLICATE);
    }

    /**
     * What to embed.
     *
     * @param boxesInWidened what was detected in {@link #forDetection}'s picture, best first
     * @return the best one that lies in the original, with its landmarks: a face is brought into place as those of requests are; the whole picture
     *     where there is none
     */
    public Crop crop(DecodedImage original, List<DetectedBox> boxesInWidened) {
        Frame frame = frame(original);
        double scaleX = (double) original.width() / frame.width();
        double scaleY = (double) original.height() / frame.height();
        for (DetectedBox box : boxesInWidened) {
            int x1 = clip((box.x1() - frame.margin()) * scaleX, original.width());
            int y1 = clip((box.y1() - frame.margin()) * scaleY, original.height());
            int x2 = clip((box.x2() - frame.margin()) * scaleX, original.width());
            int y2 = clip((box.y2() - frame.margin()) * scaleY, original.height());
            if (x1 < x2 && y1 < y2) {
                return new Crop(original, x1, y1, x2, y2, box.landmarks().map(points -> inOriginal(points, frame.margin(), scaleX, scaleY)));
            }
        }
        return Crop.whole(original);
    }

    private static Landmarks inOriginal(Landmarks points, int margin, double scaleX, double scaleY) {
        List<Float> xy = new ArrayList<>();
        for (int point = 0; point < Landmarks.POINTS; point++) {
            xy.add((float) ((points.x(point) - margin) * scaleX));
            xy.add((float) ((points.y(point) - margin) * scaleY));
        }
        return new Landmarks(xy);
    }

    private static int clip(double value, int side) {
        return (int) Math.max(0, Math.min(side, Math.round(value)));
    }

    private Frame frame(DecodedImage original) {
        double margin = indexing.widen() * Math.max(original.width(), original.height());
        double pixels = (original.width() + 2 * margin) * (original.height() + 2 * margin);
        double scale = Math.min(1, Math.sqrt(MAX_WIDENED_PIXELS / pixels));
        int width = Math.max(1, (int) Math.round(original.width() * scale));
        int height = Math.max(1, (int) Math.round(original.height() * scale));
        return new Frame(width, height, (int) (indexing.widen() * Math.max(width, height)));
    }

    /** Size of the picture before it is widened, and pixels added on each side. */
    private record Frame(int width, int height, int margin) {
    }
}
