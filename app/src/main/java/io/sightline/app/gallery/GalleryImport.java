package io.sightline.app.gallery;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.app.demo.Progress;
import io.sightline.connectors.client.BulkOutcome;
import io.sightline.connectors.client.GalleryAnswer;
import io.sightline.connectors.client.GalleryClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        this.sender = new BatchSender(client, gallery, patience);
    }

    /**
     * @param root what paths of pictures are relative to; empty: the file's own folder
     * @throws IllegalArgumentException the file is none that can be imported
     * @throws io.sightline.connectors.client.ClientException the server can't be asked
     */
    public ImportReport run(Path file, Optional<Path> root, ImportOperation operation) throws InterruptedException {
        List<ImportItem> items = ImportFile.read(file, root);
        if (operation == ImportOperation.REMOVE) {
            remove(items);
            return new ImportReport(0, done, failures, epoch);
        }
        Set<String> kept = new HashSet<>();
        add(items, kept);
        long added = done;
        if (operation == ImportOperation.NEW) {
            done = 0;
            drop(others(kept));
            return new ImportReport(added, done, failures, epoch);
        }
        return new ImportReport(added, 0, failures, epoch);
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

    /** Ids of entries of the gallery that are not among those. */
    private List<String> others(Set<String> kept) {
        List<String> others = new ArrayList<>();
        String after = null;
        GalleryAnswer page;
        do {
            page = client.page(gallery, after, PAGE);
            if (page.httpStatus() == 404) {
                return others;
            }
            if (!page.ok()) {
                failures.add("the other entries of " + gallery + " are not known, and not removed: " + page.message());
                return others;
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

    private record Removed(String id, GalleryAnswer answer) {
    }

    private Removed removed(String id, String until) {
        return new Removed(id, client.remove(gallery, id, until));
    }

    private void count(Removed removed, ProgressBar bar) {
        if (removed.answer().ok()) {
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
