package io.sightline.connectors.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.walk.Span;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class SurveyTest {
    private final LetterTopic topic = new LetterTopic();

    @AfterEach
    void close() {
        topic.close();
    }

    @Test
    void shouldSayNothingIsThereWhenNothingIs() {
        Survey survey = topic.letters.survey(LetterSelection.ALL, 10);
        assertThat(survey.letters()).isZero();
        assertThat(survey.reasons()).isEmpty();
        assertThat(survey.rows()).isEmpty();
    }

    @Test
    void shouldCountLettersByWhatTheirReasonsHaveInCommon() {
        // given
        topic.draft("a", new byte[] {1}).because(5000, "top_k: 0 (expected: 1..100)").from(Topic.REQUESTS, 0, 1).put();
        topic.draft("b", new byte[] {1}).because(5000, "top_k: 101 (expected: 1..100)").from(Topic.REQUESTS, 0, 2).put();
        topic.draft("c", new byte[] {1}).because(9000, "model 'x' broke after 17 ms").from(Topic.REQUESTS, 0, 3).put();
        // when
        Survey survey = topic.letters.survey(LetterSelection.ALL, 10);
        // then
        assertThat(survey.reasons()).containsExactly(new Survey.Reason(5000, "top_k (expected: 1..100)", 2, 0), new Survey.Reason(9000, "model '…' broke after N ms", 1, 0));
    }

    @Test
    void shouldListTheNewestOnlyAndCountAll() {
        for (int i = 0; i < 5; i++) {
            topic.draft(i % 2, 1_000 + i, "k" + i, new byte[] {1}).because(5000, "x").from(Topic.REQUESTS, 0, i).put();
        }
        Survey survey = topic.letters.survey(LetterSelection.ALL, 3);
        assertThat(survey.letters()).isEqualTo(5);
        assertThat(survey.rows()).extracting(row -> row.letter().id().orElseThrow()).containsExactly("k4", "k3", "k2");
        assertThat(topic.letters.survey(LetterSelection.ALL, 0).rows()).isEmpty();
    }

    @Test
    void shouldReadIdAndPipelineWhereTheyStandInTheRequest() {
        // given
        AvroCodec<RecognitionRequest> codec = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE);
        byte[] value = codec.encode(topic.topics.name(Topic.REQUESTS), RecognitionRequest.newBuilder().setRequestId("shelf-1").setPipeline("faces")
                .setImage(ByteBuffer.wrap(new byte[2 << 20])).build());
        topic.request("key", value);
        // when
        Letter letter = topic.letters.survey(LetterSelection.ALL, 1).rows().get(0).letter();
        // then
        assertThat(letter.id()).contains("shelf-1");
        assertThat(letter.pipeline()).contains("faces");
        assertThat(letter.bytes()).isEqualTo(value.length);
        assertThat(letter.source()).contains(new Letter.Source(topic.topics.name(Topic.REQUESTS), 1, 7));
    }

    @Test
    void shouldNameALetterAfterHeaderKeyOrPlaceWhenItsValueDoesNot() {
        topic.draft("key", new byte[] {0, 0, 0, 0, 99}).header("request-id", "head").because(5000, "x").from(Topic.REQUESTS, 0, 1).put();
        topic.draft("key", new byte[] {1}).because(5000, "x").from(Topic.REQUESTS, 0, 2).put();
        topic.draft(null, new byte[] {1}).because(5000, "x").from(Topic.REQUESTS, 0, 3).put();
        topic.draft(null, null).put();
        assertThat(topic.letters.survey(LetterSelection.ALL, 9).rows()).extracting(row -> row.letter().id().orElse("none"))
                .containsExactlyInAnyOrder("head", "key", topic.topics.name(Topic.REQUESTS) + "-0@3", "none");
    }

    @Test
    void shouldTakeOnlyWhatIsMeant() {
        // given
        LetterPlace old = topic.draft(0, 1_000, "a", new byte[] {1}).because(5000, "image: 0 bytes (expected: a file)").from(Topic.REQUESTS, 0, 1).put();
        LetterPlace young = topic.draft(1, 2_000, "b", new byte[] {1}).because(6000, "Deadline passed").from(Topic.GALLERY, 0, 1).put();
        LetterSelection all = LetterSelection.ALL;
        Optional<String> none = Optional.empty();
        // when, then
        assertThat(places(new LetterSelection(Set.of(), all.span(), OptionalInt.of(6000), none, none, none, none))).containsExactly(young);
        assertThat(places(new LetterSelection(Set.of(), all.span(), OptionalInt.empty(), Optional.of("deadLINE"), none, none, none))).containsExactly(young);
        assertThat(places(new LetterSelection(Set.of(), all.span(), OptionalInt.empty(), none, Optional.of("a"), none, none))).containsExactly(old);
        assertThat(places(new LetterSelection(Set.of(), all.span(), OptionalInt.empty(), none, none, Optional.of("p"), none))).isEmpty();
        assertThat(places(new LetterSelection(Set.of(), all.span(), OptionalInt.empty(), none, none, none, Optional.of(topic.topics.name(Topic.GALLERY))))).containsExactly(young);
        assertThat(places(new LetterSelection(Set.of(old), all.span(), OptionalInt.empty(), none, none, none, none))).containsExactly(old);
        assertThat(places(new LetterSelection(Set.of(new LetterPlace(7, 0)), all.span(), OptionalInt.empty(), none, none, none, none))).isEmpty();
        assertThat(places(span(Optional.of(2_000L), none.map(Long::valueOf)))).containsExactly(young);
        assertThat(places(span(Optional.of(1_000L), Optional.of(2_000L)))).containsExactly(old);
        assertThat(places(span(Optional.of(2_001L), Optional.empty()))).isEmpty();
    }

    private static LetterSelection span(Optional<Long> from, Optional<Long> to) {
        return new LetterSelection(Set.of(), new Span(from.map(Instant::ofEpochMilli), to.map(Instant::ofEpochMilli)), OptionalInt.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty());
    }

    private List<LetterPlace> places(LetterSelection selection) {
        return topic.letters.survey(selection, 10).rows().stream().map(row -> row.letter().place()).toList();
    }

    @Test
    void shouldCountTogetherWhatComesBehindTheMostReasons() {
        Survey survey = new Survey(0);
        for (int i = 0; i <= Survey.MAX_REASONS; i++) {
            String word = "reason " + (char) ('a' + i % 26) + (char) ('a' + i / 26);
            survey.add(new Letter(new LetterPlace(0, i), Instant.EPOCH, OptionalInt.of(1), word, Optional.empty(), Optional.empty(), Optional.empty(), 1, false, 0, Optional.empty()));
        }
        assertThat(survey.reasons()).hasSize(Survey.MAX_REASONS + 1).contains(new Survey.Reason(-1, Survey.OTHER_REASONS, 1, 0));
    }

    @Test
    void shouldShowOneLetterWithWhatItsBytesAre() {
        byte[] jpeg = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 5};
        LetterPlace place = topic.request("a", jpeg);
        DeadLetters.Detail detail = topic.letters.find(place).orElseThrow();
        assertThat(detail.record().value()).isEqualTo(jpeg);
        assertThat(detail.retried()).isEmpty();
        assertThat(topic.letters.describe(detail)).containsExactly("a JPEG file, the first bytes FF D8 FF E0 05");
        assertThat(topic.letters.find(new LetterPlace(place.partition(), place.offset() + 1))).isEmpty();
        assertThat(topic.letters.find(new LetterPlace(99, 0))).isEmpty();
    }

    @Test
    void shouldShowTheFieldsOfARequestAndNotItsPicture() {
        AvroCodec<RecognitionRequest> codec = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE);
        byte[] value = codec.encode(topic.topics.name(Topic.REQUESTS), RecognitionRequest.newBuilder().setRequestId("\u001b[2Jr").setTopK(0)
                .setImage(ByteBuffer.wrap(LetterTopic.utf8("plain text"))).build());
        assertThat(topic.letters.describe(topic.letters.find(topic.request("a", value)).orElseThrow())).containsExactly("Avro, schema id 6: RecognitionRequest", "  request_id: ?[2Jr",
                "  image: 10 bytes, text 'plain text', the first bytes 70 6C 61 69 6E 20 74 65 78 74", "  top_k: 0");
        assertThat(topic.letters.describe(topic.letters.find(topic.request("a", new byte[] {0, 0, 0, 0, 1, 9})).orElseThrow())).hasSize(2)
                .last().asString().contains("not a readable Avro");
        assertThat(topic.letters.describe(topic.letters.find(topic.draft("a", null).put()).orElseThrow())).containsExactly("null: the removal of an entry");
    }

    @Test
    void shouldLeaveNoGroupBehind() throws Exception {
        topic.request("a", new byte[] {1});
        topic.letters.survey(LetterSelection.ALL, 10);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", topic.broker.bootstrapServers()))) {
            assertThat(admin.listGroups().all().get()).isEmpty();
        }
    }

    @Test
    void shouldSayWhatIsMissingWhenThereIsNoSuchTopic() {
        DeadLetters nowhere = new DeadLetters(TestBroker.shared().kafka(), new Topics("nowhere."), EmbeddedRegistry.INSTANCE);
        assertThatThrownBy(() -> nowhere.survey(LetterSelection.ALL, 1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("topic nowhere.dead-letters: ")
                .hasMessageContaining("(expected: ");
    }
}
