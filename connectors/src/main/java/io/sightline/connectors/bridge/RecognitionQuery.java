package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpHeaders;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.request.GalleryLimits;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What a request asks besides its image; null where it does not say. Strict: whatever is not exactly understood is an
 * {@link InvalidRequestException} that names it.
 */
public record RecognitionQuery(String pipeline, String gallery, List<String> galleries, Integer topK, Double scoreThreshold, String filter, Boolean distinctLabels) {
    /** The parameters of a recognition. */
    static final List<String> KNOWN = List.of("pipeline", "gallery", "galleries", "top_k", "score_threshold", "filter", "distinct_labels");
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,18}");
    /** As JSON and people write numbers: no NaN, no hexadecimal, no trailing d. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,4})?");

    /** @param given texts by parameter; other names than these are others' */
    public static RecognitionQuery of(Map<String, String> given, RequestLimits limits) {
        String pipeline = given.get("pipeline");
        String gallery = given.get("gallery");
        String galleries = given.get("galleries");
        String topK = given.get("top_k");
        String threshold = given.get("score_threshold");
        String filter = given.get("filter");
        String distinct = given.get("distinct_labels");
        if (gallery != null && galleries != null) {
            throw new InvalidRequestException("gallery and galleries (expected: one of them)");
        }
        return new RecognitionQuery(
                pipeline == null ? null : RequestLimits.checkName("pipeline", pipeline),
                gallery == null ? null : RequestLimits.checkName("gallery", gallery),
                galleries == null ? null : GalleryLimits.checkGalleries(Arrays.asList(galleries.split(",", -1))),
                topK == null ? null : topK(topK, limits),
                threshold == null ? null : threshold(threshold),
                filter == null ? null : GalleryLimits.checkFilter(filter),
                distinct == null ? null : yesOrNo("distinct_labels", distinct));
    }

    private static int topK(String text, RequestLimits limits) {
        if (!WHOLE.matcher(text).matches() || Long.parseLong(text) != (int) Long.parseLong(text)) {
            throw new InvalidRequestException("top_k: '" + RequestLimits.shown(text) + "' (expected: a whole number, 1.." + limits.maxTopK() + ")");
        }
        return limits.checkTopK(Integer.parseInt(text));
    }

    private static double threshold(String text) {
        if (text.length() > 100 || !NUMBER.matcher(text).matches()) {
            throw new InvalidRequestException("score_threshold: '" + RequestLimits.shown(text) + "' (expected: a number, -1..1)");
        }
        return RequestLimits.checkScoreThreshold(Double.parseDouble(text));
    }

    static boolean yesOrNo(String parameter, String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new InvalidRequestException(parameter + ": '" + RequestLimits.shown(text) + "' (expected: true or false)");
        }
        return text.equals("true");
    }

    /** A box as it is written in a URL or a form: {@code x1,y1,x2,y2}. */
    static List<Integer> box(String text) {
        String[] sides = text.split(",", -1);
        for (String side : sides) {
            if (!WHOLE.matcher(side).matches() || Long.parseLong(side) != (int) Long.parseLong(side)) {
                throw new InvalidRequestException("box: '" + RequestLimits.shown(text) + "' (expected: x1,y1,x2,y2 in whole pixels)");
            }
        }
        return GalleryLimits.checkBox(Arrays.stream(sides).map(Integer::parseInt).toList());
    }

    /** A request that asks this. */
    public RecognitionRequest.Builder request(String requestId) {
        return RecognitionRequest.newBuilder().setRequestId(requestId).setPipeline(pipeline).setGallery(gallery).setGalleries(galleries)
                .setTopK(topK).setScoreThreshold(scoreThreshold).setFilter(filter).setDistinctLabels(distinctLabels);
    }

    /** Whether the caller wants to be recognised by an id of his own. */
    static boolean hasKey(HttpHeaders headers) {
        return headers.contains("idempotency-key");
    }

    /** The id the caller gave, Idempotency-Key before X-Request-Id (which proxies add by themselves), or a new one. */
    static String requestId(HttpHeaders headers) {
        for (String name : List.of("idempotency-key", "x-request-id")) {
            List<String> given = headers.getAll(name);
            if (given.size() > 1) {
                throw new InvalidRequestException(name + ": given more than once (expected: once)");
            }
            if (given.size() == 1) {
                return RequestLimits.checkId(name, given.get(0));
            }
        }
        return UUID.randomUUID().toString();
    }
}
