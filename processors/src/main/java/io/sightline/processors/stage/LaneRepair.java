package io.sightline.processors.stage;

import io.sightline.processors.tracer.StageMeter;
import io.sightline.schemas.LogKeys;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a lane does between a failed call of its function and blaming an item for it: it has the function prove that it works at all, and makes it anew,
 * while the items wait, where it does not. Owned by the lane's thread.
 */
final class LaneRepair {
    /**
     * @param renewals how often a function is made anew, at most, until it works
     * @param firstPauseMs pause before the first one; doubles each time
     */
    record Limits(int renewals, long firstPauseMs) {
        /** 6.2 seconds: longer than a GPU's memory is short for a moment, shorter than anybody waits to be told. */
        static final Limits DEFAULT = new Limits(5, 200);
    }

    private static final Logger LOG = LoggerFactory.getLogger(LaneRepair.class);
    private static final int MOST_IDS = 16;

    private final String stage;
    private final LaneFunction<?, ?> function;
    private final BatchQueue<?, ?> queue;
    private final StageHealth health;
    private final StageMeter meter;
    private final Limits limits;

    LaneRepair(String stage, LaneFunction<?, ?> function, BatchQueue<?, ?> queue, StageHealth health, StageMeter meter, Limits limits) {
        this.stage = stage;
        this.function = function;
        this.queue = queue;
        this.health = health;
        this.meter = meter;
        this.limits = limits;
    }

    /**
     * Asked when a call has failed; the function works when this returns.
     *
     * @param batch what the call was made for
     * @return true: it worked all the time, so the batch is to blame; false: it did not, and was made anew
     * @throws StageBrokenException it can't be brought to work
     * @throws StageClosedException the stage was closed while that was tried
     */
    boolean worked(List<? extends QueuedItem<?, ?>> batch) throws InterruptedException {
        Optional<Exception> failure = failureOfProof();
        if (failure.isEmpty()) {
            return true;
        }
        meter.brokeDown();
        LOG.atError().addKeyValue(LogKeys.REQUEST_IDS, batch.stream().limit(MOST_IDS).map(item -> item.owner().requestId()).toList()).setCause(failure.get())
                .log("Stage {}: lane {} works on nothing any more, not on what it is known to work on; its {} items wait while it is made anew", stage, function.lane(), batch.size());
        repair(failure.get());
        health.clear(function.lane());
        return false;
    }

    private void repair(Exception first) throws InterruptedException {
        Exception last = first;
        long pauseMs = limits.firstPauseMs();
        for (int renewal = 1; renewal <= limits.renewals(); renewal++) {
            health.trouble(function.lane(), "lane " + function.lane() + " does not work, attempt " + renewal + " of " + limits.renewals() + " to make it anew: " + last.getMessage());
            if (queue.awaitClosed(pauseMs)) {
                throw new StageClosedException(stage);
            }
            pauseMs *= 2;
            Optional<Exception> failure = renewed();
            if (failure.isEmpty()) {
                LOG.info("Stage {}: lane {} works again", stage, function.lane());
                return;
            }
            last = failure.get();
        }
        throw new StageBrokenException(stage, last);
    }

    private Optional<Exception> renewed() throws InterruptedException {
        try {
            function.renew();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return Optional.of(e);
        }
        return failureOfProof();
    }

    private Optional<Exception> failureOfProof() throws InterruptedException {
        try {
            function.prove();
            return Optional.empty();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return Optional.of(e);
        }
    }
}
