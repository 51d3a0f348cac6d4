package io.sightline.app.metrics;

/** Something that is measured. Asked at each scrape, by one thread at a time; may take a second, not more. */
@FunctionalInterface
public interface MetricSource {
    void read(Scrape scrape);
}
