package io.sightline.connectors.bridge.hub;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightline.connectors.results.ResultJson;
import io.sightline.schemas.Detection;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.ScoredClass;
import java.io.IOException;
import java.util.List;

/** The JSON of PaddleHub Serving's answers. Fields are sorted by name, as Flask writes them. */
final class HubAnswer {
    static final String DONE = "000";
    /** The prediction raised. */
    static final String FAILED = "101";
    static final String NO_MODULE = "111";
    static final String NOT_JSON = "112";

    private HubAnswer() {
    }

    /** An answer without results. */
    static byte[] refused(String status, String message) {
        return ResultJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("msg", message);
            json.writeStringField("results", "");
            json.writeStringField("status", status);
            json.writeEndObject();
        });
    }

    /**
     * @param results one a picture; one that was not recognised refuses the whole, as it does there
     * @param seconds that all took
     */
    static byte[] of(HubModule module, List<RecognitionResult> results, double seconds) {
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i).getStatus() != RecognitionStatus.RECOGNISED) {
                return refused(FAILED, (results.size() == 1 ? "" : "images[" + i + "]: ") + results.get(i).getErrMsg());
            }
        }
        return ResultJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("msg", "");
            json.writeFieldName("results");
            if (module.classifies()) {
                json.writeStartObject();
                json.writeNumberField("elapse", seconds);
                json.writeArrayFieldStart("prediction");
                for (RecognitionResult result : results) {
                    prediction(result, json);
                }
                json.writeEndArray();
                json.writeEndObject();
            } else {
                json.writeStartArray();
                for (RecognitionResult result : results) {
                    detections(result, json);
                }
                json.writeEndArray();
            }
            json.writeStringField("status", DONE);
            json.writeEndObject();
        });
    }

    /** As clas_system answers for a picture. */
    private static void prediction(RecognitionResult result, JsonGenerator json) throws IOException {
        List<ScoredClass> classes = result.getDetections().stream().flatMap(detection -> detection.getClasses().stream()).toList();
        json.writeStartObject();
        json.writeArrayFieldStart("class_ids");
        for (ScoredClass scored : classes) {
            json.writeNumber(scored.getId());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("label_names");
        for (ScoredClass scored : classes) {
            json.writeString(scored.getLabel());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("scores");
        for (ScoredClass scored : classes) {
            json.writeNumber(scored.getScore());
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** As PaddleHub's detection modules answer for a picture; what a gallery says of a thing stands beside, under PP-ShiTu's names. */
    private static void detections(RecognitionResult result, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("data");
        for (Detection detection : result.getDetections()) {
            List<Integer> box = detection.getBbox();
            json.writeStartObject();
            json.writeNumberField("bottom", box.get(3));
            if (!detection.getClasses().isEmpty()) {
                json.writeStringField("class_name", detection.getClasses().get(0).getLabel());
                json.writeNumberField("class_score", detection.getClasses().get(0).getScore());
            }
            json.writeNumberField("confidence", detection.getScore());
            if (detection.getEmbedding() != null) {
                json.writeArrayFieldStart("embedding");
                for (float component : detection.getEmbedding()) {
                    json.writeNumber(component);
                }
                json.writeEndArray();
            }
            json.writeStringField("label", detection.getClass$());
            json.writeNumberField("left", box.get(0));
            if (!detection.getMatches().isEmpty()) {
                Match best = detection.getMatches().get(0);
                json.writeStringField("rec_docs", best.getLabel());
                json.writeNumberField("rec_scores", best.getScore());
            }
            json.writeNumberField("right", box.get(2));
            json.writeNumberField("top", box.get(1));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("save_path", "");
        json.writeEndObject();
    }
}
