package io.sightline.processors.lookup;

import io.sightline.processors.gallery.AttributeFilter;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.UnknownGalleryException;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.BatchFunction;
import io.sightline.processors.stage.StageResult;
import io.sightline.schemas.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks a batch up in the index: requests that ask the same of the same gallery in one search. Not grouped across different top_k or
 * threshold: an approximate index may answer differently then, and no answer may depend on its company. Shares the index with the
 * other lanes and does not close it.
 *
 * <p>While the index is unavailable the requests of the galleries concerned are to be tried again: never rejected for that. Others of the
 * batch get their answers.
 */
public final class LookupFunction implements BatchFunction<LookupRequest, GallerySearch> {
    private record Question(String gallery, int topK, double threshold, Optional<AttributeFilter> filter, boolean distinctLabels) {
        static Question of(LookupRequest item) {
            return new Question(item.gallery(), item.topK(), item.threshold(), item.filter(), item.distinctLabels());
        }

        GalleryQuery query(List<float[]> vectors) {
            return new GalleryQuery(gallery, vectors, topK, threshold, filter, distinctLabels);
        }
    }

    private final GalleryIndex index;

    public LookupFunction(GalleryIndex index) {
        this.index = index;
    }

    @Override
    public List<StageResult<GallerySearch>> apply(List<LookupRequest> items, BatchClock clock) {
        List<StageResult<GallerySearch>> results = new ArrayList<>(items.size());
        Map<Question, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i++) {
            LookupRequest item = items.get(i);
            results.add(null);
            if (item.vectors().stream().allMatch(LookupFunction::isFinite)) {
                groups.computeIfAbsent(Question.of(item), question -> new ArrayList<>()).add(i);
            } else {
                results.set(i, StageResult.rejected(ErrorCode.INFERENCE, "embedding: not finite (expected: finite numbers)"));
            }
        }
        clock.inference();
        groups.forEach((question, members) -> search(question, members, items, results));
        clock.postprocessing();
        return results;
    }

    private void search(Question question, List<Integer> members, List<LookupRequest> items, List<StageResult<GallerySearch>> results) {
        List<float[]> queries = new ArrayList<>();
        members.forEach(i -> queries.addAll(items.get(i).vectors()));
        try {
            GallerySearch all = index.search(question.query(queries));
            int from = 0;
            for (int i : members) {
                int to = from + items.get(i).vectors().size();
                results.set(i, StageResult.accepted(new GallerySearch(all.gallery(), all.epoch(), List.copyOf(all.hits().subList(from, to)))));
                from = to;
            }
        } catch (IndexUnavailableException e) {
            members.forEach(i -> results.set(i, StageResult.again(e.getMessage())));
        } catch (UnknownGalleryException e) {
            members.forEach(i -> results.set(i, StageResult.rejected(ErrorCode.BAD_INPUT, e.getMessage())));
        }
    }

    private static boolean isFinite(float[] vector) {
        for (float component : vector) {
            if (!Float.isFinite(component)) {
                return false;
            }
        }
        return true;
    }
}
