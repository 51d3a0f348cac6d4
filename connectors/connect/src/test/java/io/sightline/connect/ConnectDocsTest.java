package io.sightline.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.connect.flat.Column;
import io.sightline.connect.gallery.GallerySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

/** docs/connect.md and the ready configurations, against the code. The page as it should be is written to target/connect.md. */
class ConnectDocsTest {
    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path PAGE = MODULE.resolve("../../docs/connect.md");

    @Test
    void shouldHaveEveryOptionAndColumnOnThePage() throws Exception {
        // when
        String page = Files.readString(PAGE);
        String expected = page;
        expected = between(expected, "<!-- options: SightlineAvroConverter -->", options(SightlineAvroConverter.CONFIG));
        expected = between(expected, "<!-- options: ResultFlattener -->", options(ResultFlattener.CONFIG));
        expected = between(expected, "<!-- options: GallerySource -->", options(GallerySettings.CONFIG));
        expected = between(expected, "<!-- columns -->", columns());
        Files.writeString(MODULE.resolve("target/connect.md"), expected);
        // then
        assertThat(page).as("docs/connect.md; as it should be: connectors/connect/target/connect.md").isEqualTo(expected);
    }

    private static String between(String page, String begin, String table) {
        assertThat(page).contains(begin);
        int from = page.indexOf(begin) + begin.length();
        return page.substring(0, from) + "\n" + table + page.substring(page.indexOf("<!-- end -->", from));
    }

    private static String options(ConfigDef config) {
        return "| option | type | default | what |\n| --- | --- | --- | --- |\n" + config.configKeys().values().stream().map(ConnectDocsTest::option).collect(Collectors.joining());
    }

    private static String option(ConfigDef.ConfigKey key) {
        String type = key.type.name().toLowerCase(Locale.ROOT) + (key.validator == null || key.validator instanceof ConfigDef.NonEmptyString ? "" : ", " + key.validator.toString().replace("|", "\\|"));
        Object value = key.defaultValue instanceof List<?> list ? list.stream().map(String::valueOf).collect(Collectors.joining(",")) : key.defaultValue;
        String otherwise = ConfigDef.NO_DEFAULT_VALUE.equals(key.defaultValue) ? "none: must be given" : "".equals(value) ? "" : "`" + value + "`";
        return "| `" + key.name + "` | " + type + " | " + otherwise + " | " + key.documentation.replace("|", "\\|").replace("*", "\\*").replaceAll("(\\^\\(\\?<label>\\S+)", "`$1`") + " |\n";
    }

    private static String columns() {
        return "| column | type | what |\n| --- | --- | --- |\n" + Arrays.stream(Column.values())
                .map(column -> "| `" + column.columnName() + "` | " + (column.schema().name() == null ? column.schema().type() : "Timestamp") + (column.schema().isOptional() ? ", may be null" : "") + " | " + column.doc() + " |\n")
                .collect(Collectors.joining());
    }

    @Test
    void shouldHaveReadyConfigurationsThatTheCodeTakes() throws Exception {
        try (Stream<Path> files = Files.list(MODULE.resolve("config"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".properties")).toList()) {
                assertThat(Files.readString(PAGE)).as("named on the page").contains("../connectors/connect/config/" + file.getFileName());
                requireKnownOptions(file);
            }
        }
    }

    private static void requireKnownOptions(Path file) throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newInputStream(file)) {
            properties.load(in);
        }
        properties.forEach((key, value) -> {
            String name = (String) key;
            if (name.startsWith("transforms.flat.") && !name.endsWith(".type")) {
                assertThat(ResultFlattener.CONFIG.names()).as(file + ": " + name).contains(name.substring("transforms.flat.".length()));
            }
            if (((String) value).startsWith("io.sightline.")) {
                assertThat(Stream.of(GallerySource.class, SightlineAvroConverter.class, ResultFlattener.class).map(Class::getName)).as(file + ": " + name).contains((String) value);
            }
            if (properties.getProperty("connector.class", "").equals(GallerySource.class.getName()) && !name.matches("name|connector.class|tasks.max|key.converter|value.converter|producer.override..*")) {
                assertThat(GallerySettings.CONFIG.names()).as(file + ": " + name).contains(name);
            }
        });
        if (properties.containsKey("errors.tolerance")) {
            assertThat(properties).as(file + ": what passes by itself is no dead letter").containsEntry("errors.retry.timeout", "-1");
        }
    }
}
