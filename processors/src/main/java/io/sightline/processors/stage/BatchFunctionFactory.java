package io.sightline.processors.stage;

/** Makes the function of one lane. Called on the lane's own thread, once a lane. */
@FunctionalInterface
public interface BatchFunctionFactory<I, O> {
    /**
     * @param lane number of the lane, from 0
     * @throws Exception the stage does not start
     */
    BatchFunction<I, O> open(int lane) throws Exception;
}
