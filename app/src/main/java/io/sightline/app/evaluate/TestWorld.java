package io.sightline.app.evaluate;

import io.sightline.synth.GalleryPicture;
import io.sightline.synth.ScenePicture;
import io.sightline.synth.SyntheticWorld;

/**
 * Invented products never seen in training: one gallery picture of each, scenes of them, and scenes of products that are not in the
 * gallery.
 *
 * @param from first identity of the gallery
 * @param unknownFrom first identity that is not in the gallery
 */
public record TestWorld(long from, int identities, int scenes, long seed, long unknownFrom, int unknownIdentities, int unknownScenes, long unknownSeed) {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;

    public TestWorld {
        requireSome("identities", identities);
        requireSome("scenes", scenes);
        requireSome("unknown-identities", unknownIdentities);
        requireSome("unknown-scenes", unknownScenes);
        if (unknownFrom < from + identities && from < unknownFrom + unknownIdentities) {
            throw new IllegalArgumentException("unknown-from: " + unknownFrom + " and " + unknownIdentities + " identities (expected: none of the gallery's, "
                    + from + ".." + (from + identities - 1) + ")");
        }
    }

    private static void requireSome(String option, int count) {
        if (count < 1) {
            throw new IllegalArgumentException(option + ": " + count + " (expected: >= 1)");
        }
    }

    GalleryPicture gallery(int index) {
        return SyntheticWorld.gallery(from + index, 0);
    }

    ScenePicture scene(int index) {
        return SyntheticWorld.scene(index, seed, from, identities, WIDTH, HEIGHT);
    }

    ScenePicture unknown(int index) {
        return SyntheticWorld.scene(index, unknownSeed, unknownFrom, unknownIdentities, WIDTH, HEIGHT);
    }
}
