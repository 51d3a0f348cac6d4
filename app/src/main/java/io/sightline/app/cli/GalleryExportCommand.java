package io.sightline.app.cli;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.gallery.GalleryExport;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.Registries;
import io.sightline.schemas.wire.SchemaRegistry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sightline gallery export}: from Kafka, for a bridge has no pictures. */
@Command(name = "export", description = "Writes a gallery as JSON lines, with --images its pictures too, as import reads them. Reads the topics gallery and gallery-vectors from Kafka. Exit status 1 where an entry's edit is gone.")
final class GalleryExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;
    @Mixin
    private CommonOptions common;
    @Mixin
    private KafkaOptions kafka;
    @Option(names = {"-g", "--gallery"}, paramLabel = "NAME", defaultValue = "default", description = "the gallery (default: ${DEFAULT-VALUE})")
    private String gallery;
    @Option(names = "--out", paramLabel = "FILE", description = "the file to write (default: the screen)")
    private Path file;
    @Option(names = "--images", paramLabel = "DIR", description = "folder for the pictures (default: entries of pictures come without them)")
    private Path images;

    @Override
    public Integer call() throws Exception {
        Logging.quiet();
        RequestLimits.checkName("gallery", gallery);
        SightlineConfig config = kafka.applyTo(common.config(Map.of()));
        Topics topics = new Topics(config.topics().prefix());
        GalleryExport.Report report;
        try (SchemaRegistry registry = Registries.open(config.schemaRegistry(), topics)) {
            report = new GalleryExport(Map.copyOf(config.kafka()), topics, registry, gallery, Optional.ofNullable(images))
                    .run(Optional.ofNullable(file), spec.commandLine().getOut());
        }
        PrintWriter err = spec.commandLine().getErr();
        err.println("export: gallery=" + gallery + " entries=" + report.entries() + " pictures=" + report.pictures() + " missing=" + report.missing());
        err.flush();
        return report.missing() == 0 ? 0 : 1;
    }
}
