package io.sightline.processors.lookup;

import java.util.List;

/**
 * The embeddings of one picture, to be looked up together: all their hits come from one epoch.
 *
 * @param vectors unit length; may be none, then the answer is the epoch alone
 */
public record LookupRequest(String gallery, List<float[]> vectors, int topK, double threshold) {
}
