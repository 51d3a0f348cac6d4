package io.sightline.connectors.bridge.fetch;

import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where a picture is, checked against what is allowed.
 *
 * @param host in lower case
 * @param target path and query
 */
record ImageUrl(boolean https, String host, int port, String target) {
    private static final int MAX_CHARS = 2000;

    static ImageUrl of(String text, FetchSettings settings) {
        if (text.length() > MAX_CHARS) {
            throw new InvalidRequestException("image_url: " + text.length() + " characters (expected: at most " + MAX_CHARS + ")");
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw bad(text, "an absolute URL as in RFC 3986");
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https") || uri.isOpaque()) {
            throw bad(text, "http:// or https://");
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null || !text.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw bad(text, "a host's name, no user and no fragment, all in ASCII");
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        if (settings.hosts().stream().map(allowed -> allowed.toLowerCase(Locale.ROOT)).noneMatch(allowed -> allowed.startsWith("*.") ? host.endsWith(allowed.substring(1)) : host.equals(allowed))) {
            throw new InvalidRequestException("image_url: host '" + RequestLimits.shown(host) + "' (expected: one that this server fetches from)");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        if (!settings.ports().contains(port)) {
            throw new InvalidRequestException("image_url: port " + port + " (expected: one that this server fetches from)");
        }
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return new ImageUrl(scheme.equals("https"), host, port, uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    }

    private static InvalidRequestException bad(String text, String expected) {
        return new InvalidRequestException("image_url: '" + RequestLimits.shown(text) + "' (expected: " + expected + ")");
    }
}
