package io.sightline.app.bench;

/** Where a server listens. */
public record HostPort(String host, int port) {
    /** @throws IllegalArgumentException not {@code HOST:PORT} */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("[0-9]{1,5}") || Integer.parseInt(text.substring(colon + 1)) > 65_535) {
            throw new IllegalArgumentException("'" + text + "' (expected: HOST:PORT)");
        }
        return new HostPort(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
}
