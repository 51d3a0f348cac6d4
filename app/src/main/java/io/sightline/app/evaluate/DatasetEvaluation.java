package io.sightline.app.evaluate;

import io.sightline.app.demo.Progress;
import io.sightline.connectors.dataset.LabelFile.Labelled;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.GallerySearch.Hit;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.model.GalleryIndexing;
import io.sightline.schemas.request.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;

/** Retrieval on photographs: which gallery pictures are nearest to each query. A picture never answers for itself. Used by one thread. */
public final class DatasetEvaluation implements AutoCloseable {
    static final int TOP = 5;
    private static final String GALLERY = "gallery";

    private final EvaluationSetup setup;
    private final GalleryIndexing indexing;
    private final BareStages stages;
    private final EmbeddedIndex index;
    private final List<String> unreadable = new ArrayList<>();
    private int undetected;

    /** What is cut out of a picture to be embedded. */
    private interface Cut {
        Crop of(DecodedImage picture) throws Exception;
    }

    /** @param detected false: whole pictures; true: the best detection in each, widened for gallery pictures as the embedder's model.yaml says */
    public DatasetEvaluation(EvaluationSetup setup, boolean detected) {
        GalleryIndexing own = setup.embedder().spec().gallery();
        this.setup = setup;
        this.indexing = detected ? new GalleryIndexing(true, own.widen()) : GalleryIndexing.WHOLE;
        this.stages = new BareStages(setup);
        this.index = new EmbeddedIndex(GalleryModels.same(stages.galleryModel()), List.of(GALLERY));
    }

    public DatasetReport run(List<Labelled> gallery, List<Labelled> queries) throws Exception {
        long epoch = 0;
        List<Labelled> indexed = new ArrayList<>();
        try (ProgressBar bar = Progress.bar("gallery", gallery.size())) {
            for (Labelled entry : gallery) {
                Optional<float[]> vector = embed(entry, picture -> stages.galleryCrop(picture, indexing));
                if (vector.isPresent()) {
                    index.apply(new GalleryEdit.Put(GALLERY, entry.file().toString(), ++epoch, epoch, entry.label(), "{}", vector.get()));
                    indexed.add(entry);
                }
                bar.step();
            }
        }
        if (indexed.isEmpty()) {
            throw new IllegalArgumentException("gallery: none of " + gallery.size() + " pictures can be read, the first: " + unreadable.get(0) + " (expected: JPEG or PNG files)");
        }
        stages.embedderTimes().clear();
        List<DatasetAnswer> answers = new ArrayList<>();
        try (ProgressBar bar = Progress.bar("queries", queries.size())) {
            for (Labelled query : queries) {
                embed(query, this::best).ifPresent(vector -> answers.add(answer(query, vector, indexed)));
                bar.step();
            }
        }
        if (answers.isEmpty()) {
            throw new IllegalArgumentException("queries: none of " + queries.size() + " pictures can be read, the last: " + unreadable.get(unreadable.size() - 1)
                    + " (expected: JPEG or PNG files)");
        }
        return new DatasetReport(setup.detector().map(d -> d.spec().id()), setup.embedder().spec().id(), indexing, (int) index.size(GALLERY), answers, undetected,
                List.copyOf(unreadable), stages.embedderTimes().medianMs());
    }

    private DatasetAnswer answer(Labelled query, float[] vector, List<Labelled> gallery) {
        String self = query.file().toString();
        List<Hit> hits = index.search(GALLERY, List.of(vector), TOP + 1, -1).hits().get(0).stream().filter(hit -> !hit.id().equals(self)).limit(TOP).toList();
        boolean answerable = gallery.stream().anyMatch(entry -> entry.label().equals(query.label()) && !entry.file().equals(query.file()));
        return new DatasetAnswer(query.label(), answerable, hits);
    }

    /** The best detection; the whole picture where there is none. */
    private Crop best(DecodedImage picture) throws Exception {
        if (!indexing.detected()) {
            return Crop.whole(picture);
        }
        List<DetectedBox> boxes = stages.found(picture);
        if (boxes.isEmpty()) {
            undetected++;
            return Crop.whole(picture);
        }
        DetectedBox box = boxes.get(0);
        return new Crop(picture, box.x1(), box.y1(), box.x2(), box.y2());
    }

    private Optional<float[]> embed(Labelled entry, Cut cut) throws Exception {
        try {
            setup.limits().checkImageBytes(Files.size(entry.file()));
            try (DecodedImage picture = stages.decode(Files.readAllBytes(entry.file()))) {
                return Optional.of(stages.embed(cut.of(picture)));
            }
        } catch (NoSuchFileException e) {
            unreadable.add(entry.file() + ": not there");
        } catch (IOException e) {
            unreadable.add(entry.file() + ": can't be read, " + e);
        } catch (InvalidRequestException | UnreadablePictureException e) {
            unreadable.add(entry.file() + ": " + e.getMessage());
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        stages.close();
        index.close();
    }
}
