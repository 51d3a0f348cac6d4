package io.sightline.processors.embed;

import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.InferenceSession;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.Tensor;
import io.sightline.processors.stage.BatchFunction;
import io.sightline.processors.stage.BatchFunctionFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Embed functions on real sessions of ONNX Runtime, which can be closed under their hands, and as many after them as wanted: to the function a lost GPU
 * looks like that. Thread-safe.
 */
public final class BreakableEmbedder implements BatchFunctionFactory<Crop, float[]> {
    private final ModelRuntime runtime;
    private final int maxBatch;
    private final List<Breakable> opened = new ArrayList<>();
    private int stillborn;

    public BreakableEmbedder(ModelRuntime runtime, int maxBatch) {
        this.runtime = runtime;
        this.maxBatch = maxBatch;
    }

    @Override
    public BatchFunction<Crop, float[]> open(int lane) {
        return new EmbedFunction(runtime.spec(), maxBatch, this::session);
    }

    private synchronized InferenceSession session() {
        Breakable session = new Breakable(runtime.open());
        opened.add(session);
        if (stillborn > 0) {
            stillborn--;
            session.close();
        }
        return session;
    }

    /** Breaks the sessions there are, and so many of those to come. */
    public synchronized void breakDown(int toCome) {
        opened.forEach(Breakable::close);
        stillborn = toCome;
    }

    /** Sessions opened so far. */
    public synchronized int sessions() {
        return opened.size();
    }

    /** Not to be closed while it runs: that ends the process. */
    private static final class Breakable implements InferenceSession {
        private final InferenceSession session;

        Breakable(InferenceSession session) {
            this.session = session;
        }

        @Override
        public synchronized Map<String, Tensor> run(Map<String, Tensor> inputs) throws InferenceException {
            return session.run(inputs);
        }

        @Override
        public synchronized void prove() throws InferenceException {
            session.prove();
        }

        @Override
        public synchronized void close() {
            session.close();
        }
    }
}
