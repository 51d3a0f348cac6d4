package io.sightline.connectors.bridge.serving;

import io.sightline.connectors.bridge.serving.proto.Response;
import io.sightline.schemas.Detection;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.ScoredClass;
import io.sightline.schemas.request.InvalidRequestException;
import java.util.List;
import java.util.Optional;

/** Results as the texts that clients of the stock services read. */
final class AnswerTexts {
    private AnswerTexts() {
    }

    /** @param results of the request's images, in their order; all of them recognised */
    static Response write(AnswerForm form, List<RecognitionResult> results) {
        Response.Builder response = Response.newBuilder();
        switch (form) {
            case RECOGNITION -> recognition(response, results);
            case IMAGENET -> {
                List<Optional<ScoredClass>> best = results.stream().map(AnswerTexts::bestClass).toList();
                add(response, "label", PythonText.listOfTexts(best.stream().map(c -> c.map(ScoredClass::getLabel).orElse("").strip().replace(",", "")).toList()));
                add(response, "prob", PythonText.listOfNumbers(best.stream().map(c -> c.map(ScoredClass::getScore).orElse(0.0)).toList()));
            }
            case TIPC -> {
                List<Optional<ScoredClass>> best = results.stream().map(AnswerTexts::bestClass).toList();
                add(response, "class_id", PythonText.list(best.stream().map(c -> c.map(ScoredClass::getId).orElse(-1).toString()).toList()));
                add(response, "prob", PythonText.listOfNumbers(best.stream().map(c -> c.map(ScoredClass::getScore).orElse(0.0)).toList()));
            }
            case ARCFACE -> add(response, "out", NumpyText.of(results.stream().map(AnswerTexts::embedding).toList()));
        }
        return response.build();
    }

    private static void add(Response.Builder response, String key, String value) {
        response.addKey(key).addValue(value);
    }

    /** The stock server mixes several images up; here each has a key of its own, the first one the stock one. */
    private static void recognition(Response.Builder response, List<RecognitionResult> results) {
        for (int i = 0; i < results.size(); i++) {
            List<String> hits = results.get(i).getDetections().stream().filter(thing -> !thing.getMatches().isEmpty()).map(AnswerTexts::hit).toList();
            add(response, i == 0 ? "result" : "result_" + i, PythonText.list(hits));
        }
    }

    private static String hit(Detection thing) {
        Match best = thing.getMatches().get(0);
        return "{'bbox': " + thing.getBbox() + ", 'rec_docs': " + PythonText.of(best.getLabel()) + ", 'rec_scores': " + PythonText.of((float) best.getScore()) + "}";
    }

    private static Optional<ScoredClass> bestClass(RecognitionResult result) {
        return result.getDetections().stream().findFirst().flatMap(thing -> thing.getClasses().stream().findFirst());
    }

    private static List<Float> embedding(RecognitionResult result) {
        return result.getDetections().stream().findFirst().map(Detection::getEmbedding)
                .orElseThrow(() -> new InvalidRequestException("image: nothing was found in it (expected: something to embed)"));
    }
}
