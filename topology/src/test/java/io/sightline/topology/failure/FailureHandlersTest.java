package io.sightline.topology.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.sightline.processors.streams.RunFailedException;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.schemas.wire.ScriptedRegistry;
import io.sightline.schemas.wire.SchemaRegistry;
import io.sightline.schemas.wire.RegistryUnavailableException;
import io.sightline.schemas.wire.Registries;
import java.io.EOFException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import io.sightline.schemas.ErrorCode;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.errors.internals.DefaultErrorHandlerContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FailureHandlersTest {
    private static final Topics TOPICS = new Topics("t.");
    private static final AvroCodec<RecognitionResult> RESULTS = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);
    private static final AvroCodec<RecognitionRequest> REQUESTS = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE);

    private final Logger log = (Logger) LoggerFactory.getLogger("io.sightline.topology.failure");
    private final Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
    private final UnexpectedFailureHandler processing = new UnexpectedFailureHandler();
    private final ProductionFailureHandler production = new ProductionFailureHandler();

    @BeforeEach
    void configure() {
        log.setLevel(Level.OFF);
        Map<String, Object> configs = Map.of(FailureRecords.CONFIG, new FailureRecords(TOPICS, EmbeddedRegistry.INSTANCE));
        processing.configure(configs);
        production.configure(configs);
    }

    @AfterEach
    void loud() {
        log.setLevel(null);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private ErrorHandlerContext context(String topic, byte[] key, byte[] value) {
        return new DefaultErrorHandlerContext(null, topic, 3, 77, headers, "publish", null, 0, key, value);
    }

    private List<ProducerRecord<byte[], byte[]>> resumed(ErrorHandlerContext context, Exception failure) {
        ProcessingExceptionHandler.Response response = processing.handleError(context, null, failure);
        assertThat(response.result()).isEqualTo(ProcessingExceptionHandler.Result.RESUME);
        return response.deadLetterQueueRecords();
    }

    private String answeredId(byte[] key, byte[] value) {
        return RESULTS.decode(resumed(context("t.requests", key, value), new IllegalStateException("x")).get(1).value()).getRequestId();
    }

    @Test
    void shouldPublishADeadLetterAndAnAnswerWhenOneRequestFailsUnexpectedly() {
        headers.add(RecordHeaders.CORRELATION_ID, bytes("c"));

        List<ProducerRecord<byte[], byte[]>> records = resumed(context("t.requests", bytes("r1"), bytes("photo")), new IllegalStateException("no lane"));

        assertThat(records).extracting(ProducerRecord::topic).containsExactly("t.dead-letters", "t.results");
        assertThat(records.get(0).value()).isEqualTo(bytes("photo"));
        assertThat(RecordHeaders.text(records.get(0).headers(), RecordHeaders.SOURCE_OFFSET)).contains("77");
        RecognitionResult result = RESULTS.decode(records.get(1).value());
        assertThat(result.getErrNo()).isEqualTo(10000);
        assertThat(result.getErrMsg()).isEqualTo("unexpected failure in publish (IllegalStateException: no lane)");
        assertThat(records.get(1).key()).isEqualTo(bytes("r1"));
        assertThat(RecordHeaders.text(records.get(1).headers(), RecordHeaders.CORRELATION_ID)).contains("c");
    }

    @Test
    void shouldPublishADeadLetterOnlyWhenAnEditFailsUnexpectedly() {
        assertThat(resumed(context("t.gallery", bytes("g/1"), null), new NullPointerException())).extracting(ProducerRecord::topic)
                .containsExactly("t.dead-letters");
    }

    @Test
    void shouldAnswerAnEditThatFailsUnexpectedlyWhenItsSenderWaits() {
        headers.add(RecordHeaders.CORRELATION_ID, bytes("c"));
        headers.add(RecordHeaders.REQUEST_ID, bytes("e1"));

        List<ProducerRecord<byte[], byte[]>> records = resumed(context("t.gallery", bytes("g/1"), null), new NullPointerException());

        assertThat(records).extracting(ProducerRecord::topic).containsExactly("t.dead-letters", "t.results");
        RecognitionResult result = RESULTS.decode(records.get(1).value());
        assertThat(result.getRequestId()).isEqualTo("e1");
        assertThat(result.getErrNo()).isEqualTo(10000);
        assertThat(result.getLineage().getGallery()).isEqualTo("g");
        assertThat(RecordHeaders.text(records.get(1).headers(), RecordHeaders.CORRELATION_ID)).contains("c");
    }

    @Test
    void shouldAnswerUnderTheIdTheRequestGoesBy() {
        byte[] avro = REQUESTS.encode("t.requests", RecognitionRequest.newBuilder().setRequestId("in-avro").setImage(ByteBuffer.wrap(new byte[1])).build());
        byte[] unnamed = REQUESTS.encode("t.requests", RecognitionRequest.newBuilder().setImage(ByteBuffer.wrap(new byte[1])).build());

        assertThat(answeredId(bytes("key"), avro)).isEqualTo("in-avro");
        assertThat(answeredId(bytes("key"), unnamed)).isEqualTo("key");
        assertThat(answeredId(bytes("key"), new byte[] {0, 0, 0, 0, 99, 1})).as("unknown schema").isEqualTo("key");
        assertThat(answeredId(null, null)).isEqualTo("t.requests-3@77");
        assertThat(answeredId(new byte[] {(byte) 0xff}, bytes("photo"))).isEqualTo("ff");
        headers.add(RecordHeaders.REQUEST_ID, bytes("in-header"));
        assertThat(answeredId(bytes("key"), bytes("photo"))).isEqualTo("in-header");
    }

    @Test
    void shouldStopTheThreadWhenTheServiceIsAtFault() {
        List<Exception> faults = List.of(new RunFailedException("stage broke", null), new RuntimeException(new OutOfMemoryError("heap")),
                new SerializationException("registry away", new ConnectException("refused")), new TimeoutException("broker"),
                new AuthorizationException("no") { });

        assertThat(faults).allSatisfy(fault -> {
            ProcessingExceptionHandler.Response response = processing.handleError(context("t.requests", null, null), null, fault);
            assertThat(response.result()).isEqualTo(ProcessingExceptionHandler.Result.FAIL);
            assertThat(response.deadLetterQueueRecords()).isEmpty();
        });
    }

    @Test
    void shouldTakeATruncatedRecordForTheRecordsFault() {
        assertThat(resumed(context("t.requests", null, null), new SerializationException("cut", new EOFException()))).hasSize(2);
    }

    @Test
    void shouldNotLoopOverAFailureThatIsItsOwnCause() {
        Exception a = new RuntimeException("a");
        a.initCause(new RuntimeException("b", a));

        assertThat(resumed(context("t.requests", null, null), a)).hasSize(2);
    }

    private ProductionExceptionHandler.Response produce(String topic, Exception failure) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, bytes("r1"), new byte[2_000_000]);
        record.headers().add(RecordHeaders.REQUEST_ID, bytes("r1"));
        return production.handleError(context("t.requests", null, bytes("photo")), record, failure);
    }

    @Test
    void shouldReplaceAResultTheBrokerRefusesAsTooLarge() {
        ProductionExceptionHandler.Response response = produce("t.results", new RecordTooLargeException("too large"));

        assertThat(response.result()).isEqualTo(ProductionExceptionHandler.Result.RESUME);
        assertThat(response.deadLetterQueueRecords()).extracting(ProducerRecord::topic).containsExactly("t.dead-letters", "t.results");
        RecognitionResult result = RESULTS.decode(response.deadLetterQueueRecords().get(1).value());
        assertThat(result.getRequestId()).isEqualTo("r1");
        assertThat(result.getErrMsg()).isEqualTo("result: 2000000 bytes (expected: what topic t.results takes, see its max.message.bytes)");
    }

    @Test
    void shouldFailRatherThanDropAnythingElseThatIsTooLarge() {
        assertThat(produce("t.dead-letters", new RecordTooLargeException("too large")).result()).isEqualTo(ProductionExceptionHandler.Result.FAIL);
        assertThat(produce("t.gallery-vectors", new RecordTooLargeException("too large")).result()).isEqualTo(ProductionExceptionHandler.Result.FAIL);
    }

    @Test
    void shouldTryAgainWhenTheBrokerIsSlowAndFailOtherwise() {
        assertThat(produce("t.results", new TimeoutException("slow")).result()).isEqualTo(ProductionExceptionHandler.Result.RETRY);
        assertThat(produce("t.results", new AuthorizationException("no") { }).result()).isEqualTo(ProductionExceptionHandler.Result.FAIL);
    }

    @Test
    void shouldFailWhenASinkCannotSerialize() {
        assertThat(production.handleSerializationError(context("t.requests", null, null), null, new ClassCastException(),
                ProductionExceptionHandler.SerializationExceptionOrigin.VALUE).result()).isEqualTo(ProductionExceptionHandler.Result.FAIL);
    }

    @Test
    void shouldRefuseAConfigurationWithoutItsRecords() {
        assertThatThrownBy(() -> new UnexpectedFailureHandler().configure(Map.of())).hasMessageContaining("sightline.failure.records: null");
    }

    @Test
    void shouldNotMakeUpAnIdWhenTheSchemaRegistryCannotBeAsked() throws Exception {
        // given a request in Avro whose schema nobody here knows
        try (ScriptedRegistry http = new ScriptedRegistry(); SchemaRegistry registry = Registries.open(Map.of("schema.registry.url", http.url()), TOPICS)) {
            http.down(503, "away");
            FailureRecords records = new FailureRecords(TOPICS, registry);
            byte[] value = REQUESTS.encode("x", RecognitionRequest.newBuilder().setRequestId("mine").setImage(java.nio.ByteBuffer.allocate(1)).build());
            // when, then
            assertThatThrownBy(() -> records.of(context("t.requests", bytes("key"), value), Optional.empty(), ErrorCode.UNKNOWN, "x")).isInstanceOf(RegistryUnavailableException.class);
        }
    }
}
