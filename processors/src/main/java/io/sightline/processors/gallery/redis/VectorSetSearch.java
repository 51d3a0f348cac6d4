package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.GallerySearch.Hit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import redis.clients.jedis.RedisClient;

/**
 * Searches a gallery in one state. Reads as plain commands first, which the server spreads over its threads, between two looks at the
 * gallery's state: if that has changed, it was for nothing. In a gallery that changes all the time the last try is a script, which
 * nothing can come between but which keeps the whole server waiting. More is fetched while equal scores, a filter or distinct labels leave
 * the hits open. Thread-safe.
 */
final class VectorSetSearch {
    private static final int PLAIN_TRIES = 3;
    /** Fetched beyond top_k at once, for equal scores. */
    private static final int SPARE = 4;
    private static final int GROWTH = 4;

    private final VectorSetCommands commands;
    private final VectorSetReader reader;
    private final int maxCandidates;

    VectorSetSearch(RedisSettings settings) {
        this.commands = new VectorSetCommands(settings);
        this.reader = new VectorSetReader(settings.vectorSet().exactUpToEntries());
        this.maxCandidates = settings.maxCandidates();
    }

    GallerySearch search(RedisClient client, GalleryKeys keys, Watermarks watermarks, GalleryQuery query) {
        int count = query.topK() + SPARE;
        int tries = 0;
        while (true) {
            Watermarks.Mark before = watermarks.mark(query.gallery());
            List<List<byte[]>> arguments = commands.arguments(query, count);
            Optional<Reading> reading = tries < PLAIN_TRIES ? reader.plain(client, keys, query.gallery(), before, watermarks, arguments)
                    : reader.atomic(client, keys, query.gallery(), before, watermarks, arguments);
            if (reading.isEmpty()) {
                tries++;
                continue;
            }
            if (reading.get() == VectorSetReader.NOTHING) {
                return new GallerySearch(query.gallery(), 0, query.vectors().stream().map(vector -> List.<Hit>of()).toList());
            }
            List<Candidates> candidates = candidates(query, reading.get().scores(), count);
            boolean last = count >= Math.max(maxCandidates, query.topK());
            if (!last && !HitList.depends(query) && !settled(query, candidates)) {
                count = more(count, query);
                continue;
            }
            Optional<Map<String, EntryText>> texts = reading.get().texts(needed(query, candidates));
            if (texts.isEmpty()) {
                tries++;
                continue;
            }
            List<List<Hit>> hits = new ArrayList<>();
            boolean settled = true;
            for (Candidates some : candidates) {
                List<Hit> chosen = HitList.of(query, some, texts.get());
                settled &= some.settles(chosen.size(), query.topK(), chosen.isEmpty() ? 0 : chosen.get(chosen.size() - 1).score());
                hits.add(chosen);
            }
            if (settled || last) {
                return new GallerySearch(query.gallery(), reading.get().state().epoch(), hits);
            }
            count = more(count, query);
        }
    }

    private int more(int count, GalleryQuery query) {
        return (int) Math.min(Math.max(maxCandidates, query.topK()), (long) count * GROWTH);
    }

    private static List<Candidates> candidates(GalleryQuery query, List<Map<String, Double>> scores, int count) {
        int alternatives = VectorSetCommands.alternatives(query);
        List<Candidates> all = new ArrayList<>();
        for (int from = 0; from < scores.size(); from += alternatives) {
            all.add(Candidates.of(scores.subList(from, from + alternatives), count, query));
        }
        return all;
    }

    private static boolean settled(GalleryQuery query, List<Candidates> candidates) {
        int k = query.topK();
        return candidates.stream().allMatch(some -> some.settles(some.best().size(), k, some.best().size() < k ? 0 : some.best().get(k - 1).score()));
    }

    private static Set<String> needed(GalleryQuery query, List<Candidates> candidates) {
        Set<String> ids = new HashSet<>();
        candidates.forEach(some -> HitList.needed(query, some).forEach(candidate -> ids.add(candidate.id())));
        return ids;
    }
}
