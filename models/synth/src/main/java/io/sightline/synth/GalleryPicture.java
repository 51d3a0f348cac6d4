package io.sightline.synth;

/** A catalogue picture of one product. {@code box} is x1, y1, x2, y2 in pixels around the product. */
public record GalleryPicture(byte[] jpeg, long identity, String label, double[] box) {
}
