package io.sightline.processors.gallery.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GallerySearch.Hit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Chooses a vector's hits among its candidates, with what the entries say of themselves. */
final class HitList {
    private static final ObjectMapper JSON = new ObjectMapper();

    private HitList() {
    }

    /** True where a candidate's text decides whether it is a hit. */
    static boolean depends(GalleryQuery query) {
        return query.filter().isPresent() || query.distinctLabels();
    }

    /** The candidates whose texts are needed. */
    static List<Candidates.Candidate> needed(GalleryQuery query, Candidates candidates) {
        return depends(query) ? candidates.best() : candidates.best().subList(0, Math.min(query.topK(), candidates.best().size()));
    }

    /** @param texts by id, of all that are {@link #needed} */
    static List<Hit> of(GalleryQuery query, Candidates candidates, Map<String, EntryText> texts) {
        List<Hit> hits = new ArrayList<>();
        Set<String> labels = new HashSet<>();
        for (Candidates.Candidate candidate : candidates.best()) {
            if (hits.size() == query.topK()) {
                break;
            }
            EntryText text = texts.get(candidate.id());
            if (matches(query, text) && (!query.distinctLabels() || labels.add(text.label()))) {
                hits.add(new Hit(candidate.id(), text.label(), text.attributes(), candidate.score()));
            }
        }
        return hits;
    }

    private static boolean matches(GalleryQuery query, EntryText text) {
        if (query.filter().isEmpty()) {
            return true;
        }
        try {
            return query.filter().get().matches(JSON.readTree(text.attributes()));
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}
