package io.sightline.processors.detect;

import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.model.InputRole;
import io.sightline.processors.model.ModelInput;
import io.sightline.processors.model.Tensor;
import io.sightline.processors.prepare.Placement;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** What PaddleDetection's exports want to know about a picture besides its pixels: rows before columns, as there. */
final class PictureFacts {
    private PictureFacts() {
    }

    static Tensor of(ModelInput input, DecodedImage image, Placement placement) {
        return input.role() == InputRole.SCALE_FACTOR
                ? pair(placement.scaleY(), placement.scaleX())
                : pair(Math.rint(image.height() * placement.scaleY()), Math.rint(image.width() * placement.scaleX()));
    }

    /**
     * Where a picture's points lie in what such a model answers: it divides by scale_factor, and knows nothing of pixels that were added on the
     * left and on top.
     */
    static Placement answered(Placement placement) {
        return new Placement(1, 1, placement.offsetX() / placement.scaleX(), placement.offsetY() / placement.scaleY());
    }

    private static Tensor pair(double rows, double columns) {
        FloatBuffer floats = ByteBuffer.allocateDirect(2 * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
        floats.put(0, (float) rows).put(1, (float) columns);
        return new Tensor(floats, 1, 2);
    }
}
