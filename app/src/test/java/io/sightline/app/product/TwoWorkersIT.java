package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.connectors.client.EntryUpload;
import io.sightline.connectors.client.GalleryAnswer;
import io.sightline.connectors.client.GalleryClient;
import io.sightline.connectors.client.SearchOptions;
import io.sightline.schemas.topics.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is waited for until it is searchable is found by whichever worker is asked. */
@ExtendWith(ProductExtension.class)
@Timeout(180)
class TwoWorkersIT {
    private static final int EDITS = 12;

    @Test
    void shouldFindAnEntryWithTheVeryNextRequestsOnBothWorkers(Product product) throws Exception {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        try (WorkerRuntime second = WorkerRuntime.start(product.config(Map.of()), failures::add)) {
            // given two workers, each with some of the requests' partitions
            await().atMost(Duration.ofSeconds(60)).until(() -> product.worker().isReady() && second.isReady() && owners(product) == 2);
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
                    JsonNode found = client.search("both", Product.galleryPicture(edit), null, new SearchOptions(null, 100, -1.0, null, null)).json();
                    assertThat(found.at("/detections/0/matches")).extracting(match -> match.path("id").textValue()).contains("p" + edit);
                    assertThat(found.at("/lineage/galleries/both").longValue()).isGreaterThanOrEqualTo(epoch);
                    partitions.add(found.at("/lineage/input_partition").intValue());
                }
            }
            assertThat(partitions).as("partitions asked, of either worker").hasSizeGreaterThanOrEqualTo(3);
            assertThat(failures).isEmpty();
        }
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
