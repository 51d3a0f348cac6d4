package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.connectors.client.GalleryAnswer;
import io.sightline.connectors.client.GalleryClient;
import io.sightline.connectors.client.SearchOptions;
import io.sightline.connectors.dataset.LabelFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Photographs of a real shop, imported with their label file and searched with others. They lie beside the checkout, where they are at all. */
@ExtendWith(ProductExtension.class)
@Timeout(300)
class GroceryGalleryIT {
    private static Product product;
    private static Path grocery;

    @BeforeAll
    static void findPhotographs(Product running) {
        product = running;
        String given = System.getProperty("sightline.shared.data", System.getenv("SIGHTLINE_SHARED_DATA"));
        Path shared = given != null ? Path.of(given) : Product.HOME.resolveSibling("shared").resolve("data");
        grocery = shared.resolve("grocery");
        assumeTrue(Files.isDirectory(grocery), "no photographs: " + grocery + " (expected: ../shared/data/grocery beside the checkout, or ../shared/data's path in the system property sightline.shared.data)");
    }

    @Test
    void shouldImportTheLabelFileAndFindWhatItsQueriesShow() throws Exception {
        // given
        Path list = grocery.resolve("gallery_label.txt");
        int entries = LabelFile.read(list, Optional.empty()).size();
        // when
        CommandLineRun imported = CommandLineRun.of("gallery", "import", list.toString(), "--root", grocery.toString(), "--gallery", "grocery", "--operation", "new", "--wait", "searchable",
                "--url", product.url().toString());
        // then
        assertThat(imported.status()).as(imported.err()).isZero();
        assertThat(imported.out()).contains("gallery=grocery added=" + entries + " removed=0 failed=0");
        GalleryClient client = new GalleryClient(product.url(), Duration.ofSeconds(30));
        assertThat(client.stats("grocery").json().path("entries").intValue()).isEqualTo(entries);
        // and when
        List<LabelFile.Labelled> queries = LabelFile.read(grocery.resolve("query_label.txt"), Optional.empty());
        int first = 0;
        int amongFive = 0;
        for (LabelFile.Labelled query : queries) {
            GalleryAnswer answer = client.search("grocery", Files.readAllBytes(query.file()), null, new SearchOptions(null, null, 5, -1.0, null, true));
            assertThat(answer.ok()).as(query.file() + ": " + answer.message()).isTrue();
            JsonNode matches = answer.json().at("/detections/0/matches");
            assertThat(matches).hasSize(5);
            first += matches.get(0).path("label").textValue().equals(query.label()) ? 1 : 0;
            amongFive += StreamSupport.stream(matches.spliterator(), false).anyMatch(match -> match.path("label").textValue().equals(query.label())) ? 1 : 0;
        }
        System.out.printf(Locale.ROOT, "grocery: %d entries, %d queries, recall@1 %.4f, recall@5 %.4f%n", entries, queries.size(), (double) first / queries.size(), (double) amongFive / queries.size());
        // then it is far better than guessing
        assertThat((double) amongFive / queries.size()).isGreaterThan(2 * 5.0 / entries);
    }
}
