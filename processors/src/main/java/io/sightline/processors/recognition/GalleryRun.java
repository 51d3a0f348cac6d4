package io.sightline.processors.recognition;

import io.opentelemetry.api.OpenTelemetry;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.stage.StageResult;
import io.sightline.processors.stage.Staged;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.topics.GalleryKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One gallery edit's way: a vector and a removal need no stage. Steps run as those of {@link RecognitionRun}. */
final class GalleryRun extends StagedRun<GalleryOutcome> {
    private final RecognitionStages stages;
    private final StaleEntries stale;
    private volatile GalleryJob job;
    private volatile Pipeline pipeline;

    GalleryRun(InputRecord input, RecognitionStages stages, StaleEntries stale, OpenTelemetry telemetry) {
        super(input, StageNames.GALLERY, telemetry, "edit gallery");
        this.stages = stages;
        this.stale = stale;
    }

    void begin(GalleryEditReader reader) {
        whenReadable(() -> reader.whenReadable(input()), () -> read(reader));
    }

    private void read(GalleryEditReader reader) {
        try {
            job = reader.read(input());
            Optional<String> name = stages.plan().pipelineOf(job.key().gallery());
            if (name.isEmpty()) {
                throw new InvalidRequestException("gallery: '" + job.key().gallery() + "', and no pipeline embeds (expected: a pipeline with the stage embed)");
            }
            pipeline = stages.pipelines().get(name.get());
            if (job.image().isPresent()) {
                submitFirst(stages.decode(), job.image().get(), () -> true, this::decoded);
            } else {
                searchable(job.vector());
            }
        } catch (InvalidRequestException e) {
            refuse(e.code(), e.getMessage());
        }
    }

    private void decoded(Staged<DecodedImage> staged) {
        Optional<DecodedImage> image = accepted(staged);
        if (image.isEmpty()) {
            return;
        }
        SharedPicture picture = new SharedPicture(image.get());
        try {
            job.box().ifPresent(box -> GalleryEditReader.checkInside(box, image.get().width(), image.get().height()));
            passed(StageNames.DECODE);
            if (!wanted()) {
                return;
            }
            if (job.box().isPresent()) {
                List<Integer> box = job.box().get();
                embed(picture, new Crop(picture.image(), box.get(0), box.get(1), box.get(2), box.get(3)));
            } else if (pipeline.galleryView().detects()) {
                detect(picture);
            } else {
                embed(picture, Crop.whole(picture.image()));
            }
        } catch (InvalidRequestException e) {
            refuse(e.code(), e.getMessage());
        } finally {
            picture.release();
        }
    }

    private void detect(SharedPicture picture) {
        DecodedImage widened = pipeline.galleryView().forDetection(picture.image());
        picture.retain();
        submit(pipeline.detect().orElseThrow(), widened, detected -> detected(picture, detected), () -> {
            widened.close();
            picture.release();
        });
    }

    private void detected(SharedPicture picture, Staged<List<DetectedBox>> staged) {
        accepted(staged).ifPresent(boxes -> embed(picture, pipeline.galleryView().crop(picture.image(), ResultBuilder.best(boxes, boxes.size()))));
    }

    private void embed(SharedPicture picture, Crop crop) {
        passed(StageNames.DETECT);
        picture.retain();
        submit(pipeline.embed().orElseThrow(), crop, embedded -> accepted(embedded).ifPresent(vector -> searchable(Optional.of(vector))), picture::release);
    }

    private void searchable(Optional<float[]> vector) {
        finish(new GalleryOutcome.Searchable(job.key().toString(), vector.map(this::record), job.epoch()), true);
    }

    private GalleryVector record(float[] vector) {
        List<Float> components = new ArrayList<>(vector.length);
        for (float component : vector) {
            components.add(component);
        }
        return new GalleryVector(job.key().gallery(), job.key().id(), job.label(), job.attributes(), components,
                stages.plan().of(job.key().gallery()).id(), job.epoch(), null);
    }

    private <T> Optional<T> accepted(Staged<T> staged) {
        if (staged.result() instanceof StageResult.Accepted<T> accepted) {
            return Optional.of(accepted.value());
        }
        StageResult.Rejected<T> rejected = (StageResult.Rejected<T>) staged.result();
        refuse(rejected.code(), rejected.message());
        return Optional.empty();
    }

    @Override
    Optional<String> problem(GalleryOutcome value) {
        return value instanceof GalleryOutcome.Refused refused ? Optional.of(refused.deadLetter().code().number() + " " + refused.deadLetter().message()) : Optional.empty();
    }

    @Override
    void refuse(ErrorCode code, String message) {
        DeadLetter letter = new DeadLetter(input(), code, ResultBuilder.message(message));
        finish(new GalleryOutcome.Refused(letter, unsearchable(letter.message())), false);
    }

    /** Without it the entry would be taken for one still to be embedded again, at every start. */
    private Optional<GalleryVector> unsearchable(String message) {
        return RecordHeaders.utf8(input().key() == null ? new byte[0] : input().key()).filter(stale::contains).map(GalleryKey::parse).map(key ->
                new GalleryVector(key.gallery(), key.id(), "", "{}", List.of(), stages.plan().of(key.gallery()).id(), input().offset() + 1, message));
    }
}
