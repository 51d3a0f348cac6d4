package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The dialects through the whole product, each beside the native answer to the same picture. */
@ExtendWith(ProductExtension.class)
@Timeout(240)
class DialectsIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final byte[] SCENE = Product.scene(0);
    private static Product product;

    @BeforeAll
    static void use(Product running) {
        product = running;
    }

    @Test
    void shouldAnswerTheOpenInferenceProtocolWithTheNativeResult() throws Exception {
        // given
        JsonNode expected = JSON.readTree(product.post("", SCENE, Map.of()).body());
        ByteBuffer items = ByteBuffer.allocate(2 * (4 + SCENE.length)).order(ByteOrder.LITTLE_ENDIAN).putInt(SCENE.length).put(SCENE).putInt(SCENE.length).put(SCENE);
        byte[] json = ("{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"image\",\"shape\":[2],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":" + items.capacity() + "}}]}")
                .getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(json);
        body.writeBytes(items.array());

        // when
        HttpResponse<byte[]> answer = send("/v2/models/recognition/infer", body.toByteArray(), "Inference-Header-Content-Length", String.valueOf(json.length));

        // then
        assertThat(answer.statusCode()).isEqualTo(200);
        int length = Integer.parseInt(answer.headers().firstValue("inference-header-content-length").orElseThrow());
        ByteBuffer rest = ByteBuffer.wrap(answer.body(), length, answer.body().length - length).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 2; i++) {
            byte[] result = new byte[rest.getInt()];
            rest.get(result);
            assertThat(JSON.readTree(result).path("detections")).isNotEmpty().isEqualTo(expected.path("detections"));
        }
        assertThat(JSON.readTree(product.get("/v2/models/recognition").body()).path("name").textValue()).isEqualTo("recognition");
        assertThat(product.get("/v2/health/ready").statusCode()).isEqualTo(200);
        assertThat(product.get("/v2/models/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldTellTheOpenInferenceProtocolsClientWhatIsWrongWithAPicture() throws Exception {
        String cut = Base64.getEncoder().encodeToString(Arrays.copyOf(SCENE, SCENE.length / 2));
        HttpResponse<byte[]> answer = send("/v2/models/recognition/infer",
                ("{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"" + cut + "\"]}]}").getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).path("error").textValue()).startsWith("image: ").contains("(expected: ");
    }

    @Test
    void shouldServeNoModuleWhereNoPipelineClassifies() throws Exception {
        HttpResponse<byte[]> answer = send("/predict/clas_system", "{}".getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("{\"msg\":\"Module clas_system is not available.\",\"results\":\"\",\"status\":\"111\"}");
    }

    private static HttpResponse<byte[]> send(String path, byte[] body, String header, String value) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(product.url() + path)).header(header, value).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofByteArray());
    }
}
