package io.sightline.connectors.diff;

import io.sightline.schemas.Lineage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What two sets of results follow from, and in what that differs. Holds at most {@link #MAX_VALUES} values of an aspect. For one thread. */
public final class LineageDiff {
    /** Values behind these are counted together. */
    public static final int MAX_VALUES = 20;
    static final String OTHERS = "others";
    private static final String NONE = "none";

    /**
     * One thing that results follow from.
     *
     * @param name {@code build}, {@code settings}, {@code model of embed}, {@code device of embed}, {@code gallery default}
     * @param different requests whose two results differ in it
     * @param a how many results of A have which value; a gallery's values are its epochs
     */
    public record Aspect(String name, long different, Map<String, Long> a, Map<String, Long> b) {
    }

    private static final class Values {
        private long different;
        private final Map<String, Long> a = new TreeMap<>();
        private final Map<String, Long> b = new TreeMap<>();
    }

    private final Map<String, Values> aspects = new TreeMap<>();

    /** @return whether the two are the same in all aspects */
    boolean add(Lineage a, Lineage b) {
        Map<String, String> left = aspects(a);
        Map<String, String> right = aspects(b);
        boolean same = true;
        List<String> names = new ArrayList<>(left.keySet());
        right.keySet().stream().filter(name -> !left.containsKey(name)).forEach(names::add);
        for (String name : names) {
            String valueA = left.getOrDefault(name, NONE);
            String valueB = right.getOrDefault(name, NONE);
            Values values = aspects.computeIfAbsent(name, n -> new Values());
            count(values.a, valueA);
            count(values.b, valueB);
            if (!valueA.equals(valueB)) {
                values.different++;
                same = false;
            }
        }
        return same;
    }

    private static Map<String, String> aspects(Lineage lineage) {
        Map<String, String> aspects = new TreeMap<>();
        aspects.put("build", lineage.getBuild());
        aspects.put("settings", lineage.getConfigHash());
        lineage.getModels().forEach((stage, model) -> aspects.put("model of " + stage, model));
        lineage.getDevices().forEach((stage, device) -> aspects.put("device of " + stage, device));
        lineage.getGalleries().forEach((gallery, epoch) -> aspects.put("gallery " + gallery, "epoch " + epoch));
        if (lineage.getGalleries().isEmpty() && lineage.getGallery() != null) {
            aspects.put("gallery " + lineage.getGallery(), "epoch " + lineage.getGalleryEpoch());
        }
        return aspects;
    }

    private static void count(Map<String, Long> values, String value) {
        values.merge(values.containsKey(value) || values.size() < MAX_VALUES ? value : OTHERS, 1L, Long::sum);
    }

    /** Those that differ for at least one request. */
    public List<Aspect> different() {
        return all().stream().filter(aspect -> aspect.different() > 0).toList();
    }

    /** By name. */
    public List<Aspect> all() {
        return aspects.entrySet().stream().map(e -> new Aspect(e.getKey(), e.getValue().different, Map.copyOf(e.getValue().a), Map.copyOf(e.getValue().b))).toList();
    }
}
