package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sightline.connectors.client.EntryUpload;
import io.sightline.connectors.client.GalleryAnswer;
import io.sightline.connectors.client.GalleryClient;
import io.sightline.connectors.client.SearchOptions;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Galleries over HTTP and the command line, with the real worker behind them. */
@ExtendWith(ProductExtension.class)
@Timeout(240)
class GalleryHttpIT {
    private static Product product;
    private static GalleryClient client;
    @TempDir
    private Path folder;

    @BeforeAll
    static void connect(Product running) {
        product = running;
        client = new GalleryClient(running.url(), Duration.ofSeconds(30));
    }

    private static EntryUpload picture(String label, int index) {
        return new EntryUpload(null, label, null, Product.galleryPicture(index), null, null, null);
    }

    private static GalleryAnswer search(String gallery, int index) {
        return client.search(gallery, Product.galleryPicture(index), null, new SearchOptions(null, null, 1, -1.0, null, null));
    }

    @Test
    void shouldFindAnEntryWithTheVeryNextRequestWhenItWasWaitedFor() {
        for (int i = 0; i < 8; i++) {
            GalleryAnswer added = client.put("next", "p" + i, picture("label " + i, i), "searchable");
            assertThat(added.ok()).as(added.message()).isTrue();
            assertThat(added.json().path("status").textValue()).isEqualTo("searchable");
            GalleryAnswer found = search("next", i);
            assertThat(found.json().at("/lineage/galleries/next").longValue()).isGreaterThanOrEqualTo(added.json().path("epoch").longValue());
            assertThat(client.stats("next").json().path("entries").intValue()).isEqualTo(i + 1);
        }
        assertThat(client.page("next", null, 3).json().path("entries")).extracting(entry -> entry.path("id").textValue()).containsExactly("p0", "p1", "p2");
    }

    @Test
    void shouldSearchSeveralGalleriesAtOnceForAPictureAndForAVector() throws Exception {
        // given an entry in each of three galleries, the best in the second one
        for (int i = 0; i < 3; i++) {
            assertThat(client.put("several" + i, "p", picture("label " + i, i), "searchable").ok()).isTrue();
        }
        SearchOptions three = new SearchOptions(null, List.of("several1", "several2"), 3, -1.0, null, null);
        // when, then: a picture
        JsonNode found = client.search("several0", Product.galleryPicture(1), null, three).json();
        assertThat(found.at("/detections/0/matches")).extracting(match -> match.path("gallery").textValue()).containsExactlyInAnyOrder("several0", "several1", "several2").startsWith("several1");
        assertThat(found.at("/lineage/galleries")).hasSize(3);
        // and a vector
        ArrayNode vector = JsonNodeFactory.instance.arrayNode();
        int dimension = ModelFolder.load(Product.HOME.resolve("models"), "embedder").outputAs(ModelOutput.Embedding.class).dimension();
        for (int i = 0; i < dimension; i++) {
            vector.add(i % 7 - 2.5);
        }
        assertThat(client.put("several2", "v", new EntryUpload(null, "vector", null, null, vector, null, null), "searchable").ok()).isTrue();
        found = client.search("several0", vector, null, three).json();
        assertThat(found.at("/detections/0/matches/0/id").textValue()).isEqualTo("v");
        assertThat(found.at("/detections/0/matches/0/gallery").textValue()).isEqualTo("several2");
        assertThat(found.at("/lineage/galleries")).hasSize(3);
    }

    @Test
    void shouldForgetAnEntryWithTheVeryNextRequestWhenItsRemovalWasWaitedFor() {
        client.put("gone", "a", picture("a", 1), "searchable");
        assertThat(search("gone", 1).json().at("/detections/0/matches/0/id").textValue()).isEqualTo("a");
        assertThat(client.remove("gone", "a", "searchable").ok()).isTrue();
        assertThat(search("gone", 1).json().at("/detections/0/matches")).isEmpty();
        assertThat(client.get("gone", "a").httpStatus()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {"{\"label\":\"x\",\"vector\":[1,2]}|vector: 2 dimensions (expected: ", "{\"label\":\"x\",\"image\":\"aGVsbG8=\"}|image: begins with 68 65 6C 6C, text (expected: a JPEG or PNG file)",
            "{\"label\":\"x\",\"vector\":[1,2],\"vector_model\":\"clip@1#0\"}|vector_model: 'clip@1#0' (expected: '"})
    void shouldSayWhatTheWorkerFindsWrong(String body, String message) throws Exception {
        java.net.http.HttpRequest request = java.net.http.HttpRequest.newBuilder(java.net.URI.create(product.url() + "/v1/galleries/bad/entries")).header("Content-Type", "application/json")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body)).build();
        var answer = java.net.http.HttpClient.newHttpClient().send(request, java.net.http.HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode json = new com.fasterxml.jackson.databind.json.JsonMapper().readTree(answer.body());
        assertThat(json.path("err_msg").textValue()).startsWith(message);
        assertThat(json.path("err_no").intValue()).isEqualTo(5000);
        product.requireRunning();
    }

    @Test
    void shouldNameTheBoxThatIsNotInThePicture() {
        GalleryAnswer answer = client.add("bad", new EntryUpload(null, "x", null, Product.galleryPicture(0), null, null, List.of(0, 0, 5000, 10)), null);
        assertThat(answer.httpStatus()).isEqualTo(400);
        assertThat(answer.message()).startsWith("box: [0, 0, 5000, 10] (expected: inside the picture of ");
    }

    @Test
    void shouldImportReplaceExportAndRemoveOverTheCommandLine() throws Exception {
        // given a label file one line of which is no picture
        for (int i = 0; i < 3; i++) {
            Files.write(folder.resolve(i + ".jpg"), Product.galleryPicture(i));
        }
        Files.writeString(folder.resolve("bad.jpg"), "hello");
        Path list = Files.writeString(folder.resolve("list.txt"), "0.jpg\tzero\nbad.jpg\tbad\n1.jpg\tone\n2.jpg\ttwo\n");
        // when
        CommandLineRun imported = gallery("import", list.toString(), "--wait", "searchable");
        // then
        assertThat(imported.out()).contains("gallery=files added=3 removed=0 failed=1");
        assertThat(imported.err()).contains(list + " line 2: image: begins with 68 65 6C 6C, text (expected: a JPEG or PNG file)");
        assertThat(imported.status()).isEqualTo(1);
        assertThat(search("files", 1).json().at("/detections/0/matches/0/id").textValue()).isEqualTo("1.jpg");
        // new: what is not in the file goes
        Path fewer = Files.writeString(folder.resolve("fewer.txt"), "0.jpg\tNull\n2.jpg\ttwo\n");
        CommandLineRun anew = gallery("import", fewer.toString(), "--operation", "new");
        assertThat(anew.out()).contains("added=2 removed=1 failed=0");
        assertThat(anew.status()).isZero();
        assertThat(gallery("list").out().lines()).hasSize(2).anySatisfy(line -> assertThat(line).contains("\"id\":\"0.jpg\",\"label\":\"Null\""));
        // export, and import into another gallery
        Path lines = folder.resolve("export/lines.jsonl");
        Files.createDirectories(lines.getParent());
        CommandLineRun exported = CommandLineRun.of("gallery", "export", "--gallery", "files", "--bootstrap", product.bootstrapServers(), "--out", lines.toString(), "--images", folder.resolve("export/pictures").toString());
        assertThat(exported.err()).contains("export: gallery=files entries=2 pictures=2 missing=0");
        assertThat(exported.status()).isZero();
        CommandLineRun again = CommandLineRun.of("gallery", "import", lines.toString(), "--gallery", "copied", "--url", product.url().toString());
        assertThat(again.out()).contains("gallery=copied added=2 removed=0 failed=0");
        assertThat(search("copied", 2).json().at("/detections/0/matches/0/label").textValue()).isEqualTo("two");
        // remove
        assertThat(gallery("import", fewer.toString(), "--operation", "remove").out()).contains("added=0 removed=2 failed=0");
        assertThat(gallery("stats").out()).contains("\"entries\":0").containsPattern("\"index\":\\{\"entries\":0,\"epoch\":[0-9]+,\"generation\":1,\"memory_bytes\":[0-9]+,\"refused\":0,\"stale\":0,\"breaker\":null,\"trouble\":null}");
        assertThat(gallery("drop", "--yes").out()).contains("\"removed\":0");
    }

    private static CommandLineRun gallery(String command, String... arguments) {
        List<String> all = new java.util.ArrayList<>(List.of("gallery", command, "--gallery", "files", "--url", product.url().toString()));
        all.addAll(List.of(arguments));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    @Test
    void shouldAddReplaceGetSearchAndRemoveOverTheCommandLine() throws Exception {
        Path file = Files.write(folder.resolve("a.jpg"), Product.galleryPicture(4));
        CommandLineRun added = CommandLineRun.of(one("add", file.toString(), "--id", "a", "--label", "Tea", "--attributes", "{\"price\":3}"));
        assertThat(added.status()).as(added.err() + added.out()).isZero();
        assertThat(CommandLineRun.of(one("replace", file.toString(), "--id", "a", "--label", "Green tea", "--attributes", "{\"price\":4}", "--wait", "searchable")).out()).contains("\"status\":\"searchable\"");
        assertThat(CommandLineRun.of(one("get", "a")).out()).contains("\"label\":\"Green tea\",\"attributes\":{\"price\":4}");
        assertThat(CommandLineRun.of(one("search", file.toString(), "--top-k", "1", "--score-threshold", "-1", "--filter", "price < 5")).out()).contains("\"id\":\"a\"");
        assertThat(CommandLineRun.of(one("search", file.toString(), "--score-threshold", "-1", "--filter", "price < 4")).out()).contains("\"matches\":[]");
        CommandLineRun recognized = CommandLineRun.of("recognize", file.toString(), "--server", product.url().toString(), "--galleries", "one," + Product.GALLERY, "--filter", "price < 5", "--distinct-labels");
        assertThat(recognized.status()).as(recognized.err() + recognized.out()).isZero();
        assertThat(recognized.out()).contains("\"galleries\":{").contains("\"one\":").contains("\"" + Product.GALLERY + "\":");
        assertThat(CommandLineRun.of("recognize", file.toString(), "--server", product.url().toString(), "--gallery", "one", "--galleries", "default").out())
                .contains("gallery and galleries (expected: one of them)");
        assertThat(CommandLineRun.of(one("remove", "a")).status()).isZero();
        CommandLineRun none = CommandLineRun.of(one("remove", "a"));
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.out()).contains("(expected: the id of an entry)");
    }

    @Test
    void shouldAnswerTheSameFromANewGenerationWhenTheIndexWasRebuilt() {
        client.put("anew", "a", picture("a", 2), "searchable");
        JsonNode before = search("anew", 2).json().path("detections");
        long generation = product.worker().index().stats("anew").generation();
        GalleryAnswer asked = client.rebuild("anew");
        assertThat(asked.httpStatus()).as(asked.message()).isEqualTo(202);
        await().atMost(Duration.ofSeconds(90)).until(() -> product.worker().index().stats("anew").generation() > generation);
        assertThat(search("anew", 2).json().path("detections")).isEqualTo(before);
        assertThat(client.rebuild("never-heard-of").message()).startsWith("gallery: 'never-heard-of' (expected: ");
    }

    private static String[] one(String command, String... arguments) {
        List<String> all = new java.util.ArrayList<>(List.of("gallery", command, "--gallery", "one", "--url", product.url().toString()));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }
}
