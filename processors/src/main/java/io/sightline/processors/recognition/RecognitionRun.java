package io.sightline.processors.recognition;

import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.lookup.LookupRequest;
import io.sightline.processors.stage.StageResult;
import io.sightline.processors.stage.Staged;
import io.sightline.processors.tracer.RequestMeter;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.request.InvalidRequestException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One request's way. Each step runs on a lane of the stage before it, except the first, which runs on the caller's thread. The crops
 * of a picture go to the embed stage one by one, so that its batches fill across pictures; the one that is done last goes on.
 */
final class RecognitionRun extends StagedRun<RecognitionOutcome> {
    private final RecognitionStages stages;
    private final ResultBuilder results;
    private final RequestMeter meter;
    private final Clock clock;
    private final long startNs = System.nanoTime();
    private final StageTimes times = new StageTimes();
    private volatile RecognitionJob job;
    private volatile ImageSize size;
    private volatile List<DetectedBox> boxes;

    RecognitionRun(InputRecord input, RecognitionStages stages, ResultBuilder results, RequestMeter meter, Clock clock) {
        super(input, StageNames.RECOGNITION);
        this.stages = stages;
        this.results = results;
        this.meter = meter;
        this.clock = clock;
    }

    void begin(RequestReader reader) {
        meter.started();
        try {
            RequestRead read = reader.read(input());
            if (read instanceof RequestRead.Valid valid) {
                job = valid.job();
                submit(stages.decode(), job.image(), this::decoded, () -> { });
            } else if (read instanceof RequestRead.Invalid invalid) {
                refuse(results.unread(input(), invalid, timesMs()), invalid.code());
            }
        } catch (Throwable e) {
            fail(e);
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
            passed(StageNames.DECODE);
            if (goesOn()) {
                picture.retain();
                submit(stages.detect(), picture.image(), detected -> detected(picture, detected), picture::release);
            }
        } finally {
            picture.release();
        }
    }

    private void detected(SharedPicture picture, Staged<List<DetectedBox>> staged) {
        Optional<List<DetectedBox>> found = accepted(StageNames.DETECT, staged);
        if (found.isEmpty()) {
            return;
        }
        boxes = ResultBuilder.best(found.get(), job.pipeline().maxDetections());
        passed(StageNames.DETECT);
        if (boxes.isEmpty()) {
            lookUp(List.of());
        } else if (goesOn()) {
            embed(picture);
        }
    }

    private void embed(SharedPicture picture) {
        AtomicReferenceArray<StageResult<float[]>> vectors = new AtomicReferenceArray<>(boxes.size());
        AtomicInteger pending = new AtomicInteger(boxes.size());
        for (int i = 0; i < boxes.size(); i++) {
            int position = i;
            DetectedBox box = boxes.get(i);
            picture.retain();
            submit(stages.embed(), new Crop(picture.image(), box.x1(), box.y1(), box.x2(), box.y2()), staged -> {
                times.add(StageNames.EMBED, staged.timing());
                vectors.set(position, staged.result());
                if (pending.decrementAndGet() == 0) {
                    embedded(vectors);
                }
            }, picture::release);
        }
    }

    /** Where several crops were rejected the first in order tells why, not the first in time: results repeat. */
    private void embedded(AtomicReferenceArray<StageResult<float[]>> vectors) {
        List<float[]> all = new ArrayList<>(vectors.length());
        for (int i = 0; i < vectors.length(); i++) {
            Optional<float[]> vector = accepted(vectors.get(i));
            if (vector.isEmpty()) {
                return;
            }
            all.add(vector.get());
        }
        if (goesOn()) {
            lookUp(all);
        }
    }

    private void lookUp(List<float[]> vectors) {
        passed(StageNames.EMBED);
        // While the gallery index is away lookups wait, perhaps for longer than the caller does.
        submit(stages.lookup(), new LookupRequest(job.gallery(), vectors, job.topK(), job.threshold()), () -> RequestReader.isInTime(job, clock), this::found, () -> { });
    }

    private void found(Staged<GallerySearch> staged) {
        Optional<GallerySearch> search = accepted(StageNames.LOOKUP, staged);
        if (search.isEmpty()) {
            return;
        }
        try {
            RecognitionResult result = results.recognised(input(), job, size, boxes, search.get(), timesMs());
            finish(new RecognitionOutcome(result, Optional.empty()), true);
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

    /** False, and the run ended, where nobody waits any more. */
    private boolean goesOn() {
        try {
            RequestReader.checkDeadline(job, clock);
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
        refuse(results.refused(input(), job, size, code, message, timesMs()), code);
    }

    private void refuse(RecognitionResult result, ErrorCode code) {
        finish(new RecognitionOutcome(result, Optional.of(new DeadLetter(input(), code, result.getErrMsg()))), false);
    }

    @Override
    void ended(Optional<RecognitionOutcome> outcome) {
        outcome.ifPresentOrElse(
                value -> meter.ended(value.result().getRequestId(), System.nanoTime() - startNs, value.deadLetter().isPresent()), meter::abandoned);
    }

    private Map<String, Double> timesMs() {
        return times.toMs(System.nanoTime() - startNs);
    }
}
