package io.sightline.connectors.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;

/** Calls one server and waits for the answers. Thread-safe; connections are kept for the next call. */
final class HttpCaller {
    static final String KEY = "SIGHTLINE_API_KEY";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_SHOWN = 60;

    private final URI server;
    private final Duration timeout;
    private final HttpClient http;
    private final Optional<String> key;

    /**
     * Shows the key that the environment has as {@link #KEY}, if any: a command line is everybody's to read.
     *
     * @param server where the bridge is: http://host:port
     * @param timeout longest wait for an answer
     */
    HttpCaller(URI server, Duration timeout) {
        this(server, timeout, Optional.ofNullable(System.getenv(KEY)).filter(text -> !text.isBlank()));
    }

    /** @param key the API key to show */
    HttpCaller(URI server, Duration timeout, Optional<String> key) {
        this.key = key.map(HttpCaller::checkKey);
        if (server.getHost() == null || !("http".equals(server.getScheme()) || "https".equals(server.getScheme()))) {
            throw new ClientException("server: '" + server + "' (expected: a URL like http://127.0.0.1:8080)", null);
        }
        this.server = server;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT).build();
    }

    private static String checkKey(String text) {
        if (!text.matches("[A-Za-z0-9._~+/=-]+")) {
            throw new ClientException(KEY + ": " + text.length() + " characters, not all of a key (expected: a key as `sightline key new` writes it)", null);
        }
        return text;
    }

    /** @throws ClientException where the server can't be asked; what it refuses is an answer */
    HttpResponse<String> call(String method, String target, String contentType, BodyPublisher body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.toString().replaceAll("/+$", "") + target)).timeout(timeout).method(method, body);
        key.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
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

    /** The answer is no bridge's. */
    ClientException strange(HttpResponse<String> response) {
        String seen = response.body().strip();
        return new ClientException(server + ": HTTP " + response.statusCode() + " '" + (seen.length() > MAX_SHOWN ? seen.substring(0, MAX_SHOWN) + "…" : seen)
                + "' (expected: the JSON answer of a sightline bridge)", null);
    }
}
