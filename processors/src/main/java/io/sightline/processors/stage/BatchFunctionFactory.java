package io.sightline.processors.stage;

/** Makes the function of one lane. Called on the lane's own thread: at the start, and again where the function has stopped working and was closed. */
@FunctionalInterface
public interface BatchFunctionFactory<I, O> {
    /**
     * @param lane number of the lane, from 0
     * @throws Exception the stage does not start, or the lane stays without
     */
    BatchFunction<I, O> open(int lane) throws Exception;
}
