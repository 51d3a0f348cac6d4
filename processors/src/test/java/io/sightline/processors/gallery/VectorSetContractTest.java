package io.sightline.processors.gallery;

import io.sightline.processors.gallery.redis.RedisIndexes;
import io.sightline.processors.gallery.redis.testing.SharedRedis;
import java.util.List;
import java.util.UUID;

/** Galleries as vector sets of a real server, with the default settings. */
class VectorSetContractTest extends GalleryIndexContract {
    @Override
    GalleryIndex open() {
        return RedisIndexes.vectorSets(SharedRedis.settings(), UUID.randomUUID().toString(), GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION)),
                List.of(DECLARED));
    }
}
