package io.sightline.connectors.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.connectors.csv.CsvReader;
import io.sightline.connectors.testing.SmallDisk;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.Detection;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ResultFilesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(value = ResultFormat.class, names = {"JSONL", "AVRO"})
    void shouldReadBackEveryFieldAsItWas(ResultFormat format) {
        // given
        RandomResults random = new RandomResults(7);
        List<RecognitionResult> results = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            results.add(random.next("run-" + i));
        }
        Path file = folder.resolve("results" + format.extension());

        // when
        try (ResultWriter writer = ResultFiles.create(file, format)) {
            results.forEach(writer::write);
        }

        // then
        List<RecognitionResult> read = read(file);
        assertThat(read).hasSameSizeAs(results);
        for (int i = 0; i < results.size(); i++) {
            assertThat(read.get(i)).isEqualTo(results.get(i));
        }
    }

    @ParameterizedTest
    @EnumSource(value = ResultFormat.class, names = {"JSONL", "AVRO"})
    void shouldReadBackWhatIsNoNumber(ResultFormat format) {
        Path file = folder.resolve("nan" + format.extension());
        try (ResultWriter writer = ResultFiles.create(file, format)) {
            writer.write(RecognitionResult.newBuilder(new RandomResults(1).next("r")).setTimingsMs(Map.of("total", Double.NaN)).build());
        }
        assertThat(read(file).get(0).getTimingsMs().get("total")).isNaN();
    }

    @ParameterizedTest
    @EnumSource(value = ResultFormat.class, names = {"JSONL", "AVRO"})
    void shouldReadNothingFromAFileWithoutResults(ResultFormat format) {
        Path file = folder.resolve("empty");
        ResultFiles.create(file, format).close();
        assertThat(read(file)).isEmpty();
    }

    @Test
    void shouldNotWriteAResultTwiceWhereTheDiskWasFullForAMoment() throws Exception {
        // given room for the first result only
        RandomResults random = new RandomResults(1);
        RecognitionResult first = random.next("first");
        Path file = folder.resolve("full.jsonl");
        SmallDisk disk = new SmallDisk(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ResultJson.toWholeBytes(first).length + 1);
        try (ResultWriter writer = TextResults.json(file, disk)) {
            writer.write(first);
            writer.write(random.next("second"));
            assertThatThrownBy(writer::sync).isInstanceOf(ResultFileException.class)
                    .hasMessage(file + ": can't be written, java.io.IOException: No space left on device (expected: a writable file on a disk with room)");

            // when
            disk.room(1 << 20);
        }

        // then
        assertThat(read(file)).containsExactly(first);
    }

    @Test
    void shouldReadAnswersOfTheBridgeToo() throws Exception {
        // given
        RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId("r1").setImage(ByteBuffer.allocate(1)).build();
        RecognitionResult result = TestWorker.recognised(request);
        Path file = Files.writeString(folder.resolve("answers.jsonl"), ResultJson.toLine(result) + "\n\n"
                + new String(ResultJson.error("r2", true, io.sightline.schemas.ErrorCode.BAD_INPUT, "no"), StandardCharsets.UTF_8));

        // when
        List<RecognitionResult> read = read(file);

        // then
        assertThat(read.get(0)).isEqualTo(RecognitionResult.newBuilder(result).setCompletedAtMs(java.time.Instant.EPOCH).build());
        assertThat(read.get(1).getErrNo()).isEqualTo(5000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"request_id":"r"} | no status (expected: a result, as /v1/recognitions answers it)
            {"status":"recognised"} | no request_id (expected: a result, as /v1/recognitions answers it)
            {"request_id":7} | /request_id: '7' (expected: text)
            {"status":"fine"} | /status: 'fine' (expected: recognised, rejected or failed)
            {"err_no":2147483648} | /err_no: '2147483648' (expected: a whole number of 32 bits)
            {"err_no":1.5} | /err_no: '1.5' (expected: a whole number)
            {"completed_at_ms":9223372036854775808} | /completed_at_ms: '9223372036854775808' (expected: a whole number of 64 bits)
            {"detections":[{"score":"high"}]} | /detections/0/score: 'high' (expected: a number)
            {"detections":[{"bbox":[1,null]}]} | /detections/0/bbox/1: 'null' (expected: a whole number)
            {"detections":[{"embedding":[true]}]} | /detections/0/embedding/0: 'true' (expected: a number)
            {"detections":{}} | /detections: an object (expected: an array)
            {"lineage":[]} | /lineage: an array (expected: an object)
            [] | an array (expected: an object)
            {"request_id":"r","status":"failed"} {} | an object (expected: nothing behind the object)
            """)
    void shouldSayWhereAndWhatIsWrongWithALine(String line, String problem) throws Exception {
        Path file = Files.writeString(folder.resolve("bad.jsonl"), ResultJson.toLine(new RandomResults(1).next("good")) + "\n" + line + "\n");
        assertThatThrownBy(() -> read(file)).isInstanceOf(ResultFileException.class).hasMessage(file + ": line 2: " + problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"request_id":"r" | (expected: a JSON object)
            hello | (expected: a JSON object)
            """)
    void shouldSayThatALineIsNoJson(String line, String problem) throws Exception {
        Path file = Files.writeString(folder.resolve("bad.jsonl"), line);
        assertThatThrownBy(() -> read(file)).isInstanceOf(ResultFileException.class).hasMessageContaining("bad.jsonl: line 1: ").hasMessageContaining(problem);
    }

    @Test
    void shouldSayWhichBlockIsBroken() throws Exception {
        // given
        Path file = folder.resolve("broken.avro");
        write(file, ResultFormat.AVRO, 0, 50);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 5));

        // then
        assertThatThrownBy(() -> read(file)).isInstanceOf(ResultFileException.class).hasMessageContaining("broken.avro: block at byte ").hasMessageContaining("(expected: a whole block of io.sightline.schemas.RecognitionResult)");
    }

    @Test
    void shouldNotReadAnAvroFileOfSomethingElse() throws Exception {
        Path file = folder.resolve("other.avro");
        org.apache.avro.Schema other = org.apache.avro.SchemaBuilder.record("Other").fields().requiredInt("a").endRecord();
        try (var writer = new org.apache.avro.file.DataFileWriter<org.apache.avro.generic.GenericRecord>(new org.apache.avro.generic.GenericDatumWriter<>(other))) {
            writer.create(other, file.toFile());
            writer.append(new org.apache.avro.generic.GenericRecordBuilder(other).set("a", 1).build());
        }
        assertThatThrownBy(() -> read(file)).isInstanceOf(ResultFileException.class).hasMessageContaining("other.avro").hasMessageContaining("RecognitionResult");
    }

    @Test
    void shouldSayThatAFileIsNotThereOrIsAFolder() {
        assertThatThrownBy(() -> read(folder.resolve("none"))).hasMessage(folder.resolve("none") + ": not there (expected: a file of results, JSON lines or Avro)");
        assertThatThrownBy(() -> read(folder)).hasMessage(folder + ": a folder (expected: a file of results, JSON lines or Avro)");
    }

    @ParameterizedTest
    @EnumSource(ResultFormat.class)
    void shouldNotOverwriteAFile(ResultFormat format) throws Exception {
        Path file = Files.writeString(folder.resolve("mine"), "mine");
        assertThatThrownBy(() -> ResultFiles.create(file, format)).isInstanceOf(ResultFileException.class).hasMessage(file + ": is there already (expected: the name of a new file)");
        assertThat(file).hasContent("mine");
    }

    /** Wherever the writer was interrupted behind its last sync: the whole results are found, and writing goes on behind them. */
    @ParameterizedTest
    @EnumSource(ResultFormat.class)
    void shouldGoOnBehindATornEnd(ResultFormat format) throws Exception {
        // given
        Path file = folder.resolve("torn" + format.extension());
        write(file, format, 0, 6);
        byte[] six = Files.readAllBytes(file);
        Path longer = folder.resolve("longer" + format.extension());
        Files.copy(file, longer);
        try (ResultWriter writer = ResultFiles.append(longer, format)) {
            RandomResults random = new RandomResults(6);
            writer.write(random.next("run-6"));
        }
        byte[] seven = Files.readAllBytes(longer);

        for (int cut = six.length; cut < seven.length; cut += Math.max(1, (seven.length - six.length) / 50)) {
            // when
            Files.write(file, Arrays.copyOf(seven, cut));
            List<String> ids = new ArrayList<>();
            boolean there = RecoveredResults.recover(file, format, six.length, (id, result) -> ids.add(id));

            // then
            assertThat(there).isTrue();
            assertThat(ids).containsExactly("run-0", "run-1", "run-2", "run-3", "run-4", "run-5");
            assertThat(Files.readAllBytes(file)).isEqualTo(six);
        }

        // when
        try (ResultWriter writer = ResultFiles.append(file, format)) {
            writer.write(new RandomResults(6).next("run-6"));
        }
        List<String> ids = new ArrayList<>();
        RecoveredResults.recover(file, format, Files.size(file), (id, result) -> ids.add(id));

        // then
        assertThat(ids).containsExactly("run-0", "run-1", "run-2", "run-3", "run-4", "run-5", "run-6");
    }

    /** A file system may leave zeros where the machine went down. */
    @ParameterizedTest
    @EnumSource(ResultFormat.class)
    void shouldCutOffZerosBehindTheLastSync(ResultFormat format) throws Exception {
        Path file = folder.resolve("zeros" + format.extension());
        long durable = write(file, format, 0, 3);
        Files.write(file, new byte[5000], java.nio.file.StandardOpenOption.APPEND);
        List<String> ids = new ArrayList<>();
        assertThat(RecoveredResults.recover(file, format, durable, (id, result) -> ids.add(id))).isTrue();
        assertThat(ids).containsExactly("run-0", "run-1", "run-2");
        assertThat(Files.size(file)).isEqualTo(durable);
    }

    @ParameterizedTest
    @EnumSource(ResultFormat.class)
    void shouldNotCutWhatWasSynced(ResultFormat format) throws Exception {
        Path file = folder.resolve("changed" + format.extension());
        long durable = write(file, format, 0, 3);
        byte[] bytes = Files.readAllBytes(file);

        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> RecoveredResults.recover(file, format, durable, (id, result) -> { })).isInstanceOf(ResultFileException.class)
                .hasMessage(file + ": " + (durable - 1) + " bytes (expected: the " + durable + " that were written, at least)");

        Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0xFF);
        Files.write(file, bytes);
        assertThatThrownBy(() -> RecoveredResults.recover(file, format, durable, (id, result) -> { })).isInstanceOf(ResultFileException.class).hasMessageContaining("(expected: ");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @EnumSource(ResultFormat.class)
    void shouldBeginAnewWhereNothingWasWritten(ResultFormat format) throws Exception {
        Path file = folder.resolve("new" + format.extension());
        assertThat(RecoveredResults.recover(file, format, 0, (id, result) -> { })).isFalse();
        Files.write(file, new byte[0]);
        assertThat(RecoveredResults.recover(file, format, 0, (id, result) -> { })).isFalse();
        Files.write(file, new byte[] {'O', 'b'});
        assertThat(RecoveredResults.recover(file, format, 0, (id, result) -> { })).isFalse();
        ResultFiles.create(file, format).close();
        assertThat(file).exists();
    }

    @Test
    void shouldWriteARowOfItsBestLabelForEachResult() throws Exception {
        // given
        RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId("r1").setImage(ByteBuffer.allocate(1)).build();
        RecognitionResult found = RecognitionResult.newBuilder(TestWorker.recognised(request)).setAttributes(Map.of("path", "=cmd|' /C calc'!A0", "label", "Green, \"tea\"")).build();
        RecognitionResult unmatched = RecognitionResult.newBuilder(found).setRequestId("r2")
                .setDetections(List.of(new Detection(List.of(5, 6, 7, 8), 0.5, "product", List.of(), List.of(), null, null))).build();
        Path file = folder.resolve("results.csv");

        // when
        try (ResultWriter writer = ResultFiles.create(file, ResultFormat.CSV)) {
            writer.write(found);
            writer.write(unmatched);
        }

        // then
        List<Map<String, String>> rows = rows(file);
        assertThat(rows.get(0)).containsEntry("request_id", "r1").containsEntry("status", "recognised").containsEntry("label", "Green tea").containsEntry("label_score", "0.9123")
                .containsEntry("match_id", "42").containsEntry("x1", "1").containsEntry("y2", "40").containsEntry("total_ms", "12.5").containsEntry("gallery_epoch", "7")
                .containsEntry("attribute_label", "Green, \"tea\"").containsEntry("attribute_path", "'=cmd|' /C calc'!A0").containsEntry("detections", "1");
        assertThat(rows.get(1)).containsEntry("label", "").containsEntry("class", "product").containsEntry("x1", "5").containsEntry("score", "0.5");
    }

    private static List<Map<String, String>> rows(Path file) throws IOException {
        List<Map<String, String>> rows = new ArrayList<>();
        try (CsvReader reader = new CsvReader(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            List<String> header = reader.row(false);
            for (List<String> row = reader.row(false); row != null; row = reader.row(false)) {
                Map<String, String> cells = new java.util.HashMap<>();
                for (int i = 0; i < header.size(); i++) {
                    cells.put(header.get(i), row.get(i));
                }
                rows.add(cells);
            }
        }
        return rows;
    }

    private static long write(Path file, ResultFormat format, int from, int count) {
        try (ResultWriter writer = ResultFiles.create(file, format)) {
            RandomResults random = new RandomResults(count);
            for (int i = from; i < from + count; i++) {
                writer.write(random.next("run-" + i));
            }
            return writer.sync();
        }
    }

    private static List<RecognitionResult> read(Path file) {
        List<RecognitionResult> results = new ArrayList<>();
        try (ResultReader reader = ResultFiles.reader(file)) {
            reader.forEachRemaining(results::add);
        }
        return results;
    }
}
