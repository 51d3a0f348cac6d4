package io.sightline.app.gallery;

import io.sightline.connectors.client.GalleryAnswer;
import io.sightline.schemas.ErrorCode;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * How long a server that has too much to do is asked again, with growing pauses. The time begins with the first answer that nothing got
 * through, so that what takes long is asked again once at least. For one task; not thread-safe.
 */
final class Patience {
    private static final long FIRST_PAUSE_MS = 200;
    private static final long LAST_PAUSE_MS = 5_000;

    private final long lengthNs;
    private boolean begun;
    private long untilNs;
    private long pauseMs = FIRST_PAUSE_MS;

    /** @param length how long nothing may get through */
    Patience(Duration length) {
        this.lengthNs = length.toNanos();
    }

    /** What is not answered in time may be done all the same: only what can be done twice is asked again then. */
    static boolean mayAskAgain(int errNo, boolean harmlessTwice) {
        return errNo == ErrorCode.OVERLOADED.number() || errNo == ErrorCode.TIMEOUT.number() && harmlessTwice;
    }

    /** The answer to a call that can be made twice, the last one where patience ends. */
    static GalleryAnswer ask(Duration length, Supplier<GalleryAnswer> call) {
        Patience patience = new Patience(length);
        GalleryAnswer answer = call.get();
        while (mayAskAgain(answer.errNo(), true) && patience.isLeft()) {
            patience.pause();
            answer = call.get();
        }
        return answer;
    }

    /** The time will begin anew. */
    void gotThrough() {
        begun = false;
        pauseMs = FIRST_PAUSE_MS;
    }

    boolean isLeft() {
        long now = System.nanoTime();
        if (!begun) {
            begun = true;
            untilNs = now + lengthNs;
        }
        return now - untilNs < 0 && !Thread.currentThread().isInterrupted();
    }

    void pause() {
        try {
            Thread.sleep(pauseMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pauseMs = Math.min(LAST_PAUSE_MS, pauseMs * 2);
    }
}
