package io.sightline.connectors.bridge.serving;

import io.sightline.connectors.bridge.call.Calls;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.call.Problems;
import io.sightline.connectors.bridge.serving.proto.Request;
import io.sightline.connectors.bridge.serving.proto.Response;
import io.sightline.schemas.LogKeys;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.request.RequestLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request of a pipeline service answered, the same over HTTP and gRPC: one request on Kafka an image. Thread-safe; nothing here waits. */
final class Inference {
    private static final Logger LOG = LoggerFactory.getLogger(Inference.class);
    private final ServiceDirectory services;
    private final int maxImages;
    private final Calls calls;

    Inference(ServiceDirectory services, int maxImages, Calls calls) {
        this.services = services;
        this.maxImages = maxImages;
        this.calls = calls;
    }

    /**
     * @param port on which it came
     * @return completes with the answer, an err_no in it where something went wrong; never exceptionally but by being cancelled, which gives
     *         the work up
     */
    CompletableFuture<Response> of(Request request, int port) {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        try {
            ServedPipeline service = services.find(port, request.getName());
            Map<String, ByteBuffer> images = RequestImages.of(request, service.answer().everyKeyIsAnImage(), maxImages, calls.limits());
            Map<String, String> notes = notes(request);
            CompletableFuture<List<RecognitionResult>> results = calls.recogniseAll(images.values().stream().map(image -> one(service, image, notes)).toList());
            results.whenComplete((done, error) -> answer.complete(answered(request, service, List.copyOf(images.keySet()), done, error)));
            answer.whenComplete((done, error) -> results.cancel(false)); // no effect where the results came first
        } catch (RuntimeException e) {
            answer.complete(failed(request.getLogid(), Problems.of(e)));
        }
        return answer;
    }

    private static RecognitionRequest one(ServedPipeline service, ByteBuffer image, Map<String, String> notes) {
        boolean recognises = service.answer() == AnswerForm.RECOGNITION;
        return RecognitionRequest.newBuilder().setRequestId(UUID.randomUUID().toString()).setPipeline(service.pipeline()).setImage(image)
                .setGallery(recognises ? service.gallery().orElse(null) : null).setTopK(service.answer() == AnswerForm.ARCFACE ? null : 1).setAttributes(notes).build();
    }

    /** Who asked, for whoever reads the results. */
    private static Map<String, String> notes(Request request) {
        Map<String, String> notes = new HashMap<>();
        if (request.getLogid() != 0) {
            notes.put("logid", Long.toString(request.getLogid()));
        }
        if (!request.getClientip().isEmpty()) {
            notes.put("clientip", RequestLimits.shown(request.getClientip()));
        }
        return notes;
    }

    private static Response answered(Request request, ServedPipeline service, List<String> keys, List<RecognitionResult> results, Throwable error) {
        try {
            if (error != null) {
                return failed(request.getLogid(), Problems.of(error));
            }
            for (int i = 0; i < results.size(); i++) {
                RecognitionResult result = results.get(i);
                if (result.getStatus() != RecognitionStatus.RECOGNISED) {
                    return failed(request.getLogid(), result.getErrNo(), (keys.size() == 1 ? "" : RequestLimits.shown(keys.get(i)) + ": ") + result.getErrMsg());
                }
            }
            LOG.atDebug().addKeyValue(LogKeys.LOG_ID, request.getLogid()).addKeyValue(LogKeys.REQUEST_IDS, (Supplier<Object>) () -> ids(results))
                    .log("{} answered, {} images", service.name(), results.size());
            return AnswerTexts.write(service.answer(), results);
        } catch (RuntimeException e) {
            return failed(request.getLogid(), Problems.of(e));
        }
    }

    private static String ids(List<RecognitionResult> results) {
        return results.stream().map(RecognitionResult::getRequestId).collect(Collectors.joining(","));
    }

    static Response failed(long logid, HttpProblem problem) {
        return failed(logid, problem.code().number(), problem.getMessage());
    }

    /** With the log id before the message, as the stock server has it. */
    private static Response failed(long logid, int number, String message) {
        LOG.atDebug().addKeyValue(LogKeys.LOG_ID, logid).log("err_no {}: {}", number, message);
        return Response.newBuilder().setErrNo(number).setErrMsg(logid == 0 ? message : "(log_id=" + logid + ") " + message).build();
    }

    /** Refuses a name before anything else of the request is read. */
    void checkService(int port, String name) {
        services.find(port, name);
    }
}
