package io.sightline.app.gallery;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.app.demo.Progress;
import io.sightline.connectors.client.BulkOutcome;
import io.sightline.connectors.client.GalleryAnswer;
import io.sightline.connectors.client.GalleryClient;
import io.sightline.schemas.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import me.tongfei.progressbar.ProgressBar;

/**
 * Imports a file into a gallery over HTTP, so many batches at once. What is wrong with one line is counted, and does not end the others; a
 * server that can't be asked ends all. Used by one thread.
 */
public final class GalleryImport {
    /** As many lines as one call of the server's works on at once by default. */
    private static final int BATCH = 32;
    private static final int PAGE = 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final GalleryClient client;
    private final String gallery;
    private final int concurrency;
    private final String wait;
    private final Duration patience;
    private final BatchSender sender;
    private final List<String> failures = new ArrayList<>();
    private long done;
    private long epoch;

    /**
     * @param concurrency batches at once, at least 1
     * @param wait what the last edit waits for: logged, accepted or searchable
     */
    public GalleryImport(GalleryClient client, String gallery, int concurrency, String wait) {
        this(client, gallery, concurrency, wait, PATIENCE);
    }

    GalleryImport(GalleryClient client, String gallery, int concurrency, String wait, Duration patience) {
        this.client = client;
        this.gallery = gallery;
        this.concurrency = concurrency;
        this.wait = wait;
        this.patience = patience;
        this.sender = new BatchSender(client, gallery, patience);
    }

    /**
     * @param root what paths of pictures are relative to; empty: the file's own folder
     * @throws IllegalArgumentException the file is none that can be imported
     * @throws io.sightline.connectors.client.ClientException the server can't be asked
     */
    public ImportReport run(Path file, Optional<Path> root, ImportOperation operation) throws InterruptedException {
        List<ImportItem> read = ImportFile.read(file, root);
        // Batches are sent at once, and again: of several lines with one id only the last one is sent, so that no other can win.
        List<ImportItem> items = lastOfEachId(read);
        long replaced = read.size() - items.size();
        if (operation == ImportOperation.REMOVE) {
            remove(items);
            return new ImportReport(0, done, replaced, 0, failures, epoch);
        }
        Set<String> kept = new HashSet<>();
        add(items, kept);
        long added = done;
        done = 0;
        long notRemoved = operation == ImportOperation.NEW ? removeOthers(kept) : 0;
        return new ImportReport(added, done, replaced, notRemoved, failures, epoch);
    }

    /** In the order of the lines that are left. */
    private static List<ImportItem> lastOfEachId(List<ImportItem> items) {
        Set<String> seen = new HashSet<>();
        List<ImportItem> last = new ArrayList<>();
        for (int i = items.size() - 1; i >= 0; i--) {
            if (items.get(i).id() == null || seen.add(items.get(i).id())) {
                last.add(items.get(i));
            }
        }
        Collections.reverse(last);
        return last;
    }

    /** Not where a line failed: its entry may be among the others, and with a wrong root no line is in. @return how many were left */
    private int removeOthers(Set<String> kept) throws InterruptedException {
        boolean whole = failures.isEmpty();
        List<String> others = others(kept);
        if (!whole) {
            return others.size();
        }
        drop(others);
        return 0;
    }

    private void add(List<ImportItem> items, Set<String> kept) throws InterruptedException {
        items.stream().map(ImportItem::id).filter(id -> id != null).forEach(kept::add);
        try (ProgressBar bar = Progress.bar("import", items.size())) {
            int last = Math.max(0, (items.size() - 1) / BATCH * BATCH);
            List<List<ImportItem>> batches = new ArrayList<>();
            for (int from = 0; from < last; from += BATCH) {
                batches.add(items.subList(from, from + BATCH));
            }
            parallel(batches, batch -> sender.send(batch, "accepted"), outcomes -> count(outcomes, kept, bar));
            // Alone, and last: what it waits for, all before it have.
            if (!items.isEmpty()) {
                count(sender.send(items.subList(last, items.size()), wait), kept, bar);
            }
        }
    }

    private void count(List<BatchSender.Sent> outcomes, Set<String> kept, ProgressBar bar) {
        for (BatchSender.Sent sent : outcomes) {
            BulkOutcome outcome = sent.outcome();
            if (outcome.ok()) {
                done++;
                epoch = Math.max(epoch, outcome.epoch());
                kept.add(outcome.id());
            } else {
                failures.add(sent.item().place() + ": " + outcome.message());
            }
            bar.step();
        }
    }

    /** Ids of entries of the gallery that are not among those; none, and a failure, where the server does not say. */
    private List<String> others(Set<String> kept) {
        List<String> others = new ArrayList<>();
        String after = null;
        GalleryAnswer page;
        do {
            String from = after;
            page = Patience.ask(patience, () -> client.page(gallery, from, PAGE));
            if (page.httpStatus() == 404) {
                return others;
            }
            if (!page.ok()) {
                failures.add("the other entries of " + gallery + " are not known, and not removed: " + page.message());
                return List.of();
            }
            for (JsonNode entry : page.json().path("entries")) {
                after = entry.path("id").asText();
                if (!kept.contains(after)) {
                    others.add(after);
                }
            }
        } while (!page.json().path("next").isNull());
        return others;
    }

    private void remove(List<ImportItem> items) throws InterruptedException {
        List<String> ids = new ArrayList<>();
        for (ImportItem item : items) {
            if (item.id() == null) {
                failures.add(item.place() + ": no id (expected: the id of the entry to remove)");
            } else {
                ids.add(item.id());
            }
        }
        drop(ids);
    }

    private void drop(List<String> ids) throws InterruptedException {
        if (ids.isEmpty()) {
            return;
        }
        try (ProgressBar bar = Progress.bar("remove", ids.size())) {
            parallel(ids.subList(0, ids.size() - 1), id -> removed(id, "accepted"), gone -> count(gone, bar));
            count(removed(ids.get(ids.size() - 1), wait), bar);
        }
    }

    private record Removed(String id, boolean ok, GalleryAnswer answer) {
    }

    private Removed removed(String id, String until) {
        AtomicReference<GalleryAnswer> late = new AtomicReference<>();
        GalleryAnswer answer = Patience.ask(patience, () -> {
            GalleryAnswer now = client.remove(gallery, id, until);
            if (now.errNo() == ErrorCode.TIMEOUT.number()) {
                late.set(now);
            }
            return now;
        });
        if (late.get() == null || answer.httpStatus() != 404) {
            return new Removed(id, answer.ok(), answer);
        }
        // The removal that was not answered in time is done; whether every worker has it is not known.
        return new Removed(id, !until.equals("searchable"), late.get());
    }

    private void count(Removed removed, ProgressBar bar) {
        if (removed.ok()) {
            done++;
            epoch = Math.max(epoch, removed.answer().json().path("epoch").longValue());
        } else {
            failures.add(removed.id() + ": " + removed.answer().message());
        }
        bar.step();
    }

    private interface Job<T, R> {
        R of(T task);
    }

    private interface Counting<R> {
        void count(R result);
    }

    /** Results are counted in the tasks' order, on the caller's thread. At most twice as many tasks as run are begun before their turn. */
    private <T, R> void parallel(List<T> tasks, Job<T, R> job, Counting<R> counting) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(concurrency);
        try {
            List<Future<R>> running = new ArrayList<>();
            for (T task : tasks) {
                if (running.size() == 2 * concurrency) {
                    counting.count(result(running.remove(0)));
                }
                running.add(threads.submit(() -> job.of(task)));
            }
            for (Future<R> result : running) {
                counting.count(result(result));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static <R> R result(Future<R> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
