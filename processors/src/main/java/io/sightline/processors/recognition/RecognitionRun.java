package io.sightline.processors.recognition;

import io.opentelemetry.api.OpenTelemetry;
import io.sightline.processors.classify.ClassifyItem;
import io.sightline.processors.classify.ScoredClass;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.gallery.EpochWatch;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.lookup.LookupRequest;
import io.sightline.processors.prepare.Extent;
import io.sightline.processors.stage.StageEngine;
import io.sightline.processors.stage.StageResult;
import io.sightline.processors.stage.Staged;
import io.sightline.processors.tracer.RequestMeter;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.LogKeys;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.request.InvalidRequestException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request's way through its pipeline. Each step runs on a lane of the stage before it, except the first, which runs on the caller's
 * thread. The crops of a picture go to a stage one by one, so that its batches fill across pictures; the one that is done last goes on.
 */
final class RecognitionRun extends StagedRun<RecognitionOutcome> {
    private static final Logger LOG = LoggerFactory.getLogger(RecognitionRun.class);

    /** Longest wait for a gallery's state: the records behind this one on its partition wait as long. */
    static final long MAX_EPOCH_WAIT_MS = 2000;

    private final RecognitionStages stages;
    private final ResultBuilder results;
    private final RequestMeter meter;
    private final Withdrawals withdrawals;
    private final Clock clock;
    private final long startNs = System.nanoTime();
    private final StageTimes times = new StageTimes();
    private volatile boolean withdrawn;
    private volatile RecognitionJob job;
    private volatile Pipeline pipeline;
    private volatile ImageSize size;
    private volatile List<DetectedBox> boxes = List.of();
    private volatile List<List<ScoredClass>> classes = List.of();
    private volatile List<float[]> vectors = List.of();

    RecognitionRun(InputRecord input, RecognitionStages stages, ResultBuilder results, RequestMeter meter, Withdrawals withdrawals, Clock clock, OpenTelemetry telemetry) {
        super(input, stages.stageNames(), telemetry, "recognise");
        this.stages = stages;
        this.results = results;
        this.meter = meter;
        this.withdrawals = withdrawals;
        this.clock = clock;
    }

    void begin(RequestReader reader, EpochWatch watch, Consumer<String> rebuilds) {
        meter.started();
        whenReadable(() -> reader.whenReadable(input()), () -> begin(reader.read(input()), watch, rebuilds));
    }

    private void begin(RequestRead read, EpochWatch watch, Consumer<String> rebuilds) {
        if (read instanceof RequestRead.Valid valid) {
            job = valid.job();
            pipeline = stages.pipelines().get(job.pipeline().name());
            if (job.rebuild()) {
                rebuilds.accept(job.galleries().get(0));
            }
            if (job.minEpoch().isPresent()) {
                awaitEpoch(watch, job.galleries().get(0), job.minEpoch().getAsLong());
            } else if (goesOn()) {
                work();
            }
        } else if (read instanceof RequestRead.Invalid invalid) {
            refuse(results.unread(input(), invalid, timesMs()), invalid.code());
        }
    }

    private void awaitEpoch(EpochWatch watch, String gallery, long epoch) {
        // Not on the thread that brings the edits: a full stage would hold it up.
        watch.reached(gallery, epoch).orTimeout(MAX_EPOCH_WAIT_MS, TimeUnit.MILLISECONDS).whenCompleteAsync((nothing, error) -> {
            try {
                if (error instanceof IndexUnavailableException || error instanceof TimeoutException && watch.trouble().isPresent()) {
                    // As lookups do: it is not the request's fault.
                    if (goesOn()) {
                        again(() -> awaitEpoch(watch, gallery, epoch));
                    }
                } else if (error instanceof TimeoutException) {
                    refuse(ErrorCode.TIMEOUT, "min_epoch: " + epoch + " of gallery '" + gallery + "', not reached in " + MAX_EPOCH_WAIT_MS
                            + " ms (expected: the epoch of an edit that was made)");
                } else if (error instanceof CancellationException) {
                    fail(error); // The index was closed: nothing is known about the request, whoever reads it next waits anew.
                } else if (error != null) {
                    refuse(ErrorCode.TIMEOUT, String.valueOf(error.getMessage()));
                } else if (goesOn()) {
                    (job.waitsOnly() ? watch.refusal(gallery, epoch) : Optional.<String>empty()).ifPresentOrElse(full -> refuse(ErrorCode.GALLERY_FULL, full), this::work);
                }
            } catch (Throwable e) {
                fail(e);
            }
        });
    }

    private void work() {
        if (job.image().isPresent()) {
            submitFirst(stages.decode(), job.image().get(), this::isWaitedFor, this::decoded);
        } else if (job.tensor().isPresent()) {
            prepared(job.tensor().get());
        } else {
            vectors = job.vector().map(List::of).orElse(List.of());
            lookUp(this::submitFirst);
        }
    }

    /** The caller has decoded and prepared the picture: its size here is that of the model's input. */
    private void prepared(float[] values) {
        Extent input = pipeline.rules().classifierInput().orElseThrow();
        size = new ImageSize(input.width(), input.height());
        boxes = List.of(whole());
        if (goesOn()) {
            submitFirst(pipeline.classify().orElseThrow(), new ClassifyItem.Prepared(values), this::isWaitedFor,
                    staged -> accepted(StageNames.CLASSIFY, staged).ifPresent(best -> {
                        classes = List.of(best);
                        recognised(List.of());
                    }));
        }
    }

    private void decoded(Staged<DecodedImage> staged) {
        Optional<DecodedImage> image = accepted(StageNames.DECODE, staged);
        if (image.isEmpty()) {
            return;
        }
        SharedPicture picture = new SharedPicture(image.get());
        try {
            size = new ImageSize(image.get().width(), image.get().height());
            Optional<DetectedBox> given = givenBox();
            passed(StageNames.DECODE);
            if (!goesOn()) {
                return;
            }
            if (given.isPresent()) {
                found(picture, List.of(given.get()));
            } else {
                picture.retain();
                submit(pipeline.detect().orElseThrow(), picture.image(), this::isWaitedFor, detected -> detected(picture, detected), picture::release);
            }
        } catch (InvalidRequestException e) {
            refuse(e.code(), e.getMessage());
        } finally {
            picture.release();
        }
    }

    /** Where the thing is, when it need not be detected. */
    private Optional<DetectedBox> givenBox() {
        List<Integer> box = job.box().orElse(List.of());
        if (!box.isEmpty()) {
            GalleryEditReader.checkInside(box, size.getWidth(), size.getHeight());
            return Optional.of(new DetectedBox(box.get(0), box.get(1), box.get(2), box.get(3), 1, ResultBuilder.WHOLE));
        }
        return job.box().isPresent() || pipeline.detect().isEmpty() ? Optional.of(whole()) : Optional.empty();
    }

    private DetectedBox whole() {
        return new DetectedBox(0, 0, size.getWidth(), size.getHeight(), 1, ResultBuilder.WHOLE);
    }

    private void detected(SharedPicture picture, Staged<List<DetectedBox>> staged) {
        Optional<List<DetectedBox>> found = accepted(StageNames.DETECT, staged);
        if (found.isEmpty()) {
            return;
        }
        List<DetectedBox> best = new ArrayList<>(ResultBuilder.best(found.get(), pipeline.rules().detect().orElseThrow().maxDetections()));
        if (pipeline.rules().wholeImage()) {
            best.add(whole());
        }
        found(picture, List.copyOf(best));
    }

    private void found(SharedPicture picture, List<DetectedBox> things) {
        boxes = things;
        passed(StageNames.DETECT);
        if (pipeline.classify().isEmpty()) {
            classified(picture, List.of());
        } else if (goesOn()) {
            each(picture, StageNames.CLASSIFY, pipeline.classify().get(), ClassifyItem.Rectangle::new, all -> classified(picture, all));
        }
    }

    private void classified(SharedPicture picture, List<List<ScoredClass>> all) {
        classes = all;
        passed(StageNames.CLASSIFY);
        if (pipeline.embed().isEmpty()) {
            recognised(List.of());
        } else if (goesOn()) {
            each(picture, StageNames.EMBED, pipeline.embed().get(), crop -> crop, this::embedded);
        }
    }

    private void embedded(List<float[]> all) {
        vectors = all;
        if (!pipeline.rules().does(PipelineStage.LOOKUP)) {
            recognised(List.of());
        } else if (goesOn()) {
            lookUp((stage, item, inTime, next) -> submit(stage, item, inTime, next, () -> { }));
        }
    }

    /** Sends the things to a stage; where several are rejected the first in order tells why, not the first in time: results repeat. */
    private <I, T> void each(SharedPicture picture, String name, StageEngine<I, T> stage, Function<Crop, I> item, Consumer<List<T>> next) {
        int count = boxes.size();
        if (count == 0) {
            next.accept(List.of());
            return;
        }
        AtomicReferenceArray<StageResult<T>> answers = new AtomicReferenceArray<>(count);
        AtomicInteger pending = new AtomicInteger(count);
        for (int i = 0; i < count; i++) {
            int position = i;
            picture.retain();
            submit(stage, item.apply(Crop.of(picture.image(), boxes.get(i))), this::isWaitedFor, staged -> {
                times.add(name, staged.timing());
                answers.set(position, staged.result());
                if (pending.decrementAndGet() == 0) {
                    allAccepted(answers).ifPresent(next);
                }
            }, picture::release);
        }
    }

    private <T> Optional<List<T>> allAccepted(AtomicReferenceArray<StageResult<T>> answers) {
        List<T> all = new ArrayList<>(answers.length());
        for (int i = 0; i < answers.length(); i++) {
            Optional<T> value = accepted(answers.get(i));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            all.add(value.get());
        }
        return Optional.of(all);
    }

    /** How lookups are given to their stage: {@link #submit} or {@link #submitFirst}. */
    private interface Submission {
        void submit(StageEngine<LookupRequest, GallerySearch> stage, LookupRequest item, BooleanSupplier inTime, Consumer<Staged<GallerySearch>> next);
    }

    /** One item a gallery; they may be searched side by side. */
    private void lookUp(Submission submission) {
        passed(StageNames.EMBED);
        int count = job.galleries().size();
        AtomicReferenceArray<StageResult<GallerySearch>> answers = new AtomicReferenceArray<>(count);
        AtomicInteger pending = new AtomicInteger(count);
        for (int i = 0; i < count; i++) {
            int position = i;
            LookupRequest lookup = new LookupRequest(job.galleries().get(i), vectors, job.topK(), job.threshold(), job.filter(), job.distinctLabels());
            // While the gallery index is away lookups wait, perhaps for longer than the caller does.
            submission.submit(stages.lookup(), lookup, this::isWaitedFor, staged -> {
                times.add(StageNames.LOOKUP, staged.timing());
                answers.set(position, staged.result());
                if (pending.decrementAndGet() == 0) {
                    allAccepted(answers).ifPresent(this::recognised);
                }
            });
        }
    }

    private void recognised(List<GallerySearch> searches) {
        try {
            finish(new RecognitionOutcome(results.recognised(input(), job, pipeline.models(), size, boxes, classes, vectors, searches, timesMs()), Optional.empty()), true);
        } catch (InvalidRequestException e) {
            refuse(e.code(), e.getMessage());
        }
    }

    private <T> Optional<T> accepted(String stage, Staged<T> staged) {
        times.add(stage, staged.timing());
        return accepted(staged.result());
    }

    /** A rejection ends the run. */
    private <T> Optional<T> accepted(StageResult<T> result) {
        if (result instanceof StageResult.Accepted<T> accepted) {
            return Optional.of(accepted.value());
        }
        StageResult.Rejected<T> rejected = (StageResult.Rejected<T>) result;
        refuse(rejected.code(), rejected.message());
        return Optional.empty();
    }

    /** Asked under a stage's lock when a batch is made: an item that nobody waits for costs nothing more. */
    private boolean isWaitedFor() {
        return RequestReader.isInTime(job, clock) && !isWithdrawn();
    }

    /** Once true it stays so, whatever is forgotten elsewhere: an item let go must find its run ended. */
    private boolean isWithdrawn() {
        if (!withdrawn && withdrawals.isWithdrawn(input())) {
            withdrawn = true;
        }
        return withdrawn;
    }

    /** False, and the run ended, where nobody waits any more. */
    private boolean goesOn() {
        try {
            RequestReader.checkDeadline(job, clock);
            if (isWithdrawn()) {
                withdraw();
            }
            return wanted();
        } catch (InvalidRequestException e) {
            refuse(e.code(), e.getMessage());
            return false;
        }
    }

    @Override
    void late(Throwable error) {
        if (goesOn()) {
            fail(error);
        }
    }

    @Override
    void refuse(ErrorCode code, String message) {
        refuse(job == null ? results.unread(input(), new RequestRead.Invalid(requestId(), Map.of(), code, message), timesMs())
                : results.refused(input(), job, pipeline.models(), size, code, message, timesMs()), code);
    }

    private void refuse(RecognitionResult result, ErrorCode code) {
        finish(new RecognitionOutcome(result, Optional.of(new DeadLetter(input(), code, result.getErrMsg()))), false);
    }

    /** There is a result, as for every request, but no dead letter: nothing went wrong. */
    private void withdraw() {
        finish(new RecognitionOutcome(results.refused(input(), job, pipeline.models(), size, ErrorCode.TIMEOUT,
                "withdrawn: the caller has gone away (expected: one who waits for the answer)", timesMs()), Optional.empty()), false);
    }

    @Override
    String requestId() {
        RecognitionJob read = job;
        return read == null ? super.requestId() : read.requestId();
    }

    @Override
    void ended(Optional<RecognitionOutcome> outcome) {
        log(outcome);
        if (outcome.filter(RecognitionOutcome::isWithdrawn).isPresent()) {
            withdrawals.countDropped();
            meter.abandoned();
            return;
        }
        outcome.ifPresentOrElse(
                value -> meter.ended(value.result().getRequestId(), value.result().getPipeline(), totalNs(value.result()), ErrorCode.of(value.result().getErrNo())), meter::abandoned);
    }

    /** As the result says, so that the tracer says the same. */
    private static long totalNs(RecognitionResult result) {
        return Math.round(result.getTimingsMs().get(StageTimes.TOTAL) * 1e6);
    }

    @Override
    Optional<String> problem(RecognitionOutcome value) {
        return value.deadLetter().map(letter -> letter.code().number() + " " + letter.message());
    }

    private void log(Optional<RecognitionOutcome> outcome) {
        if (LOG.isDebugEnabled()) {
            LOG.atDebug().addKeyValue(LogKeys.REQUEST_ID, outcome.map(value -> value.result().getRequestId()).orElseGet(this::requestId))
                    .log("{}: {} after {} ms", RecordPlace.of(input()), outcome.map(value -> value.result().getStatus() + (value.deadLetter().isEmpty() ? ""
                            : " (" + value.result().getErrNo() + ", " + value.result().getErrMsg() + ")")).orElse("given up"), (System.nanoTime() - startNs) / 1_000_000);
        }
    }

    private Map<String, Double> timesMs() {
        return times.toMs(System.nanoTime() - startNs);
    }
}
