package io.sightline.connectors.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.connectors.testing.RawHttp;
import io.sightline.schemas.RecognitionRequest;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Searches without detection. */
class GallerySearchTest extends BridgeFixture {
    private static final String SEARCH = "/v1/galleries/shop/search";

    private RecognitionRequest asked() {
        assertThat(worker.seen()).hasSize(1);
        return worker.seen().get(0);
    }

    @Test
    void shouldSearchForTheWholePictureWhenThereIsNoBox() throws Exception {
        RawHttp.Response answer = GalleryFixture.call(bridge(), "POST", SEARCH + "?top_k=3&score_threshold=0.5&filter=price+%3C+5&distinct_labels=true&pipeline=p", IMAGE, "X-Request-Id: s1");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/detections/0/matches/0/gallery").textValue()).isEqualTo("demo");
        RecognitionRequest request = asked();
        assertThat(request.getRequestId()).isEqualTo("s1");
        assertThat(request.getGallery()).isEqualTo("shop");
        assertThat(request.getGalleries()).isNull();
        assertThat(request.getImage()).isEqualTo(ByteBuffer.wrap(IMAGE));
        assertThat(request.getBox()).isEmpty();
        assertThat(request.getVector()).isNull();
        assertThat(request.getTopK()).isEqualTo(3);
        assertThat(request.getScoreThreshold()).isEqualTo(0.5);
        assertThat(request.getFilter()).isEqualTo("price < 5");
        assertThat(request.getDistinctLabels()).isTrue();
        assertThat(request.getPipeline()).isEqualTo("p");
        assertThat(request.getMinEpoch()).isNull();
    }

    @Test
    void shouldSearchForABox() throws Exception {
        GalleryFixture.call(bridge(), "POST", SEARCH + "?box=1,2,30,40", IMAGE);
        assertThat(asked().getBox()).containsExactly(1, 2, 30, 40);
    }

    @Test
    void shouldSearchForAVector() throws Exception {
        RawHttp.Response answer = GalleryFixture.json(bridge(), "POST", SEARCH, "{\"vector\":[0.6,-0.8],\"vector_model\":\"m@1#0\",\"top_k\":5,\"score_threshold\":-1,\"filter\":\"a == 1\",\"distinct_labels\":false}");
        assertThat(answer.status()).isEqualTo(200);
        RecognitionRequest request = asked();
        assertThat(request.getVector()).containsExactly(0.6f, -0.8f);
        assertThat(request.getVectorModel()).isEqualTo("m@1#0");
        assertThat(request.getBox()).isNull();
        assertThat(request.getImage().remaining()).isZero();
        assertThat(request.getTopK()).isEqualTo(5);
        assertThat(request.getScoreThreshold()).isEqualTo(-1);
        assertThat(request.getDistinctLabels()).isFalse();
    }

    @Test
    void shouldSearchForAPictureInJson() throws Exception {
        GalleryFixture.json(bridge(), "POST", SEARCH + "?top_k=2", "{\"image\":\"" + Base64.getEncoder().encodeToString(IMAGE) + "\",\"box\":[0,0,5,5]}");
        assertThat(asked().getImage()).isEqualTo(ByteBuffer.wrap(IMAGE));
        assertThat(asked().getBox()).isEqualTo(List.of(0, 0, 5, 5));
        assertThat(asked().getTopK()).isEqualTo(2);
    }

    @Test
    void shouldSearchFurtherGalleriesWithThePaths() throws Exception {
        GalleryFixture.call(bridge(), "POST", SEARCH + "?galleries=a,b", IMAGE);
        assertThat(asked().getGalleries()).containsExactly("shop", "a", "b");
        assertThat(asked().getGallery()).isNull();
        assertThat(asked().getBox()).isEmpty();
    }

    @Test
    void shouldSearchSixteenGalleriesForAVectorThatSaysSoItself() throws Exception {
        RawHttp.Response answer = GalleryFixture.json(bridge(), "POST", SEARCH, "{\"galleries\":\"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\",\"vector\":[0.6,-0.8]}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(asked().getGalleries()).hasSize(16).startsWith("shop", "1").endsWith("15");
        assertThat(asked().getVector()).containsExactly(0.6f, -0.8f);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
            "?top_k=2|{\"vector\":[1],\"top_k\":3}|top_k: in the URL and in the body (expected: once)",
            "|{\"vector\":[1],\"top_k\":\"3\"}|top_k: a JSON text (expected: a whole number)",
            "|{\"vector\":[1],\"top_k\":2.0}|top_k: a JSON number (expected: a whole number)",
            "|{\"vector\":[1],\"top_k\":101}|top_k: 101 (expected: 1..100)",
            "|{\"vector\":[1],\"score_threshold\":2}|score_threshold: 2.0 (expected: -1..1)",
            "|{\"vector\":[1],\"distinct_labels\":\"true\"}|distinct_labels: a JSON text (expected: true or false)",
            "|{\"vector\":[1],\"box\":[0,0,1,1]}|box: given with a vector (expected: only with an image)",
            "?box=0,0,1,1|{\"vector\":[1]}|box: given with a vector (expected: only with an image)",
            "|{\"vector\":[1],\"image\":\"AAAA\"}|image and vector (expected: one of them)",
            "|{}|neither image nor vector (expected: one of them)",
            "|{\"vector\":[0]}|vector: 1 zeros (expected: a vector with a direction)",
            "|{\"vector\":[1],\"filter\":\"\"}|filter: '', 0 characters (expected: 1..1000",
            "|{\"vector\":[1],\"gallery\":\"b\"}|field: 'gallery' (expected: one of pipeline, galleries, top_k, score_threshold, filter, distinct_labels, image, vector, vector_model, box)",
            "?gallery=b|{\"vector\":[1]}|parameter: 'gallery' (expected: one of pipeline, galleries, top_k, score_threshold, filter, distinct_labels, box)",
            "?galleries=shop|{\"vector\":[1]}|galleries: [shop, shop] (expected: each once)",
            "?galleries=a,a|{\"vector\":[1]}|galleries: [a, a] (expected: each once)",
            "?galleries=a,|{\"vector\":[1]}|galleries: '' (expected: 1 to 100 of",
            "?galleries=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16|{\"vector\":[1]}|galleries: 17 (expected: 1..16)",
            "?galleries=a|{\"vector\":[1],\"galleries\":\"b\"}|galleries: in the URL and in the body (expected: once)",
            "|{\"vector\":[1],\"galleries\":\"a,shop\"}|galleries: [shop, a, shop] (expected: each once)",
            "|{\"vector\":[1],\"galleries\":[\"a\"]}|galleries: a JSON array (expected: text)",
            "?top_k=x|{\"vector\":[1]}|top_k: 'x' (expected: a whole number, 1..100)"})
    void shouldSayWhatIsWrongWithASearch(String query, String body, String message) throws Exception {
        RawHttp.Response answer = GalleryFixture.json(bridge(), "POST", SEARCH + (query == null ? "" : query), body);
        assertThat(answer.json().path("err_msg").textValue()).startsWith(message);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(worker.seen()).isEmpty();
    }

    @Test
    void shouldPassOnWhatIsAskedOfSeveralGalleriesInARecognition() throws Exception {
        GalleryFixture.call(bridge(), "POST", PATH + "?galleries=a,b&filter=price+%3C+5&distinct_labels=true", IMAGE);
        assertThat(asked().getGalleries()).containsExactly("a", "b");
        assertThat(asked().getGallery()).isNull();
        assertThat(asked().getFilter()).isEqualTo("price < 5");
        assertThat(asked().getDistinctLabels()).isTrue();
        assertThat(asked().getBox()).isNull();
    }
}
