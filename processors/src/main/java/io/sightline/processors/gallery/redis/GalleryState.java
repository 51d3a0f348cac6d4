package io.sightline.processors.gallery.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What the server's hash of a gallery says.
 *
 * @param generation the one that is searched
 * @param epoch largest sequence number of its edits
 * @param offset of the last edit applied; -1: none yet
 * @param entries that must be there
 * @param born different for each generation that ever was, also on a server that was emptied
 * @param whole true: filled by a rebuild, before anybody could see it; false: filled while it was followed
 */
record GalleryState(long generation, long epoch, long offset, long entries, String born, boolean whole) {
    private static final List<String> NAMES = List.of("generation", "epoch", "offset", "entries", "born", "whole");
    static final byte[][] FIELDS = NAMES.stream().map(Script::bytes).toArray(byte[][]::new);

    /** @param values of {@link #FIELDS}, as HMGET gives them */
    static Optional<GalleryState> of(List<?> values) {
        if (values.get(0) == null) {
            return Optional.empty();
        }
        return Optional.of(new GalleryState(number(values, 0), number(values, 1), number(values, 2), number(values, 3), text(values, 4), number(values, 5) == 1));
    }

    private static long number(List<?> values, int i) {
        return Long.parseLong(text(values, i));
    }

    private static String text(List<?> values, int i) {
        return new String((byte[]) values.get(i), StandardCharsets.UTF_8);
    }
}
