package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.UnitVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** What the tests of this package share. */
final class RedisTesting {
    static final int DIMENSION = 8;
    static final String GALLERY = "shoes";
    static final GalleryModels MODELS = GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION));

    private RedisTesting() {
    }

    static GalleryIndex open(RedisSettings settings) {
        return RedisIndexes.vectorSets(settings, "log", MODELS, List.of());
    }

    static float[] unit(int seed) {
        Random random = new Random(seed);
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return UnitVectors.of(vector, DIMENSION);
    }

    static GalleryEdit.Put put(String id, long offset) {
        return put(id, offset, "label " + id, "{}");
    }

    static GalleryEdit.Put put(String id, long offset, String label, String attributes) {
        return new GalleryEdit.Put(GALLERY, id, offset + 1, offset, label, attributes, unit(id.hashCode()));
    }

    static List<GalleryEdit> puts(int from, int to) {
        List<GalleryEdit> edits = new ArrayList<>();
        for (int i = from; i < to; i++) {
            edits.add(put("id" + i, i));
        }
        return edits;
    }

    /** All that can be found: id and label. */
    static TreeMap<String, String> contents(GalleryIndex index) {
        TreeMap<String, String> contents = new TreeMap<>();
        GallerySearch search = index.search(new GalleryQuery(GALLERY, List.of(unit(1)), 5000, -1));
        search.hits().get(0).forEach(hit -> contents.put(hit.id(), hit.label() + hit.attributes()));
        return contents;
    }

    static TreeMap<String, String> contentsOf(List<GalleryEdit> edits) {
        TreeMap<String, String> contents = new TreeMap<>();
        for (GalleryEdit edit : edits) {
            if (edit instanceof GalleryEdit.Put put) {
                contents.put(put.id(), put.label() + put.attributes());
            } else {
                contents.remove(edit.id());
            }
        }
        return contents;
    }

    /** With short time-outs and pauses. */
    static RedisSettings quick(RedisSettings s) {
        return new RedisSettings(s.host(), s.port(), s.user(), s.password(), s.passwordFile(), s.tls(), s.truststore(), s.truststorePassword(), s.tlsVerification(),
                s.database(), s.keyPrefix(), 2000, 2000, s.poolSize(), 2, 1, 2, 3, 200, s.maxCandidates(), s.vectorSet(), s.queryEngine());
    }

    static RedisSettings with(RedisSettings s, VectorSetSettings vectorSet) {
        return new RedisSettings(s.host(), s.port(), s.user(), s.password(), s.passwordFile(), s.tls(), s.truststore(), s.truststorePassword(), s.tlsVerification(),
                s.database(), s.keyPrefix(), s.connectTimeoutMs(), s.readTimeoutMs(), s.poolSize(), s.retryAttempts(), s.retryFirstMs(), s.retryLastMs(),
                s.breakerFailures(), s.breakerOpenMs(), s.maxCandidates(), vectorSet, s.queryEngine());
    }

    static RedisSettings as(RedisSettings s, String user, String password) {
        return new RedisSettings(s.host(), s.port(), java.util.Optional.ofNullable(user), java.util.Optional.of(password), s.passwordFile(), s.tls(), s.truststore(),
                s.truststorePassword(), s.tlsVerification(), s.database(), s.keyPrefix(), s.connectTimeoutMs(), s.readTimeoutMs(), s.poolSize(), s.retryAttempts(),
                s.retryFirstMs(), s.retryLastMs(), s.breakerFailures(), s.breakerOpenMs(), s.maxCandidates(), s.vectorSet(), s.queryEngine());
    }
}
