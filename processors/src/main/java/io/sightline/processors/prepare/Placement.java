package io.sightline.processors.prepare;

/**
 * Where the points of a picture lie in what was made of it: {@code x' = x * scaleX + offsetX}, and y likewise.
 */
public record Placement(double scaleX, double scaleY, double offsetX, double offsetY) {
    public static final Placement SAME = new Placement(1, 1, 0, 0);

    /** This placement, followed by another. */
    public Placement then(Placement next) {
        return new Placement(scaleX * next.scaleX, scaleY * next.scaleY, offsetX * next.scaleX + next.offsetX,
                offsetY * next.scaleY + next.offsetY);
    }

    /** The picture's x of an x in the model's input. */
    public double pictureX(double inputX) {
        return (inputX - offsetX) / scaleX;
    }

    public double pictureY(double inputY) {
        return (inputY - offsetY) / scaleY;
    }
}
