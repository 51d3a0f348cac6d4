package io.sightline.processors.gallery;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an index has to answer, in the plainest way: double precision, one vector after the other. */
final class NaiveGallery {
    private record Kept(GalleryEdit.Put edit, double[] unit) {
    }

    private final Map<String, Kept> entries = new TreeMap<>();
    private long epoch;

    void apply(GalleryEdit edit) {
        if (edit instanceof GalleryEdit.Put put) {
            entries.put(put.id(), new Kept(put, unit(put.vector())));
        } else {
            entries.remove(edit.id());
        }
        epoch = Math.max(epoch, edit.epoch());
    }

    List<GallerySearch.Hit> search(float[] query, int topK, double threshold) {
        double[] unit = unit(query);
        return entries.values().stream()
                .map(kept -> new GallerySearch.Hit(kept.edit().id(), kept.edit().label(), kept.edit().attributes(), dot(kept.unit(), unit)))
                .filter(hit -> PublishedScore.reaches(hit.score(), threshold))
                .sorted(Comparator.comparingDouble(GallerySearch.Hit::score).reversed().thenComparing(GallerySearch.Hit::id))
                .limit(topK).toList();
    }

    int size() {
        return entries.size();
    }

    long epoch() {
        return epoch;
    }

    private static double[] unit(float[] vector) {
        double squares = 0;
        for (float v : vector) {
            squares += (double) v * v;
        }
        double[] unit = new double[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = vector[i] / Math.sqrt(squares);
        }
        return unit;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
