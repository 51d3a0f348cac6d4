package io.sightline.connectors.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Asks a bridge about a picture and waits for the answer. Thread-safe; connections are kept for the next call. */
public final class RecognitionClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final JsonMapper JSON = new JsonMapper();

    private final URI server;
    private final Duration timeout;
    private final HttpClient http;

    /**
     * @param server where the bridge is: http://host:port
     * @param timeout longest wait for an answer; longer than the server's own, or its time-out answer is missed
     */
    public RecognitionClient(URI server, Duration timeout) {
        if (server.getHost() == null || !("http".equals(server.getScheme()) || "https".equals(server.getScheme()))) {
            throw new ClientException("server: '" + server + "' (expected: a URL like http://127.0.0.1:8080)", null);
        }
        this.server = server;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT).build();
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
        String base = server.toString().replaceAll("/+$", "");
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/v1/recognitions" + options.query())).timeout(timeout)
                .header("Content-Type", "application/octet-stream").POST(body).build();
        try {
            return answer(http.send(request, BodyHandlers.ofString()));
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new ClientException("can't reach " + server + " (expected: a running sightline up)", e);
        } catch (HttpTimeoutException e) {
            throw new ClientException(server + ": no answer within " + timeout.toMillis() + " ms (expected: an answer, or a longer time-out)", e);
        } catch (IOException e) {
            throw new ClientException(server + ": the connection broke (" + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()) + ") (expected: an answer)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientException("interrupted while waiting for " + server, e);
        }
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
        String seen = response.body().strip();
        throw new ClientException(server + ": HTTP " + response.statusCode() + " '" + (seen.length() > 60 ? seen.substring(0, 60) + "…" : seen)
                + "' (expected: the JSON answer of a sightline bridge)", null);
    }
}
