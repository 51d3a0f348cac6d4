package io.sightline.connectors.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.connectors.bridge.access.ApiKeysFile;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.schemas.topics.Topics;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientKeyTest {
    @TempDir
    private Path folder;

    @Test
    void shouldShowItsKeyToABridgeThatAsksForOne() throws Exception {
        // given
        ApiKeysFile.NewKey key = ApiKeysFile.create("all", new ApiKeysFile.Rights(List.of(), false, Optional.empty(), Optional.empty()));
        ApiKeysFile.append(folder.resolve("keys"), key);
        Topics topics = TestBroker.shared().newTopics(1);
        try (TestBridge bridge = TestBridge.start(TestBroker.shared(), topics, TestBridge.settings(10_000, 5_000, 4, 0).withKeys(folder.resolve("keys")))) {
            // when, then
            for (Optional<String> shown : List.of(Optional.<String>empty(), Optional.of(key.key()))) {
                HttpCaller caller = new HttpCaller(bridge.server().url(), Duration.ofSeconds(10), shown);
                assertThat(caller.call("GET", "/v1/models", null, BodyPublishers.noBody()).statusCode()).isEqualTo(shown.isEmpty() ? 401 : 200);
            }
            assertThatThrownBy(() -> new HttpCaller(bridge.server().url(), Duration.ofSeconds(10), Optional.of("a\r\nb"))).isInstanceOf(ClientException.class)
                    .hasMessage("SIGHTLINE_API_KEY: 4 characters, not all of a key (expected: a key as `sightline key new` writes it)");
        }
    }
}
