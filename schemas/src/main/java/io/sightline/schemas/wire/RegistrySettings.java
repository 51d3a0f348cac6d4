package io.sightline.schemas.wire;

import io.sightline.schemas.settings.Nearest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How to reach a schema registry, read from Confluent's own keys. The client's keys may have the prefix {@code schema.registry.}, as
 * Confluent's serdes want it. An unknown key is an error.
 *
 * @param urls tried in turn, without user info, no slash at the end
 * @param authorization header for all URLs; empty: each URL's own of {@code urlAuthorization}, if any
 * @param connectTimeout for a connection
 * @param readTimeout for a whole answer
 */
record RegistrySettings(List<URI> urls, boolean autoRegister, boolean useLatest, boolean normalize, boolean removeJavaProperties, SubjectNames subjects,
        Optional<String> authorization, Map<URI, String> urlAuthorization, Map<String, String> ssl, Duration connectTimeout, Duration readTimeout) {
    static final String URL = "schema.registry.url";
    private static final String PREFIX = "schema.registry.";
    private static final Set<String> KEYS = Set.of(URL, "auto.register.schemas", "use.latest.version", "normalize.schemas", "avro.remove.java.properties",
            "value.subject.name.strategy", "basic.auth.credentials.source", "basic.auth.user.info", "bearer.auth.credentials.source", "bearer.auth.token",
            "http.connect.timeout.ms", "http.read.timeout.ms");

    /** Of the properties of a Kafka client those that are meant for the registry's. */
    static boolean isKnown(String key) {
        return KEYS.contains(key) || key.startsWith(PREFIX);
    }

    static RegistrySettings of(Map<String, String> properties) {
        Map<String, String> given = new HashMap<>();
        Map<String, String> ssl = new HashMap<>();
        properties.forEach((key, value) -> {
            String name = key.startsWith(PREFIX) && !key.equals(URL) ? key.substring(PREFIX.length()) : key;
            if (!KEYS.contains(name) && !TlsContext.KEYS.contains(name)) {
                throw new IllegalArgumentException(key + ": unknown" + Nearest.to(name, KEYS).map(near -> " (expected: " + near + "?)").orElse(" (expected: one of " + KEYS + " or ssl.*)"));
            }
            (name.startsWith("ssl.") ? ssl : given).put(name, value);
        });
        Map<URI, String> urlAuthorization = new HashMap<>();
        String source = given.getOrDefault("basic.auth.credentials.source", "URL");
        List<URI> urls = Arrays.stream(given.getOrDefault(URL, "").split(",")).map(String::trim).filter(url -> !url.isEmpty())
                .map(url -> url(url, source.equals("URL"), urlAuthorization)).toList();
        if (urls.isEmpty()) {
            throw new IllegalArgumentException(URL + ": none (expected: http://HOST:PORT or https://HOST:PORT, several separated by commas)");
        }
        return new RegistrySettings(urls, flag(given, "auto.register.schemas", true), flag(given, "use.latest.version", false), flag(given, "normalize.schemas", false),
                flag(given, "avro.remove.java.properties", true), SubjectNames.of(given.getOrDefault("value.subject.name.strategy", "TopicNameStrategy")),
                authorization(given, source), Map.copyOf(urlAuthorization), Map.copyOf(ssl), millis(given, "http.connect.timeout.ms", 5_000), millis(given, "http.read.timeout.ms", 10_000));
    }

    private static URI url(String text, boolean withUserInfo, Map<URI, String> authorizations) {
        URI given;
        try {
            given = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(URL + ": not a URL (expected: http://HOST:PORT or https://HOST:PORT)");
        }
        if (given.getHost() == null || !List.of("http", "https").contains(given.getScheme()) || given.getRawQuery() != null || given.getRawFragment() != null) {
            // The text may hold a password.
            throw new IllegalArgumentException(URL + ": " + given.getScheme() + "://" + given.getHost() + "… (expected: http://HOST:PORT or https://HOST:PORT, a path may follow)");
        }
        String port = given.getPort() < 0 ? "" : ":" + given.getPort();
        URI plain = URI.create(given.getScheme() + "://" + given.getHost() + port + given.getRawPath());
        if (withUserInfo && given.getUserInfo() != null) {
            authorizations.put(plain, basic(given.getUserInfo()));
        }
        return plain;
    }

    private static Optional<String> authorization(Map<String, String> given, String source) {
        if (!List.of("URL", "USER_INFO").contains(source)) {
            throw new IllegalArgumentException("basic.auth.credentials.source: " + source + " (expected: URL or USER_INFO)");
        }
        String bearer = given.getOrDefault("bearer.auth.credentials.source", "STATIC_TOKEN");
        if (!bearer.equals("STATIC_TOKEN")) {
            throw new IllegalArgumentException("bearer.auth.credentials.source: " + bearer + " (expected: STATIC_TOKEN)");
        }
        Optional<String> user = source.equals("USER_INFO") ? Optional.of(given.getOrDefault("basic.auth.user.info", "")) : Optional.empty();
        if (user.isPresent() && !user.get().contains(":")) {
            throw new IllegalArgumentException("basic.auth.user.info: missing or without a colon (expected: USER:PASSWORD, with basic.auth.credentials.source USER_INFO)");
        }
        Optional<String> token = Optional.ofNullable(given.get("bearer.auth.token"));
        if (user.isPresent() && token.isPresent()) {
            throw new IllegalArgumentException("bearer.auth.token: given beside basic.auth.user.info (expected: one of them)");
        }
        return token.map(t -> "Bearer " + t).or(() -> user.map(RegistrySettings::basic));
    }

    private static String basic(String userInfo) {
        return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean flag(Map<String, String> given, String key, boolean otherwise) {
        String value = given.getOrDefault(key, Boolean.toString(otherwise));
        if (!List.of("true", "false").contains(value)) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: true or false)");
        }
        return Boolean.parseBoolean(value);
    }

    private static Duration millis(Map<String, String> given, String key, int otherwise) {
        String value = given.getOrDefault(key, Integer.toString(otherwise));
        if (!value.matches("[1-9][0-9]{0,5}")) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: 1..999999 milliseconds)");
        }
        return Duration.ofMillis(Long.parseLong(value));
    }
}
