package io.sightline.processors.stage;

import java.util.List;

/**
 * What one lane of a stage does with a batch. Owned by one lane: only that lane's thread calls it, so it may hold a model session and
 * buffers without locks. Closed by the lane when the stage closes.
 *
 * @param <I> item
 * @param <O> value of an item
 */
public interface BatchFunction<I, O> extends AutoCloseable {
    /**
     * Processes a batch. Marks its progress on the clock: {@link BatchClock#inference()} when preprocessing is done and the model
     * starts, {@link BatchClock#postprocessing()} when the model has answered; without marks all time counts as preprocessing.
     *
     * @param items 1 to the stage's max batch size items
     * @return a result for each item, in their order; {@link StageResult.Again} where it is to be tried again later
     * @throws Exception the batch as a whole failed: where the function is {@link #prove proved} to work, the stage tries again with halves
     *     of it until the guilty item is alone
     */
    List<StageResult<O>> apply(List<I> items, BatchClock clock) throws Exception;

    /**
     * Proves that the function works, on something that is known to be good: asked after {@link #apply} has failed, before any item is blamed. One that
     * does not is closed and made anew.
     *
     * @throws Exception it does not work: a model's session, the GPU, is broken. The items are not to blame
     */
    default void prove() throws Exception {
    }

    @Override
    default void close() {
    }
}
