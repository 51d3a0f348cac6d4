package io.sightline.connectors.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import io.sightline.connectors.testing.TestBridge;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The same port speaks HTTP/2: many calls over one connection. */
class Http2Test extends BridgeFixture {
    private static WebClient client(TestBridge bridge) {
        return WebClient.builder("h2c://127.0.0.1:" + bridge.port()).responseTimeout(Duration.ofSeconds(20)).writeTimeout(Duration.ofSeconds(20)).maxResponseLength(1 << 20).build();
    }

    @Test
    void shouldAnswerManyCallsAtATimeOverOneConnection() throws Exception {
        // given
        WebClient client = client(bridge(10_000, 64, 0));
        // when
        List<CompletableFuture<AggregatedHttpResponse>> answers = IntStream.range(0, 50)
                .mapToObj(i -> client.execute(HttpRequest.of(RequestHeaders.of(HttpMethod.POST, PATH, "x-request-id", "r" + i), HttpData.wrap(IMAGE))).aggregate()).toList();
        // then
        for (int i = 0; i < 50; i++) {
            assertThat(answers.get(i).join().status().code()).isEqualTo(200);
            assertThat(new JsonMapper().readTree(answers.get(i).join().content().array()).path("request_id").textValue()).isEqualTo("r" + i);
        }
    }

    @Test
    void shouldRefuseOneByteOverTheLimitAndGoOn() {
        WebClient client = client(bridge());
        AggregatedHttpResponse answer = client.execute(HttpRequest.of(HttpMethod.POST, PATH, com.linecorp.armeria.common.MediaType.JPEG, new byte[(16 << 20) + 1])).aggregate().join();
        assertThat(answer.status().code()).isEqualTo(413);
        assertThat(answer.contentUtf8()).contains("at most 16777216");
        assertThat(client.execute(HttpRequest.of(HttpMethod.POST, PATH, com.linecorp.armeria.common.MediaType.JPEG, IMAGE)).aggregate().join().status().code()).isEqualTo(200);
    }

    @Test
    void shouldAnswerInOurFormWhenPathOrMethodIsWrong() {
        WebClient client = client(bridge());
        assertThat(client.get("/v3").aggregate().join().contentUtf8()).contains("\"err_no\":5000").contains("path: '/v3'");
        AggregatedHttpResponse answer = client.get(PATH).aggregate().join();
        assertThat(answer.status().code()).isEqualTo(405);
        assertThat(answer.headers().get("allow")).isEqualTo("POST");
    }

    @Test
    void shouldForgetTheCallWhenItsStreamIsReset() {
        // given
        worker.hold();
        TestBridge bridge = bridge();
        HttpResponse response = client(bridge).execute(HttpRequest.of(HttpMethod.POST, PATH, com.linecorp.armeria.common.MediaType.JPEG, IMAGE));
        await().until(() -> worker.held().size() == 1);
        // when
        response.abort();
        // then
        await().until(() -> bridge.replies().inFlight() == 0 && bridge.server().inFlight() == 0);
    }
}
