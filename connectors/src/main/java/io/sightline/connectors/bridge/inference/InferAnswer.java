package io.sightline.connectors.bridge.inference;

import io.sightline.connectors.results.ResultJson;
import io.sightline.schemas.RecognitionResult;
import java.io.ByteArrayOutputStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * An answer: JSON, and behind it the tensors asked for in binary.
 *
 * @param jsonBytes length of the JSON; that of the body where there is nothing behind it
 */
record InferAnswer(byte[] body, int jsonBytes) {
    /** @param results one an image, all of them recognised */
    static InferAnswer of(String model, InferBody asked, List<RecognitionResult> results) {
        Map<InferOutput, byte[]> binary = new EnumMap<>(InferOutput.class);
        asked.outputs().forEach((output, inBinary) -> {
            if (inBinary) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                results.forEach(result -> output.write(result, bytes));
                binary.put(output, bytes.toByteArray());
            }
        });
        byte[] json = ResultJson.bytes(out -> {
            out.writeStartObject();
            if (asked.id() != null) {
                out.writeStringField("id", asked.id());
            }
            out.writeStringField("model_name", model);
            out.writeStringField("model_version", InferenceDialect.VERSION);
            out.writeArrayFieldStart("outputs");
            for (InferOutput output : asked.outputs().keySet()) {
                out.writeStartObject();
                out.writeStringField("name", output.tensorName());
                out.writeStringField("datatype", output.datatype());
                out.writeArrayFieldStart("shape");
                out.writeNumber(results.size());
                out.writeEndArray();
                if (binary.containsKey(output)) {
                    out.writeObjectFieldStart("parameters");
                    out.writeNumberField("binary_data_size", binary.get(output).length);
                    out.writeEndObject();
                } else {
                    out.writeArrayFieldStart("data");
                    for (RecognitionResult result : results) {
                        output.write(result, out);
                    }
                    out.writeEndArray();
                }
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(json);
        asked.outputs().keySet().stream().filter(binary::containsKey).forEach(output -> body.writeBytes(binary.get(output)));
        return new InferAnswer(body.toByteArray(), json.length);
    }
}
