package io.sightline.connectors.replay;

import io.sightline.schemas.RecognitionResult;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/** Results on their way into the file: at once, or in the order of their positions, those that are early held back. Used by one thread. */
final class InOrder {
    private record Held(RecognitionResult result, int partition, long offset) {
    }

    private final boolean inOrder;
    private final ObjIntConsumer<RecognitionResult> write;
    private final Map<Integer, Held> held = new HashMap<>();
    private int next;

    /**
     * @param inOrder false: nothing is held back
     * @param next the first position
     * @param write told of each result when its turn has come
     */
    InOrder(boolean inOrder, int next, ObjIntConsumer<RecognitionResult> write) {
        this.inOrder = inOrder;
        this.next = next;
        this.write = write;
    }

    /**
     * Each position once.
     *
     * @param partition of the results topic; -1: it is not from there
     */
    void add(int position, RecognitionResult result, int partition, long offset) {
        if (!inOrder) {
            write.accept(result, position);
            return;
        }
        held.put(position, new Held(result, partition, offset));
        for (Held turn = held.remove(next); turn != null; turn = held.remove(next)) {
            write.accept(turn.result(), next++);
        }
    }

    /** From where the partitions have to be read again if what is held is lost. @param read by partition, the next offset that is not read yet */
    Map<Integer, Long> safe(Map<Integer, Long> read) {
        Map<Integer, Long> safe = new HashMap<>(read);
        held.values().forEach(result -> safe.computeIfPresent(result.partition(), (partition, offset) -> Math.min(offset, result.offset())));
        return safe;
    }
}
