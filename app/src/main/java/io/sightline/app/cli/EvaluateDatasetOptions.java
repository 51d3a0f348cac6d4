package io.sightline.app.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which pictures {@code sightline evaluate} measures on, if not the invented ones. */
final class EvaluateDatasetOptions {
    enum Indexing { WHOLE, DETECTED }

    @Option(names = "--gallery", paramLabel = "LABELFILE", description = "gallery pictures as PaddleClas lists them: relative/path.jpg, a tab, the label")
    Path gallery;
    @Option(names = "--queries", paramLabel = "LABELFILE", description = "pictures to look up, listed likewise")
    Path queries;
    @Option(names = "--root", paramLabel = "DIR", description = "what the paths are relative to (default: the label file's folder)")
    Path root;
    @Option(names = "--indexing", paramLabel = "whole|detected", description = "what of each picture is embedded (default: what the embedder's model.yaml says of gallery pictures)")
    Indexing indexing;

    boolean asked() {
        return gallery != null || queries != null;
    }
}
