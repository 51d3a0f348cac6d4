package io.sightline.processors.recognition;

import io.sightline.processors.gallery.AttributeFilter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A request as it will be worked on: checked, defaults filled in.
 *
 * @param image the encoded picture; not changed by anybody; empty where there is a vector or a tensor, or nothing to look up
 * @param tensor the picture as the pipeline's classifier takes it, checked
 * @param box where the thing is; empty list: the whole picture; empty: to be detected
 * @param vector unit length
 * @param galleries to be searched, one or more where the pipeline looks up
 * @param threshold smallest cosine of a match
 * @param rebuild the index of the only gallery is to be built anew
 * @param minEpoch state that the only gallery must have reached
 * @param deadlineMs when the caller stops waiting, milliseconds since 1970-01-01 UTC
 */
record RecognitionJob(String requestId, Optional<byte[]> image, Optional<float[]> tensor, PipelineRules pipeline, Optional<List<Integer>> box, Optional<float[]> vector,
        List<String> galleries, int topK, double threshold, Optional<AttributeFilter> filter, boolean distinctLabels, OptionalLong minEpoch, boolean rebuild,
        Map<String, String> attributes, OptionalLong deadlineMs) {
    /** True where nothing but {@code minEpoch} is asked for: whoever does that waits for an edit. */
    boolean waitsOnly() {
        return image.isEmpty() && tensor.isEmpty() && vector.isEmpty();
    }
}
