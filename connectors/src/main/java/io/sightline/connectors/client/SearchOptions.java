package io.sightline.connectors.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a search asks besides picture or vector; null: the server's default. Checked by the server.
 *
 * @param galleries to be searched at once with the one that is called
 */
public record SearchOptions(String pipeline, List<String> galleries, Integer topK, Double scoreThreshold, String filter, Boolean distinctLabels) {
    public static final SearchOptions DEFAULTS = new SearchOptions(null, null, null, null, null, null);

    void addTo(ObjectNode search) {
        if (pipeline != null) {
            search.put("pipeline", pipeline);
        }
        if (galleries != null) {
            search.put("galleries", String.join(",", galleries));
        }
        if (topK != null) {
            search.put("top_k", topK);
        }
        if (scoreThreshold != null) {
            search.put("score_threshold", scoreThreshold);
        }
        if (filter != null) {
            search.put("filter", filter);
        }
        if (distinctLabels != null) {
            search.put("distinct_labels", distinctLabels);
        }
    }
}
