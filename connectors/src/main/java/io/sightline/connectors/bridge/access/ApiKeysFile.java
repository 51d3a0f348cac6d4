package io.sightline.connectors.bridge.access;

import io.sightline.schemas.request.RequestLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * The file of keys: a line for each, {@code NAME sha256:HASH} and perhaps {@code galleries=demo,shop-*}, {@code unnamed=allow}, {@code rate=5}, {@code burst=10}; lines that
 * begin with # are passed over. Everything wrong is an {@link IllegalArgumentException} that names the line.
 */
public final class ApiKeysFile {
    private static final int MAX_KEYS = 1000;
    private static final long MAX_BYTES = 1 << 20;
    private static final String HASH = "sha256:";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final Pattern GALLERIES = Pattern.compile("[A-Za-z0-9._*-]{1,100}(,[A-Za-z0-9._*-]{1,100})*");
    private static final Pattern RATE = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");
    private static final Pattern BURST = Pattern.compile("[1-9][0-9]{0,8}");

    private ApiKeysFile() {
    }

    /**
     * What a key may do, as the line of the file says it.
     *
     * @param galleries patterns; empty: all galleries
     * @param unnamed whether requests may name no gallery
     * @param rate empty: no limit
     * @param burst empty: the rate, rounded up
     */
    public record Rights(List<String> galleries, boolean unnamed, Optional<String> rate, Optional<String> burst) {
        private String text() {
            return (galleries.isEmpty() ? "" : " galleries=" + String.join(",", galleries)) + (unnamed ? " unnamed=allow" : "")
                    + rate.map(r -> " rate=" + r).orElse("") + burst.map(b -> " burst=" + b).orElse("");
        }
    }

    /**
     * A key and its line of the file.
     *
     * @param key shown to its owner once, and kept nowhere
     */
    public record NewKey(String key, String line) {
        @Override
        public String toString() {
            return line; // a key gets into no log
        }
    }

    /** Makes a key; writes nothing. */
    public static NewKey create(String name, Rights rights) {
        String key = ApiKeys.random();
        String line = name + " " + HASH + HexFormat.of().formatHex(ApiKeys.hash(key)) + rights.text();
        parse("the new key", line);
        return new NewKey(key, line);
    }

    /** Adds a line to the file, or makes the file, readable by its owner only. @throws IOException where it can't be written */
    public static void append(Path file, NewKey key) throws IOException {
        String name = key.line().substring(0, key.line().indexOf(' '));
        if (!Files.exists(file)) {
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(file);
            }
            Files.writeString(file, "# Keys of Sightline's bridge (bridge.keys). A line each: name, hash of the key, what it may do.\n");
        }
        List<ApiKey> before = parse(file);
        if (before.stream().anyMatch(known -> known.name().equals(name))) {
            throw new IllegalArgumentException(file + ": has a key '" + name + "' already (expected: a name of its own for each key)");
        }
        if (before.size() == MAX_KEYS) {
            throw new IllegalArgumentException(file + ": " + MAX_KEYS + " keys already (expected: at most that many)");
        }
        String text = Files.readString(file);
        Files.writeString(file, (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + key.line() + "\n", StandardOpenOption.APPEND);
    }

    static ApiKeys read(Path file, LongSupplier nanos) {
        List<ApiKey> keys = parse(file);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(file + ": no key (expected: at least one, see `sightline key new`)");
        }
        return new ApiKeys(keys, nanos);
    }

    private static List<ApiKey> parse(Path file) {
        List<String> lines;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException(file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
            }
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": can't be read, " + e.getClass().getSimpleName() + " (expected: a file of keys in UTF-8, see `sightline key new`)");
        }
        List<ApiKey> keys = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String place = file + ":" + (i + 1);
            ApiKey key = parse(place, line);
            if (!seen.add(key.name()) | !seen.add(HASH + HexFormat.of().formatHex(key.hash()))) {
                throw new IllegalArgumentException(place + ": '" + key.name() + "' is there twice, its name or its hash (expected: once)");
            }
            keys.add(key);
        }
        if (keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException(file + ": " + keys.size() + " keys (expected: at most " + MAX_KEYS + ")");
        }
        return keys;
    }

    private static ApiKey parse(String place, String line) {
        String[] words = line.split("\\s+");
        String name = checked(place, "name", words[0], NAME, "1 to 100 of A-Z a-z 0-9 . _ -");
        if (words.length < 2 || !words[1].matches(HASH + "[0-9a-f]{64}")) {
            // What stands there might be the key itself: it is not repeated.
            throw new IllegalArgumentException(place + ": no hash behind the name '" + name + "' (expected: " + HASH + " and 64 of 0-9 a-f, as `sightline key new` writes it)");
        }
        Optional<List<String>> galleries = Optional.empty();
        boolean unnamed = false;
        Optional<Double> rate = Optional.empty();
        Optional<Integer> burst = Optional.empty();
        Set<String> given = new HashSet<>();
        for (int i = 2; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            String option = equals < 0 ? words[i] : words[i].substring(0, equals);
            String value = words[i].substring(equals + 1);
            if (!given.add(option)) {
                throw new IllegalArgumentException(place + ": " + RequestLimits.shown(option) + ": given more than once (expected: once)");
            }
            switch (option) {
                case "galleries" -> galleries = Optional.of(List.of(checked(place, option, value, GALLERIES, "names with commas between them, * for any characters").split(",")));
                case "unnamed" -> unnamed = !checked(place, option, value, Pattern.compile("allow"), "allow").isEmpty();
                case "rate" -> rate = Optional.of(Double.parseDouble(checked(place, option, value, RATE, "calls a second, above 0"))).filter(number -> number > 0);
                case "burst" -> burst = Optional.of(Integer.parseInt(checked(place, option, value, BURST, "calls at once, at least 1")));
                default -> throw new IllegalArgumentException(place + ": '" + RequestLimits.shown(option) + "' (expected: one of galleries, unnamed, rate, burst)");
            }
        }
        if (given.contains("rate") && rate.isEmpty() || burst.isPresent() && rate.isEmpty()) {
            throw new IllegalArgumentException(place + ": " + (given.contains("rate") ? "rate: 0" : "burst without rate") + " (expected: calls a second, above 0)");
        }
        int most = burst.orElse((int) Math.ceil(rate.orElse(1.0)));
        return new ApiKey(name, HexFormat.of().parseHex(words[1].substring(HASH.length())), galleries, unnamed || galleries.isEmpty(), rate, most);
    }

    private static String checked(String place, String what, String value, Pattern pattern, String expected) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(place + ": " + what + ": '" + RequestLimits.shown(value) + "' (expected: " + expected + ")");
        }
        return value;
    }
}
