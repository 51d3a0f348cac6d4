package io.sightline.processors.recognition;

import io.sightline.processors.classify.ClassifyItem;
import io.sightline.processors.classify.ScoredClass;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.EmbeddedIndexSettings;
import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.processors.gallery.UnitVectors;
import io.sightline.processors.gallery.WatchedIndex;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.lookup.LookupFunction;
import io.sightline.processors.lookup.LookupRequest;
import io.sightline.processors.stage.BatchFunction;
import io.sightline.processors.stage.StageEngine;
import io.sightline.processors.stage.StageResult;
import io.sightline.processors.stage.StageSettings;
import io.sightline.processors.tracer.Tracer;
import io.sightline.processors.tracer.VirtualClock;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.schemas.wire.SchemaRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Real stage engines around small functions that do what a picture's text says: "undetectable" fails the detector, "unembeddable" the
 * embedder, "fatal" breaks the detect stage. A thing's embedding is the direction of its box's corners.
 */
final class TestStages implements AutoCloseable {
    static final int DIMENSION = TestPipelines.DIMENSION;
    static final Instant START = Instant.parse("2026-11-01T12:00:00Z");
    static final StageSettings ONE_LANE = new StageSettings(1, 4, 0, 64);
    static final ModelInfo DETECTOR = new ModelInfo("finder@1#0123456789ab", "cpu");
    static final ModelInfo CLASSIFIER = new ModelInfo("sorter@3#00112233aabb", "cpu");
    static final ModelInfo EMBEDDER = new ModelInfo(TestPipelines.EMBEDDER.id(), "cuda:0");

    final VirtualClock clock = new VirtualClock(START);
    final Tracer tracer = new Tracer("test", clock);
    static final int MAX_ENTRIES = 1000;
    final AtomicBoolean indexAway = new AtomicBoolean();
    final AtomicInteger epochsNotTold = new AtomicInteger();
    final WatchedIndex index = new WatchedIndex(away(new EmbeddedIndex(GalleryModels.same(TestPipelines.EMBEDDER), List.of("default"),
            new EmbeddedIndexSettings(250_000, MAX_ENTRIES, 16, 100, 128))));
    final StaleEntries stale = new StaleEntries();
    final Withdrawals withdrawals = new Withdrawals();
    final Queue<TestPicture> pictures = new ConcurrentLinkedQueue<>();
    final Queue<String> rebuilds = new ConcurrentLinkedQueue<>();
    final Queue<Integer> embedBatches = new ConcurrentLinkedQueue<>();
    final Queue<Crop> embedded = new ConcurrentLinkedQueue<>();
    final CountDownLatch detectBegan = new CountDownLatch(1);
    final CountDownLatch embedBegan = new CountDownLatch(1);
    volatile CountDownLatch decodeGate = new CountDownLatch(0);
    volatile CountDownLatch detectGate = new CountDownLatch(0);
    volatile CountDownLatch embedGate = new CountDownLatch(0);
    volatile Runnable whileDecoding = () -> { };
    final AtomicInteger lookupsPutBack = new AtomicInteger();
    /** How much an embedding's last digits depend on the size of its batch. */
    volatile float batchNoise;
    RecognitionSettings settings = settings(Map.of());
    private RecognitionStages stages;

    static RecognitionSettings settings(Map<String, PipelineSettings> pipelines) {
        return new RecognitionSettings(pipelines, "recognition", Map.of(), 1L << 27, 30_000, ONE_LANE, ONE_LANE, ONE_LANE, ONE_LANE, ONE_LANE);
    }

    static RecognitionSettings settings(StageSettings decode, StageSettings detect, StageSettings embed, StageSettings lookup) {
        return new RecognitionSettings(null, "recognition", Map.of(), 1L << 27, 1000, decode, detect, ONE_LANE, embed, lookup);
    }

    synchronized RecognitionStages stages() {
        if (stages == null) {
            StageEngine<byte[], DecodedImage> decode = StageEngine.start("decode", settings.decode(), lane -> decode(), tracer.stage("decode"));
            StageEngine<DecodedImage, List<DetectedBox>> detect = StageEngine.start("detect", settings.detect(), lane -> detect(), tracer.stage("detect"));
            StageEngine<Crop, float[]> embed = StageEngine.start("embed", settings.embed(), lane -> embed(), tracer.stage("embed"));
            Map<String, PipelineRules> rules = TestPipelines.rules(settings);
            List<StageEngine<?, ?>> between = new ArrayList<>(List.of(detect, embed));
            Optional<StageEngine<ClassifyItem, List<ScoredClass>>> classify = rules.values().stream().anyMatch(of -> of.does(PipelineStage.CLASSIFY))
                    ? Optional.of(StageEngine.start("classify", settings.classify(), lane -> classify(), tracer.stage("classify"))) : Optional.empty();
            classify.ifPresent(between::add);
            Map<String, Pipeline> pipelines = new HashMap<>();
            rules.forEach((name, of) -> pipelines.put(name, new Pipeline(of,
                    of.does(PipelineStage.DETECT) ? Optional.of(detect) : Optional.empty(),
                    of.does(PipelineStage.CLASSIFY) ? classify : Optional.empty(),
                    of.does(PipelineStage.EMBED) ? Optional.of(embed) : Optional.empty(),
                    models(of), new TestView())));
            stages = new RecognitionStages(
                    decode, between,
                    StageEngine.start("lookup", settings.lookup(), lane -> lookup(), tracer.stage("lookup")), pipelines, new GalleryPlan(settings, rules));
        }
        return stages;
    }

    StageEngine<?, ?> engineOf(String stage) {
        return stages().between().stream().filter(engine -> engine.stage().equals(stage)).findFirst().orElseThrow();
    }

    RecognitionEngine engine() {
        return engine(EmbeddedRegistry.INSTANCE);
    }

    RecognitionEngine engine(SchemaRegistry registry) {
        return new RecognitionEngine(stages(), settings.defaultPipeline(), RequestLimits.DEFAULT, registry, index, index, rebuilds::add, new Provenance("0.1-test", "cafecafecafe"), tracer.requests(), withdrawals, clock);
    }

    GalleryEngine galleryEngine() {
        return galleryEngine(EmbeddedRegistry.INSTANCE);
    }

    GalleryEngine galleryEngine(SchemaRegistry registry) {
        return new GalleryEngine(stages(), RequestLimits.DEFAULT, registry, stale);
    }

    /** While the index is away nobody learns its epoch, as where it is on a server. */
    private GalleryIndex away(GalleryIndex there) {
        return (GalleryIndex) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {GalleryIndex.class}, (proxy, method, arguments) -> {
            if (indexAway.get() && method.getName().equals("epoch")) {
                epochsNotTold.incrementAndGet();
                throw new IndexUnavailableException("the index is away", null);
            }
            if (indexAway.get() && method.getName().equals("trouble")) {
                return Optional.of("the index is away");
            }
            try {
                return method.invoke(there, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    void put(String gallery, String id, long epoch, float... vector) {
        index.apply(new GalleryEdit.Put(gallery, id, epoch, epoch, "label of " + id, "{\"n\":" + epoch + "}", vector));
    }

    private BatchFunction<byte[], DecodedImage> decode() {
        return (files, clockOfBatch) -> {
            pass(decodeGate);
            whileDecoding.run();
            List<StageResult<DecodedImage>> results = new ArrayList<>();
            for (byte[] file : files) {
                try {
                    TestPicture picture = TestPicture.decode(file);
                    pictures.add(picture);
                    results.add(StageResult.accepted(picture));
                } catch (IllegalArgumentException e) {
                    results.add(StageResult.rejected(ErrorCode.BAD_INPUT, e.getMessage()));
                }
            }
            return results;
        };
    }

    private BatchFunction<DecodedImage, List<DetectedBox>> detect() {
        return (images, clockOfBatch) -> {
            detectBegan.countDown();
            pass(detectGate);
            List<StageResult<List<DetectedBox>>> results = new ArrayList<>();
            for (DecodedImage image : images) {
                TestPicture picture = (TestPicture) image;
                picture.checkOpen();
                if (picture.says("fatal")) {
                    throw new OutOfMemoryError("made by the test");
                }
                if (picture.says("undetectable")) {
                    throw new IllegalStateException("the detector fell over");
                }
                results.add(StageResult.accepted(List.copyOf(picture.boxes)));
            }
            return results;
        };
    }

    private static Map<String, ModelInfo> models(PipelineRules rules) {
        Map<String, ModelInfo> models = new HashMap<>(Map.of("detect", DETECTOR, "classify", CLASSIFIER, "embed", EMBEDDER));
        models.keySet().removeIf(stage -> rules.stages().stream().noneMatch(has -> has.stageName().equals(stage)));
        return models;
    }

    /** A thing's classes are its edges, the larger the likelier; a prepared picture's its first number. */
    private BatchFunction<ClassifyItem, List<ScoredClass>> classify() {
        return (items, clockOfBatch) -> {
            List<StageResult<List<ScoredClass>>> results = new ArrayList<>();
            for (ClassifyItem item : items) {
                if (item instanceof ClassifyItem.Prepared prepared) {
                    results.add(StageResult.accepted(List.of(new ScoredClass(0, "begins with " + prepared.values()[0], 0.5f))));
                    continue;
                }
                Crop crop = ((ClassifyItem.Rectangle) item).crop();
                ((TestPicture) crop.image()).checkOpen();
                results.add(StageResult.accepted(List.of(new ScoredClass(crop.x2(), "x2 is " + crop.x2(), 0.75001f), new ScoredClass(crop.y2(), "y2 is " + crop.y2(), 0.2f))));
            }
            return results;
        };
    }

    private BatchFunction<Crop, float[]> embed() {
        return (crops, clockOfBatch) -> {
            embedBatches.add(crops.size());
            embedBegan.countDown();
            pass(embedGate);
            List<StageResult<float[]>> results = new ArrayList<>();
            for (Crop crop : crops) {
                ((TestPicture) crop.image()).checkOpen();
                embedded.add(crop);
                if (((TestPicture) crop.image()).says("unembeddable-at-" + crop.x1() + ".")) {
                    throw new IllegalStateException("the embedder fell over at " + crop.x1());
                }
                float[] unit = UnitVectors.of(new float[] {crop.x1(), crop.y1(), crop.x2(), crop.y2()}, DIMENSION);
                unit[0] += batchNoise * crops.size();
                results.add(StageResult.accepted(unit));
            }
            return results;
        };
    }

    private BatchFunction<LookupRequest, GallerySearch> lookup() {
        LookupFunction lookup = new LookupFunction(index);
        return (requests, clockOfBatch) -> {
            if (indexAway.get()) {
                lookupsPutBack.incrementAndGet();
                return requests.stream().map(request -> StageResult.<GallerySearch>again("index away")).toList();
            }
            return lookup.apply(requests, clockOfBatch);
        };
    }

    private static void pass(CountDownLatch gate) throws InterruptedException {
        if (!gate.await(90, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the test never opened the gate");
        }
    }

    @Override
    public void close() {
        decodeGate.countDown();
        detectGate.countDown();
        embedGate.countDown();
        if (stages != null) {
            stages.close();
        }
    }

    /** Detects in a picture that says it is to be, shifted by 10 pixels. */
    private final class TestView implements GalleryView {
        @Override
        public boolean detects() {
            return true;
        }

        @Override
        public DecodedImage forDetection(DecodedImage original) {
            if (((TestPicture) original).says("unviewable")) {
                throw new IllegalStateException("can't be widened");
            }
            TestPicture widened = TestPicture.decode(TestRecords.utf8(((TestPicture) original).text + " widened"));
            pictures.add(widened);
            return widened;
        }

        @Override
        public Crop crop(DecodedImage original, List<DetectedBox> boxes) {
            if (boxes.isEmpty()) {
                return Crop.whole(original);
            }
            DetectedBox best = boxes.get(0);
            return new Crop(original, best.x1() - 10, best.y1() - 10, best.x2() - 10, best.y2() - 10);
        }
    }
}
