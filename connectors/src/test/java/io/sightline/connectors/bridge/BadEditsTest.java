package io.sightline.connectors.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.testing.TestGalleryWorker;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with an edit is said in one sentence, and no edit is sent. What only the worker can find is tested in the module app. */
class BadEditsTest {
    private static final String ENTRIES = "/v1/galleries/shop/entries";
    private static final byte[] IMAGE = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};
    private static TestBridge bridge;
    private static TestGalleryWorker edits;

    @BeforeAll
    static void start() {
        TestBroker broker = TestBroker.shared();
        Topics topics = broker.newTopics(1);
        broker.create(topics, Topic.GALLERY, 1);
        broker.create(topics, Topic.GALLERY_VECTORS, 1);
        edits = new TestGalleryWorker(broker, topics);
        bridge = TestBridge.withCatalogue(broker, topics, TestBridge.settings(10_000, 5_000, 16, 0));
    }

    @AfterAll
    static void close() {
        bridge.close();
        edits.close();
    }

    static Stream<Arguments> badJson() {
        String vector = "\"vector\":[1,2]";
        return Stream.of(
                arguments("NaN in a vector", "{\"label\":\"x\",\"vector\":[1,NaN]}", "vector: not JSON at byte "),
                arguments("Infinity in a vector", "{\"label\":\"x\",\"vector\":[1,-Infinity]}", "vector: not JSON at byte "),
                arguments("a number too large for a float", "{\"label\":\"x\",\"vector\":[1,1e39]}", "vector[1]: Infinity (expected: a finite number)"),
                arguments("a number too large for a double", "{\"label\":\"x\",\"vector\":[-1e999]}", "vector[0]: -Infinity (expected: a finite number)"),
                arguments("a zero vector", "{\"label\":\"x\",\"vector\":[0,0.0,-0]}", "vector: 3 zeros (expected: a vector with a direction)"),
                arguments("no dimension", "{\"label\":\"x\",\"vector\":[]}", "vector: 0 numbers (expected: 1..16384"),
                arguments("a dimension too many", "{\"label\":\"x\",\"vector\":" + Collections.nCopies(16_385, 1) + "}", "vector: 16385 numbers (expected: 1..16384"),
                arguments("a vector of texts", "{\"label\":\"x\",\"vector\":[\"1\"]}", "vector: a JSON text (expected: an array of numbers)"),
                arguments("a vector that is a number", "{\"label\":\"x\",\"vector\":1}", "vector: a JSON number (expected: an array of numbers)"),
                arguments("a label of a megabyte", "{\"label\":\"" + "x".repeat(1 << 20) + "\"," + vector + "}", "label: 1048576 characters (expected: at most 1000)"),
                arguments("no label", "{" + vector + "}", "label: none (expected: what the thing is called)"),
                arguments("a label that is null", "{\"label\":null," + vector + "}", "label: a JSON null (expected: text)"),
                arguments("attributes that are an array", "{\"label\":\"x\",\"attributes\":[1]," + vector + "}", "attributes: a JSON array (expected: a JSON object)"),
                arguments("attributes that are text", "{\"label\":\"x\",\"attributes\":\"{}\"," + vector + "}", "attributes: a JSON text (expected: a JSON object)"),
                arguments("attributes nested 101 deep", "{\"label\":\"x\",\"attributes\":" + "{\"a\":".repeat(101) + "1" + "}".repeat(101) + "," + vector + "}",
                        "attributes: nested more than 100 deep (expected: at most 100)"),
                arguments("attributes nested 1100 deep", "{\"label\":\"x\",\"attributes\":" + "{\"a\":".repeat(1100) + "1" + "}".repeat(1100) + "," + vector + "}",
                        "attributes: not JSON, Document nesting depth (1001) exceeds the maximum allowed"),
                arguments("a number of 1100 digits", "{\"label\":\"x\",\"attributes\":{\"a\":" + "1".repeat(1100) + "}," + vector + "}", "attributes: not JSON"),
                arguments("too many attributes", "{\"label\":\"x\",\"attributes\":{\"a\":\"" + "x".repeat(16_384) + "\"}," + vector + "}", "attributes: 16392 bytes (expected: at most 16384)"),
                arguments("image and vector", "{\"label\":\"x\",\"image\":\"AAAA\"," + vector + "}", "image and vector (expected: one of them)"),
                arguments("neither image nor vector", "{\"label\":\"x\"}", "neither image nor vector (expected: one of them)"),
                arguments("an image that is no base64", "{\"label\":\"x\",\"image\":\"?\"}", "image: no base64 (expected: a picture in base64"),
                arguments("an image of nothing", "{\"label\":\"x\",\"image\":\"\"}", "image: 0 bytes (expected: a JPEG or PNG file)"),
                arguments("a box with a vector", "{\"label\":\"x\",\"box\":[0,0,1,1]," + vector + "}", "box: given with a vector (expected: only with an image)"),
                arguments("a box of three numbers", "{\"label\":\"x\",\"image\":\"AAAA\",\"box\":[0,0,1]}", "box: [0, 0, 1] (expected: x1, y1, x2, y2"),
                arguments("a box inside out", "{\"label\":\"x\",\"image\":\"AAAA\",\"box\":[5,0,1,1]}", "box: [5, 0, 1, 1] (expected: x1, y1, x2, y2"),
                arguments("a box of fractions", "{\"label\":\"x\",\"image\":\"AAAA\",\"box\":[0,0,1.5,1]}", "box: a JSON number (expected: an array of four whole numbers)"),
                arguments("a box beyond numbers", "{\"label\":\"x\",\"image\":\"AAAA\",\"box\":[0,0,9999999999,1]}", "box: not JSON at byte "),
                arguments("another model's name that is none", "{\"label\":\"x\",\"vector_model\":\" \"," + vector + "}", "vector_model: ' '"),
                arguments("a model of an image", "{\"label\":\"x\",\"image\":\"AAAA\",\"vector_model\":\"m\"}", "vector_model: given with an image (expected: only with a vector)"),
                arguments("a blank id", "{\"id\":\" \",\"label\":\"x\"," + vector + "}", "id: ' ', 1 characters (expected: 1..200, none a control character)"),
                arguments("an id too long", "{\"id\":\"" + "i".repeat(201) + "\",\"label\":\"x\"," + vector + "}", "id: 'iii"),
                arguments("an id with a line end", "{\"id\":\"a\\nb\",\"label\":\"x\"," + vector + "}", "id: 'a?b', 3 characters"),
                arguments("an id that no URL could name", "{\"id\":\"../a\",\"label\":\"x\"," + vector + "}", "id: '../a' (expected: no '..' between slashes"),
                arguments("an unknown field", "{\"label\":\"x\",\"lable\":\"y\"," + vector + "}", "field: 'lable' (expected: one of id, label, attributes, image, vector, vector_model, box)"),
                arguments("a field twice", "{\"label\":\"x\",\"label\":\"y\"," + vector + "}", "label: not JSON at byte "),
                arguments("no JSON", "hello", "body: not JSON at byte "),
                arguments("half of it", "{\"label\":\"x\",\"vector\":[1", "vector: not JSON at byte "),
                arguments("nothing", "", "body: empty (expected: a JSON object)"),
                arguments("an array", "[]", "body: a JSON array (expected: a JSON object)"),
                arguments("two objects", "{\"label\":\"x\"," + vector + "}{}", "body: more behind the JSON object (expected: one object)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badJson")
    void shouldSayWhatIsWrongWithTheJson(String what, String body, String message) throws Exception {
        int before = edits.seen().size();
        assertProblem(GalleryFixture.json(bridge, "POST", ENTRIES, body), 400, message);
        assertThat(edits.seen()).hasSize(before);
    }

    static Stream<Arguments> badParameters() {
        return Stream.of(
                arguments("POST", "/v1/galleries/my%20shop/entries?label=x", 400, "gallery: 'my shop' (expected: 1 to 100 of A-Z a-z 0-9 . _ -)"),
                arguments("POST", "/v1/galleries/" + "g".repeat(101) + "/entries?label=x", 400, "gallery: 'ggg"),
                arguments("PUT", ENTRIES + "/" + "i".repeat(201) + "?label=x", 400, "id: 'iii"),
                arguments("PUT", ENTRIES + "/%20?label=x", 400, "id: ' ', 1 characters (expected: 1..200"),
                arguments("PUT", ENTRIES + "/%FF?label=x", 400, "path: '%FF' (expected: percent-encoded UTF-8)"),
                arguments("PUT", ENTRIES + "/1?label=x&id=2", 400, "parameter: 'id' (expected: one of wait, label, attributes, box)"),
                arguments("POST", ENTRIES, 400, "label: none (expected: what the thing is called)"),
                arguments("POST", ENTRIES + "?label=" + "x".repeat(1001), 400, "label: 1001 characters (expected: at most 1000)"),
                arguments("POST", ENTRIES + "?label=x&attributes=%5B1%5D", 400, "attributes: '[1]' (expected: a JSON object)"),
                arguments("POST", ENTRIES + "?label=x&attributes=%7B%22a%22:NaN%7D", 400, "attributes: '{\"a\":NaN}' (expected: a JSON object)"),
                arguments("POST", ENTRIES + "?label=x&box=1,2,3", 400, "box: [1, 2, 3] (expected: "),
                arguments("POST", ENTRIES + "?label=x&box=a,2,3,4", 400, "box: 'a,2,3,4' (expected: x1,y1,x2,y2 in whole pixels)"),
                arguments("POST", ENTRIES + "?label=x&wait=yes", 400, "wait: 'yes' (expected: logged, accepted or searchable)"),
                arguments("POST", ENTRIES + "?label=x&label=y", 400, "label: given more than once (expected: once)"),
                arguments("DELETE", ENTRIES + "/unknown", 404, "id: 'unknown' in gallery 'shop' (expected: the id of an entry)"),
                arguments("DELETE", "/v1/galleries/unknown?confirm=unknown", 404, "gallery: 'unknown' (expected: one that has had an entry"),
                arguments("DELETE", "/v1/galleries/shop", 400, "confirm: '' (expected: 'shop'"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("badParameters")
    void shouldSayWhatIsWrongWithTheUrl(String method, String target, int status, String message) throws Exception {
        int before = edits.seen().size();
        assertProblem(GalleryFixture.call(bridge, method, target, IMAGE), status, message);
        assertThat(edits.seen()).hasSize(before);
    }

    @Test
    void shouldRefuseAnImageOneByteTooLarge() throws Exception {
        assertProblem(GalleryFixture.call(bridge, "POST", ENTRIES + "?label=x", new byte[(16 << 20) + 1]), 413, "image: 16777217 bytes (expected: at most 16777216)");
        String base64 = java.util.Base64.getEncoder().encodeToString(new byte[(16 << 20) + 1]);
        assertProblem(GalleryFixture.json(bridge, "POST", ENTRIES, "{\"label\":\"x\",\"image\":\"" + base64 + "\"}"), 413, "image: 16777217 bytes (expected: at most 16777216)");
    }

    @Test
    void shouldRefuseABodyThatNoImageIsLargeEnoughFor() throws Exception {
        byte[] body = " ".repeat(23 << 20).getBytes(UTF_8);
        assertProblem(GalleryFixture.call(bridge, "POST", ENTRIES, body, "Content-Type: application/json"), 413, "body: 24117248 bytes (expected: at most ");
    }

    @Test
    void shouldRefuseBodiesOfOtherKinds() throws Exception {
        assertProblem(GalleryFixture.call(bridge, "POST", ENTRIES, IMAGE, "Content-Type: application/xml"), 415, "content-type: 'application/xml' (expected: the image as body");
        assertProblem(GalleryFixture.call(bridge, "POST", "/v1/galleries/shop/search", IMAGE, "Content-Type: application/problem+json"), 415, "content-type: 'application/problem+json'");
        String form = "--b\r\nContent-Disposition: form-data; name=label\r\n\r\nx\r\n--b--\r\n";
        assertProblem(GalleryFixture.call(bridge, "POST", ENTRIES, form.getBytes(UTF_8), "Content-Type: multipart/form-data; boundary=b"), 400, "part: label (expected: the part image)");
        String other = "--b\r\nContent-Disposition: form-data; name=price\r\n\r\nx\r\n--b--\r\n";
        assertProblem(GalleryFixture.call(bridge, "POST", ENTRIES, other.getBytes(UTF_8), "Content-Type: multipart/form-data; boundary=b"), 400,
                "part: 'price' (expected: only the parts image, id, label, attributes, box)");
    }

    private static void assertProblem(RawHttp.Response answer, int status, String message) {
        assertThat(answer.json().path("err_msg").asText()).startsWith(message).contains("(expected: ");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(5000);
        assertThat(answer.json().path("status").textValue()).isEqualTo("rejected");
    }
}
