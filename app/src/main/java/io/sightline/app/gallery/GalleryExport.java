package io.sightline.app.gallery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sightline.app.demo.Progress;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.topics.GalleryKey;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Writes a gallery as the JSON lines that {@link GalleryImport} reads, from the topics: the edit of each entry that is there. Holds
 * ids only.
 */
public final class GalleryExport {
    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    /**
     * What was written.
     *
     * @param missing entries whose edit is not on the topic gallery any more, or can't be read: a later one, which was refused, has taken its place
     */
    public record Report(long entries, long pictures, long missing) {
    }

    private final AvroCodec<GalleryEntry> codec;
    private final Map<String, Object> client;
    private final Topics topics;
    private final String gallery;
    private final Optional<Path> images;
    private long entries;
    private long pictures;

    /**
     * @param client where Kafka is, under Kafka's own names
     * @param images folder for the pictures; empty: entries of pictures are written without them
     */
    public GalleryExport(Map<String, Object> client, Topics topics, SchemaRegistry registry, String gallery, Optional<Path> images) {
        this.codec = new AvroCodec<>(GalleryEntry.class, registry);
        this.client = client;
        this.topics = topics;
        this.gallery = gallery;
        this.images = images;
    }

    /** @param file relative paths of pictures are relative to its folder; empty: to the working directory, and the lines go to the screen */
    public Report run(Optional<Path> file, PrintWriter screen) throws IOException {
        if (images.isPresent()) {
            Files.createDirectories(images.get());
        }
        Path folder = file.map(path -> path.toAbsolutePath().getParent()).orElseGet(() -> Path.of("").toAbsolutePath());
        LatestRecords latest = LatestRecords.read(client, topics.name(Topic.GALLERY_VECTORS), key -> key.gallery().equals(gallery));
        if (file.isEmpty()) {
            write(latest, folder, screen);
            screen.flush();
        } else {
            try (BufferedWriter writer = Files.newBufferedWriter(file.get(), StandardCharsets.UTF_8); PrintWriter out = new PrintWriter(writer)) {
                write(latest, folder, out);
                if (out.checkError()) {
                    throw new IOException(file.get() + ": can't be written (expected: room for " + entries + " entries)");
                }
            }
        }
        return new Report(entries, pictures, latest.size() - entries);
    }

    private void write(LatestRecords latest, Path folder, PrintWriter out) throws IOException {
        try (ProgressBar bar = Progress.bar("export", latest.size())) {
            latest.forEach(topics.name(Topic.GALLERY), (key, record) -> {
                Optional<GalleryEntry> entry = entry(key, record);
                if (entry.isPresent()) {
                    out.println(JSON.writeValueAsString(line(entry.get(), folder)));
                    entries++;
                }
                bar.step();
            });
        }
    }

    /** A record that is a bare picture is an entry whose label is its id. */
    private Optional<GalleryEntry> entry(GalleryKey key, ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        if (value.length > 0 && value[0] != AvroCodec.MAGIC) {
            return Optional.of(GalleryEntry.newBuilder().setGallery(key.gallery()).setId(key.id()).setLabel(key.id()).setImage(ByteBuffer.wrap(value)).build());
        }
        try {
            return Optional.of(codec.decode(value));
        } catch (SerializationException e) {
            return Optional.empty();
        }
    }

    private ObjectNode line(GalleryEntry entry, Path folder) throws IOException {
        ObjectNode line = JSON.createObjectNode().put("id", entry.getId()).put("label", entry.getLabel());
        line.set("attributes", attributes(entry.getAttributes()));
        if (entry.getImage() != null && images.isPresent()) {
            Path picture = images.get().resolve(PictureName.of(entry.getId(), entry.getImage()));
            byte[] bytes = new byte[entry.getImage().remaining()];
            entry.getImage().duplicate().get(bytes);
            Files.write(picture, bytes);
            pictures++;
            Path absolute = picture.toAbsolutePath();
            line.put("image_file", absolute.startsWith(folder) ? folder.relativize(absolute).toString().replace('\\', '/') : absolute.toString());
        }
        if (entry.getVector() != null) {
            entry.getVector().forEach(line.withArray("vector")::add);
        }
        if (entry.getVectorModel() != null) {
            line.put("vector_model", entry.getVectorModel());
        }
        if (entry.getBox() != null) {
            entry.getBox().forEach(line.withArray("box")::add);
        }
        return line;
    }

    private static JsonNode attributes(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }
}
