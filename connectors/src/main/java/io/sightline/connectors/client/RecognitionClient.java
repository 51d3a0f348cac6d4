package io.sightline.connectors.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Asks a bridge about a picture and waits for the answer. Thread-safe; connections are kept for the next call. */
public final class RecognitionClient {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpCaller caller;

    /**
     * @param server where the bridge is: http://host:port
     * @param timeout longest wait for an answer; longer than the server's own, or its time-out answer is missed
     */
    public RecognitionClient(URI server, Duration timeout) {
        this.caller = new HttpCaller(server, timeout);
    }

    /**
     * Sends the file as it is.
     *
     * @throws ClientException where the file can't be read or the server can't be asked; what the server refuses is an answer
     */
    public RecognitionAnswer recognize(Path file, RecognitionOptions options) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new ClientException("file: " + file + (Files.exists(file) ? " is not a readable file" : " does not exist") + " (expected: a JPEG or PNG file)", null);
        }
        try {
            return post(BodyPublishers.ofFile(file), options);
        } catch (FileNotFoundException e) {
            throw new ClientException("file: " + file + " can't be read (expected: a JPEG or PNG file)", e);
        }
    }

    /** As {@link #recognize(Path, RecognitionOptions)}, of an encoded image in memory. */
    public RecognitionAnswer recognize(byte[] image, RecognitionOptions options) {
        return post(BodyPublishers.ofByteArray(image), options);
    }

    private RecognitionAnswer post(BodyPublisher body, RecognitionOptions options) {
        return answer(caller.call("POST", "/v1/recognitions" + options.query(), "application/octet-stream", body));
    }

    private RecognitionAnswer answer(HttpResponse<String> response) {
        try {
            JsonNode json = JSON.readTree(response.body());
            if (json.path("status").isTextual() && json.path("err_no").isInt()) {
                return new RecognitionAnswer(response.statusCode(), json.get("status").textValue(), json.get("err_no").intValue(), response.body());
            }
        } catch (JsonProcessingException e) {
            // Not a bridge's answer: below.
        }
        throw caller.strange(response);
    }
}
