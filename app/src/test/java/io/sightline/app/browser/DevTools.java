package io.sightline.app.browser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Chromium's DevTools protocol over a WebSocket: commands with their answers, and events. {@link #call} is for one thread at a time. */
final class DevTools implements WebSocket.Listener, AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final Queue<JsonNode> events = new ConcurrentLinkedQueue<>();
    private final StringBuilder part = new StringBuilder();
    private WebSocket socket;
    private int sent;

    private DevTools() {
    }

    static DevTools connect(URI page) {
        DevTools tools = new DevTools();
        tools.socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(page, tools).orTimeout(Browser.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        for (String domain : List.of("Page", "Runtime", "Network", "DOM", "Log", "Accessibility")) {
            tools.call(domain + ".enable", Map.of());
        }
        return tools;
    }

    /** @throws AssertionError where the browser refuses */
    JsonNode call(String method, Map<String, ?> params) {
        int id = ++sent;
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
        command.set("params", JSON.valueToTree(params));
        socket.sendText(command.toString(), true).join();
        JsonNode got = answer.orTimeout(Browser.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        if (got.has("error")) {
            throw new AssertionError(method + ": " + got.path("error"));
        }
        return got.path("result");
    }

    /** The parameters of all events of that name since the last {@link #forget()}. */
    List<JsonNode> heard(String method) {
        return events.stream().filter(event -> event.path("method").textValue().equals(method)).map(event -> event.path("params")).toList();
    }

    void forget() {
        events.clear();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            String whole = part.toString();
            part.setLength(0);
            heard(whole, answers, events);
        }
        from.request(1);
        return null;
    }

    private static void heard(String text, Map<Integer, CompletableFuture<JsonNode>> answers, Queue<JsonNode> events) {
        try {
            JsonNode message = JSON.readTree(text);
            if (message.has("id")) {
                answers.remove(message.path("id").intValue()).complete(message);
            } else {
                events.add(message);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }
}
