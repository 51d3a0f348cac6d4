package io.sightline.app.gallery;

import io.sightline.connectors.client.BulkOutcome;
import io.sightline.connectors.client.GalleryClient;
import io.sightline.schemas.ErrorCode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sends batches of entries, again where the server has too much to do or gives no answer in time. Thread-safe. */
final class BatchSender {
    /** A call takes no more than this of pictures: the server holds it in memory. */
    private static final long MAX_CALL_BYTES = 16L << 20;

    /** @param outcome of the item */
    record Sent(ImportItem item, BulkOutcome outcome) {
    }

    private final GalleryClient client;
    private final String gallery;
    private final Duration patience;

    /** @param patience how long the server may be too busy for a batch without one of its entries getting through; what is left then has failed */
    BatchSender(GalleryClient client, String gallery, Duration patience) {
        this.client = client;
        this.gallery = gallery;
        this.patience = patience;
    }

    /** An outcome for each item, in the items' order. */
    List<Sent> send(List<ImportItem> items, String wait) {
        List<Sent> sent = new ArrayList<>();
        List<ImportItem> batch = new ArrayList<>();
        List<byte[]> lines = new ArrayList<>();
        long bytes = 0;
        for (ImportItem item : items) {
            byte[] line;
            try {
                line = item.line().bytes();
            } catch (NoSuchFileException e) {
                sent.add(failed(item, e.getMessage() + ": not there (expected: a JPEG or PNG file)"));
                continue;
            } catch (IOException e) {
                sent.add(failed(item, e.getMessage() + ": can't be read (expected: a JPEG or PNG file)"));
                continue;
            } catch (IllegalArgumentException e) {
                sent.add(failed(item, e.getMessage()));
                continue;
            }
            if (bytes + line.length > MAX_CALL_BYTES && !batch.isEmpty()) {
                sent.addAll(call(batch, lines, "accepted"));
                batch = new ArrayList<>();
                lines = new ArrayList<>();
                bytes = 0;
            }
            batch.add(item);
            lines.add(line);
            bytes += line.length;
        }
        if (!batch.isEmpty()) {
            sent.addAll(call(batch, lines, wait));
        }
        return sent;
    }

    private static Sent failed(ImportItem item, String message) {
        return new Sent(item, new BulkOutcome(0, item.id() == null ? "" : item.id(), ErrorCode.BAD_INPUT.number(), message, 0));
    }

    private List<Sent> call(List<ImportItem> batch, List<byte[]> lines, String wait) {
        List<Sent> sent = new ArrayList<>();
        List<ImportItem> items = batch;
        List<byte[]> bodies = lines;
        Patience left = new Patience(patience);
        while (!items.isEmpty()) {
            List<BulkOutcome> outcomes = client.bulk(gallery, bodies, wait);
            if (outcomes.stream().anyMatch(BulkOutcome::ok)) {
                left.gotThrough();
            }
            boolean patient = left.isLeft();
            List<ImportItem> again = new ArrayList<>();
            List<byte[]> againBodies = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                // Without an id, what is sent again may be there twice.
                if (patient && Patience.mayAskAgain(outcomes.get(i).errNo(), items.get(i).id() != null)) {
                    again.add(items.get(i));
                    againBodies.add(bodies.get(i));
                } else {
                    sent.add(new Sent(items.get(i), outcomes.get(i)));
                }
            }
            items = again;
            bodies = againBodies;
            if (!items.isEmpty()) {
                left.pause();
            }
        }
        return sent;
    }
}
