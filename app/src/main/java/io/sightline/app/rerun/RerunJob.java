package io.sightline.app.rerun;

import io.sightline.processors.recognition.PipelineSettings;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request that is to be run.
 *
 * @param original empty: there is none
 * @param setup with what; requests that agree share it
 */
record RerunJob(int partition, long offset, Optional<Original> original, Setup setup) {
    /**
     * @param pipelines with their models
     * @param galleries epochs by gallery
     */
    record Setup(Map<String, PipelineSettings> pipelines, Map<String, Long> galleries) {
        /** Galleries first, then epochs: galleries are best brought forward. */
        private List<String> names() {
            return List.copyOf(new TreeMap<>(galleries).keySet());
        }

        private List<Long> epochs() {
            return List.copyOf(new TreeMap<>(galleries).values());
        }
    }

    /** Few steps back for the galleries, few seeks for the requests. */
    static final Comparator<RerunJob> ORDER = Comparator.<RerunJob, List<String>>comparing(job -> job.setup().names(), RerunJob::compare)
            .thenComparing(job -> job.setup().epochs(), RerunJob::compare).thenComparingInt(RerunJob::partition).thenComparingLong(RerunJob::offset);

    private static <T extends Comparable<T>> int compare(List<T> a, List<T> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int compared = a.get(i).compareTo(b.get(i));
            if (compared != 0) {
                return compared;
            }
        }
        return Integer.compare(a.size(), b.size());
    }
}
