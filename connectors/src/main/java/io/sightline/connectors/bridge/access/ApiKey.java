package io.sightline.connectors.bridge.access;

import java.util.List;
import java.util.Optional;

/**
 * A key as the file of keys has it: not the key itself, which only its owner has.
 *
 * @param name for logs and messages
 * @param hash SHA-256 of the key's text, 32 bytes. No slow hash is needed: a key is 256 random bits, nothing that can be guessed
 * @param galleries patterns of the galleries it may use, {@code *} standing for any characters; empty: all galleries
 * @param unnamed whether it may send requests that name no gallery, which search the pipeline's own; always so with all galleries
 * @param rate calls a second on average; empty: as many as come
 * @param burst most calls at once, where there is a rate
 */
record ApiKey(String name, byte[] hash, Optional<List<String>> galleries, boolean unnamed, Optional<Double> rate, int burst) {
}
