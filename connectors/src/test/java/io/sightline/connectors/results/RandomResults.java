package io.sightline.connectors.results;

import io.sightline.schemas.Detection;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.ScoredClass;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Results with every field set to something, or to nothing, by a seed. No NaN: to Avro a record with one is not equal to itself. */
final class RandomResults {
    private static final String[] TEXTS = {"", "a", "Green tea", "\"quoted\"", "line\nend\r\n", "tab\tand \u0001", "comma, semicolon; 'apostrophe'", "\u00e4\u00f6\u4e2d\ud83d\ude00", "=1+1", "\u2028", "\\", "{\"a\":1}", "\ufeff"};
    private static final double[] NUMBERS = {0, -0.0, 1, -1, 0.1, 0.9123, 1e-300, 1.7976931348623157e308, 4.9e-324, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1.0 / 3};
    private static final String[] ATTRIBUTES = {"{}", "{\"price\":1.50}", "{ \"a\" : 1 }", "{\"a\":1,\"a\":2}", "{\"n\":1e5}", "{\"n\":123456789012345678901234567890.10}", "{\"z\":1,\"a\":{\"b\":[1,2,null,true]}}",
        "not JSON", "", "[1]", "\"text\"", "{\"\\u00e4\":\"\\/\"}", "{\"a\":1}\n", "{\"deep\":".repeat(99) + "1" + "}".repeat(99), "{\"deep\":".repeat(200) + "1" + "}".repeat(200)};
    private final Random random;

    static {
        new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE); // makes builders work
    }

    RandomResults(long seed) {
        this.random = new Random(seed);
    }

    RecognitionResult next(String requestId) {
        return RecognitionResult.newBuilder().setRequestId(requestId).setStatus(RecognitionStatus.values()[random.nextInt(RecognitionStatus.values().length)])
                .setErrNo(random.nextInt()).setErrMsg(text()).setPipeline(orNull(this::text)).setImage(orNull(() -> new ImageSize(random.nextInt(), random.nextInt())))
                .setDetections(list(4, this::detection)).setLineage(lineage()).setTimingsMs(map(this::number)).setAttributes(map(this::text))
                .setCompletedAtMs(Instant.ofEpochMilli(random.nextLong() >> 20)).build();
    }

    private Detection detection() {
        return new Detection(list(5, random::nextInt), number(), text(), list(3, this::match), list(3, () -> new ScoredClass(random.nextInt(), text(), number())),
                orNull(() -> list(5, () -> (float) number())), orNull(() -> list(10, random::nextInt)));
    }

    private Match match() {
        return new Match(text(), text(), number(), ATTRIBUTES[random.nextInt(ATTRIBUTES.length)], text());
    }

    private Lineage lineage() {
        return Lineage.newBuilder().setBuild(text()).setConfigHash(text()).setModels(map(this::text)).setDevices(map(this::text)).setGallery(orNull(this::text))
                .setGalleryEpoch(orNull(random::nextLong)).setGalleries(map(random::nextLong)).setInputTopic(text()).setInputPartition(random.nextInt()).setInputOffset(random.nextLong()).build();
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private double number() {
        return random.nextBoolean() ? NUMBERS[random.nextInt(NUMBERS.length)] : random.nextDouble();
    }

    private <T> T orNull(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    private <T> List<T> list(int most, Supplier<T> value) {
        List<T> values = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            values.add(value.get());
        }
        return values;
    }

    private <T> Map<String, T> map(Supplier<T> value) {
        Map<String, T> values = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            values.put(text(), value.get());
        }
        return values;
    }
}
