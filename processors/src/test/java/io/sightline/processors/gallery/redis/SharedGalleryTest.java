package io.sightline.processors.gallery.redis;

import static io.sightline.processors.gallery.redis.RedisTesting.GALLERY;
import static io.sightline.processors.gallery.redis.RedisTesting.MODELS;
import static io.sightline.processors.gallery.redis.RedisTesting.contents;
import static io.sightline.processors.gallery.redis.RedisTesting.contentsOf;
import static io.sightline.processors.gallery.redis.RedisTesting.put;
import static io.sightline.processors.gallery.redis.RedisTesting.puts;
import static io.sightline.processors.gallery.redis.RedisTesting.unit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GalleryRebuild;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.RebuildBehindException;
import io.sightline.processors.gallery.redis.testing.SharedRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Several workers on one server. */
@Timeout(240)
class SharedGalleryTest {
    private final String logId = UUID.randomUUID().toString();
    private final List<GalleryIndex> opened = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private GalleryIndex worker() {
        return worker(MODELS, logId);
    }

    private GalleryIndex worker(GalleryModels models, String log) {
        GalleryIndex index = RedisIndexes.vectorSets(SharedRedis.settings(), log, models, List.of());
        opened.add(index);
        return index;
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        opened.forEach(GalleryIndex::close);
    }

    /** Puts and removals of a few ids. */
    private static List<GalleryEdit> randomLog(long seed, int edits) {
        Random random = new Random(seed);
        List<GalleryEdit> log = new ArrayList<>();
        for (int i = 0; i < edits; i++) {
            String id = "id" + random.nextInt(60);
            log.add(random.nextInt(3) == 0 ? new GalleryEdit.Remove(GALLERY, id, i + 1, i) : put(id, i, "label " + i, "{\"n\":" + i + "}"));
        }
        return log;
    }

    @Test
    void shouldEndUpTheSameWhateverTheWorkersPaces() throws Exception {
        // given three workers that apply the same log in pieces of other sizes, at the same time
        List<GalleryEdit> log = randomLog(7, 3000);
        List<Future<?>> workers = new ArrayList<>();
        for (int w = 0; w < 3; w++) {
            GalleryIndex index = worker();
            Random random = new Random(w);
            workers.add(threads.submit(() -> {
                for (int from = 0; from < log.size();) {
                    int to = Math.min(log.size(), from + 1 + random.nextInt(100));
                    index.apply(log.subList(from, to));
                    from = to;
                }
            }));
        }
        // when
        for (Future<?> worker : workers) {
            worker.get();
        }
        // then
        for (GalleryIndex index : opened) {
            assertThat(contents(index)).isEqualTo(contentsOf(log));
            assertThat(index.epoch(GALLERY)).isEqualTo(log.size());
        }
    }

    @Test
    void shouldNeverGoBackWhenALateWorkerReadsTheLogFromItsBeginning() {
        List<GalleryEdit> log = randomLog(8, 500);
        worker().apply(log);
        GalleryIndex late = worker();
        for (GalleryEdit edit : log.subList(0, 50)) {
            late.apply(edit);
            assertThat(contents(late)).isEqualTo(contentsOf(log));
        }
    }

    @Test
    void shouldKeepLogsAndModelsApart() {
        worker().apply(puts(0, 10));
        GalleryIndex otherLog = worker(MODELS, logId + "2");
        GalleryIndex otherModel = worker(GalleryModels.same(new GalleryModel("other@1#000000000000", RedisTesting.DIMENSION)), logId);
        otherLog.apply(put("a", 0));
        otherModel.apply(put("b", 3));
        assertThat(contents(otherLog)).containsOnlyKeys("a");
        assertThat(contents(otherModel)).containsOnlyKeys("b");
        assertThat(opened.get(0).size(GALLERY)).isEqualTo(10);
    }

    @Test
    void shouldLetOneWorkerRebuildAtATime() {
        GalleryIndex a = worker();
        GalleryIndex b = worker();
        a.apply(puts(0, 10));
        b.apply(puts(0, 10));
        try (GalleryRebuild rebuild = a.rebuild(GALLERY)) {
            assertThatThrownBy(() -> b.rebuild(GALLERY)).isInstanceOf(IndexUnavailableException.class)
                    .hasMessageStartingWith("gallery shoes: is being rebuilt by another worker");
            rebuild.apply(puts(0, 10));
            rebuild.commit();
        }
        // then the winner's generation is the loser's too, and both may go on
        assertThat(b.stats(GALLERY).generation()).isEqualTo(2);
        b.apply(put("late", 10));
        assertThat(contents(a)).hasSize(11);
        try (GalleryRebuild rebuild = b.rebuild(GALLERY)) {
            assertThat(rebuild).isNotNull();
        }
        assertThat(contents(a)).as("after an abandoned rebuild").hasSize(11);
        try (GalleryRebuild rebuild = a.rebuild(GALLERY)) {
            rebuild.apply(puts(0, 1));
            assertThatThrownBy(rebuild::commit).isInstanceOf(RebuildBehindException.class)
                    .hasMessage("gallery shoes: the new generation is at offset 0 (expected: 10, where another worker has come)");
            rebuild.apply(puts(1, 10));
            rebuild.readTo(10);
            rebuild.commit();
        }
        assertThat(contents(b)).hasSize(10);
    }

    @Test
    void shouldNotLoseEditsOfOthersThatComeWhileItRebuilds() {
        GalleryIndex a = worker();
        GalleryIndex b = worker();
        a.apply(puts(0, 10));
        try (GalleryRebuild rebuild = a.rebuild(GALLERY)) {
            rebuild.apply(puts(0, 10));
            b.apply(puts(0, 15));
            assertThatThrownBy(rebuild::commit).isInstanceOf(RebuildBehindException.class);
            rebuild.apply(puts(10, 15));
            b.apply(puts(15, 16));
            assertThatThrownBy(rebuild::commit).isInstanceOf(RebuildBehindException.class);
            rebuild.apply(puts(15, 17));
            rebuild.commit();
        }
        b.apply(puts(16, 20));
        assertThat(contents(a)).isEqualTo(contentsOf(puts(0, 20)));
    }

    /** Epoch e: the entries are id0..id6, each with the label of the last edit to it. */
    private static void checkAnswer(GallerySearch search) {
        List<String> expected = new ArrayList<>();
        for (long offset = Math.max(0, search.epoch() - 7); offset < search.epoch(); offset++) {
            expected.add("id" + offset % 7 + " at " + offset);
        }
        for (List<GallerySearch.Hit> hits : search.hits()) {
            assertThat(hits).extracting(hit -> hit.id() + " " + hit.label()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void shouldAnswerRightForTheEpochItNamesThroughAHundredSwitches() throws Exception {
        // given searchers on two workers, one of which writes and rebuilds
        int switches = 100;
        GalleryIndex writer = worker();
        GalleryIndex reader = worker();
        List<GalleryEdit> log = new ArrayList<>();
        AtomicBoolean done = new AtomicBoolean();
        log.add(edit(0));
        writer.apply(log);
        reader.apply(log);
        List<Future<Integer>> searchers = new ArrayList<>();
        for (int s = 0; s < 4; s++) {
            GalleryIndex index = s % 2 == 0 ? writer : reader;
            searchers.add(threads.submit(() -> {
                int searches = 0;
                long last = 0;
                while (!done.get()) {
                    GallerySearch search = index.search(new GalleryQuery(GALLERY, List.of(unit(1), unit(2)), 7, -1));
                    checkAnswer(search);
                    assertThat(search.epoch()).isGreaterThanOrEqualTo(last);
                    last = search.epoch();
                    searches++;
                }
                return searches;
            }));
        }
        // when
        for (int i = 0; i < switches; i++) {
            try (GalleryRebuild rebuild = writer.rebuild(GALLERY)) {
                rebuild.apply(log);
                rebuild.commit();
            }
            for (int e = 0; e < 3; e++) {
                log.add(edit(log.size()));
                writer.apply(log.get(log.size() - 1));
            }
        }
        done.set(true);
        // then
        for (Future<Integer> searcher : searchers) {
            assertThat(searcher.get()).isPositive();
        }
        assertThat(reader.stats(GALLERY).generation()).isEqualTo(switches + 1);
        assertThat(reader.stats(GALLERY).epoch()).isEqualTo(1 + 3 * switches);
    }

    @Test
    void shouldNeverTakeAGrowingOrShrinkingGalleryForALostOne() throws Exception {
        // given a gallery that has as many entries as its epoch says, up to 300, and then loses one with each edit
        int entries = 300;
        GalleryIndex writer = worker();
        GalleryIndex reader = worker();
        writer.apply(put("id0", 0));
        reader.apply(put("id0", 0));
        AtomicBoolean done = new AtomicBoolean();
        List<Future<Integer>> searchers = new ArrayList<>();
        for (int s = 0; s < 3; s++) {
            searchers.add(threads.submit(() -> {
                int searches = 0;
                while (!done.get()) {
                    GallerySearch search = reader.search(new GalleryQuery(GALLERY, List.of(unit(1)), 2 * entries, -1));
                    long expected = search.epoch() <= entries ? search.epoch() : 2 * entries - search.epoch();
                    assertThat(search.hits().get(0)).hasSize((int) expected);
                    searches++;
                }
                return searches;
            }));
        }
        // when
        for (int i = 1; i < entries; i++) {
            writer.apply(put("id" + i, i));
        }
        for (int i = 0; i < entries; i++) {
            writer.apply(new GalleryEdit.Remove(GALLERY, "id" + i, entries + i + 1, entries + i));
        }
        done.set(true);
        // then
        for (Future<Integer> searcher : searchers) {
            assertThat(searcher.get()).isPositive();
        }
        assertThat(reader.size(GALLERY)).isZero();
    }

    @Test
    void shouldFindNothingOnlyInAnEpochThatHasNothing() throws Exception {
        // given a gallery of one entry in odd epochs, none in even ones
        int edits = 2000;
        GalleryIndex writer = worker();
        GalleryIndex reader = worker();
        writer.apply(put("x", 0));
        reader.apply(put("x", 0));
        AtomicBoolean done = new AtomicBoolean();
        List<Future<Integer>> searchers = new ArrayList<>();
        for (int s = 0; s < 3; s++) {
            searchers.add(threads.submit(() -> {
                int empty = 0;
                while (!done.get()) {
                    GallerySearch search = reader.search(new GalleryQuery(GALLERY, List.of(unit("x".hashCode())), 5, 0.99));
                    assertThat(search.hits().get(0)).as("epoch " + search.epoch()).hasSize((int) (search.epoch() % 2));
                    empty += search.hits().get(0).isEmpty() ? 1 : 0;
                }
                return empty;
            }));
        }
        // when
        for (int i = 1; i < edits; i++) {
            writer.apply(i % 2 == 0 ? put("x", i) : new GalleryEdit.Remove(GALLERY, "x", i + 1, i));
        }
        done.set(true);
        // then
        for (Future<Integer> searcher : searchers) {
            assertThat(searcher.get()).isPositive();
        }
    }

    @Test
    void shouldNotSwitchToAGenerationWhoseLockIsGone() {
        GalleryIndex a = worker();
        GalleryIndex b = worker();
        a.apply(puts(0, 10));
        RedisSettings settings = SharedRedis.settings();
        try (GalleryRebuild slow = a.rebuild(GALLERY); Jedis jedis = new Jedis(settings.host(), settings.port())) {
            slow.apply(puts(0, 5));
            // when the lock expires and another worker begins
            jedis.keys("*" + logId + "*lock").forEach(jedis::del);
            try (GalleryRebuild next = b.rebuild(GALLERY)) {
                assertThatThrownBy(() -> slow.apply(puts(5, 10))).isInstanceOf(IndexUnavailableException.class).hasMessageContaining("its lock is gone");
                assertThatThrownBy(slow::commit).isInstanceOf(IndexUnavailableException.class).hasMessageContaining("its lock is gone");
                slow.close();
                next.apply(puts(0, 10));
                next.commit();
            }
            assertThat(contents(a)).isEqualTo(contentsOf(puts(0, 10)));
            // what was abandoned goes away by itself
            assertThat(jedis.keys("*" + logId + "*")).allSatisfy(key -> assertThat(key.endsWith("}:state") || key.endsWith("}:g3") || key.endsWith("}:generations")
                    || jedis.pttl(key) > 0).as(key).isTrue());
        }
    }

    @Test
    void shouldKeepItsLockAndWhatItHasWhileOthersEditsAreRead() {
        GalleryIndex a = worker();
        a.apply(puts(0, 10));
        RedisSettings settings = SharedRedis.settings();
        try (GalleryRebuild rebuild = a.rebuild(GALLERY); Jedis jedis = new Jedis(settings.host(), settings.port())) {
            rebuild.apply(puts(0, 10));
            Set<String> temporary = jedis.keys("*" + logId + "*").stream().filter(key -> jedis.pttl(key) > 0).collect(Collectors.toSet());
            assertThat(temporary).as("lock, state and entries of the new generation").hasSize(3);
            // when nothing of this gallery has come for nearly as long as they last, and then for as long again
            for (int i = 0; i < 2; i++) {
                temporary.forEach(key -> jedis.pexpire(key, 30_000));
                rebuild.apply(List.of());
                assertThat(temporary).allSatisfy(key -> assertThat(jedis.pttl(key)).as(key).isGreaterThan(30_000));
            }
            // then
            rebuild.commit();
            assertThat(contents(a)).isEqualTo(contentsOf(puts(0, 10)));
        }
    }

    @Test
    void shouldSayAtOnceThatALockIsGoneOfWhichNothingComes() {
        GalleryIndex a = worker();
        RedisSettings settings = SharedRedis.settings();
        try (GalleryRebuild rebuild = a.rebuild(GALLERY); Jedis jedis = new Jedis(settings.host(), settings.port())) {
            jedis.keys("*" + logId + "*lock").forEach(jedis::del);
            assertThatThrownBy(() -> rebuild.apply(List.of())).isInstanceOf(IndexUnavailableException.class).hasMessageContaining("its lock is gone");
        }
    }

    private static GalleryEdit edit(int offset) {
        return put("id" + offset % 7, offset, "at " + offset, "{}");
    }
}
