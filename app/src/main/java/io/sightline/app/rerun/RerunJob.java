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
        /** By galleries, then by epochs: galleries are best brought forward. */
        static final Comparator<Setup> ORDER = Comparator.<Setup, List<String>>comparing(Setup::names, Setup::compare).thenComparing(Setup::epochs, Setup::compare);

        private List<String> names() {
            return List.copyOf(new TreeMap<>(galleries).keySet());
        }

        private List<Long> epochs() {
            return List.copyOf(new TreeMap<>(galleries).values());
        }

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

    /** Few seeks. */
    static final Comparator<RerunJob> BY_PLACE = Comparator.comparingInt(RerunJob::partition).thenComparingLong(RerunJob::offset);
}
