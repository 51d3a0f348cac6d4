package io.sightline.processors.recognition;

import io.sightline.processors.classify.ScoredClass;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.schemas.Match;
import java.util.List;
import java.util.Optional;

/**
 * One thing in a picture, with all that the pipeline says of it.
 *
 * @param box where it is; empty where a vector was looked up
 * @param classes best first
 * @param matches best first, scores rounded
 * @param bestCosine of its best match, unrounded; -2 where it has none
 */
record Finding(Optional<DetectedBox> box, List<ScoredClass> classes, Optional<float[]> embedding, List<Match> matches, double bestCosine) {
}
