package io.sightline.connectors.bridge.fetch;

import io.sightline.schemas.settings.Setting;
import java.util.List;
import java.util.regex.Pattern;

/** Pictures by URL. The largest is one of the request limits. */
public record FetchSettings(
        @Setting(doc = "Whether pictures are fetched by their URL, `{\"image_url\": …}`. Only from public addresses, without redirects.", def = "false") boolean enabled,
        @Setting(doc = "Hosts they may be on: shop.example, or *.shop.example for all names below. At least one where enabled.", def = "") List<String> hosts,
        @Setting(doc = "Ports they may be on.", def = "[80, 443]") List<Integer> ports,
        @Setting(doc = "Longest time it may take to fetch one, milliseconds.", def = "5000", min = 1, max = 600000) int timeoutMs,
        @Setting(doc = "Most pictures fetched at once; further calls get 503.", def = "16", min = 1, max = 10000) int maxInFlight) {
    public static final FetchSettings OFF = new FetchSettings(false, List.of(), List.of(80, 443), 5_000, 16);
    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*");

    public FetchSettings {
        hosts.forEach(host -> {
            if (!HOST.matcher(host).matches()) {
                throw new IllegalArgumentException("hosts: '" + host + "' (expected: such as shop.example or *.shop.example)");
            }
        });
        ports.forEach(port -> {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("ports: " + port + " (expected: 1..65535)");
            }
        });
        if (enabled && (hosts.isEmpty() || ports.isEmpty())) {
            throw new IllegalArgumentException((hosts.isEmpty() ? "hosts" : "ports") + ": none, and enabled (expected: at least one)");
        }
    }
}
