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

/** Calls one server and waits for the answers. Thread-safe; connections are kept for the next call. */
final class HttpCaller {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_SHOWN = 60;

    private final URI server;
    private final Duration timeout;
    private final HttpClient http;

    /**
     * @param server where the bridge is: http://host:port
     * @param timeout longest wait for an answer
     */
    HttpCaller(URI server, Duration timeout) {
        if (server.getHost() == null || !("http".equals(server.getScheme()) || "https".equals(server.getScheme()))) {
            throw new ClientException("server: '" + server + "' (expected: a URL like http://127.0.0.1:8080)", null);
        }
        this.server = server;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT).build();
    }

    /** @throws ClientException where the server can't be asked; what it refuses is an answer */
    HttpResponse<String> call(String method, String target, String contentType, BodyPublisher body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.toString().replaceAll("/+$", "") + target)).timeout(timeout).method(method, body);
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
