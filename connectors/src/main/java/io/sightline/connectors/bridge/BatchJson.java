package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import io.sightline.connectors.results.ResultJson;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** One JSON object with all answers, in the images' order, at the end. */
final class BatchJson implements BatchOut {
    private final String[] results;
    private final CompletableFuture<HttpResponse> answer;

    BatchJson(int images, CompletableFuture<HttpResponse> answer) {
        this.results = new String[images];
        this.answer = answer;
    }

    @Override
    public void result(int index, byte[] json, Runnable fetched) {
        results[index] = new String(json, StandardCharsets.UTF_8);
        fetched.run();
    }

    @Override
    public void end(String requestId, Counts counts) {
        byte[] json = ResultJson.bytes(out -> {
            out.writeStartObject();
            counts.write(requestId, out);
            out.writeArrayFieldStart("results");
            for (String result : results) {
                out.writeRawValue(result);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
        answer.complete(Answers.json(HttpStatus.OK, json));
    }

    @Override
    public void close() {
        // Nothing is open: what ended the call early is its answer.
    }
}
