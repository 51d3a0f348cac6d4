package io.sightline.app.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A real Chromium without a window, driven over its DevTools protocol. One page. Not thread-safe. Everything is waited for at most
 * {@link #PATIENCE}.
 */
public final class Browser implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    /** Names the browser to use; without it one is looked for on the PATH. */
    public static final String VARIABLE = "SIGHTLINE_TEST_BROWSER";
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final Map<String, Integer> KEYS = Map.of("Tab", 9, "Enter", 13, "Escape", 27, " ", 32);

    private final Process process;
    private final Path folder;
    private final DevTools tools;

    private Browser(Process process, Path folder, DevTools tools) {
        this.process = process;
        this.folder = folder;
        this.tools = tools;
    }

    /** The browser's program; empty where there is none. */
    public static Optional<Path> program() {
        String given = System.getenv(VARIABLE);
        if (given != null) {
            return Optional.of(Path.of(given));
        }
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return NAMES.stream().flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, name))).filter(Files::isExecutable).findFirst();
    }

    public static Browser start(Path program) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("sightline-browser");
        List<String> command = new ArrayList<>(List.of(program.toString(), "--headless=new", "--remote-debugging-port=0", "--user-data-dir=" + folder, "--no-first-run", "--disable-gpu",
                "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions", "--mute-audio"));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--no-sandbox"); // the sandbox is not to be had as root, in containers
        }
        command.add("about:blank");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("browser.log").toFile()).start();
        try {
            return new Browser(process, folder, DevTools.connect(page(folder)));
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Where the page's protocol is spoken. */
    private static URI page(Path folder) throws IOException, InterruptedException {
        Path written = folder.resolve("DevToolsActivePort");
        Awaitility.await("the browser's port, see " + folder.resolve("browser.log")).atMost(PATIENCE).until(() -> Files.exists(written) && Files.readAllLines(written).size() == 2);
        int port = Integer.parseInt(Files.readAllLines(written).get(0));
        HttpRequest list = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list")).timeout(PATIENCE).build();
        JsonNode targets = new JsonMapper().readTree(HttpClient.newHttpClient().send(list, BodyHandlers.ofByteArray()).body());
        for (JsonNode target : targets) {
            if (target.path("type").textValue().equals("page")) {
                return URI.create(target.path("webSocketDebuggerUrl").textValue());
            }
        }
        throw new IllegalStateException("no page among " + targets);
    }

    /** A fresh document at that address, its scripts run. What was heard of earlier ones is forgotten. */
    public void open(URI url) {
        tools.call("Page.navigate", Map.of("url", "about:blank"));
        await("location.href == 'about:blank' && document.readyState == 'complete'");
        tools.forget();
        tools.call("Page.navigate", Map.of("url", url.toString()));
        await("location.href.startsWith('http') && document.readyState == 'complete'");
    }

    /** The value of an expression; where it is a promise, of what it comes to. */
    public JsonNode evaluate(String expression) {
        JsonNode answer = tools.call("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true, "userGesture", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + answer.at("/exceptionDetails/exception/description").asText(answer.toString()));
        }
        return answer.at("/result/value");
    }

    public String text(String selector) {
        return evaluate("document.querySelector(" + quoted(selector) + ")?.textContent ?? null").asText(null);
    }

    public static String quoted(String text) {
        return new JsonMapper().valueToTree(text).toString();
    }

    /** Waits until the expression is true. */
    public void await(String expression) {
        Awaitility.await(expression).atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).ignoreExceptionsInstanceOf(AssertionError.class).until(() -> evaluate(expression).booleanValue());
    }

    /** Chooses a file as a user would in the dialog of a file field. */
    public void choose(String selector, Path file) {
        JsonNode root = tools.call("DOM.getDocument", Map.of()).path("root").path("nodeId");
        JsonNode node = tools.call("DOM.querySelector", Map.of("nodeId", root, "selector", selector)).path("nodeId");
        tools.call("DOM.setFileInputFiles", Map.of("nodeId", node, "files", List.of(file.toString())));
    }

    /** Clicks with the mouse in the middle of an element, whatever lies there. */
    public void click(String selector) {
        drag(selector, 0.5, 0.5, 0.5, 0.5);
    }

    /** Drags the mouse from one place in an element to another, both as shares of its width and height. */
    public void drag(String selector, double fromX, double fromY, double toX, double toY) {
        JsonNode frame = evaluate("(e => { e.scrollIntoView({block: 'center'}); return e.getBoundingClientRect().toJSON(); })(document.querySelector(" + quoted(selector) + "))");
        mouse("mouseMoved", frame, fromX, fromY);
        mouse("mousePressed", frame, fromX, fromY);
        mouse("mouseMoved", frame, toX, toY);
        mouse("mouseReleased", frame, toX, toY);
    }

    private void mouse(String type, JsonNode frame, double x, double y) {
        tools.call("Input.dispatchMouseEvent", Map.of("type", type, "x", frame.path("left").doubleValue() + x * frame.path("width").doubleValue(),
                "y", frame.path("top").doubleValue() + y * frame.path("height").doubleValue(), "button", type.equals("mouseMoved") ? "none" : "left", "buttons", type.equals("mousePressed") ? 1 : 0, "clickCount", 1));
    }

    /** Presses a key: Tab, Enter, Escape, space. */
    public void press(String key) {
        for (String type : List.of("keyDown", "keyUp")) {
            boolean writes = type.equals("keyDown") && (key.equals("Enter") || key.equals(" "));
            Map<String, Object> event = new java.util.HashMap<>(Map.of("type", type, "key", key, "code", key.equals(" ") ? "Space" : key, "windowsVirtualKeyCode", KEYS.get(key)));
            if (writes) {
                event.put("text", key.equals("Enter") ? "\r" : key);
            }
            tools.call("Input.dispatchKeyEvent", event);
        }
    }

    /** Writes into the element that has the focus, in place of what is selected. */
    public void write(String text) {
        tools.call("Input.insertText", Map.of("text", text));
    }

    /** A window of that size; with a finger instead of a mouse where it is a phone's. */
    public void resize(int width, int height, boolean phone) {
        tools.call("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
        tools.call("Emulation.setTouchEmulationEnabled", Map.of("enabled", phone));
    }

    /** A user's preference: prefers-color-scheme, dark. */
    public void prefer(String feature, String value) {
        tools.call("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", feature, "value", value))));
    }

    /** Cuts the page off from the network, or back on. */
    public void offline(boolean off) {
        tools.call("Network.emulateNetworkConditions", Map.of("offline", off, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    /** Everything in the tree that assistive technology sees. */
    public JsonNode accessibleNodes() {
        return tools.call("Accessibility.getFullAXTree", Map.of()).path("nodes");
    }

    public byte[] screenshot() {
        return Base64.getDecoder().decode(tools.call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true)).path("data").textValue());
    }

    /** The requests of the document so far: url, method, headers. */
    public List<JsonNode> requests() {
        return tools.heard("Network.requestWillBeSent").stream().map(event -> event.path("request")).toList();
    }

    /** Errors of the document's scripts, and what the browser complained of: blocked or failed loads. */
    public List<String> complaints() {
        return Stream.concat(tools.heard("Runtime.exceptionThrown").stream(), tools.heard("Log.entryAdded").stream()).map(JsonNode::toString).toList();
    }

    @Override
    public void close() throws Exception {
        tools.close();
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        // Its helpers may still be writing for a moment.
        Awaitility.await("removal of " + folder).atMost(PATIENCE).ignoreExceptionsInstanceOf(UncheckedIOException.class).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
            return !Files.exists(folder);
        });
    }
}
