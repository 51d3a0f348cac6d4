package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.join;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestGalleryWorker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.GalleryKey;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be done with a gallery's entries. */
class GalleryEntriesTest extends GalleryFixture {
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void shouldAddAPictureSentAsTheBody() throws Exception {
        // when
        TestBridge bridge = catalogued();
        RawHttp.Response answer = call(bridge, "POST", ENTRIES + "?id=shelf%2F7&label=Green+tea&attributes=%7B%22price%22:1.50%7D&box=1,2,30,40", IMAGE, "Idempotency-Key: order 7");
        // then
        assertThat(answer.json().toString()).isEqualTo("{\"request_id\":\"order 7\",\"status\":\"accepted\",\"err_no\":0,\"err_msg\":\"\",\"gallery\":\"shop\",\"id\":\"shelf/7\",\"epoch\":1}");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers()).containsEntry("location", "/v1/galleries/shop/entries/shelf%2F7");
        assertThat(edits.entry(0)).isEqualTo(GalleryEntry.newBuilder().setGallery("shop").setId("shelf/7").setLabel("Green tea").setAttributes("{\"price\":1.50}")
                .setImage(ByteBuffer.wrap(IMAGE)).setBox(List.of(1, 2, 30, 40)).build());
        // and it is there
        RawHttp.Response entry = get(bridge, answer.headers().get("location"));
        assertThat(entry.status()).isEqualTo(200);
        assertThat(entry.json()).isEqualTo(JSON.readTree("{\"gallery\":\"shop\",\"id\":\"shelf/7\",\"label\":\"Green tea\",\"attributes\":{\"price\":1.50},\"epoch\":1,\"model\":\"" + TestGalleryWorker.MODEL + "\"}"));
    }

    @Test
    void shouldSendAnEditInItsGallerysPartitionWithWhatItsAnswerIsKnownBy() throws Exception {
        call(catalogued(), "POST", ENTRIES + "?label=x", IMAGE, "X-Request-Id: r-1");
        ConsumerRecord<byte[], byte[]> edit = edits.seen().get(0);
        assertThat(edit.partition()).isEqualTo(new GalleryKey("shop", "x").partition(3));
        assertThat(RecordHeaders.text(edit.headers(), RecordHeaders.REQUEST_ID)).contains("r-1");
        assertThat(RecordHeaders.text(edit.headers(), RecordHeaders.CORRELATION_ID)).isPresent();
    }

    @Test
    void shouldMakeAnIdWhenThereIsNone() throws Exception {
        RawHttp.Response answer = call(catalogued(), "POST", ENTRIES + "?label=x", IMAGE);
        assertThat(answer.json().path("id").textValue()).hasSize(36);
        assertThat(edits.entry(0).getId()).isEqualTo(answer.json().path("id").textValue());
    }

    @Test
    void shouldChangeTheSameEntryWhenTheSameKeyComesAgainAlsoToAnotherBridge() throws Exception {
        // given
        RawHttp.Response first = call(catalogued(), "POST", ENTRIES + "?label=x", IMAGE, "Idempotency-Key: k");
        // when
        TestBridge other = catalogued();
        RawHttp.Response again = call(other, "POST", ENTRIES + "?label=x", IMAGE, "Idempotency-Key: k");
        RawHttp.Response elsewhere = call(other, "POST", ENTRIES.replace("shop", "store") + "?label=x", IMAGE, "Idempotency-Key: k");
        RawHttp.Response another = call(other, "POST", ENTRIES + "?label=x", IMAGE, "Idempotency-Key: l");
        RawHttp.Response named = call(other, "POST", ENTRIES + "?label=x&id=mine", IMAGE, "Idempotency-Key: k");
        // then
        String id = first.json().path("id").textValue();
        assertThat(id).hasSize(36);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.json().path("id").textValue()).isEqualTo(id);
        assertThat(again.headers().get("location")).isEqualTo(first.headers().get("location"));
        assertThat(elsewhere.json().path("id").textValue()).isNotEqualTo(id);
        assertThat(another.json().path("id").textValue()).isNotEqualTo(id);
        assertThat(named.json().path("id").textValue()).isEqualTo("mine");
        assertThat(get(other, "/v1/galleries/shop").json().path("entries").intValue()).isEqualTo(3);
    }

    @Test
    void shouldTakeAPictureAndWhatBelongsToItFromAForm() throws Exception {
        String form = "--b\r\nContent-Disposition: form-data; name=label\r\n\r\nGr\u00fcner Tee\r\n--b\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n42\r\n"
                + "--b\r\nContent-Disposition: form-data; name=attributes\r\n\r\n{\"a\": [1]}\r\n--b\r\nContent-Disposition: form-data; name=box\r\n\r\n0,0,5,5\r\n"
                + "--b\r\nContent-Disposition: form-data; name=image\r\n\r\n";
        byte[] body = join(form.getBytes(java.nio.charset.StandardCharsets.UTF_8), IMAGE, "\r\n--b--".getBytes(ISO_8859_1));
        RawHttp.Response answer = call(catalogued(), "POST", ENTRIES, body, "Content-Type: multipart/form-data; boundary=b");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(edits.entry(0)).isEqualTo(GalleryEntry.newBuilder().setGallery("shop").setId("42").setLabel("Gr\u00fcner Tee").setAttributes("{\"a\": [1]}")
                .setImage(ByteBuffer.wrap(IMAGE)).setBox(List.of(0, 0, 5, 5)).build());
    }

    @Test
    void shouldTakeAVectorInJson() throws Exception {
        RawHttp.Response answer = json(catalogued(), "POST", ENTRIES, "{\"id\":\"1\",\"label\":\"tea\",\"attributes\":{\"n\":123456789012345678901234567890,\"d\":1.50},\"vector\":[0.5,-1,2e-1],\"vector_model\":\"m@1#0\"}");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(edits.entry(0)).isEqualTo(GalleryEntry.newBuilder().setGallery("shop").setId("1").setLabel("tea").setAttributes("{\"n\":123456789012345678901234567890,\"d\":1.50}")
                .setVector(List.of(0.5f, -1f, 0.2f)).setVectorModel("m@1#0").build());
    }

    @Test
    void shouldTakeAPictureOfExactlyTheLimitInJson() throws Exception {
        byte[] picture = new byte[16 << 20];
        RawHttp.Response answer = json(catalogued(), "PUT", ENTRIES + "/1", "{\"label\":\"tea\",\"image\":\"" + Base64.getEncoder().encodeToString(picture) + "\"}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(edits.entry(0).getImage()).isEqualTo(ByteBuffer.wrap(picture));
    }

    @Test
    void shouldReplaceAnEntryUnderTheIdOfThePath() throws Exception {
        TestBridge bridge = catalogued();
        call(bridge, "PUT", ENTRIES + "/a%20b?label=old", IMAGE);
        RawHttp.Response answer = call(bridge, "PUT", ENTRIES + "/a%20b?label=new", IMAGE);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("epoch").intValue()).isEqualTo(2);
        assertThat(get(bridge, ENTRIES + "/a%20b").json().path("label").textValue()).isEqualTo("new");
        assertThat(get(bridge, "/v1/galleries/shop").json()).isEqualTo(JSON.readTree("{\"gallery\":\"shop\",\"entries\":1,\"epoch\":2,\"models\":{\"m@1#0\":1}}"));
    }

    @Test
    void shouldRemoveAnEntryAndKnowItNoMore() throws Exception {
        TestBridge bridge = catalogued();
        call(bridge, "PUT", ENTRIES + "/1?label=x", IMAGE);
        RawHttp.Response removed = without(bridge, "DELETE", ENTRIES + "/1");
        assertThat(removed.status()).isEqualTo(200);
        assertThat(removed.json().path("epoch").intValue()).isEqualTo(2);
        assertThat(edits.seen().get(1).value()).isNull();
        assertThat(get(bridge, ENTRIES + "/1").status()).isEqualTo(404);
        assertThat(without(bridge, "DELETE", ENTRIES + "/1").json().path("err_msg").textValue()).isEqualTo("id: '1' in gallery 'shop' (expected: the id of an entry)");
        assertThat(edits.seen()).hasSize(2);
    }

    @Test
    void shouldListAllEntriesPageByPage() throws Exception {
        // given
        TestBridge bridge = catalogued();
        for (String id : List.of("c", "a", "e%2Fx", "b", "d")) {
            call(bridge, "PUT", ENTRIES + "/" + id + "?label=" + id, IMAGE);
        }
        // when
        StringBuilder ids = new StringBuilder();
        int pages = 0;
        for (String page = ENTRIES + "?limit=2"; page != null; pages++) {
            RawHttp.Response answer = get(bridge, page);
            assertThat(answer.status()).isEqualTo(200);
            answer.json().path("entries").forEach(entry -> ids.append(entry.path("id").textValue()).append(' '));
            page = answer.json().path("next").textValue();
        }
        // then
        assertThat(ids.toString()).isEqualTo("a b c d e/x ");
        assertThat(pages).isEqualTo(3);
        assertThat(get(bridge, ENTRIES + "?after=c").json().path("entries")).hasSize(2);
        assertThat(get(bridge, "/v1/galleries").json().toString()).isEqualTo("{\"galleries\":[{\"gallery\":\"shop\",\"entries\":5,\"epoch\":5}]}");
    }

    @ParameterizedTest
    @CsvSource({"limit=0, limit: '0' (expected: 1..1000)", "limit=1001, limit: '1001'", "limit=x, limit: 'x'", "limit=99999, limit: '99999'", "after=, after: ''", "page=1, parameter: 'page'"})
    void shouldRefusePagesThatMakeNoSense(String query, String message) throws Exception {
        RawHttp.Response answer = get(catalogued(), ENTRIES + "?" + query);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("err_msg").textValue()).startsWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/galleries/none", "/v1/galleries/none/entries", "/v1/galleries/none/entries/1"})
    void shouldAnswer404WhenTheGalleryIsUnknown(String path) throws Exception {
        RawHttp.Response answer = get(catalogued(), path);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("err_msg").textValue()).contains("'none' (expected: ");
    }

    @Test
    void shouldAnswer405WithAllMethodsOfThePath() throws Exception {
        RawHttp.Response answer = without(catalogued(), "PATCH", ENTRIES + "/1");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("allow", "DELETE, GET, HEAD, PUT");
    }

    @Test
    void shouldDropAllEntriesOnlyWhenTheCallerMeansIt() throws Exception {
        TestBridge bridge = catalogued(new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 16, 1 << 20, 100, 60_000, 8192, 0, true, 1000, 3));
        for (int i = 0; i < 7; i++) {
            call(bridge, "PUT", ENTRIES + "/" + i + "?label=x&wait=logged", IMAGE);
        }
        call(bridge, "PUT", "/v1/galleries/other/entries/1?label=x", IMAGE);
        call(bridge, "PUT", ENTRIES + "/7?label=x", IMAGE);
        RawHttp.Response unsure = without(bridge, "DELETE", "/v1/galleries/shop?confirm=shops");
        assertThat(unsure.status()).isEqualTo(400);
        assertThat(unsure.json().path("err_msg").textValue()).isEqualTo("confirm: 'shops' (expected: 'shop', for all of its entries are removed)");
        // when
        RawHttp.Response dropped = without(bridge, "DELETE", "/v1/galleries/shop?confirm=shop&wait=searchable");
        // then
        assertThat(dropped.json().path("removed").intValue()).isEqualTo(8);
        assertThat(get(bridge, "/v1/galleries/shop").json().path("entries").intValue()).isZero();
        assertThat(get(bridge, "/v1/galleries/other").json().path("entries").intValue()).isEqualTo(1);
        assertThat(without(bridge, "DELETE", "/v1/galleries/shop?confirm=shop").json().path("removed").intValue()).isZero();
    }

    @Test
    void shouldDropAllEntriesThoughThereIsRoomForFewCallsAtOnce() throws Exception {
        TestBridge bridge = catalogued(new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 2, 1 << 20, 100, 60_000, 8192, 0, true, 1000, 16));
        for (int i = 0; i < 40; i++) {
            assertThat(call(bridge, "PUT", ENTRIES + "/" + i + "?label=x", IMAGE).status()).isEqualTo(200);
        }
        RawHttp.Response dropped = without(bridge, "DELETE", "/v1/galleries/shop?confirm=shop");
        assertThat(dropped.json().path("err_msg").textValue()).isEmpty();
        assertThat(dropped.json().path("removed").intValue()).isEqualTo(40);
        assertThat(get(bridge, "/v1/galleries/shop").json().path("entries").intValue()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"attributes=%7B%22a%22:1,%22a%22:2%7D", "attributes=%7B%22b%22:%7B%22a%22:1,%22%5Cu0061%22:2%7D%7D"})
    void shouldRefuseAttributesWithANameTwice(String attributes) throws Exception {
        RawHttp.Response answer = call(catalogued(), "POST", ENTRIES + "?label=x&wait=logged&" + attributes, IMAGE);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("attributes: Duplicate field 'a' (expected: each name once in an object)");
    }

    @Test
    void shouldRefuseAnIdOfHalfASurrogatePair() throws Exception {
        RawHttp.Response answer = json(catalogued(), "POST", ENTRIES, "{\"id\":\"\\udc00\",\"label\":\"x\",\"vector\":[1]}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("id: '?' with half of a surrogate pair (expected: whole characters)");
    }

    @Test
    void shouldAnswerWithTheWorkersReasonWhenItRefusesAnEdit() throws Exception {
        edits.refuseBy(entry -> "image: begins with 68 65, text (expected: a JPEG or PNG file)");
        RawHttp.Response answer = call(catalogued(), "POST", ENTRIES + "?label=x", IMAGE, "X-Request-Id: r");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("request_id").textValue()).isEqualTo("r");
        assertThat(answer.json().path("status").textValue()).isEqualTo("rejected");
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(5000);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("image: begins with 68 65, text (expected: a JPEG or PNG file)");
    }

    @Test
    void shouldNotWaitForAWorkerWhenTheEditNeedOnlyBeLogged() throws Exception {
        edits.close();
        RawHttp.Response answer = call(catalogued(), "POST", ENTRIES + "?label=x&wait=logged", IMAGE);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().path("status").textValue()).isEqualTo("logged");
        assertThat(answer.json().path("epoch").intValue()).isEqualTo(1);
    }

    @Test
    void shouldAskEveryPartitionAgainUntilAllHaveTheEditWhenItIsToBeSearchable() throws Exception {
        // given workers that have the edit at the second time of asking
        java.util.Map<Integer, Integer> asked = new java.util.concurrent.ConcurrentHashMap<>();
        java.util.Set<String> answered = java.util.concurrent.ConcurrentHashMap.newKeySet();
        java.util.concurrent.atomic.AtomicInteger questions = new java.util.concurrent.atomic.AtomicInteger();
        worker.answerBy(request -> {
            answered.add(request.getRequestId());
            return questions.incrementAndGet() <= 2 ? edits.reached(RecognitionRequest.newBuilder(request).setMinEpoch(Long.MAX_VALUE).build()) : edits.reached(request);
        });
        // when
        RawHttp.Response answer = call(catalogued(), "POST", ENTRIES + "?label=x&wait=searchable", IMAGE);
        // then
        assertThat(answer.json().path("status").textValue()).isEqualTo("searchable");
        assertThat(answer.json().path("epoch").intValue()).isEqualTo(1);
        assertThat(answered).as("two for each of the two partitions").hasSize(4);
        assertThat(worker.seen()).allSatisfy(question -> {
            assertThat(question.getGallery()).isEqualTo("shop");
            assertThat(question.getMinEpoch()).isEqualTo(1);
            assertThat(question.getImage().remaining()).isZero();
            assertThat(question.getVector()).isNull();
            assertThat(question.getRequestId()).startsWith("searchable-");
        });
    }

    @Test
    void shouldSayThatTheGalleryIsFullWhenAWorkerCanNotMakeTheEntrySearchable() throws Exception {
        worker.answerBy(request -> TestWorker.ended(request, RecognitionStatus.REJECTED, 51, "gallery 'shop': full"));
        RawHttp.Response answer = call(catalogued(), "POST", ENTRIES + "?label=x&wait=searchable", IMAGE);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("status").textValue()).isEqualTo("rejected");
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(51);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("gallery 'shop': full");
    }

    @Test
    void shouldAnswer504ThatNamesTheEpochWhenAWorkerStaysBehind() throws Exception {
        worker.hold();
        RawHttp.Response answer = call(catalogued(TestBridge.settings(700, 5_000, 16, 0)), "POST", ENTRIES + "?label=x&wait=searchable", IMAGE);
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(6000);
        assertThat(answer.json().path("err_msg").textValue()).contains("gallery 'shop' at epoch 1;");
    }

    @Test
    void shouldAnswer500WhenAWorkerDoesNotKnowTheQuestion() throws Exception {
        worker.answerBy(io.sightline.connectors.testing.TestWorker::recognised);
        RawHttp.Response answer = call(catalogued(), "POST", ENTRIES + "?label=x&wait=searchable", IMAGE);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.json().path("err_msg").textValue()).contains("(expected: gallery 'shop' at epoch 1 or later)");
    }

    @Test
    void shouldWorkWithoutACatalogueButForLookingUp() throws Exception {
        TestBridge bridge = bridge();
        assertThat(call(bridge, "PUT", ENTRIES + "/1?label=x", IMAGE).status()).isEqualTo(200);
        assertThat(without(bridge, "DELETE", ENTRIES + "/unknown").status()).isEqualTo(200);
        RawHttp.Response answer = get(bridge, ENTRIES + "/1");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("catalogue: none (expected: a bridge with bridge.galleries on)");
    }

    @Test
    void shouldAnswer503ForLookingUpOnlyWhenThereIsOneEntryMoreThanTheCatalogueHolds() throws Exception {
        TestBridge bridge = catalogued(new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 16, 1 << 20, 100, 60_000, 8192, 0, true, 2, 8));
        call(bridge, "PUT", ENTRIES + "/1?label=x", IMAGE);
        call(bridge, "PUT", "/v1/galleries/other/entries/1?label=x", IMAGE);
        assertThat(get(bridge, ENTRIES).status()).isEqualTo(200);
        // when
        assertThat(call(bridge, "PUT", ENTRIES + "/2?label=x", IMAGE).status()).as("the edit itself").isEqualTo(200);
        // then
        for (String path : List.of(ENTRIES, ENTRIES + "/1", "/v1/galleries", "/v1/galleries/shop")) {
            RawHttp.Response answer = get(bridge, path);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().path("err_msg").textValue()).startsWith("catalogue: 3 entries seen (expected: at most 2, bridge.max_catalogue_entries");
        }
        assertThat(call(bridge, "POST", "/v1/galleries/shop/search", IMAGE).status()).isEqualTo(200);
        assertThat(call(bridge, "PUT", ENTRIES + "/3?label=x", IMAGE).status()).isEqualTo(200);
    }

    @Test
    void shouldShowAnEditOfAnotherBridgeSoon() throws Exception {
        TestBridge one = catalogued();
        TestBridge two = catalogued();
        call(one, "PUT", ENTRIES + "/1?label=x", IMAGE);
        await().untilAsserted(() -> assertThat(get(two, ENTRIES + "/1").status()).isEqualTo(200));
    }
}
