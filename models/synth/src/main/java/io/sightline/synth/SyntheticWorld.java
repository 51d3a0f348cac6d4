package io.sightline.synth;

import java.util.List;

/**
 * The world of invented products. Everything follows from the seeds: the same call gives the same picture everywhere.
 *
 * <p>An identity is any long; what is printed on the product follows from it. Safe to call from any thread.
 */
public final class SyntheticWorld {
    private static final float GALLERY_QUALITY = 0.92f;
    /** Keeps the scenes of one seed apart from what else is drawn from it. */
    private static final int SCENE_STREAM = 5000;

    private SyntheticWorld() {
    }

    /** The name printed in results, unique through the identity. */
    public static String label(long identity) {
        return Product.of(identity).label();
    }

    /** A 256x256 picture on a plain ground. View 0 is the catalogue's; others differ in light and pose. */
    public static GalleryPicture gallery(long identity, int view) {
        requireAtLeast("view", view, 0);
        Product product = Product.of(identity);
        Shots.Shot shot = Shots.gallery(product, view);
        return new GalleryPicture(Jpeg.encode(shot.picture(), GALLERY_QUALITY), identity, product.label(), shot.box());
    }

    /** The scene number {@code index} of {@code seed}: up to six of the products fromIdentity .. fromIdentity + identities - 1. */
    public static ScenePicture scene(int index, long seed, long fromIdentity, int identities, int width, int height) {
        requireAtLeast("index", index, 0);
        requireAtLeast("identities", identities, 1);
        requireAtLeast("width", width, 64);
        requireAtLeast("height", height, 64);
        Rng rng = new Rng(seed, SCENE_STREAM + index);
        Scene scene = Scene.compose(rng, width, height, new ProductSource(fromIdentity, identities));
        byte[] jpeg = Jpeg.encode(scene.canvas.image, new Camera(rng, 1).jpegQuality());
        List<TrueObject> objects = scene.objects.stream()
                .map(found -> new TrueObject(found.product().seed(), found.product().label(), found.box(), found.visible())).toList();
        return new ScenePicture(jpeg, width, height, objects);
    }

    private static void requireAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
        }
    }
}
