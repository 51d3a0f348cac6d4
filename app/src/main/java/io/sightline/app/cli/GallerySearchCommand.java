package io.sightline.app.cli;

import io.sightline.connectors.client.GalleryAnswer;
import io.sightline.connectors.client.GalleryClient;
import io.sightline.connectors.client.SearchOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sightline gallery search}. */
@Command(name = "search", description = "Searches a gallery, or several at once, for what looks like a picture, all of it or a box, or for what is near a vector.")
final class GallerySearchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;
    @Mixin
    private GalleryServer server;
    @Parameters(arity = "0..1", paramLabel = "PICTURE", description = "a JPEG or PNG file")
    private Path picture;
    @Option(names = "--box", paramLabel = "X1,Y1,X2,Y2", description = "where the thing is, pixels (default: the whole picture)")
    private String box;
    @Option(names = "--vector", paramLabel = "FILE", description = "instead of a picture: a file with a JSON array of numbers")
    private Path vector;
    @Option(names = "--vector-model", paramLabel = "NAME@VERSION#HASH", description = "the model that made the vector (default: the pipeline's own)")
    private String vectorModel;
    @Option(names = "--pipeline", paramLabel = "NAME", description = "pipeline (default: the worker's)")
    private String pipeline;
    @Option(names = "--galleries", paramLabel = "NAME", split = ",", description = "up to 15 further galleries to search at once")
    private List<String> galleries;
    @Option(names = "--top-k", paramLabel = "N", description = "matches wanted")
    private Integer topK;
    @Option(names = "--score-threshold", paramLabel = "COSINE", description = "smallest cosine of a match, -1..1")
    private Double scoreThreshold;
    @Option(names = "--filter", paramLabel = "EXPRESSION", description = "what attributes must be like: 'brand == \"acme\" and price < 5'")
    private String filter;
    @Option(names = "--distinct-labels", description = "of entries with one label only the best")
    private Boolean distinctLabels;

    @Override
    public Integer call() {
        if ((picture == null) == (vector == null)) {
            throw new ParameterException(spec.commandLine(), (picture == null ? "neither PICTURE nor --vector" : "PICTURE and --vector") + " given (expected: one of them)");
        }
        GalleryClient client = server.client();
        SearchOptions options = new SearchOptions(pipeline, galleries, topK, scoreThreshold, filter, distinctLabels);
        GalleryAnswer answer = picture != null ? client.search(server.gallery(), GalleryEntryOptions.bytes(picture), GalleryEntryOptions.box(box), options)
                : client.search(server.gallery(), GalleryEntryOptions.vector(vector), vectorModel, options);
        return GalleryCommand.print(spec, answer);
    }
}
