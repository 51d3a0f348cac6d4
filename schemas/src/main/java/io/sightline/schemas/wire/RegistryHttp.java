package io.sightline.schemas.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TimeoutException;

/** Calls to a schema registry (Confluent's REST API), to the next URL where one does not answer. Thread-safe. */
final class RegistryHttp {
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    /** A registry's own topic takes 1 MB a schema; as JSON text within JSON it grows. */
    static final int MAX_ANSWER_BYTES = 4 << 20;
    private static final int MAX_TEXT = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistrySettings settings;
    private final HttpClient client;
    /** Index of the URL that answered last: it is asked first. */
    private volatile int preferred;

    RegistryHttp(RegistrySettings settings) {
        this.settings = settings;
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(settings.connectTimeout());
        this.client = (settings.ssl().isEmpty() ? builder : builder.sslContext(TlsContext.of(settings.ssl()))).build();
    }

    /** What the registry said: an answer (2xx), or Confluent's error with its code. */
    record Answer(String call, int status, JsonNode body) {
        boolean isOk() {
            return status / 100 == 2;
        }

        /** Confluent's {@code error_code}, 40403, say; 0 where there is none. */
        int errorCode() {
            return body.path("error_code").asInt();
        }

        String error() {
            return call + ": " + status + " " + (errorCode() == 0 ? "" : errorCode() + " ") + cut(body.path("message").asText());
        }
    }

    /**
     * @param body empty: GET, else POST
     * @return an answer, or an error of which only the caller knows what it means (404, 409, 422)
     * @throws ApiException where the registry is at fault or away; where all URLs were tried, it says what each did
     */
    Answer call(String path, Optional<JsonNode> body) {
        int first = preferred;
        List<ApiException> away = new ArrayList<>();
        for (int i = 0; i < settings.urls().size(); i++) {
            int index = (first + i) % settings.urls().size();
            URI url = settings.urls().get(index);
            String call = (body.isEmpty() ? "GET " : "POST ") + url + path;
            try {
                Answer answer = answer(call, send(call, url, path, body));
                preferred = index;
                return answer;
            } catch (TimeoutException | DisconnectException e) {
                away.add(e);
            } catch (ApiException e) {
                away.forEach(e::addSuppressed);
                throw e;
            }
        }
        throw away.size() == 1 ? away.get(0) : allOf(away);
    }

    private static ApiException allOf(List<ApiException> away) {
        String message = "none of " + away.size() + " schema registries: " + away.stream().map(Throwable::getMessage).collect(Collectors.joining("; "));
        ApiException last = away.get(away.size() - 1);
        return last instanceof TimeoutException ? new TimeoutException(message, last) : new DisconnectException(message, last);
    }

    private HttpResponse<byte[]> send(String call, URI url, String path, Optional<JsonNode> body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).header("Accept", CONTENT_TYPE + ", application/json");
        settings.authorization().or(() -> Optional.ofNullable(settings.urlAuthorization().get(url))).ifPresent(value -> request.header("Authorization", value));
        body.ifPresent(json -> request.header("Content-Type", CONTENT_TYPE).POST(HttpRequest.BodyPublishers.ofString(json.toString())));
        CompletableFuture<HttpResponse<byte[]>> sent = client.sendAsync(request.build(), RegistryBody.upTo(MAX_ANSWER_BYTES));
        try {
            // HttpRequest's own time-out ends with the head of the answer.
            return sent.get(settings.readTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            sent.cancel(true);
            throw new TimeoutException(call + ": no answer in " + settings.readTimeout().toMillis() + " ms (expected: one; see http.read.timeout.ms)", e);
        } catch (InterruptedException e) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            throw new RegistryException(call + ": interrupted while waiting for the answer", e);
        } catch (ExecutionException e) {
            throw failure(call, e.getCause());
        }
    }

    private static ApiException failure(String call, Throwable cause) {
        if (cause instanceof RegistryBody.TooLargeException) {
            return new RegistryException(call + ": " + cause.getMessage() + " (expected: an answer of a schema registry; see " + RegistrySettings.URL + ")", cause);
        }
        return new DisconnectException(call + ": no answer, " + cause + (cause instanceof SSLException ? " (expected: a TLS handshake; see ssl.truststore.* for whom to trust, ssl.keystore.* for who this is)"
                : " (expected: a schema registry; see " + RegistrySettings.URL + ")"), cause);
    }

    /** The mapping is Confluent's client's. */
    private static Answer answer(String call, HttpResponse<byte[]> response) {
        JsonNode body = null;
        String text = new String(response.body(), StandardCharsets.UTF_8);
        try {
            body = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            body = JSON.missingNode();
        }
        String seen = call + ": " + response.statusCode() + " " + cut(text);
        switch (response.statusCode()) {
            case 401 -> throw new AuthenticationException(seen + " (expected: credentials the registry knows)");
            case 403 -> throw new AuthorizationException(seen + " (expected: credentials that may do this)");
            case 429 -> throw new ThrottlingQuotaExceededException(seen + " (expected: fewer calls)");
            case 408, 500, 503, 504 -> throw new TimeoutException(seen + " (expected: a registry that is up)");
            case 502 -> throw new DisconnectException(seen + " (expected: a registry behind the gateway)");
            default -> { }
        }
        Answer answer = new Answer(call, response.statusCode(), body);
        if (!body.isObject() || !answer.isOk() && answer.errorCode() == 0) {
            // A proxy's 404 or a wrong path says nothing about any schema.
            throw new RegistryException(seen + " (expected: an answer of a schema registry; see " + RegistrySettings.URL + ")", null);
        }
        return answer;
    }

    private static String cut(String text) {
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
    }
}
