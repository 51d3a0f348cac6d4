package io.sightline.synth;

import java.util.LinkedHashMap;
import java.util.Map;

/** The sprites a thread painted last: the views of one product are mostly drawn in a row, and painting its front is the larger part. */
final class SpriteCache extends LinkedHashMap<Long, Sprite> {
    private static final long serialVersionUID = 1;
    private static final int CAPACITY = 16;
    private static final ThreadLocal<SpriteCache> OWN = ThreadLocal.withInitial(SpriteCache::new);

    private SpriteCache() {
        super(2 * CAPACITY, 0.75f, true);
    }

    static Sprite of(Product product) {
        return OWN.get().computeIfAbsent(product.seed(), seed -> new Sprite(ProductPainter.paint(product)));
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Long, Sprite> eldest) {
        return size() > CAPACITY;
    }
}
