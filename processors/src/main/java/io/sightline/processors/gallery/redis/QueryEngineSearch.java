package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.GallerySearch.Hit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.args.SortingOrder;
import redis.clients.jedis.search.Document;
import redis.clients.jedis.search.FTSearchParams;
import redis.clients.jedis.search.SearchResult;

/**
 * Searches a gallery in one state: the searches and the look at the state are one transaction. Filters and distinct labels are checked
 * here; more is fetched while they leave the hits open. Thread-safe.
 */
final class QueryEngineSearch {
    private static final int SPARE = 4;
    private static final int GROWTH = 4;

    private final QueryEngineSettings settings;
    private final int maxCandidates;
    private final Map<String, Long> generations = new ConcurrentHashMap<>();

    QueryEngineSearch(RedisSettings settings) {
        this.settings = settings.queryEngine();
        this.maxCandidates = settings.maxCandidates();
    }

    GallerySearch search(RedisClient client, GalleryKeys keys, Watermarks watermarks, GalleryQuery query) {
        int most = Math.max(maxCandidates, query.topK());
        int count = Math.min(most, HitList.depends(query) ? GROWTH * query.topK() + SPARE : query.topK() + SPARE);
        while (true) {
            Watermarks.Mark before = watermarks.mark(query.gallery());
            long generation = generations.getOrDefault(keys.base(), 1L);
            Response<List<byte[]>> stated;
            List<Response<SearchResult>> responses = new ArrayList<>();
            if (before == Watermarks.Mark.NONE) {
                // Perhaps there is no index yet, which would fail the transaction.
                Optional<GalleryState> state = GalleryState.of(client.hmget(keys.state(), GalleryState.FIELDS));
                watermarks.check(query.gallery(), before, state);
                if (state.isEmpty()) {
                    return new GallerySearch(query.gallery(), 0, query.vectors().stream().map(vector -> List.<Hit>of()).toList());
                }
                continue;
            }
            int asked = count;
            try (AbstractTransaction transaction = client.multi()) {
                stated = transaction.hmget(keys.state(), GalleryState.FIELDS);
                query.vectors().forEach(vector -> responses.add(transaction.ftSearch(QueryEngineStorage.index(keys, generation),
                        "*=>[KNN " + asked + " @v $q AS d]", parameters(vector, asked))));
                transaction.exec();
            }
            Optional<GalleryState> state = GalleryState.of(stated.get());
            watermarks.check(query.gallery(), before, state);
            if (state.get().generation() != generation) {
                generations.put(keys.base(), state.get().generation());
                continue;
            }
            List<List<Hit>> hits = new ArrayList<>();
            boolean settled = true;
            for (Response<SearchResult> response : responses) {
                settled &= collect(query, response.get(), asked, hits);
            }
            if (settled || count >= most) {
                return new GallerySearch(query.gallery(), state.get().epoch(), hits);
            }
            count = (int) Math.min(most, (long) count * GROWTH);
        }
    }

    private FTSearchParams parameters(float[] vector, int count) {
        return FTSearchParams.searchParams().addParam("q", Blobs.of(vector)).sortBy("d", SortingOrder.ASC).limit(0, count).returnFields("d", "i", "t").dialect(2);
    }

    /** Adds a vector's hits. False: entries that were not fetched might belong to them. */
    private static boolean collect(GalleryQuery query, SearchResult result, int asked, List<List<Hit>> hits) {
        Map<String, Double> scores = new HashMap<>();
        Map<String, EntryText> texts = new HashMap<>();
        for (Document document : result.getDocuments()) {
            String id = document.getString("i");
            scores.put(id, Math.max(-1, Math.min(1, 1 - Double.parseDouble(document.getString("d")))));
            texts.put(id, EntryText.decode(document.getString("t")));
        }
        Candidates candidates = Candidates.of(List.of(scores), asked, query);
        List<Hit> chosen = HitList.of(query, candidates, texts);
        hits.add(chosen);
        return candidates.settles(chosen.size(), query.topK(), chosen.isEmpty() ? 0 : chosen.get(chosen.size() - 1).score());
    }
}
