package io.sightline.schemas;

/** What a failure comes from. */
public final class Causes {
    /** Causes may go round in a circle. */
    private static final int MOST = 20;

    private Causes() {
    }

    /** Whether the failure, or one that it comes from, is of that kind. */
    public static boolean include(Throwable failure, Class<? extends Throwable> kind) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MOST; i++) {
            if (kind.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
