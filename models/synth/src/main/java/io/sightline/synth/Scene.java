package io.sightline.synth;

import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;

/** A picture with its ground truth. */
final class Scene {
    /** Objects less visible than this are left out of the ground truth. */
    static final double MIN_VISIBLE = 0.15;

    /** Box corners in pixels around the visible part; visible is the share of the front that shows. */
    record Found(Product product, double[] box, double visible) {
    }

    final Canvas canvas;
    final List<Found> objects = new ArrayList<>();

    private Scene(int width, int height) {
        this.canvas = new Canvas(width, height);
    }

    /** Composes up to six products on a background and photographs it. The JPEG step is left to the caller. */
    static Scene compose(Rng rng, int width, int height, ProductSource products) {
        Scene scene = new Scene(width, height);
        Backdrop.paint(scene.canvas, rng);
        int count = rng.pick(0, 1, 1, 2, 2, 3, 3, 4, 5, 6);
        List<Product> shown = new ArrayList<>();
        List<Integer> areas = new ArrayList<>();
        List<double[]> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Product product = products.draw(rng);
            double longSide = rng.logRange(0.08, count > 3 ? 0.45 : 0.7) * width;
            Pose pose = scene.findPlace(rng, product, Math.min(longSide, height * 1.05), taken);
            if (pose == null) {
                continue;
            }
            taken.add(new double[] {pose.minX(), pose.minY(), pose.maxX(), pose.maxY()});
            shown.add(product);
            areas.add(paste(scene.canvas, rng, product, pose, shown.size()));
            if (rng.chance(0.12)) {
                paintOccluder(scene.canvas, rng, pose);
            }
        }
        scene.measure(shown, areas);
        new Camera(rng, 1).shoot(scene.canvas);
        return scene;
    }

    /** Pastes a product with shadow and shading; returns its full area in pixels. */
    static int paste(Canvas canvas, Rng rng, Product product, Pose pose, int owner) {
        Sprite sprite = SpriteCache.of(product);
        double reach = 0.06 * Math.max(pose.maxX() - pose.minX(), pose.maxY() - pose.minY());
        sprite.paintShadow(canvas, pose.shifted(rng.range(-reach, reach), rng.range(0, reach)), rng.range(0.1, 0.6));
        return sprite.paint(canvas, pose, Shading.random(rng, product.kind().roundness), owner);
    }

    /** Paints a thing over a border of the posed product. */
    static void paintOccluder(Canvas canvas, Rng rng, Pose pose) {
        int[] before = canvas.pixels.clone();
        int corner = rng.below(4);
        double along = rng.unit();
        double x = pose.x()[corner] * along + pose.x()[(corner + 1) % 4] * (1 - along);
        double y = pose.y()[corner] * along + pose.y()[(corner + 1) % 4] * (1 - along);
        double size = Math.max(pose.maxX() - pose.minX(), pose.maxY() - pose.minY()) * rng.range(0.2, 0.6);
        Graphics2D g = canvas.graphics();
        Clutter.paintThing(g, rng, x, y, size);
        g.dispose();
        for (int i = 0; i < canvas.pixels.length; i++) {
            if (canvas.pixels[i] != before[i]) {
                canvas.owner[i] = Canvas.NOBODY;
            }
        }
    }

    /** A random pose; a few tries are made to find one that does not cover earlier products too much. */
    private Pose findPlace(Rng rng, Product product, double longSide, List<double[]> taken) {
        double w = product.width(longSide);
        double h = product.height(longSide);
        double allowed = rng.chance(0.25) ? 0.45 : 0.08;
        for (int attempt = 0; attempt < 12; attempt++) {
            double slack = rng.chance(0.15) ? -0.25 : 0.5;
            Pose pose = Pose.random(rng, rng.range(w * slack, canvas.width - w * slack), rng.range(h * slack, canvas.height - h * slack),
                    w, h);
            double worst = 0;
            for (double[] box : taken) {
                double ix = Math.max(0, Math.min(box[2], pose.maxX()) - Math.max(box[0], pose.minX()));
                double iy = Math.max(0, Math.min(box[3], pose.maxY()) - Math.max(box[1], pose.minY()));
                worst = Math.max(worst, ix * iy / ((box[2] - box[0]) * (box[3] - box[1])));
            }
            if (worst <= allowed) {
                return pose;
            }
        }
        return null;
    }

    private void measure(List<Product> shown, List<Integer> areas) {
        for (int owner = 1; owner <= shown.size(); owner++) {
            Extent extent = Extent.of(canvas, owner);
            double visible = extent.pixels() / (double) Math.max(1, areas.get(owner - 1));
            if (visible >= MIN_VISIBLE) {
                objects.add(new Found(shown.get(owner - 1), extent.box(), visible));
            }
        }
    }
}
