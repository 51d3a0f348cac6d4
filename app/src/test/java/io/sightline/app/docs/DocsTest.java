package io.sightline.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sightline.app.config.ConfigFile;
import io.sightline.app.config.ConfigReference;
import io.sightline.app.config.GalleryIndexSection;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.metrics.MetricsReference;
import io.sightline.schemas.topics.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the documents say that can be checked. Surefire runs in the module's folder; the project is its parent. */
class DocsTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

    @Test
    void shouldHaveTheConfigurationReferenceInStepWithTheCode() throws Exception {
        assertThat(PROJECT.resolve("docs/configuration.md")).as("./sightline config --reference > docs/configuration.md")
                .hasContent(ConfigReference.markdown());
    }

    @Test
    void shouldHaveTheMetricsReferenceInStepWithTheCode() {
        assertThat(PROJECT.resolve("docs/metrics.md")).as("./sightline config --metrics > docs/metrics.md").hasContent(MetricsReference.markdown());
    }

    @Test
    void shouldNameEveryTopic() throws Exception {
        String page = Files.readString(PROJECT.resolve("docs/topics.md"));
        for (Topic topic : Topic.values()) {
            assertThat(page).contains("| `" + topic.baseName() + "` |");
        }
    }

    @Test
    void shouldHaveAComposeFileThatReferencesOnlyWhatItDefines() throws Exception {
        JsonNode compose = new YAMLMapper().readTree(Files.readString(PROJECT.resolve("docker-compose.yml")));
        assertThat(compose.get("services").fieldNames()).toIterable().containsExactlyInAnyOrder("kafka", "redis", "schema-registry", "worker", "bridge");
        compose.get("services").forEach(service -> {
            assertThat(service.has("image") || service.has("build") || service.has("<<")).isTrue();
            service.path("depends_on").fieldNames().forEachRemaining(name -> assertThat(compose.get("services").has(name)).as(name).isTrue());
            service.path("ports").forEach(port -> assertThat(port.asText()).startsWith("127.0.0.1:"));
        });
    }

    @Test
    void shouldHaveAComposeFileWhoseSettingsThereAre() throws Exception {
        JsonNode services = new YAMLMapper().readTree(Files.readString(PROJECT.resolve("docker-compose.yml"))).get("services");
        SightlineConfig worker = settings(services.get("worker"));
        assertThat(worker.galleryIndex().kind()).isEqualTo(GalleryIndexSection.Kind.VECTOR_SET);
        assertThat(services.has(worker.galleryIndex().redis().host())).isTrue();
        assertThat(settings(services.get("bridge")).schemaRegistry()).isEqualTo(worker.schemaRegistry()).containsKey("schema.registry.url");
    }

    private static SightlineConfig settings(JsonNode service) {
        Map<String, String> settings = new HashMap<>();
        JsonNode command = service.get("command");
        for (int i = 0; i < command.size(); i++) {
            if (command.get(i).asText().equals("--set")) {
                String[] setting = command.get(i + 1).asText().split("=", 2);
                settings.put(setting[0], setting[1]);
            }
        }
        return ConfigFile.read(Optional.empty(), settings);
    }

    @Test
    void shouldHaveNoDeadLinksBetweenDocuments() throws Exception {
        Pattern link = Pattern.compile("\\]\\((?!https?://|#|mailto:)([^)#\\s]+)");
        try (var files = Files.list(PROJECT.resolve("docs"))) {
            for (Path page : java.util.stream.Stream.concat(files.filter(f -> f.toString().endsWith(".md")),
                    java.util.stream.Stream.of(PROJECT.resolve("README.md"), PROJECT.resolve("models/README.md"))).toList()) {
                Matcher matcher = link.matcher(Files.readString(page));
                while (matcher.find()) {
                    assertThat(page.getParent().resolve(matcher.group(1))).as(page + " links to it").exists();
                }
            }
        }
    }
}
