package io.sightline.processors.gallery.redis;

import java.net.SocketTimeoutException;
import java.util.List;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Why a server did not do what it was asked.
 *
 * @param down true: it can't be searched now: counts for the circuit breaker, and is worth another try soon
 * @param reason for an operator
 */
record Fault(boolean down, String reason) {
    private static final List<String> SERVER_BUSY = List.of("LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN");
    private static final List<String> NO_WRITES = List.of("READONLY", "OOM", "MISCONF", "NOREPLICAS");
    private static final int MAX_CHARS = 200;

    static Fault of(Throwable e) {
        Throwable cause = mostTelling(e);
        String text = text(cause);
        if (cause instanceof SocketTimeoutException) {
            return new Fault(true, "no answer in time (" + text + ")");
        }
        if (cause instanceof JedisDataException) {
            if (begins(text, SERVER_BUSY)) {
                return new Fault(true, text);
            }
            return new Fault(false, begins(text, NO_WRITES) ? "takes no edits: " + text
                    : refused(cause, text) ? "refuses this user: " + text : "unexpected answer: " + text);
        }
        return new Fault(true, text);
    }

    private static Throwable mostTelling(Throwable e) {
        Throwable best = e;
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SocketTimeoutException || t instanceof JedisDataException) {
                return t;
            }
            if (!(t instanceof JedisConnectionException) || t.getCause() == null) {
                best = t;
            }
        }
        return best;
    }

    private static boolean begins(String text, List<String> words) {
        return words.stream().anyMatch(text::startsWith);
    }

    private static boolean refused(Throwable cause, String text) {
        return cause instanceof JedisAccessControlException || text.startsWith("NOPERM") || text.contains("ACL failure in script");
    }

    private static String text(Throwable e) {
        String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        // Jedis tries each of a host's addresses and keeps what each said.
        if (e.getSuppressed().length > 0 && e.getSuppressed()[0].getMessage() != null) {
            text += " (" + e.getSuppressed()[0].getMessage() + ")";
        }
        return text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) + "…" : text;
    }
}
