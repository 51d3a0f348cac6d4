package io.sightline.connectors.deadletters;

import io.sightline.connectors.text.Printable;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.SerializationException;

/** Says what the bytes of an original seem to be, never showing more than a few of them. */
final class LetterContent {
    private static final int HEX_BYTES = 16;
    private static final int TEXT_CHARS = 60;
    private static final int MAX_LISTED = 8;
    private static final int HEADER_BYTES = 5;

    private final SchemaRegistry registry;

    LetterContent(SchemaRegistry registry) {
        this.registry = registry;
    }

    List<String> lines(DeadLetters.Detail detail) {
        byte[] value = detail.record().value();
        if (value == null) {
            return List.of(detail.letter().leftOut() ? "left out, it was too large: see the reason" : "null: the removal of an entry");
        }
        return value.length >= HEADER_BYTES && value[0] == AvroCodec.MAGIC ? avro(value) : List.of(bytes(ByteBuffer.wrap(value)));
    }

    private List<String> avro(byte[] value) {
        int id = ByteBuffer.wrap(value, 1, 4).getInt();
        List<String> lines = new ArrayList<>();
        try {
            if (registry.serdes().isPresent()) {
                lines.add("Avro, the first bytes " + hex(ByteBuffer.wrap(value)));
                lines.addAll(readable(value));
                return lines;
            }
            Schema schema = registry.schemaOf(id);
            lines.add("Avro, schema id " + id + ": " + Printable.text(schema.getName(), TEXT_CHARS));
            lines.addAll(readable(value));
        } catch (SerializationException e) {
            lines.add("begins like Avro, schema id " + id + ", " + Printable.text(String.valueOf(e.getMessage()), 300));
        } catch (ApiException e) {
            lines.add("Avro, schema id " + id + "; the schema registry does not answer");
        }
        return lines;
    }

    /** A request, unless it says that it is an entry. */
    private List<String> readable(byte[] value) {
        AvroCodec<GalleryEntry> entries = new AvroCodec<>(GalleryEntry.class, registry);
        if (registry.serdes().isEmpty()) {
            boolean entry = registry.schemaOf(ByteBuffer.wrap(value, 1, 4).getInt()).getFullName().equals(GalleryEntry.getClassSchema().getFullName());
            return fields(entry ? entries.decode(value) : new AvroCodec<>(RecognitionRequest.class, registry).decode(value));
        }
        try {
            return fields(new AvroCodec<>(RecognitionRequest.class, registry).decode(value));
        } catch (SerializationException e) {
            return fields(entries.decode(value));
        }
    }

    /** Those that say something. */
    private static List<String> fields(SpecificRecord record) {
        List<String> lines = new ArrayList<>();
        for (Schema.Field field : record.getSchema().getFields()) {
            Object value = record.get(field.pos());
            boolean nothing = value == null || Boolean.FALSE.equals(value) || "".equals(value) || value instanceof Map<?, ?> map && map.isEmpty()
                    || value instanceof ByteBuffer bytes && !bytes.hasRemaining();
            if (!nothing) {
                lines.add("  " + field.name() + ": " + shown(value));
            }
        }
        return lines;
    }

    private static String shown(Object value) {
        if (value instanceof ByteBuffer bytes) {
            return bytes.remaining() + " bytes, " + bytes(bytes);
        }
        if (value instanceof Collection<?> some && some.size() > MAX_LISTED) {
            return some.size() + " numbers or names";
        }
        if (value instanceof SpecificRecord record) {
            return String.join(", ", fields(record)).strip();
        }
        return Printable.text(String.valueOf(value), 200);
    }

    private static String bytes(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return "0 bytes";
        }
        String name = name(bytes);
        return (name.isEmpty() ? "" : name + ", ") + "the first bytes " + hex(bytes);
    }

    private static String hex(ByteBuffer bytes) {
        byte[] first = new byte[Math.min(HEX_BYTES, bytes.remaining())];
        bytes.duplicate().get(first);
        return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(first);
    }

    private static String name(ByteBuffer bytes) {
        byte[] first = new byte[Math.min(TEXT_CHARS, bytes.remaining())];
        bytes.duplicate().get(first);
        String latin = new String(first, StandardCharsets.ISO_8859_1);
        if (latin.startsWith("\u00ff\u00d8\u00ff")) {
            return "a JPEG file";
        }
        if (latin.startsWith("\u0089PNG\r\n")) {
            return "a PNG file";
        }
        boolean textual = latin.chars().allMatch(c -> c >= ' ' && c < 0x7f || c == '\n' || c == '\r' || c == '\t');
        return textual ? "text '" + Printable.text(latin, TEXT_CHARS) + "'" : "";
    }
}
