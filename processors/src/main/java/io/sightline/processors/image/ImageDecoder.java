package io.sightline.processors.image;

import io.sightline.processors.stage.StageResult;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.util.concurrent.TimeoutException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Decodes JPEG and PNG files as cv2's {@code imdecode(..., IMREAD_COLOR)} does: 8-bit BGR, EXIF orientation applied. Size and format
 * are read from the header, and the file followed to its end, before memory is taken. Thread-safe; blocks while the pixel budget is
 * used up.
 */
public final class ImageDecoder {
    /** In the text of cv::Exception; its code does not come through. */
    private static final String NO_MEMORY = "(-4:Insufficient memory)";

    private final RequestLimits limits;
    private final PixelBudget budget;

    /** @param budget holds at least the largest picture allowed, or that one could never be decoded */
    public ImageDecoder(RequestLimits limits, PixelBudget budget) {
        if (budget.maxPixels() < limits.maxImagePixels()) {
            throw new IllegalArgumentException("pixel budget: " + budget.maxPixels() + " (expected: at least the largest image allowed, "
                    + limits.maxImagePixels() + " pixels)");
        }
        OpenCv.load();
        this.limits = limits;
        this.budget = budget;
    }

    /** Decodes one picture. The caller closes it. */
    public StageResult<DecodedImage> decode(byte[] file) throws InterruptedException {
        try {
            ImageHeader header = inspect(file);
            PixelBudget.Share share = budget.take(header.pixels());
            return decode(file, header, share);
        } catch (InvalidRequestException e) {
            return StageResult.rejected(e.code(), e.getMessage());
        } catch (TimeoutException e) {
            return StageResult.rejected(ErrorCode.TIMEOUT, e.getMessage());
        }
    }

    /** @throws InvalidRequestException not a whole JPEG or PNG file within the limits */
    ImageHeader inspect(byte[] file) {
        limits.checkImageBytes(file.length);
        ImageHeader header = ImageHeader.of(file);
        header.check(limits);
        header.checkWhole(file);
        return header;
    }

    PixelBudget budget() {
        return budget;
    }

    /** @param share given back with the picture, or here where there is none */
    StageResult<DecodedImage> decode(byte[] file, ImageHeader header, PixelBudget.Share share) {
        Mat mat = null;
        boolean decoded = false;
        try (BytePointer data = new BytePointer(file); Mat encoded = new Mat(1, file.length, opencv_core.CV_8UC1, data)) {
            mat = opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_COLOR);
            if (mat == null || mat.empty()) {
                return StageResult.rejected(ErrorCode.BAD_INPUT, "image: a " + header.format() + " of " + header.width() + "x" + header.height()
                        + " pixels whose data can't be decoded (expected: an undamaged file)");
            }
            if ((long) mat.cols() * mat.rows() != header.pixels() || mat.type() != opencv_core.CV_8UC3) {
                return StageResult.rejected(ErrorCode.BAD_INPUT, "image: decoded to " + mat.cols() + "x" + mat.rows()
                        + " pixels (expected: " + header.width() + "x" + header.height() + " as its header says)");
            }
            decoded = true;
            return StageResult.accepted(MatImage.owning(mat, share));
        } catch (RuntimeException e) {
            return undecoded(header, e);
        } finally {
            if (!decoded) {
                if (mat != null) {
                    mat.close();
                }
                share.close();
            }
        }
    }

    /** @param e cv::Exception comes as one; its text names OpenCV's source lines, the first line is enough */
    static StageResult<DecodedImage> undecoded(ImageHeader header, RuntimeException e) {
        String text = String.valueOf(e.getMessage());
        String firstLine = text.lines().findFirst().orElse("");
        if (text.contains(NO_MEMORY)) {
            // Nothing is known about the file: whoever sends it again when there is memory gets his answer.
            return StageResult.rejected(ErrorCode.INFERENCE, "image: no memory to decode a " + header.format() + " of " + header.width() + "x" + header.height() + " pixels: " + firstLine
                    + " (expected: enough beside the heap for stages.max_live_pixels)");
        }
        return StageResult.rejected(ErrorCode.BAD_INPUT, "image: OpenCV can't decode this " + header.format() + ": " + firstLine + " (expected: an undamaged file)");
    }
}
