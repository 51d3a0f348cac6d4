package io.sightline.app.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a real process with everything in it, while good, big and broken pictures come. */
class LogFormatIT {
    private static final Path SCENE = Path.of("").toAbsolutePath().getParent().resolve("models/demo/scenes/000000.jpg");
    /** Stands in every picture, so that a piece of one can be told from all else. */
    private static final String MARK = "Zq7vPicturesOwnBytes7qZ";
    private static final Pattern URL = Pattern.compile("POST a photo to (http://127\\.0\\.0\\.1:\\d+)/");
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @Test
    void shouldLogOneObjectALineWithTheRequestsIdAndNothingOfAPicture() throws Exception {
        List<String> lines = new ArrayList<>();
        Set<String> ids = Set.of("good", "broken", "big", "none", "refused");
        try (SightlineProcess up = start("--log-format", "json", "-v")) {
            Matcher url = URL.matcher(up.output());
            assertThat(url.find()).isTrue();
            // when: a good picture, one that breaks off, one of 10 MB, one that is none, and a call that is none
            byte[] scene = marked(Files.readAllBytes(SCENE), 1);
            assertThat(post(url.group(1), "good", scene, "")).isEqualTo(200);
            assertThat(post(url.group(1), "broken", java.util.Arrays.copyOf(scene, scene.length / 2), "")).isEqualTo(400);
            assertThat(post(url.group(1), "big", marked(Files.readAllBytes(SCENE), 160), "")).isEqualTo(200);
            assertThat(post(url.group(1), "none", (MARK + MARK).repeat(1000).getBytes(StandardCharsets.US_ASCII), "")).isEqualTo(400);
            assertThat(post(url.group(1), "refused", scene, "?gallery=absent")).isEqualTo(400);
            // then: the worker has said of each what became of it
            await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(idsIn(up.output())).containsAll(ids));
            assertThat(up.terminate()).isEqualTo(143);
            up.output().lines().filter(line -> !line.contains("Picked up")).forEach(lines::add);
        }
        JsonMapper json = new JsonMapper();
        for (String line : lines) {
            JsonNode object = json.readTree(line);
            assertThat(object.isObject()).as(line).isTrue();
            assertThat(object.path("level").asText()).as(line).isNotEmpty();
            // a request's id and its key on the topic are one here: a line that has it in its message is about the request
            ids.stream().filter(id -> object.path("message").asText().contains("request " + id)).forEach(id -> assertThat(object.path("request_id").asText()).isEqualTo(id));
        }
        String all = String.join("\n", lines).toLowerCase(Locale.ROOT);
        for (String trace : traces()) {
            assertThat(all).doesNotContain(trace.toLowerCase(Locale.ROOT));
        }
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThan(16 << 10));
    }

    private SightlineProcess start(String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("up", "--port", "0", "--set", "broker.port=0", "--set", "broker.data_dir='" + folder + "'",
                "--set", "paddle_serving.enabled=false"));
        arguments.addAll(List.of(options));
        return new SightlineProcess("POST a photo to", arguments.toArray(String[]::new)).awaitReady();
    }

    private static Set<String> idsIn(String log) {
        Matcher id = Pattern.compile("\"request_id\":\"([^\"]*)\"").matcher(log);
        return id.results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    /** The file with comments in it that hold the mark, 64 kB each. */
    private static byte[] marked(byte[] jpeg, int comments) {
        byte[] comment = MARK.repeat(65_000 / MARK.length()).getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(jpeg, 0, 2);
        for (int i = 0; i < comments; i++) {
            file.write(0xff);
            file.write(0xfe);
            file.write((comment.length + 2) >> 8);
            file.write(comment.length + 2);
            file.writeBytes(comment);
        }
        file.write(jpeg, 2, jpeg.length - 2);
        return file.toByteArray();
    }

    /** The mark as text, in hexadecimal, as numbers, and in base64 wherever it may begin. */
    private static List<String> traces() {
        byte[] mark = MARK.getBytes(StandardCharsets.US_ASCII);
        List<String> traces = new ArrayList<>(List.of(MARK, HexFormat.of().formatHex(mark)));
        traces.add(HexFormat.ofDelimiter(" ").formatHex(mark));
        StringBuilder numbers = new StringBuilder();
        for (byte b : mark) {
            numbers.append(b).append(", ");
        }
        traces.add(numbers.toString());
        for (int before = 0; before < 3; before++) {
            String base64 = Base64.getEncoder().encodeToString(("x".repeat(before) + MARK).getBytes(StandardCharsets.US_ASCII));
            traces.add(base64.substring(4, 24));
        }
        return traces;
    }

    private int post(String url, String id, byte[] body, String query) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/recognitions" + query)).timeout(Duration.ofSeconds(60)).header("X-Request-Id", id)
                .POST(BodyPublishers.ofByteArray(body)).build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }
}
