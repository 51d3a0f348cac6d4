package io.sightline.processors.gallery.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A script for the server, from the resources of this package. Sent whole each time: the server keeps it compiled under its digest. */
final class Script {
    private Script() {
    }

    static String text(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param values for each $name of the text */
    static String text(String name, Map<String, Object> values) {
        String text = text(name);
        for (Map.Entry<String, Object> value : values.entrySet()) {
            text = text.replace("'$" + value.getKey() + "'", "'" + value.getValue() + "'");
        }
        return text;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
