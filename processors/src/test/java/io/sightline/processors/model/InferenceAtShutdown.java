package io.sightline.processors.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A process that ends while a thread of it uses a model, and whose shutdown hook waits for some runs more, as a worker's does. */
final class InferenceAtShutdown {
    /** The status with which the process ends once the hook has seen its runs. */
    static final int DONE = 3;

    private static final CountDownLatch BEFORE = new CountDownLatch(10);
    private static final CountDownLatch IN_HOOK = new CountDownLatch(500);

    private InferenceAtShutdown() {
    }

    /** @param args the folder of models, a name: {@link TinyOnnx#meanColour(int, int)} of 2 x 2 */
    public static void main(String[] args) throws InterruptedException {
        ModelRuntime runtime = ModelRuntime.of(ModelFolder.find(Path.of(args[0]), args[1]), RuntimeSettings.DEFAULT);
        Thread lane = new Thread(() -> use(runtime), "lane");
        lane.setDaemon(true);
        lane.start();
        BEFORE.await();
        Runtime.getRuntime().addShutdownHook(new Thread(InferenceAtShutdown::waitForRuns));
        System.exit(0);
    }

    private static void use(ModelRuntime runtime) {
        FloatBuffer picture = ByteBuffer.allocateDirect(12 * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
        try {
            while (true) {
                try (InferenceSession session = runtime.open()) {
                    session.run(Map.of("image", new Tensor(picture, 1, 3, 2, 2)));
                }
                (BEFORE.getCount() > 0 ? BEFORE : IN_HOOK).countDown();
            }
        } catch (InferenceException | RuntimeException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static void waitForRuns() {
        try {
            IN_HOOK.await();
        } catch (InterruptedException e) {
            Runtime.getRuntime().halt(2);
        }
        Runtime.getRuntime().halt(DONE);
    }
}
