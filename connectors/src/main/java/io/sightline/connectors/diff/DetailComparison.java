package io.sightline.connectors.diff;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.schemas.Detection;
import io.sightline.schemas.Match;
import io.sightline.schemas.ScoredClass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Compares what else two detections with one label say. The order of matches with equal scores means nothing. Thread-safe. */
final class DetailComparison {
    private static final JsonMapper JSON = new JsonMapper();
    private final Tolerance tolerance;

    DetailComparison(Tolerance tolerance) {
        this.tolerance = tolerance;
    }

    boolean isSame(Detection a, Detection b) {
        return a.getClass$().equals(b.getClass$())
                && same(a.getMatches(), b.getMatches(), match -> List.of(match.getGallery(), match.getId()), Match::getScore,
                        (x, y) -> x.getLabel().equals(y.getLabel()) && sameJson(x.getAttributes(), y.getAttributes()))
                && same(a.getClasses(), b.getClasses(), ScoredClass::getId, ScoredClass::getScore, (x, y) -> x.getLabel().equals(y.getLabel()))
                && sameEmbedding(a.getEmbedding(), b.getEmbedding())
                // Landmarks of a box that moved have moved with it.
                && (!a.getBbox().equals(b.getBbox()) || Objects.equals(a.getPoints(), b.getPoints()));
    }

    /** The first ones' scores are compared as the labels' already. */
    private <T> boolean same(List<T> a, List<T> b, Function<T, Object> key, ToDoubleFunction<T> score, BiPredicate<T, T> alike) {
        if (a.equals(b)) {
            return true;
        }
        if (a.size() != b.size()) {
            return false;
        }
        Map<Object, T> others = new HashMap<>();
        b.forEach(one -> others.put(key.apply(one), one));
        for (int i = 0; i < a.size(); i++) {
            T other = others.remove(key.apply(a.get(i)));
            if (other == null || !alike.test(a.get(i), other)) {
                return false;
            }
            boolean labels = i == 0 && other == b.get(0);
            if (!labels && !tolerance.isScoreSame(Tolerance.difference(score.applyAsDouble(a.get(i)), score.applyAsDouble(other)))) {
                return false;
            }
        }
        return true;
    }

    /** JSON lines and Avro may write the same object in different ways. */
    private static boolean sameJson(String a, String b) {
        try {
            return a.equals(b) || JSON.readTree(a).equals(JSON.readTree(b));
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private boolean sameEmbedding(List<Float> a, List<Float> b) {
        if (Objects.equals(a, b)) {
            return true;
        }
        if (a == null || b == null || a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!tolerance.isScoreSame(Tolerance.difference(a.get(i), b.get(i)))) {
                return false;
            }
        }
        return true;
    }
}
