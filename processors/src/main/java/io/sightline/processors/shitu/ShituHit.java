package io.sightline.processors.shitu;

/**
 * What the gallery says of a box.
 *
 * @param label of the nearest gallery picture
 * @param score its cosine, -1..1, unrounded
 */
public record ShituHit(ShituBox box, String label, float score) {
}
