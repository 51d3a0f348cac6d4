package io.sightline.processors.recognition;

import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.lookup.LookupRequest;
import io.sightline.processors.stage.StageEngine;
import java.util.List;
import java.util.Map;

/**
 * The engines of all stages, shared by the recognition of requests and the indexing of gallery pictures. Owns and closes them.
 *
 * @param models by stage
 * @param galleryView how gallery pictures are made ready for the embedder
 * @param dimension of the embeddings
 */
public record RecognitionStages(
        StageEngine<byte[], DecodedImage> decode,
        StageEngine<DecodedImage, List<DetectedBox>> detect,
        StageEngine<Crop, float[]> embed,
        StageEngine<LookupRequest, GallerySearch> lookup,
        Map<String, ModelInfo> models,
        GalleryView galleryView,
        int dimension) implements AutoCloseable {

    /** False once a stage is broken: the process should end. */
    public boolean healthy() {
        return decode.healthy() && detect.healthy() && embed.healthy() && lookup.healthy();
    }

    /** Each stage finishes what waits before the one behind it is closed. Harmless when closed already. */
    @Override
    public void close() {
        decode.close();
        detect.close();
        embed.close();
        lookup.close();
    }
}
