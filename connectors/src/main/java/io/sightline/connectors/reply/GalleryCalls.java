package io.sightline.connectors.reply;

import io.sightline.connectors.reply.PendingCalls.PendingCall;
import io.sightline.connectors.reply.ReplyException.Reason;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.topics.GalleryKey;
import io.sightline.schemas.wire.AvroCodec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Gallery edits as calls. Thread-safe; nothing blocks; futures are completed on threads of {@link RequestReply}, which must not be
 * blocked there. Each edit and each question to a worker counts as a call in flight.
 */
public final class GalleryCalls {
    /** Between two attempts of a question that found no room among the calls in flight. */
    private static final long AGAIN_MS = 20;

    private final RequestReply replies;
    private final RequestSender sender;
    private final ScheduledExecutorService timer;
    private final String topic;
    private final AvroCodec<GalleryEntry> codec;

    GalleryCalls(RequestReply replies, RequestSender sender, ScheduledExecutorService timer, String topic, AvroCodec<GalleryEntry> codec) {
        this.replies = replies;
        this.sender = sender;
        this.timer = timer;
        this.topic = topic;
        this.codec = codec;
    }

    /**
     * Sends an edit and gives the worker's answer to be: RECOGNISED with the edit's epoch in the lineage once the vector is on
     * gallery-vectors; REJECTED or FAILED where the edit changed nothing. An edit whose call times out may be applied all the same.
     *
     * @param entry null: removes the entry
     * @param timeout longest wait; more than {@link ReplySettings#timeoutMs()} counts as that
     */
    public CompletableFuture<RecognitionResult> edit(String requestId, GalleryKey key, GalleryEntry entry, Duration timeout) {
        return replies.begin(requestId, timeout, call -> sender.send(call, () -> RequestSender.addressed(call, record(key, entry)), written -> { }));
    }

    /** As {@link #edit}, but done once Kafka has the edit: no worker has seen it then. The result is made here; its lineage has the epoch. */
    public CompletableFuture<RecognitionResult> log(String requestId, GalleryKey key, GalleryEntry entry, Duration timeout) {
        return replies.begin(requestId, timeout, call -> sender.send(call, () -> record(key, entry), written -> logged(call, key, written)));
    }

    private ProducerRecord<String, byte[]> record(GalleryKey key, GalleryEntry entry) {
        return new ProducerRecord<>(topic, key.partition(sender.partitions(topic)), key.toString(), codec.encode(topic, entry));
    }

    private static void logged(PendingCall call, GalleryKey key, RecordMetadata written) {
        long epoch = written.offset() + 1;
        Lineage lineage = Lineage.newBuilder().setGallery(key.gallery()).setGalleryEpoch(epoch).setGalleries(Map.of(key.gallery(), epoch))
                .setInputTopic(written.topic()).setInputPartition(written.partition()).setInputOffset(written.offset()).build();
        call.future().complete(RecognitionResult.newBuilder().setRequestId(call.id()).setStatus(RecognitionStatus.RECOGNISED).setLineage(lineage).build());
    }

    /**
     * Waits until every worker answers from a state of the gallery that has that edit: asks on every partition of the requests topic,
     * for whoever owns the partition now; a later owner has loaded all edits before it begins. Asks again where a worker needs longer.
     *
     * @return completes with null, or with a {@link ReplyException}, TIMEOUT where it takes longer than that time
     */
    public CompletableFuture<Void> awaitEverywhere(String gallery, long epoch, Duration timeout) {
        long endNs = System.nanoTime() + timeout.toNanos();
        return sender.requestPartitions().thenCompose(partitions -> {
            CompletableFuture<?>[] answers = new CompletableFuture<?>[partitions];
            for (int partition = 0; partition < partitions; partition++) {
                answers[partition] = new Barrier(gallery, epoch, partition, endNs).ask();
            }
            return CompletableFuture.allOf(answers);
        });
    }

    /**
     * Asks every worker to build its index of the gallery anew: on every partition of the requests topic, for whoever owns it now.
     *
     * @return completes once all have begun, with the number of partitions; with a {@link ReplyException} where one refuses or does not answer
     */
    public CompletableFuture<Integer> rebuildEverywhere(String gallery, Duration timeout) {
        return sender.requestPartitions().thenCompose(partitions -> {
            CompletableFuture<?>[] answers = new CompletableFuture<?>[partitions];
            for (int partition = 0; partition < partitions; partition++) {
                RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId("rebuild-" + UUID.randomUUID()).setImage(ByteBuffer.allocate(0))
                        .setGallery(gallery).setRebuild(true).build();
                answers[partition] = replies.call(request, partition, timeout).thenAccept(GalleryCalls::requireRecognised);
            }
            return CompletableFuture.allOf(answers).thenApply(nothing -> partitions);
        });
    }

    private static void requireRecognised(RecognitionResult result) {
        if (result.getStatus() == RecognitionStatus.REJECTED) {
            throw new InvalidRequestException(result.getErrMsg());
        }
        if (result.getStatus() != RecognitionStatus.RECOGNISED) {
            throw new ReplyException(Reason.UNREADABLE, result.getErrNo() + " " + result.getErrMsg());
        }
    }

    /** One partition's worker asked until it has the epoch. */
    private final class Barrier {
        private final String gallery;
        private final long epoch;
        private final int partition;
        private final long endNs;
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        Barrier(String gallery, long epoch, int partition, long endNs) {
            this.gallery = gallery;
            this.epoch = epoch;
            this.partition = partition;
            this.endNs = endNs;
        }

        CompletableFuture<Void> ask() {
            long leftNs = endNs - System.nanoTime();
            if (leftNs <= 0) {
                done.completeExceptionally(timedOut());
                return done;
            }
            RecognitionRequest question = RecognitionRequest.newBuilder().setRequestId("searchable-" + UUID.randomUUID()).setImage(ByteBuffer.allocate(0))
                    .setGallery(gallery).setMinEpoch(epoch).build();
            replies.call(question, partition, Duration.ofNanos(leftNs)).whenComplete(this::answered);
            return done;
        }

        private void answered(RecognitionResult result, Throwable error) {
            if (error != null) {
                failed(error instanceof CompletionException && error.getCause() != null ? error.getCause() : error);
            } else if (result.getStatus() == RecognitionStatus.RECOGNISED && result.getLineage().getGalleries().getOrDefault(gallery, -1L) >= epoch) {
                done.complete(null);
            } else if (result.getErrNo() == ErrorCode.TIMEOUT.number()) {
                later(); // the worker has waited as long as it may
            } else if (result.getErrNo() == ErrorCode.GALLERY_FULL.number()) {
                done.completeExceptionally(new InvalidRequestException(ErrorCode.GALLERY_FULL, result.getErrMsg()));
            } else {
                done.completeExceptionally(new ReplyException(Reason.UNREADABLE, "searchable: partition " + partition + " of the requests topic answers "
                        + (result.getErrNo() == 0 ? "epochs " + result.getLineage().getGalleries() : result.getErrNo() + " " + result.getErrMsg())
                        + " (expected: gallery '" + gallery + "' at epoch " + epoch + " or later)"));
            }
        }

        private void failed(Throwable error) {
            if (!(error instanceof ReplyException reply)) {
                done.completeExceptionally(error);
            } else if (reply.reason() == Reason.OVERLOADED) {
                later();
            } else {
                done.completeExceptionally(reply.reason() == Reason.TIMEOUT ? timedOut() : reply);
            }
        }

        private void later() {
            try {
                timer.schedule(this::ask, AGAIN_MS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                done.completeExceptionally(new ReplyException(Reason.CLOSED, RequestReply.CLOSED));
            }
        }

        private ReplyException timedOut() {
            return new ReplyException(Reason.TIMEOUT, "searchable: not said by the worker of partition " + partition + " of the requests topic in time (expected: gallery '"
                    + gallery + "' at epoch " + epoch + "; the edit is applied, and searchable soon)");
        }
    }
}
