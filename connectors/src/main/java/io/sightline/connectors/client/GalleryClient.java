package io.sightline.connectors.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Galleries over a bridge's HTTP. Thread-safe; every call waits for its answer and throws a {@link ClientException} where the server can't
 * be asked; what the server refuses is an answer. {@code wait} is logged, accepted or searchable; null: the server's default, accepted.
 */
public final class GalleryClient {
    private static final JsonMapper JSON = new JsonMapper(com.fasterxml.jackson.core.JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build()).build());

    private static final int UNKNOWN = 10000;

    private final HttpCaller caller;

    /**
     * @param server where the bridge is: http://host:port
     * @param timeout longest wait for an answer; longer than the server's own, or its time-out answer is missed
     */
    public GalleryClient(URI server, Duration timeout) {
        this.caller = new HttpCaller(server, timeout);
    }

    /** Adds an entry; its id is made by the server where it names none. */
    public GalleryAnswer add(String gallery, EntryUpload entry, String wait) {
        return call("POST", entries(gallery) + wait(wait), "application/json", BodyPublishers.ofByteArray(entry.line()));
    }

    /** Adds the entry, or replaces the one of that id. */
    public GalleryAnswer put(String gallery, String id, EntryUpload entry, String wait) {
        return call("PUT", entry(gallery, id) + wait(wait), "application/json", BodyPublishers.ofByteArray(entry.line()));
    }

    public GalleryAnswer remove(String gallery, String id, String wait) {
        return call("DELETE", entry(gallery, id) + wait(wait), null, BodyPublishers.noBody());
    }

    public GalleryAnswer get(String gallery, String id) {
        return call("GET", entry(gallery, id), null, BodyPublishers.noBody());
    }

    /** Entries by id. @param after the last id not wanted; null: from the first on */
    public GalleryAnswer page(String gallery, String after, int limit) {
        return call("GET", entries(gallery) + "?limit=" + limit + (after == null ? "" : "&after=" + encoded(after)), null, BodyPublishers.noBody());
    }

    public GalleryAnswer stats(String gallery) {
        return call("GET", gallery(gallery), null, BodyPublishers.noBody());
    }

    public GalleryAnswer galleries() {
        return call("GET", "/v1/galleries", null, BodyPublishers.noBody());
    }

    /** Removes all entries. */
    public GalleryAnswer drop(String gallery, String wait) {
        return call("DELETE", gallery(gallery) + "?confirm=" + encoded(gallery) + (wait == null ? "" : "&wait=" + encoded(wait)), null, BodyPublishers.noBody());
    }

    /** Has every worker build its index of the gallery anew from its log; searches go on meanwhile. Returns once all have begun. */
    public GalleryAnswer rebuild(String gallery) {
        return call("POST", gallery(gallery) + "/rebuild", null, BodyPublishers.noBody());
    }

    /** @param box x1, y1, x2, y2 in pixels of the image; null: the whole image */
    public GalleryAnswer search(String gallery, byte[] image, List<Integer> box, SearchOptions options) {
        ObjectNode search = JSON.createObjectNode().put("image", image);
        if (box != null) {
            box.forEach(search.withArray("box")::add);
        }
        return search(gallery, search, options);
    }

    /** @param model name@version#hash of the model that made the vector; null: the pipeline's own */
    public GalleryAnswer search(String gallery, JsonNode vector, String model, SearchOptions options) {
        ObjectNode search = JSON.createObjectNode();
        search.set("vector", vector);
        if (model != null) {
            search.put("vector_model", model);
        }
        return search(gallery, search, options);
    }

    private GalleryAnswer search(String gallery, ObjectNode search, SearchOptions options) {
        options.addTo(search);
        return call("POST", gallery(gallery) + "/search", "application/json", BodyPublishers.ofString(search.toString()));
    }

    /**
     * Many edits in one call.
     *
     * @param lines as {@link EntryUpload#line()} makes them
     * @return an outcome for each line, in the lines' order; where the call broke off, lines without one have the error that did it
     */
    public List<BulkOutcome> bulk(String gallery, List<byte[]> lines, String wait) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] line : lines) {
            body.writeBytes(line);
            body.write('\n');
        }
        HttpResponse<String> response = caller.call("POST", entries(gallery) + wait(wait), "application/x-ndjson", BodyPublishers.ofByteArray(body.toByteArray()));
        BulkOutcome[] outcomes = new BulkOutcome[lines.size()];
        JsonNode end = null;
        for (String text : response.body().split("\n")) {
            JsonNode outcome = parse(response, text);
            int line = outcome.path("line").asInt(0);
            if (line >= 1 && line <= outcomes.length) {
                outcomes[line - 1] = new BulkOutcome(line, outcome.path("id").asText(""), outcome.path("err_no").intValue(), outcome.path("err_msg").asText(""), outcome.path("epoch").longValue());
            } else {
                end = outcome;
            }
        }
        if (end == null || !end.path("err_no").isInt()) {
            throw caller.strange(response);
        }
        return filled(outcomes, end);
    }

    private static List<BulkOutcome> filled(BulkOutcome[] outcomes, JsonNode end) {
        int errNo = end.path("err_no").intValue();
        String message = errNo == 0 ? "the server said nothing of this line (expected: an outcome for each)" : end.path("err_msg").asText("");
        List<BulkOutcome> all = new ArrayList<>(outcomes.length);
        for (int i = 0; i < outcomes.length; i++) {
            BulkOutcome seen = outcomes[i];
            boolean told = seen != null && (errNo == 0 || !seen.ok());
            all.add(told ? seen : new BulkOutcome(i + 1, seen == null ? "" : seen.id(), errNo == 0 ? UNKNOWN : errNo, message, 0));
        }
        return all;
    }

    private GalleryAnswer call(String method, String target, String contentType, BodyPublisher body) {
        HttpResponse<String> response = caller.call(method, target, contentType, body);
        return new GalleryAnswer(response.statusCode(), parse(response, response.body()));
    }

    private JsonNode parse(HttpResponse<String> response, String text) {
        try {
            JsonNode json = JSON.readTree(text);
            if (json != null && json.isObject() && (response.statusCode() / 100 == 2 || json.path("err_no").isInt())) {
                return json;
            }
        } catch (JsonProcessingException e) {
            // Not a bridge's answer: below.
        }
        throw caller.strange(response);
    }

    private static String gallery(String gallery) {
        return "/v1/galleries/" + encoded(gallery);
    }

    private static String entries(String gallery) {
        return gallery(gallery) + "/entries";
    }

    private static String entry(String gallery, String id) {
        return entries(gallery) + "/" + encoded(id);
    }

    private static String wait(String wait) {
        return wait == null ? "" : "?wait=" + encoded(wait);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
