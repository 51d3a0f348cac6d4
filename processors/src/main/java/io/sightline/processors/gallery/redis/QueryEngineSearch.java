package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.GallerySearch.Hit;
import io.sightline.processors.gallery.IndexUnavailableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.PipeliningBase;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.args.SortingOrder;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.search.Document;
import redis.clients.jedis.search.FTSearchParams;
import redis.clients.jedis.search.SearchResult;

/**
 * Searches a gallery in one state: between two looks at the state first, and where that keeps changing as one transaction. Filters and distinct labels are checked
 * here; more is fetched while they leave the hits open. Thread-safe.
 */
final class QueryEngineSearch {
    private static final int SPARE = 4;
    private static final int GROWTH = 4;
    private static final int PLAIN_TRIES = 3;
    /** Of one search: each either finds the gallery changed since the last, or fetches more. */
    private static final int MAX_TRIES = 20;

    /** @param state empty: it changed meanwhile */
    private record Answer(Optional<GalleryState> state, List<Response<SearchResult>> found) {
    }

    private final int maxCandidates;

    QueryEngineSearch(RedisSettings settings) {
        this.maxCandidates = settings.maxCandidates();
    }

    GallerySearch search(RedisClient client, GalleryKeys keys, Watermarks watermarks, GalleryQuery query) {
        int most = Math.max(maxCandidates, query.topK());
        int count = Math.min(most, HitList.depends(query) ? GROWTH * query.topK() + SPARE : query.topK() + SPARE);
        Watermarks.Mark before = watermarks.mark(query.gallery());
        Optional<GalleryState> known = GalleryState.of(client.hmget(keys.state(), GalleryState.FIELDS));
        watermarks.check(query.gallery(), before, known);
        if (known.isEmpty()) {
            return new GallerySearch(query.gallery(), 0, query.vectors().stream().map(vector -> List.<Hit>of()).toList());
        }
        long generation = known.get().generation();
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Answer answer = ask(client, keys, generation, query, count, tries < PLAIN_TRIES);
            if (answer.state().isEmpty()) {
                continue;
            }
            watermarks.check(query.gallery(), before, answer.state());
            if (answer.state().get().generation() != generation) {
                generation = answer.state().get().generation();
                continue;
            }
            if (answer.state().get().offset() < 0) {
                // Begun by another worker, which may not have made the index yet: nothing is in it.
                return new GallerySearch(query.gallery(), answer.state().get().epoch(), query.vectors().stream().map(vector -> List.<Hit>of()).toList());
            }
            List<List<Hit>> hits = new ArrayList<>();
            boolean settled = true;
            for (Response<SearchResult> response : answer.found()) {
                settled &= collect(query, found(response, query, watermarks), count, hits);
            }
            if (settled || count >= most) {
                return new GallerySearch(query.gallery(), answer.state().get().epoch(), hits);
            }
            count = (int) Math.min(most, (long) count * GROWTH);
        }
        throw new IndexUnavailableException("gallery " + query.gallery() + ": changed while it was searched, " + MAX_TRIES + " times", null);
    }

    private Answer ask(RedisClient client, GalleryKeys keys, long generation, GalleryQuery query, int count, boolean plain) {
        List<Response<SearchResult>> found = new ArrayList<>();
        Response<List<byte[]>> before;
        Response<List<byte[]>> after;
        if (plain) {
            try (AbstractPipeline pipeline = client.pipelined()) {
                before = pipeline.hmget(keys.state(), GalleryState.FIELDS);
                search(pipeline, keys, generation, query, count, found);
                after = pipeline.hmget(keys.state(), GalleryState.FIELDS);
                pipeline.sync();
            }
        } else {
            try (AbstractTransaction transaction = client.multi()) {
                before = transaction.hmget(keys.state(), GalleryState.FIELDS);
                search(transaction, keys, generation, query, count, found);
                after = before;
                transaction.exec();
            }
        }
        Optional<GalleryState> state = GalleryState.of(before.get());
        return new Answer(state.isPresent() && state.equals(GalleryState.of(after.get())) ? state : Optional.empty(), found);
    }

    private static void search(PipeliningBase commands, GalleryKeys keys, long generation, GalleryQuery query, int count, List<Response<SearchResult>> found) {
        query.vectors().forEach(vector -> found.add(commands.ftSearch(QueryEngineStorage.index(keys, generation), "*=>[KNN " + count + " @v $q AS d]",
                parameters(vector, count))));
    }

    private static SearchResult found(Response<SearchResult> response, GalleryQuery query, Watermarks watermarks) {
        try {
            return response.get();
        } catch (JedisDataException e) {
            if (QueryEngineStorage.isMissing(e)) {
                throw watermarks.lost(query.gallery(), "no index there (expected: one)");
            }
            throw e;
        }
    }

    private static FTSearchParams parameters(float[] vector, int count) {
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
