package io.sightline.connectors.bridge;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightline.connectors.bridge.GalleryEditor.Edited;
import io.sightline.connectors.catalogue.CatalogueEntry;
import io.sightline.connectors.catalogue.GallerySummary;
import io.sightline.connectors.json.ExactJson;
import io.sightline.connectors.results.ResultJson;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The JSON of the galleries' answers. */
final class GalleryJson {
    private GalleryJson() {
    }

    static byte[] edited(String requestId, Edited edited) {
        return ResultJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("request_id", requestId);
            json.writeStringField("status", edited.until().word());
            json.writeNumberField("err_no", 0);
            json.writeStringField("err_msg", "");
            json.writeStringField("gallery", edited.key().gallery());
            json.writeStringField("id", edited.key().id());
            json.writeNumberField("epoch", edited.epoch());
            json.writeEndObject();
        });
    }

    static byte[] dropped(String requestId, String gallery, int removed, long epoch, EditWait wait) {
        return ResultJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("request_id", requestId);
            json.writeStringField("status", wait.word());
            json.writeNumberField("err_no", 0);
            json.writeStringField("err_msg", "");
            json.writeStringField("gallery", gallery);
            json.writeNumberField("removed", removed);
            json.writeNumberField("epoch", epoch);
            json.writeEndObject();
        });
    }

    static byte[] rebuilding(String requestId, String gallery) {
        return ResultJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("request_id", requestId);
            json.writeStringField("status", "rebuilding");
            json.writeNumberField("err_no", 0);
            json.writeStringField("err_msg", "");
            json.writeStringField("gallery", gallery);
            json.writeEndObject();
        });
    }

    static byte[] entry(String gallery, String id, CatalogueEntry entry) {
        return ResultJson.bytes(json -> entry(gallery, id, entry, json));
    }

    private static void entry(String gallery, String id, CatalogueEntry entry, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("gallery", gallery);
        json.writeStringField("id", id);
        json.writeStringField("label", entry.label());
        json.writeFieldName("attributes");
        ExactJson.write(entry.attributes(), json);
        json.writeNumberField("epoch", entry.epoch());
        json.writeStringField("model", entry.model());
        if (entry.error() != null) {
            json.writeStringField("error", entry.error());
        }
        json.writeEndObject();
    }

    /** @param next path of the next page; null: this is the last one */
    static byte[] page(GallerySummary gallery, Map<String, CatalogueEntry> entries, String next) {
        return ResultJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("gallery", gallery.gallery());
            json.writeNumberField("epoch", gallery.epoch());
            json.writeArrayFieldStart("entries");
            for (Map.Entry<String, CatalogueEntry> entry : entries.entrySet()) {
                entry(gallery.gallery(), entry.getKey(), entry.getValue(), json);
            }
            json.writeEndArray();
            json.writeStringField("next", next);
            json.writeEndObject();
        });
    }

    /** @param index what the index of this process's worker has; empty where there is none */
    static byte[] summary(GallerySummary gallery, Optional<GalleryIndexState> index) {
        return ResultJson.bytes(json -> {
            json.writeStartObject();
            head(gallery, json);
            json.writeObjectFieldStart("models");
            for (Map.Entry<String, Integer> model : gallery.models().entrySet()) {
                json.writeNumberField(model.getKey(), model.getValue());
            }
            json.writeEndObject();
            if (index.isPresent()) {
                index(index.get(), json);
            }
            json.writeEndObject();
        });
    }

    private static void index(GalleryIndexState index, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("index");
        if (index.counts().isPresent()) {
            GalleryIndexState.Counts counts = index.counts().get();
            json.writeNumberField("entries", counts.entries());
            json.writeNumberField("epoch", counts.epoch());
            json.writeNumberField("generation", counts.generation());
            json.writeNumberField("memory_bytes", counts.memoryBytes());
            json.writeNumberField("refused", counts.refused());
        }
        json.writeNumberField("stale", index.stale());
        json.writeStringField("breaker", index.breaker().orElse(null));
        json.writeStringField("trouble", index.trouble().orElse(null));
        json.writeEndObject();
    }

    static byte[] summaries(List<GallerySummary> galleries) {
        return ResultJson.bytes(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("galleries");
            for (GallerySummary gallery : galleries) {
                json.writeStartObject();
                head(gallery, json);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void head(GallerySummary gallery, JsonGenerator json) throws IOException {
        json.writeStringField("gallery", gallery.gallery());
        json.writeNumberField("entries", gallery.entries());
        json.writeNumberField("epoch", gallery.epoch());
    }
}
