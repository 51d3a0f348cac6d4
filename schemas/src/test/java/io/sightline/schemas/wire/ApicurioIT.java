package io.sightline.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.RecognitionRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.DisconnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our client and codecs with a registry that others have made. Each test has its own subjects. */
@Timeout(240)
class ApicurioIT {
    private static final Schema OURS = JavaProperties.removedFrom(RecognitionRequest.getClassSchema());
    private static final Schema PART = SchemaBuilder.record("Part").namespace("shop").fields().requiredString("id").endRecord();
    private static final Schema PART_WITH_COUNT = SchemaBuilder.record("Part").namespace("shop").fields().requiredString("id").name("count").type().intType().intDefault(0).endRecord();
    private static final Schema PART_WITH_DEMAND = SchemaBuilder.record("Part").namespace("shop").fields().requiredString("id").requiredInt("count").endRecord();
    private static ApicurioProcess registry;

    @BeforeAll
    static void start() throws Exception {
        registry = ApicurioProcess.start().awaitReady();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (registry != null) {
            registry.close();
        }
    }

    @Test
    void shouldGiveTheSameIdWhenTheSameSchemaIsRegisteredAgain() throws Exception {
        int id = client().idOf("same-value", OURS);
        assertThat(client().idOf("same-value", OURS)).isEqualTo(id);
        assertThat(client().idOf("same-elsewhere-value", OURS)).isEqualTo(id);
        assertThat(client().schemaOf(id)).isEqualTo(OURS);
        assertThat(registry.get("/subjects/same-value/versions")).isEqualTo("[1]");
        assertThat(registry.get("/subjects")).contains("\"same-value\"", "\"same-elsewhere-value\"");
    }

    @Test
    void shouldRegisterTheSchemaThatOtherLanguagesWriteWhenJavasOwnWordsAreInIt() throws Exception {
        assertThat(RecognitionRequest.getClassSchema().toString()).contains("avro.java.string");
        int id = client().idOf("java-value", RecognitionRequest.getClassSchema());
        assertThat(id).isEqualTo(client().idOf("java-value", OURS));
        assertThat(registry.get("/schemas/ids/" + id)).doesNotContain("avro.java.string");
        // kept when told so: another schema, another id
        assertThat(client("avro.remove.java.properties", "false").idOf("kept-value", RecognitionRequest.getClassSchema())).isNotEqualTo(id);
    }

    @Test
    void shouldTakeSchemasThatMeanTheSameForOneOnlyWhenToNormalise() {
        Schema described = SchemaBuilder.record("Part").namespace("shop").doc("A thing that is sold.").fields().requiredString("id").endRecord();
        int id = client().idOf("normal-value", PART);
        assertThat(client("normalize.schemas", "true").idOf("normal-value", described)).isEqualTo(id);
        assertThat(client().idOf("normal-value", described)).isNotEqualTo(id);
    }

    @Test
    void shouldGiveANewIdWhenASchemaEvolvesAndRefuseOneThatOldRecordsDoNotFit() throws Exception {
        int first = client().idOf("evolving-value", PART);
        int second = client().idOf("evolving-value", PART_WITH_COUNT);
        assertThat(second).isNotEqualTo(first);
        assertThat(registry.get("/subjects/evolving-value/versions")).isEqualTo("[1,2]");
        // a field without a default: records of the version before have nothing to give it
        RegistryClient client = client();
        client.idOf("strict-value", PART);
        assertThatThrownBy(() -> client.idOf("strict-value", PART_WITH_DEMAND)).isInstanceOf(RegistryException.class)
                .hasMessageContaining("POST " + registry.url() + "/subjects/strict-value/versions?normalize=false: 409 409 ").hasMessageContaining("Incompatible")
                .hasMessageContaining("the subject takes shop.Part");
        assertThat(registry.get("/subjects/strict-value/versions")).isEqualTo("[1]");
    }

    @Test
    void shouldOnlyLookUpWhenNotToRegister() {
        RegistryClient looking = client("auto.register.schemas", "false");
        assertThatThrownBy(() -> looking.idOf("looked-up-value", PART)).isInstanceOf(RegistryException.class).hasMessageContaining("40401").hasMessageContaining("looked-up-value");
        int id = client().idOf("looked-up-value", PART);
        assertThatThrownBy(() -> looking.idOf("looked-up-value", PART_WITH_COUNT)).isInstanceOf(RegistryException.class).hasMessageContaining("40403");
        assertThat(looking.idOf("looked-up-value", PART)).isEqualTo(id);
    }

    @Test
    void shouldTakeTheLatestVersionOnlyWhenItHasTheSameFields() {
        client().idOf("latest-value", PART);
        int second = client().idOf("latest-value", PART_WITH_COUNT);
        RegistryClient client = client("auto.register.schemas", "false", "use.latest.version", "true");
        assertThat(client.idOf("latest-value", PART_WITH_COUNT)).isEqualTo(second);
        assertThatThrownBy(() -> client.idOf("latest-value", PART)).isInstanceOf(RegistryException.class).hasMessageContaining("version 2, another schema");
    }

    @Test
    void shouldHoldTheRecordAtFaultWhenTheRegistryDoesNotKnowItsId() {
        assertThatThrownBy(() -> client().schemaOf(987_654)).isInstanceOf(UnknownSchemaIdException.class).hasMessageContaining("schema id: 987654").hasMessageContaining("40403");
        byte[] bytes = ByteBuffer.allocate(10).put((byte) 0).putInt(987_654).array();
        assertThatThrownBy(() -> new AvroCodec<>(RecognitionRequest.class, client()).decode(bytes)).isInstanceOf(UnknownSchemaIdException.class);
    }

    @Test
    void shouldNameTheSubjectAsTheStrategyHasIt() throws Exception {
        client("value.subject.name.strategy", "RecordNameStrategy").idOf("named-value", PART);
        client("value.subject.name.strategy", "TopicRecordNameStrategy").idOf("named-value", PART);
        assertThat(registry.get("/subjects")).contains("\"shop.Part\"", "\"named-shop.Part\"").doesNotContain("\"named-value\"");
    }

    @Test
    void shouldGiveBackWhatWasWritten() {
        RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId("r").setImage(ByteBuffer.wrap(new byte[] {1, 2})).setTopK(3).setAttributes(Map.of("a", "ä")).build();
        byte[] bytes = new AvroCodec<>(RecognitionRequest.class, client()).encode("there-and-back", request);
        assertThat(new AvroCodec<>(RecognitionRequest.class, client()).decode(bytes)).isEqualTo(request);
    }

    @Test
    void shouldReadRequestsOfAnOlderAndOfANewerBuild() throws Exception {
        // given: an older one that knows neither `rebuild` nor `min_epoch`, and a newer one with a field more
        Schema older = withFields("rebuild", "min_epoch");
        Schema newer = withFields();
        newer = new Schema.Parser().parse(newer.toString().replaceFirst("\"fields\":\\[", "\"fields\":[{\"name\":\"urgent\",\"type\":\"boolean\",\"default\":true},"));
        AvroCodec<RecognitionRequest> codec = new AvroCodec<>(RecognitionRequest.class, client());
        // when: all three are registered under one subject, and write
        byte[] byOlder = write("versions", older, Map.of("request_id", "old"));
        byte[] byUs = codec.encode("versions", RecognitionRequest.newBuilder().setRequestId("us").build());
        byte[] byNewer = write("versions", newer, Map.of("request_id", "new", "urgent", true));
        // then
        assertThat(registry.get("/subjects/versions-value/versions")).isEqualTo("[1,2,3]");
        assertThat(codec.decode(byOlder)).isEqualTo(RecognitionRequest.newBuilder().setRequestId("old").build());
        assertThat(codec.decode(byUs)).isEqualTo(RecognitionRequest.newBuilder().setRequestId("us").build());
        assertThat(codec.decode(byNewer)).isEqualTo(RecognitionRequest.newBuilder().setRequestId("new").build());
        GenericRecord asOlderReads = new GenericDatumReader<GenericRecord>(client().schemaOf(ByteBuffer.wrap(byUs, 1, 4).getInt()), older)
                .read(null, DecoderFactory.get().binaryDecoder(byUs, 5, byUs.length - 5, null));
        assertThat(asOlderReads.get("request_id")).hasToString("us");
    }

    @Test
    void shouldAskTheNextUrlWhenTheFirstIsDead() throws Exception {
        String dead = deadUrl();
        int id = client("schema.registry.url", dead + "," + registry.url()).idOf("failing-over-value", PART);
        assertThat(client("schema.registry.url", dead + "," + registry.url()).schemaOf(id)).isEqualTo(PART);
        assertThatThrownBy(() -> client("schema.registry.url", dead + "," + dead).schemaOf(id)).isInstanceOf(DisconnectException.class).hasMessageContaining("none of 2 schema registries");
    }

    @Test
    void shouldAskTheNextUrlWhenTheFirstDiesInBetween() throws Exception {
        // given: two registries with the same schemas, as two servers of one registry are
        try (ApicurioProcess first = ApicurioProcess.start(); ApicurioProcess second = ApicurioProcess.start()) {
            first.awaitReady();
            second.awaitReady();
            RegistryClient client = client("schema.registry.url", first.url() + "," + second.url());
            int id = client.idOf("between-value", PART);
            int next = client.idOf("between-value", PART_WITH_COUNT);
            RegistryClient other = client("schema.registry.url", second.url());
            assertThat(List.of(other.idOf("between-value", PART), other.idOf("between-value", PART_WITH_COUNT))).containsExactly(id, next);
            assertThat(client.schemaOf(id)).isEqualTo(PART);
            // when
            first.kill();
            // then
            assertThat(client.schemaOf(next)).isEqualTo(PART_WITH_COUNT);
            assertThat(client.idOf("elsewhere-value", PART)).isEqualTo(id);
            // what is known already needs no registry at all
            second.kill();
            assertThat(client.schemaOf(id)).isEqualTo(PART);
            assertThat(client.idOf("between-value", PART_WITH_COUNT)).isEqualTo(next);
            assertThatThrownBy(() -> client.schemaOf(next + 1)).isInstanceOf(DisconnectException.class).hasMessageContaining(first.url()).hasMessageContaining(second.url());
        }
    }

    private static RegistryClient client(String... more) {
        Map<String, String> properties = new HashMap<>(Map.of("schema.registry.url", registry.url()));
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        return new RegistryClient(properties);
    }

    private static String deadUrl() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + free.getLocalPort() + "/apis/ccompat/v7";
        }
    }

    private static Schema withFields(String... leftOut) {
        List<Schema.Field> fields = new ArrayList<>();
        OURS.getFields().stream().filter(field -> !List.of(leftOut).contains(field.name())).forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        return Schema.createRecord(OURS.getName(), OURS.getDoc(), OURS.getNamespace(), false, fields);
    }

    /** A record as any other Avro producer writes it: the fields given, the others' defaults. */
    private static byte[] write(String topic, Schema schema, Map<String, Object> fields) throws IOException {
        GenericRecord record = new GenericData.Record(schema);
        schema.getFields().forEach(field -> record.put(field.name(), fields.getOrDefault(field.name(), GenericData.get().getDefaultValue(field))));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(client().idOf(topic + "-value", schema)).array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }
}
