package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sightline.app.run.BridgeRuntime;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.connectors.client.EntryUpload;
import io.sightline.connectors.client.GalleryAnswer;
import io.sightline.connectors.client.GalleryClient;
import io.sightline.connectors.client.SearchOptions;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelOutput;
import io.sightline.schemas.topics.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is waited for until it is searchable is found by whichever worker is asked. */
@ExtendWith(ProductExtension.class)
@Timeout(240)
class TwoWorkersIT {
    private static final int EDITS = 12;

    @Test
    void shouldFindAnEntryWithTheVeryNextRequestsOnBothWorkers(Product product) throws Exception {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        try (WorkerRuntime second = WorkerRuntime.start(product.config(Map.of()), failures::add)) {
            // given two workers, each with some of the requests' partitions
            await().atMost(Duration.ofSeconds(90)).until(() -> product.worker().isReady() && second.isReady() && owners(product) == 2);
            GalleryClient client = new GalleryClient(product.url(), Duration.ofSeconds(30));
            Set<Integer> partitions = new HashSet<>();
            for (int edit = 0; edit < EDITS; edit++) {
                // when
                GalleryAnswer added = client.put("both", "p" + edit, new EntryUpload(null, "label " + edit, null, Product.galleryPicture(edit), null, null, null), "searchable");
                assertThat(added.ok()).as(added.message()).isTrue();
                long epoch = added.json().path("epoch").longValue();
                // then every worker's index has it, and so has every answer
                assertThat(product.worker().index().epoch("both")).isGreaterThanOrEqualTo(epoch);
                assertThat(second.index().epoch("both")).isGreaterThanOrEqualTo(epoch);
                for (int request = 0; request < 6; request++) {
                    JsonNode found = client.search("both", Product.galleryPicture(edit), null, new SearchOptions(null, null, 100, -1.0, null, null)).json();
                    assertThat(found.at("/detections/0/matches")).extracting(match -> match.path("id").textValue()).contains("p" + edit);
                    assertThat(found.at("/lineage/galleries/both").longValue()).isGreaterThanOrEqualTo(epoch);
                    partitions.add(found.at("/lineage/input_partition").intValue());
                }
            }
            assertThat(partitions).as("partitions asked, of either worker").hasSizeGreaterThanOrEqualTo(3);
            assertThat(failures).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void shouldAnswerRightWhatIsToBeSearchableWhileWorkersComeAndGo(String guarantee, Product product) throws Exception {
        // given a group of workers with topics of its own, and one who edits and searches all the time
        String prefix = guarantee.replace('_', '-') + ".";
        Map<String, String> more = Map.of("topics.prefix", prefix, "worker.application_id", prefix + "workers", "worker.processing_guarantee", guarantee);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger edits = new AtomicInteger();
        try (WorkerRuntime first = WorkerRuntime.start(product.config(more), failures::add);
                BridgeRuntime bridge = BridgeRuntime.start(product.config(more), first.local(), Map.of())) {
            assertThat(bridge.replies().awaitReady(Duration.ofSeconds(30))).isTrue();
            GalleryClient client = new GalleryClient(bridge.url(), Duration.ofSeconds(30));
            ArrayNode vector = vector(ModelFolder.load(Product.HOME.resolve("models"), "embedder").outputAs(ModelOutput.Embedding.class).dimension());
            CompletableFuture<Void> user = CompletableFuture.runAsync(() -> {
                while (!enough.get()) {
                    editAndSearch(client, vector, edits.incrementAndGet());
                }
            });
            await().atMost(Duration.ofSeconds(90)).until(() -> edits.get() > 5 || user.isDone());
            // when a second worker joins, and leaves again, twice
            for (int round = 0; round < 2; round++) {
                try (WorkerRuntime second = WorkerRuntime.start(product.config(more), failures::add)) {
                    int before = edits.get();
                    await().atMost(Duration.ofSeconds(90)).until(() -> second.isReady() && edits.get() > before + 5 || user.isDone());
                    assertThat(second.index().epoch("moving")).isGreaterThan(before);
                }
                int before = edits.get();
                await().atMost(Duration.ofSeconds(90)).until(() -> edits.get() > before + 5 || user.isDone());
            }
            // then every edit was found by the very next request
            enough.set(true);
            user.get(90, TimeUnit.SECONDS);
            assertThat(failures).isEmpty();
        }
    }

    private static void editAndSearch(GalleryClient client, ArrayNode vector, int number) {
        GalleryAnswer added = client.put("moving", "one", new EntryUpload(null, "label " + number, null, null, vector, null, null), "searchable");
        assertThat(added.ok()).as(added.message()).isTrue();
        for (int request = 0; request < 4; request++) {
            GalleryAnswer found = client.search("moving", vector, null, new SearchOptions(null, null, 1, -1.0, null, null));
            assertThat(found.ok()).as(found.message()).isTrue();
            assertThat(found.json().at("/detections/0/matches/0/label").textValue()).isEqualTo("label " + number);
            assertThat(found.json().at("/lineage/galleries/moving").longValue()).isEqualTo(added.json().path("epoch").longValue());
        }
    }

    private static ArrayNode vector(int dimension) {
        ArrayNode vector = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < dimension; i++) {
            vector.add(i % 7 - 2.5);
        }
        return vector;
    }

    /** Members of the workers' group that have partitions of the requests topic. */
    private static long owners(Product product) throws Exception {
        String requests = product.worker().topics().name(Topic.REQUESTS);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", product.bootstrapServers()))) {
            List<String> groups = admin.listGroups().all().get().stream().map(group -> group.groupId()).toList();
            Collection<ConsumerGroupDescription> described = admin.describeConsumerGroups(groups).all().get().values();
            return described.stream().flatMap(group -> group.members().stream())
                    .filter(member -> member.assignment().topicPartitions().stream().anyMatch(partition -> partition.topic().equals(requests))).map(member -> member.clientId().replaceAll("-StreamThread.*", "")).distinct().count();
        }
    }
}
