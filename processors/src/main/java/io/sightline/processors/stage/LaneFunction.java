package io.sightline.processors.stage;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lane's function, which is made anew where it has stopped working. Owned by the lane's thread. */
final class LaneFunction<I, O> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LaneFunction.class);

    private final String stage;
    private final int lane;
    private final BatchFunctionFactory<I, O> factory;
    /** Null while none can be made. */
    private BatchFunction<I, O> function;

    private LaneFunction(String stage, int lane, BatchFunctionFactory<I, O> factory, BatchFunction<I, O> function) {
        this.stage = stage;
        this.lane = lane;
        this.factory = factory;
        this.function = function;
    }

    /** @throws Exception as the factory */
    static <I, O> LaneFunction<I, O> open(String stage, int lane, BatchFunctionFactory<I, O> factory) throws Exception {
        return new LaneFunction<>(stage, lane, factory, factory.open(lane));
    }

    int lane() {
        return lane;
    }

    List<StageResult<O>> apply(List<I> items, BatchClock clock) throws Exception {
        return made().apply(items, clock);
    }

    void prove() throws Exception {
        made().prove();
    }

    private BatchFunction<I, O> made() {
        if (function == null) {
            throw new IllegalStateException("stage " + stage + ": lane " + lane + " has no function (expected: one that could be made anew)");
        }
        return function;
    }

    /** Closes the function first: a GPU may have no memory for two sessions. */
    void renew() throws Exception {
        close();
        function = factory.open(lane);
    }

    /** Harmless when closed already. */
    @Override
    public void close() {
        BatchFunction<I, O> closing = function;
        function = null;
        if (closing != null) {
            try {
                closing.close();
            } catch (RuntimeException e) {
                LOG.warn("Stage {}: a lane's function failed to close", stage, e);
            }
        }
    }
}
