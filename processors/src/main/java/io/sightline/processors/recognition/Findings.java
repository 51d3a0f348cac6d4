package io.sightline.processors.recognition;

import io.sightline.processors.classify.ScoredClass;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.PublishedScore;
import io.sightline.processors.shitu.ShituBox;
import io.sightline.processors.shitu.ShituHit;
import io.sightline.processors.shitu.ShituPostprocess;
import io.sightline.processors.shitu.ShituSettings;
import io.sightline.schemas.Match;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts together what the stages say of each thing in a picture. */
final class Findings {
    private static final double NO_MATCH = -2;
    private static final Comparator<Match> BEST_MATCH_FIRST =
            Comparator.comparingDouble(Match::getScore).reversed().thenComparing(Match::getId).thenComparing(Match::getGallery);

    private Findings() {
    }

    /**
     * @param boxes empty where a vector was looked up
     * @param classes by thing; empty where nothing was classified
     * @param vectors by thing; empty where nothing was embedded
     * @param searches one a gallery, its hits by vector
     */
    static List<Finding> of(RecognitionJob job, List<DetectedBox> boxes, List<List<ScoredClass>> classes, List<float[]> vectors, List<GallerySearch> searches) {
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < Math.max(boxes.size(), vectors.size()); i++) {
            int position = i;
            List<ScoredClass> best = classes.isEmpty() ? List.of()
                    : classes.get(i).stream().filter(c -> c.score() >= job.pipeline().classThreshold()).limit(job.topK()).toList();
            double bestCosine = searches.stream().flatMap(search -> search.hits().get(position).stream()).mapToDouble(GallerySearch.Hit::score).max().orElse(NO_MATCH);
            findings.add(new Finding(boxes.isEmpty() ? Optional.empty() : Optional.of(boxes.get(i)), best,
                    job.pipeline().embeddings() && !vectors.isEmpty() ? Optional.of(vectors.get(i)) : Optional.empty(), matches(job, searches, i), bestCosine));
        }
        return job.pipeline().resultNms().isPresent() && !boxes.isEmpty() ? suppressed(findings, (float) job.pipeline().resultNms().getAsDouble()) : findings;
    }

    private static List<Match> matches(RecognitionJob job, List<GallerySearch> searches, int position) {
        List<Match> all = new ArrayList<>();
        for (GallerySearch search : searches) {
            for (GallerySearch.Hit hit : search.hits().get(position)) {
                all.add(new Match(hit.id(), hit.label(), PublishedScore.of(hit.score()), hit.attributes(), search.gallery()));
            }
        }
        all.sort(BEST_MATCH_FIRST);
        if (job.distinctLabels() && searches.size() > 1) {
            Set<String> labels = new HashSet<>();
            all.removeIf(match -> !labels.add(match.getLabel()));
        }
        return List.copyOf(all.subList(0, Math.min(all.size(), job.topK())));
    }

    /** As PP-ShiTu's server does it: those without a match and those that overlap with a better one are left out, the best match comes first. */
    private static List<Finding> suppressed(List<Finding> findings, float iou) {
        Map<ShituHit, Finding> byHit = new IdentityHashMap<>();
        List<ShituHit> hits = new ArrayList<>();
        for (Finding finding : findings) {
            if (!finding.matches().isEmpty()) {
                DetectedBox box = finding.box().orElseThrow();
                ShituHit hit = new ShituHit(new ShituBox(box.x1(), box.y1(), box.x2(), box.y2()), finding.matches().get(0).getLabel(), (float) finding.bestCosine());
                hits.add(hit);
                byHit.put(hit, finding);
            }
        }
        // Matches have passed the threshold already.
        ShituSettings stock = ShituSettings.STOCK;
        return new ShituPostprocess(new ShituSettings(stock.detThreshold(), stock.maxDetResults(), -1, iou)).results(hits).stream().map(byHit::get).toList();
    }
}
