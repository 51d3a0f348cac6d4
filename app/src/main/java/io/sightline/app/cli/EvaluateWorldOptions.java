package io.sightline.app.cli;

import io.sightline.app.evaluate.TestWorld;
import picocli.CommandLine.Option;

/** Which invented products {@code sightline evaluate} measures on; smaller counts make a quick, rough run. */
final class EvaluateWorldOptions {
    @Option(names = "--from", paramLabel = "ID", defaultValue = "4000000", description = "first identity of the gallery (default: ${DEFAULT-VALUE})")
    private long from;
    @Option(names = "--identities", paramLabel = "N", defaultValue = "1000", description = "products in the gallery, one picture each (default: ${DEFAULT-VALUE})")
    private int identities;
    @Option(names = "--scenes", paramLabel = "N", defaultValue = "300", description = "scenes of these products (default: ${DEFAULT-VALUE})")
    private int scenes;
    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "80", description = "their seed (default: ${DEFAULT-VALUE})")
    private long seed;
    @Option(names = "--unknown-from", paramLabel = "ID", defaultValue = "5000000", description = "first identity that is not in the gallery (default: ${DEFAULT-VALUE})")
    private long unknownFrom;
    @Option(names = "--unknown-identities", paramLabel = "N", defaultValue = "200", description = "products that are not in the gallery (default: ${DEFAULT-VALUE})")
    private int unknownIdentities;
    @Option(names = "--unknown-scenes", paramLabel = "N", defaultValue = "150", description = "scenes of these (default: ${DEFAULT-VALUE})")
    private int unknownScenes;
    @Option(names = "--unknown-seed", paramLabel = "SEED", defaultValue = "81", description = "their seed (default: ${DEFAULT-VALUE})")
    private long unknownSeed;

    TestWorld world() {
        return new TestWorld(from, identities, scenes, seed, unknownFrom, unknownIdentities, unknownScenes, unknownSeed);
    }
}
