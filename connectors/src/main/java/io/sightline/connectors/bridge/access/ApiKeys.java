package io.sightline.connectors.bridge.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The keys that are let in. Thread-safe. */
final class ApiKeys {
    /** Of a key's text. What is longer is none, and is not hashed. */
    private static final int MAX_CHARS = 200;
    private static final String PREFIX = "sightline_";
    private static final int KEY_BYTES = 32;

    private final List<ApiKey> keys;
    private final Map<String, Access> access = new HashMap<>();

    ApiKeys(List<ApiKey> keys, LongSupplier nanos) {
        this.keys = List.copyOf(keys);
        keys.forEach(key -> access.put(key.name(), Access.of(key, nanos)));
    }

    /** What whoever shows that key may do; empty: no such key. Takes as long whichever key it is, and whether it is one. */
    Optional<Access> find(String shown) {
        if (shown.length() > MAX_CHARS) {
            return Optional.empty();
        }
        byte[] hash = hash(shown);
        Access found = null;
        for (ApiKey key : keys) {
            if (MessageDigest.isEqual(key.hash(), hash)) {
                found = access.get(key.name());
            }
        }
        return Optional.ofNullable(found);
    }

    int size() {
        return keys.size();
    }

    /** A new key's text: 256 random bits. */
    static String random() {
        byte[] bits = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bits);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
