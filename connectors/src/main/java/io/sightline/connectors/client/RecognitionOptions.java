package io.sightline.connectors.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a call asks besides its image; null: the server's default. Checked by the server.
 *
 * @param galleries to be searched at once, instead of {@code gallery}
 * @param filter what a match's attributes must be like
 * @param distinctLabels of several entries with one label only the best one
 */
public record RecognitionOptions(String pipeline, String gallery, List<String> galleries, Integer topK, Double scoreThreshold, String filter, Boolean distinctLabels) {
    public static final RecognitionOptions DEFAULTS = new RecognitionOptions(null, null, null, null, null, null, null);

    /** Begins with a question mark, or is empty. */
    String query() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("pipeline", pipeline);
        parameters.put("gallery", gallery);
        parameters.put("galleries", galleries == null ? null : String.join(",", galleries));
        parameters.put("top_k", topK);
        parameters.put("score_threshold", scoreThreshold);
        parameters.put("filter", filter);
        parameters.put("distinct_labels", distinctLabels);
        String query = parameters.entrySet().stream().filter(p -> p.getValue() != null)
                .map(p -> p.getKey() + "=" + URLEncoder.encode(p.getValue().toString(), StandardCharsets.UTF_8)).collect(Collectors.joining("&"));
        return query.isEmpty() ? "" : "?" + query;
    }
}
