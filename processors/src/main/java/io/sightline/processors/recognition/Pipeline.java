package io.sightline.processors.recognition;

import io.sightline.processors.classify.ClassifyItem;
import io.sightline.processors.classify.ScoredClass;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.stage.StageEngine;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pipeline with its stages, which it may share with other pipelines; a stage that it does not have is empty. Decoding and looking up are
 * the same for all.
 *
 * @param models by stage
 * @param galleryView how gallery pictures are made ready for its embedder
 */
public record Pipeline(
        PipelineRules rules,
        Optional<StageEngine<DecodedImage, List<DetectedBox>>> detect,
        Optional<StageEngine<ClassifyItem, List<ScoredClass>>> classify,
        Optional<StageEngine<Crop, float[]>> embed,
        Map<String, ModelInfo> models,
        GalleryView galleryView) {
    public String name() {
        return rules.name();
    }
}
