package io.sightline.synth;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** Pictures of a single product: clean gallery views, and crops as an imperfect detector would cut them out of a scene. */
final class Shots {
    static final int GALLERY_SIDE = 256;
    /** Nearly the largest product a scene of 640x480 shows: large ones lose detail in their own way when they are made smaller. */
    private static final double LARGEST_IN_SCENE = 320;
    private static final int MAIN = 1;
    private static final int OTHER = 2;

    /** A picture and the box around the visible part of the product in it. */
    record Shot(BufferedImage picture, double[] box) {
    }

    private Shots() {
    }

    /** Front view on a plain ground; later views differ a little in light and pose. */
    static Shot gallery(Product product, int view) {
        Rng rng = new Rng(product.seed(), 1000 + view);
        Canvas canvas = new Canvas(GALLERY_SIDE, GALLERY_SIDE);
        Backdrop.paintPlain(canvas, rng);
        double longSide = GALLERY_SIDE * rng.range(0.78, 0.9);
        double turn = view == 0 ? 3 : 12;
        Pose pose = Pose.of(GALLERY_SIDE / 2.0, GALLERY_SIDE / 2.0, product.width(longSide), product.height(longSide),
                Math.toRadians(rng.range(-turn, turn) / 2), Math.toRadians(rng.range(-turn, turn)), Math.toRadians(rng.range(-turn, turn)));
        Scene.paste(canvas, rng, product, pose, MAIN);
        return photographed(canvas, new Camera(rng, 0.2));
    }

    /** The product in a small piece of a scene, with neighbours and occluders now and then. */
    static Shot inScene(Product product, int view, ProductSource neighbours) {
        Rng rng = new Rng(product.seed(), 2000 + view);
        double longSide = rng.logRange(40, LARGEST_IN_SCENE);
        Pose pose = Pose.random(rng, 0, 0, product.width(longSide), product.height(longSide));
        double boxWidth = pose.maxX() - pose.minX();
        double boxHeight = pose.maxY() - pose.minY();
        Canvas canvas = new Canvas((int) (boxWidth * 1.6), (int) (boxHeight * 1.6));
        Backdrop.paint(canvas, rng);
        pose = pose.shifted(-pose.minX() + boxWidth * 0.3, -pose.minY() + boxHeight * 0.3);
        if (rng.chance(0.3)) {
            pasteNeighbour(canvas, rng, neighbours, boxWidth, boxHeight, 0.75);
        }
        Scene.paste(canvas, rng, product, pose, MAIN);
        if (rng.chance(0.15)) {
            pasteNeighbour(canvas, rng, neighbours, boxWidth, boxHeight, 0.9);
        }
        if (rng.chance(0.25)) {
            Scene.paintOccluder(canvas, rng, pose);
        }
        return photographed(canvas, new Camera(rng, 1));
    }

    private static Shot photographed(Canvas canvas, Camera camera) {
        Extent extent = Extent.of(canvas, MAIN);
        camera.shoot(canvas);
        BufferedImage picture = Jpeg.decode(Jpeg.encode(canvas.image, camera.jpegQuality()));
        // A product covered whole leaves no box: the picture stands for it.
        return new Shot(picture, extent.pixels() > 0 ? extent.box() : new double[] {0, 0, canvas.width, canvas.height});
    }

    /** Another product beside the main one, its centre "distance" box sizes away. */
    private static void pasteNeighbour(Canvas canvas, Rng rng, ProductSource neighbours, double boxWidth, double boxHeight,
            double distance) {
        Product other = neighbours.draw(rng);
        double angle = rng.range(0, 2 * Math.PI);
        double longSide = Math.max(boxWidth, boxHeight) * rng.range(0.7, 1.2);
        double w = other.width(longSide);
        double h = other.height(longSide);
        Pose pose = Pose.random(rng, canvas.width / 2.0 + StrictMath.cos(angle) * distance * (boxWidth + w) / 2,
                canvas.height / 2.0 + StrictMath.sin(angle) * distance * (boxHeight + h) / 2, w, h);
        Scene.paste(canvas, rng, other, pose, OTHER);
    }

    /**
     * Cuts the box out, each edge moved by up to the given share of the box, and resizes it to a square. Now and then a good
     * part of one side is missing, as at the border of a picture.
     */
    static BufferedImage crop(Shot shot, double jitter, double truncated, Rng rng, int side) {
        double w = shot.box()[2] - shot.box()[0];
        double h = shot.box()[3] - shot.box()[1];
        double[] missing = new double[4];
        if (rng.chance(truncated)) {
            missing[rng.below(4)] = rng.range(0.1, 0.4);
        }
        int x1 = (int) Math.round(Math.max(0, shot.box()[0] + (missing[0] + rng.range(-jitter, jitter)) * w));
        int y1 = (int) Math.round(Math.max(0, shot.box()[1] + (missing[1] + rng.range(-jitter, jitter)) * h));
        int x2 = (int) Math.round(Math.min(shot.picture().getWidth(), shot.box()[2] - (missing[2] + rng.range(-jitter, jitter)) * w));
        int y2 = (int) Math.round(Math.min(shot.picture().getHeight(), shot.box()[3] - (missing[3] + rng.range(-jitter, jitter)) * h));
        return resized(shot.picture(), x1, y1, Math.max(x1 + 2, x2), Math.max(y1 + 2, y2), side, side);
    }

    /**
     * Cuts the box out with a margin of the given share of the box around it, border pixels repeated, and resizes it to a square,
     * so that the training can move the edges of the box anew each time.
     */
    static BufferedImage cropWithMargin(Shot shot, double margin, int side) {
        BufferedImage source = shot.picture();
        double[] box = shot.box();
        double w = (box[2] - box[0]) * (1 + 2 * margin) / side;
        double h = (box[3] - box[1]) * (1 + 2 * margin) / side;
        double left = box[0] - margin * (box[2] - box[0]);
        double top = box[1] - margin * (box[3] - box[1]);
        int[] pixels = source.getRGB(0, 0, source.getWidth(), source.getHeight(), null, 0, source.getWidth());
        BufferedImage target = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int j = 0; j < side; j++) {
            double y = Math.min(source.getHeight() - 1, Math.max(0, top + (j + 0.5) * h - 0.5));
            for (int i = 0; i < side; i++) {
                double x = Math.min(source.getWidth() - 1, Math.max(0, left + (i + 0.5) * w - 0.5));
                target.setRGB(i, j, bilinear(pixels, source.getWidth(), source.getHeight(), x, y));
            }
        }
        return target;
    }

    private static int bilinear(int[] pixels, int width, int height, double x, double y) {
        int x1 = (int) x;
        int y1 = (int) y;
        int x2 = Math.min(width - 1, x1 + 1);
        int y2 = Math.min(height - 1, y1 + 1);
        double fx = x - x1;
        double fy = y - y1;
        int result = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            double above = (pixels[y1 * width + x1] >> shift & 255) * (1 - fx) + (pixels[y1 * width + x2] >> shift & 255) * fx;
            double below = (pixels[y2 * width + x1] >> shift & 255) * (1 - fx) + (pixels[y2 * width + x2] >> shift & 255) * fx;
            result |= (int) Math.round(above * (1 - fy) + below * fy) << shift;
        }
        return result;
    }

    static BufferedImage resized(BufferedImage source, int x1, int y1, int x2, int y2, int width, int height) {
        BufferedImage target = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = target.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.drawImage(source, 0, 0, width, height, x1, y1, x2, y2, null);
        g.dispose();
        return target;
    }
}
