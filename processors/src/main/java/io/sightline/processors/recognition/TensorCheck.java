package io.sightline.processors.recognition;

import io.sightline.processors.prepare.Extent;
import io.sightline.schemas.ImageTensor;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Collectors;

/** Checks pictures that their senders have prepared. */
final class TensorCheck {
    private static final int CHANNELS = 3;

    private TensorCheck() {
    }

    /**
     * The numbers, as many as the pipeline's classifier takes.
     *
     * @throws InvalidRequestException of another shape or size, not finite, or the pipeline does something else than classify: all else needs the picture
     */
    static float[] values(ImageTensor tensor, PipelineRules pipeline, RequestLimits limits) {
        if (!pipeline.stages().equals(List.of(PipelineStage.CLASSIFY))) {
            throw new InvalidRequestException("tensor: given, pipeline '" + pipeline.name() + "' has the stages "
                    + pipeline.stages().stream().map(PipelineStage::stageName).collect(Collectors.joining(", ")) + " (expected: a pipeline with the stage classify alone, or an image)");
        }
        Extent input = pipeline.classifierInput().orElseThrow();
        List<Integer> expected = List.of(CHANNELS, input.height(), input.width());
        if (!tensor.getShape().equals(expected)) {
            throw new InvalidRequestException("tensor: shape " + shown(tensor.getShape()) + " (expected: " + expected + ", the input of pipeline '" + pipeline.name() + "')");
        }
        long bytes = (long) CHANNELS * input.height() * input.width() * Float.BYTES;
        if (tensor.getData().remaining() != bytes || bytes > limits.maxImageBytes()) {
            throw new InvalidRequestException("tensor: " + tensor.getData().remaining() + " bytes (expected: " + bytes + ", float32 of shape " + expected
                    + "; at most " + limits.maxImageBytes() + ")");
        }
        FloatBuffer data = tensor.getData().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] values = new float[data.remaining()];
        data.get(values);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new InvalidRequestException("tensor: " + values[i] + " at number " + i + " (expected: finite numbers)");
            }
        }
        return values;
    }

    private static String shown(List<Integer> shape) {
        return RequestLimits.shown(shape.toString());
    }
}
