package io.sightline.connectors.bridge.inference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightline.connectors.results.ResultJson;
import java.io.IOException;

/** What the server and its models say of themselves. */
final class ModelDescription {
    private ModelDescription() {
    }

    static byte[] server(String build) {
        return ResultJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("name", "sightline");
            json.writeStringField("version", build);
            json.writeArrayFieldStart("extensions");
            json.writeString("binary_tensor_data");
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    static byte[] model(String name, int maxImages) {
        return ResultJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("name", name);
            json.writeArrayFieldStart("versions");
            json.writeString(InferenceDialect.VERSION);
            json.writeEndArray();
            json.writeStringField("platform", "sightline_pipeline");
            json.writeArrayFieldStart("inputs");
            tensor(InferBody.IMAGE, "BYTES", json);
            json.writeEndArray();
            json.writeArrayFieldStart("outputs");
            for (InferOutput output : InferOutput.values()) {
                tensor(output.tensorName(), output.datatype(), json);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("parameters");
            json.writeNumberField("max_images", maxImages);
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    /** Any number of items. */
    private static void tensor(String name, String datatype, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeStringField("datatype", datatype);
        json.writeArrayFieldStart("shape");
        json.writeNumber(-1);
        json.writeEndArray();
        json.writeEndObject();
    }
}
