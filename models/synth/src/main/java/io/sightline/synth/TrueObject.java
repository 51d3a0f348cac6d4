package io.sightline.synth;

/**
 * What there is to find in a scene. {@code box} is x1, y1, x2, y2 in pixels around the visible part, {@code visible} the share
 * of the product's front that shows (0.15 to 1).
 */
public record TrueObject(long identity, String label, double[] box, double visible) {
}
