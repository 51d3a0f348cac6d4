package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.head;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.connectors.reply.ReplySettings;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page needs no Kafka: here there is none. */
class PageTest {
    private static final String BROWSER = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
    private static RequestReply replies;
    private static BridgeServer bridge;

    @BeforeAll
    static void start() {
        replies = RequestReply.start(new ReplySettings(Map.of("bootstrap.servers", "127.0.0.1:1"), 4, 1000), new Topics("x."), EmbeddedRegistry.INSTANCE);
        bridge = BridgeServer.start(TestBridge.settings(1000, 1000, 4, 0), RequestLimits.DEFAULT, BridgeParts.of(replies));
    }

    @AfterAll
    static void stop() {
        bridge.close();
        replies.close();
    }

    private static RawHttp.Response get(String path, String... headers) throws Exception {
        String more = headers.length == 0 ? "" : "\r\n" + String.join("\r\n", headers);
        return RawHttp.exchange(bridge.port(), head("GET " + path + " HTTP/1.1" + more));
    }

    @ParameterizedTest
    @ValueSource(strings = {BROWSER, "Accept: text/html", "Accept: text/html, application/json;q=0.9", "Accept: text/*", "Accept: application/json;q=0.1\r\nAccept: text/html"})
    void shouldBeThePageWhenHtmlIsPreferred(String accept) throws Exception {
        RawHttp.Response answer = get("/", accept);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", "text/html; charset=utf-8").containsEntry("vary", "accept");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).startsWith("<!doctype html>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept: */*", "X-No-Accept: at all", "Accept: application/json", "Accept: application/json, text/html;q=0.9", "Accept: image/png", "Accept:", "Accept: ;;;"})
    void shouldBeTheLinksWhenHtmlIsNotPreferred(String accept) throws Exception {
        RawHttp.Response answer = get("/", accept);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", "application/json; charset=utf-8").containsEntry("vary", "accept");
        assertThat(answer.json().at("/links/recognise").textValue()).isEqualTo("POST /v1/recognitions");
    }

    @ParameterizedTest
    @CsvSource({"/, text/html", "/page/page.css, text/css", "/page/main.js, text/javascript", "/page/icon.svg, image/svg+xml"})
    void shouldServeEachFileWithItsTypeAndAPolicyThatLetsNothingElseIn(String path, String type) throws Exception {
        RawHttp.Response answer = get(path, BROWSER);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", type + "; charset=utf-8").containsEntry("x-content-type-options", "nosniff").containsEntry("referrer-policy", "same-origin");
        String policy = answer.headers().get("content-security-policy");
        assertThat(policy).contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'").doesNotContain("unsafe", "*", "http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/page/main.js"})
    void shouldSendAFileOnceAVersionWhenTheBrowserHasKeptIt(String path) throws Exception {
        // given
        RawHttp.Response first = get(path, BROWSER);
        String tag = first.headers().get("etag");
        assertThat(tag).matches("\"[0-9a-f]{32}\"");
        assertThat(first.headers().get("cache-control")).contains("no-cache");
        // when
        RawHttp.Response again = get(path, BROWSER, "If-None-Match: " + tag);
        RawHttp.Response other = get(path, BROWSER, "If-None-Match: \"0\"");
        // then
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers()).containsEntry("etag", tag);
        assertThat(other.status()).isEqualTo(200);
        assertThat(other.body()).isEqualTo(first.body());
    }

    @Test
    void shouldAnswerHeadWithoutABody() throws Exception {
        for (String path : List.of("/", "/page/main.js")) {
            try (RawHttp http = new RawHttp(bridge.port())) {
                http.send(head("HEAD " + path + " HTTP/1.1", "Connection: close", BROWSER));
                assertThat(http.receiveAll()).startsWith("HTTP/1.1 200 ").contains("etag: ").endsWith("\r\n\r\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/page/nothing.js", "/page/page.html", "/page/Page.class", "/page/main.js%2f", "/page/package-info.class"})
    void shouldServeNoOtherFile(String path) throws Exception {
        RawHttp.Response answer = get(path, BROWSER);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("err_msg").textValue()).contains("(expected: ");
    }

    @Test
    void shouldNameTheMethodsWhenAnotherIsUsed() throws Exception {
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), head("POST /page/main.js HTTP/1.1", "Content-Length: 0"));
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("allow", "GET, HEAD");
    }
}
