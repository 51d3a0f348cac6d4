package io.sightline.app.product;

import static io.sightline.app.product.BadFiles.JPEG;
import static io.sightline.app.product.BadFiles.PNG;
import static io.sightline.app.product.BadFiles.cut;
import static io.sightline.app.product.BadFiles.jpegOfSize;
import static io.sightline.app.product.BadFiles.padded;
import static io.sightline.app.product.BadFiles.pngOfSize;
import static io.sightline.app.product.BadFiles.random;
import static io.sightline.app.product.BadFiles.text;
import static io.sightline.app.product.BadRequest.asked;
import static io.sightline.app.product.BadRequest.avro;
import static io.sightline.app.product.BadRequest.file;
import static io.sightline.app.product.BadRequest.value;

import io.sightline.app.product.BadRequest.Http;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All the bad requests. */
final class BadRequests {
    private static final int ONE_OVER = (16 << 20) + 1;

    private BadRequests() {
    }

    static Stream<BadRequest> all() {
        return Stream.of(noPictures(), cutOff(), tooLarge(), questions(), records(), names()).flatMap(List::stream);
    }

    private static List<BadRequest> noPictures() {
        return List.of(
                file("text", text("hello, world"), "image: begins with 68 65 6C 6C, text (expected: a JPEG or PNG file)"),
                file("an HTML page", text("<!DOCTYPE html><html><body>404</body></html>"), "an HTML page (expected: a JPEG or PNG file)"),
                file("JSON", text("{\"image\": \"/9j/4AAQ\"}"), "JSON (expected: a JPEG or PNG file)"),
                file("a data URL", text("data:image/jpeg;base64,/9j/4AAQ"), "a data URL (expected: a JPEG or PNG file)"),
                file("base64", text("/9j/4AAQSkZJRgABAQ"), "text (expected: a JPEG or PNG file)"),
                file("SVG", text("<svg xmlns='http://www.w3.org/2000/svg'/>"), "SVG or XML (expected: a JPEG or PNG file)"),
                file("a GIF", padded("GIF89a\1\0\1\0", 100), "image: begins with 47 49 46 38, a GIF (expected: a JPEG or PNG file)"),
                file("a WebP", padded("RIFF\4\0\0\0WEBPVP8 ", 100), "a WebP (expected: a JPEG or PNG file)"),
                file("a BMP", padded("BM", 100), "a BMP (expected: a JPEG or PNG file)"),
                file("a TIFF", padded("II*\0", 100), "a TIFF (expected: a JPEG or PNG file)"),
                avro("a HEIC", padded("\0\0\0\u0018ftypheic", 100), "schema id: 6246 (expected: 1..7"),
                file("a PDF", padded("%PDF-1.7", 100), "a PDF (expected: a JPEG or PNG file)"),
                file("random bytes", random(10_000, 0xc3), "image: begins with C3"),
                file("one byte", new byte[] {(byte) 0xff}, "image: begins with FF (expected: a JPEG or PNG file)"),
                file("a PNG of noise", BadFiles.pngOfNoise(), "image: "),
                file("a PNG of no pixels", pngOfSize(0, 0), "image: "),
                file("a JPEG of no pixels", jpegOfSize(0, 480), "image: a JPEG of 0x480 pixels (expected: at least 1x1)"),
                value("no bytes", new byte[0], "value: 0 bytes (expected: a JPEG or PNG file, or an Avro RecognitionRequest)")
                        .over(new Http("", new byte[0], Map.of(), 400, "image: 0 bytes (expected: a JPEG or PNG file)", false)),
                value("null", null, "value: null (expected: a JPEG or PNG file, or an Avro RecognitionRequest)"),
                value("null under no key", null, "value: null").withKey(null).withId(null));
    }

    private static List<BadRequest> cutOff() {
        return List.of(
                file("a JPEG cut off in its header", cut(JPEG, 20), "image: a JPEG cut off at byte 20 (expected: its end marker FF D9)"),
                file("a JPEG cut off in the middle", cut(JPEG, JPEG.length / 2), "image: a JPEG cut off at byte " + JPEG.length / 2),
                file("a JPEG without its last byte", cut(JPEG, JPEG.length - 1), "image: a JPEG cut off at byte " + (JPEG.length - 1)),
                file("a JPEG's first three bytes", cut(JPEG, 3), "image: a JPEG cut off at byte 3"),
                file("a PNG cut off in its header", cut(PNG, 20), "image: a PNG "),
                file("a PNG cut off in the middle", cut(PNG, PNG.length / 2), "image: a PNG cut off at byte " + PNG.length / 2),
                file("a PNG without its last byte", cut(PNG, PNG.length - 1), "image: a PNG cut off at byte " + (PNG.length - 1)),
                file("a PNG's signature alone", cut(PNG, 8), "image: a PNG "));
    }

    private static List<BadRequest> tooLarge() {
        byte[] large = cut(JPEG, ONE_OVER);
        String tooManyBytes = "image: 16777217 bytes (expected: at most 16777216)";
        return List.of(
                file("a PNG of 30000x30000", pngOfSize(30_000, 30_000), "image: 30000x30000 pixels (expected: at most 16384 a side)"),
                file("a PNG of the largest size there is", pngOfSize(Integer.MAX_VALUE, Integer.MAX_VALUE), "image: 2147483647x2147483647 pixels"),
                file("a PNG of 65 megapixels", pngOfSize(8192, 8320), "image: 8192x8320 = 68157440 pixels (expected: at most 67108864)"),
                file("a PNG of 16385 a side", pngOfSize(1, 16385), "image: 1x16385 pixels (expected: at most 16384 a side)"),
                file("a JPEG of 30000x30000", jpegOfSize(30_000, 30_000), "image: 30000x30000 pixels (expected: at most 16384 a side)"),
                file("a JPEG of 65 megapixels", jpegOfSize(8320, 8192), "image: 8320x8192 = 68157440 pixels (expected: at most 67108864)"),
                file("a JPEG of 16385 a side", jpegOfSize(16385, 1), "image: 16385x1 pixels (expected: at most 16384 a side)"),
                value("a bare picture of a byte too many", large, tooManyBytes).over(new Http("", large, Map.of(), 413, tooManyBytes, false)),
                asked("an Avro picture of a byte too many", r -> r.setImage(ByteBuffer.wrap(large)), tooManyBytes));
    }

    private static List<BadRequest> questions() {
        return List.of(
                asked("top_k 0", r -> r.setTopK(0), "top_k: 0 (expected: 1..100)").refusedOverHttp("?top_k=0", "top_k: 0 (expected: 1..100)"),
                asked("top_k -1", r -> r.setTopK(-1), "top_k: -1 (expected: 1..100)").refusedOverHttp("?top_k=-1", "top_k: -1 (expected: 1..100)"),
                asked("top_k 101", r -> r.setTopK(101), "top_k: 101 (expected: 1..100)").refusedOverHttp("?top_k=101", "top_k: 101 (expected: 1..100)"),
                asked("top_k 1000000", r -> r.setTopK(1_000_000), "top_k: 1000000 (expected: 1..100)").refusedOverHttp("?top_k=1000000", "top_k: 1000000 (expected: 1..100)"),
                asked("threshold NaN", r -> r.setScoreThreshold(Double.NaN), "score_threshold: NaN (expected: -1..1)")
                        .refusedOverHttp("?score_threshold=NaN", "score_threshold: 'NaN' (expected: a number, -1..1)"),
                asked("threshold infinite", r -> r.setScoreThreshold(Double.POSITIVE_INFINITY), "score_threshold: Infinity (expected: -1..1)")
                        .refusedOverHttp("?score_threshold=inf", "score_threshold: 'inf' (expected: a number, -1..1)"),
                asked("threshold 1.01", r -> r.setScoreThreshold(1.01), "score_threshold: 1.01 (expected: -1..1)")
                        .refusedOverHttp("?score_threshold=1.01", "score_threshold: 1.01 (expected: -1..1)"),
                asked("threshold -1.01", r -> r.setScoreThreshold(-1.01), "score_threshold: -1.01 (expected: -1..1)")
                        .refusedOverHttp("?score_threshold=-1.01", "score_threshold: -1.01 (expected: -1..1)"),
                asked("attributes of 17 kB", r -> r.setAttributes(Map.of("note", "x".repeat(17 << 10))), "attributes: 17412 characters (expected: at most 16384"),
                asked("a deadline gone by", r -> r.setDeadlineMs(Instant.ofEpochMilli(1_700_000_000_000L)), "deadline_ms: 1700000000000, passed ").withCode(ErrorCode.TIMEOUT),
                asked("the smallest deadline there is", r -> r.setDeadlineMs(Instant.ofEpochMilli(Long.MIN_VALUE)), "deadline_ms: -9223372036854775808").withCode(ErrorCode.TIMEOUT));
    }

    private static List<BadRequest> records() {
        byte[] good = BadRequest.request(r -> r);
        byte[] entry = new AvroCodec<>(GalleryEntry.class, EmbeddedRegistry.INSTANCE).encode("x",
                GalleryEntry.newBuilder().setGallery("g").setId("i").setLabel("l").build());
        String unreadable = "value: not a readable Avro RecognitionRequest";
        return List.of(
                avro("the magic byte alone", new byte[] {0}, "value: 1 bytes beginning with 0 (expected: Avro RecognitionRequest in the wire format"),
                avro("a schema id cut short", cut(good, 4), "value: 4 bytes beginning with 0"),
                avro("nothing behind the schema id", cut(good, 5), unreadable),
                avro("Avro cut off in the picture", cut(good, good.length / 2), unreadable),
                avro("Avro without its last byte", cut(good, good.length - 1), unreadable),
                avro("a byte behind the record", Arrays.copyOf(good, good.length + 1), "value: bytes left over behind the RecognitionRequest (expected: none)"),
                avro("another record", entry, "value: a GalleryEntry (expected: a RecognitionRequest)"),
                avro("another record's id", withId(good, 2), "value: a RecognitionResult (expected: a RecognitionRequest)"),
                avro("schema id 0", withId(good, 0), "schema id: 0 (expected: 1..7, Sightline's own schemas)"),
                avro("an unknown schema id", withId(good, 4711), "schema id: 4711 (expected: 1..7, Sightline's own schemas)"),
                avro("a negative schema id", withId(good, -1), "schema id: -1 (expected: 1..7"),
                file("a wrong magic byte", withFirst(good, 1), "image: begins with 01 00 00 00 (expected: a JPEG or PNG file)"),
                avro("a forged length of 2 GiB", forged(new byte[] {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f}), unreadable),
                avro("a forged negative length", forged(new byte[] {1}), unreadable),
                avro("a forged length of more than a long", forged(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}), unreadable));
    }

    private static List<BadRequest> names() {
        String name = " (expected: 1 to 100 of A-Z a-z 0-9 . _ -)";
        String longId = "i".repeat(201);
        return List.of(
                asked("an unknown pipeline", r -> r.setPipeline("nowhere"), "pipeline: 'nowhere' (expected: one of recognition)").overHttp("?pipeline=nowhere"),
                asked("an empty pipeline", r -> r.setPipeline(""), "pipeline: ''" + name).refusedOverHttp("?pipeline=", "pipeline: ''" + name),
                asked("a path as pipeline", r -> r.setPipeline("../../etc/passwd"), "pipeline: '../../etc/passwd'" + name)
                        .refusedOverHttp("?pipeline=../../etc/passwd", "request: Invalid request path"),
                asked("an unknown gallery", r -> r.setGallery("nowhere"), "gallery: 'nowhere' (expected: one of ").overHttp("?gallery=nowhere"),
                asked("a gallery's name too long", r -> r.setGallery("g".repeat(101)), "gallery: 'gggg").refusedOverHttp("?gallery=" + "g".repeat(101), "gallery: 'gggg"),
                asked("a gallery's name with a line break", r -> r.setGallery("a\nb"), "gallery: 'a?b'" + name).refusedOverHttp("?gallery=a%0Ab", "gallery: 'a?b'" + name),
                asked("an id too long", r -> r.setRequestId(longId), "request_id: 'iii").withId("the-key")
                        .over(new Http("", JPEG, Map.of("Idempotency-Key", longId), 400, "201 characters (expected: 1..200", false)),
                asked("an id of control characters", r -> r.setRequestId("a\u0000\u001b[31mb"), "request_id: 'a??[31mb'").withId("the-key"),
                asked("a blank id and no key", r -> r.setRequestId(" "), "request_id: ' ', 1 characters (expected: 1..200").withKey(null).withId(null),
                value("a key too long", JPEG, "key: 'kkk").withKey(text("k".repeat(201))).withId(null),
                value("a binary key too long", JPEG, "key: 'ffff").withKey(filled(101)).withId(null),
                value("a header request-id too long", JPEG, "header request-id: 'hhh").withHeader("request-id", text("h".repeat(201))).withId(null),
                value("a header request-id of no text", JPEG, "header request-id: 2 bytes that are not UTF-8 (expected: UTF-8 text)")
                        .withHeader("request-id", new byte[] {(byte) 0xc3, 0x28}).withId(null),
                value("text under a binary key", text("hello"), "image: begins with").withKey(new byte[] {0, 1, (byte) 0xff}).withId("0001ff"),
                value("text under a header", text("hello"), "image: begins with").withHeader("request-id", text("from the header")).withId("from the header"));
    }

    private static byte[] withId(byte[] record, int id) {
        byte[] other = record.clone();
        ByteBuffer.wrap(other).putInt(1, id);
        return other;
    }

    private static byte[] withFirst(byte[] record, int first) {
        byte[] other = record.clone();
        other[0] = (byte) first;
        return other;
    }

    /** A request with an empty id whose picture says that it has that length, a variable-length number. */
    private static byte[] forged(byte[] length) {
        return ByteBuffer.allocate(6 + length.length + 20).put(new byte[] {0, 0, 0, 0, 1, 0}).put(length).array();
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xff);
        return bytes;
    }
}
