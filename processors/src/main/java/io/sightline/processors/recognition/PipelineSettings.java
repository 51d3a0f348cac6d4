package io.sightline.processors.recognition;

import io.sightline.schemas.settings.Setting;

/** A way for pictures to be recognised, and what a request gets that does not say. */
public record PipelineSettings(
        @Setting(doc = "Name of the model that finds the things in a picture: a folder under the models folder, newest version.", def = "detector", affectsResults = true) String detector,
        @Setting(doc = "Name of the model that makes a thing's embedding. All pipelines of a worker share one: a gallery holds embeddings of one model.", def = "embedder", affectsResults = true) String embedder,
        @Setting(doc = "Most detections of a picture that are looked up, the best ones.", def = "100", min = 1, max = 300, affectsResults = true) int maxDetections,
        @Setting(doc = "Gallery matches for each detection where a request does not say.", def = "5", min = 1, max = 1000, affectsResults = true) int topK,
        @Setting(doc = "Smallest cosine of a match where a request does not say.", def = "0.6", min = -1, max = 1, affectsResults = true) double matchThreshold,
        @Setting(doc = "Gallery searched where a request does not name one.", def = "default", affectsResults = true) String gallery) {
    /** Name of the pipeline that is there without any configuration. */
    public static final String DEFAULT_NAME = "recognition";
    public static final PipelineSettings DEFAULT = new PipelineSettings("detector", "embedder", 100, 5, 0.6, "default");
}
