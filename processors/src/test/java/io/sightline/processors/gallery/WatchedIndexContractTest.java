package io.sightline.processors.gallery;

import java.util.List;

class WatchedIndexContractTest extends GalleryIndexContract {
    @Override
    GalleryIndex open() {
        return new WatchedIndex(new EmbeddedIndex(gallery -> new GalleryModel("test@1#0", DIMENSION), List.of(DECLARED)));
    }
}
