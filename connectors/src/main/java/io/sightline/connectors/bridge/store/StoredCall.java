package io.sightline.connectors.bridge.store;

import java.util.concurrent.CompletableFuture;

/** One call of the {@link CallStore}; its fields are guarded by the store. */
final class StoredCall {
    /** What all tables and objects of a call take beside its texts, about. */
    private static final int OVERHEAD_BYTES = 300;

    /** @param owner whose id it is, for two callers may choose the same one */
    record Key(String owner, String id) {
    }

    final Key key;
    final byte[] fingerprint;
    /** Completes with the answer, for all who wait for it. */
    final CompletableFuture<StoredAnswer> shared = new CompletableFuture<>();
    /** Kept whatever the answer is. */
    boolean kept;
    /** Null: not yet there. */
    StoredAnswer answer;
    long answeredNs;

    StoredCall(Key key, byte[] fingerprint) {
        this.key = key;
        this.fingerprint = fingerprint;
    }

    long bytes() {
        return OVERHEAD_BYTES + 2L * key.id().length() + answer.json().length;
    }
}
