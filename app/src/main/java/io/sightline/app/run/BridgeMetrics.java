package io.sightline.app.run;

import io.sightline.app.metrics.Metric;
import io.sightline.app.metrics.MetricSource;
import io.sightline.app.metrics.Scrape;
import io.sightline.connectors.bridge.BridgeServer;
import io.sightline.connectors.reply.ReplyStats;
import io.sightline.connectors.reply.RequestReply;

/** A bridge's metrics, read from its own counters. */
record BridgeMetrics(RequestReply replies, BridgeServer server) implements MetricSource {
    @Override
    public void read(Scrape scrape) {
        ReplyStats stats = replies.stats();
        scrape.put(Metric.BRIDGE_CALLS, stats.answered(), "answered");
        scrape.put(Metric.BRIDGE_CALLS, stats.timedOut(), "timed_out");
        scrape.put(Metric.BRIDGE_CALLS, server.refused(), "refused");
        scrape.put(Metric.BRIDGE_CALLS, stats.cancelled(), "cancelled");
        scrape.put(Metric.BRIDGE_CALLS, stats.failed(), "failed");
        scrape.put(Metric.BRIDGE_UNSENT, stats.unsent());
        scrape.put(Metric.BRIDGE_DROPPED, server.dropped());
        scrape.put(Metric.BRIDGE_IN_FLIGHT, stats.inFlight());
        scrape.put(Metric.BRIDGE_HTTP_IN_FLIGHT, server.inFlight());
    }
}
