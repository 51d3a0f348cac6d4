package io.sightline.app.cli;

import io.sightline.connectors.client.RecognitionOptions;
import java.util.List;
import picocli.CommandLine.Option;

/** What is asked of each picture. */
final class RequestOptions {
    @Option(names = "--pipeline", paramLabel = "NAME", description = "pipeline (default: the worker's)")
    private String pipeline;
    @Option(names = "--gallery", paramLabel = "NAME", description = "gallery to search (default: the pipeline's)")
    private String gallery;
    @Option(names = "--galleries", paramLabel = "NAME", split = ",", description = "galleries to search at once, 1 to 16, instead of --gallery")
    private List<String> galleries;
    @Option(names = "--filter", paramLabel = "EXPRESSION", description = "what a match's attributes must be like: 'brand == \"acme\" and price < 5'")
    private String filter;
    @Option(names = "--distinct-labels", description = "of entries with one label only the best")
    private Boolean distinctLabels;
    @Option(names = "--top-k", paramLabel = "N", description = "matches wanted for each detection")
    private Integer topK;
    @Option(names = "--score-threshold", paramLabel = "COSINE", description = "smallest cosine of a match, -1..1")
    private Double scoreThreshold;

    RecognitionOptions options() {
        return new RecognitionOptions(pipeline, gallery, galleries, topK, scoreThreshold, filter, distinctLabels);
    }
}
