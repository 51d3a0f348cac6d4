package io.sightline.connect.gallery;

import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/** The options of the gallery source. Immutable. */
public final class GallerySettings {
    public static final String TASK = "sightline.task";
    public static final String TASKS = "sightline.tasks";
    static final String GALLERY = "gallery";
    static final String PATH = "path";
    static final String ROOT = "root";
    static final String TOPIC = "topic";
    static final String PARTITIONS = "topic.partitions";
    static final String LABEL_PATTERN = "label.pattern";
    static final String INCLUDE = "include";
    static final String POLL_MS = "poll.interval.ms";
    static final String SETTLE_MS = "settle.ms";
    static final String MAX_BYTES = "max.image.bytes";
    static final String DELETIONS = "deletions";
    static final String REQUEST_SIZE = "producer.override.max.request.size";
    /** Of a record besides its picture: id, label, headers. */
    private static final int ROOM_BYTES = 64 << 10;
    /** Kafka's own max.request.size. */
    private static final int DEFAULT_REQUEST_BYTES = 1 << 20;

    public static final ConfigDef CONFIG = new ConfigDef()
            .define(GALLERY, Type.STRING, ConfigDef.NO_DEFAULT_VALUE, new Named(), Importance.HIGH, "The gallery that is filled, 1 to 100 of A-Z a-z 0-9 . _ -")
            .define(PATH, Type.STRING, ConfigDef.NO_DEFAULT_VALUE, new ConfigDef.NonEmptyString(), Importance.HIGH,
                    "A folder of pictures, looked through with the folders in it, or a PaddleClas label file (path, tab, label a line). The same on all machines that run a worker.")
            .define(ROOT, Type.STRING, "", Importance.MEDIUM, "What the paths of a label file are relative to; empty: its own folder.")
            .define(TOPIC, Type.STRING, Topics.DEFAULT_PREFIX + Topic.GALLERY.baseName(), new ConfigDef.NonEmptyString(), Importance.HIGH, "The topic of gallery entries.")
            .define(PARTITIONS, Type.INT, 1, Range.between(1, 10_000), Importance.MEDIUM, "How many partitions that topic has: all edits of a gallery go to one of them.")
            .define(LABEL_PATTERN, Type.STRING, "", new Labels(), Importance.MEDIUM,
                    "Of a folder: a regular expression with a group named label, searched in the path of the picture in the folder (with slashes), such as ^(?<label>[^/_]+)_ for cola_7.jpg. Empty: the name of the folder "
                            + "that the picture is in; of one right in the folder given, its own name without the ending.")
            .define(INCLUDE, Type.LIST, "*.jpg,*.jpeg,*.png", new Globs(), Importance.MEDIUM, "Of a folder: names of files that are taken, globs, capitals or not. Names that begin with a dot never are.")
            .define(POLL_MS, Type.LONG, 10_000L, Range.between(100, 86_400_000), Importance.MEDIUM, "Milliseconds between two looks for changes.")
            .define(SETTLE_MS, Type.LONG, 1_000L, Range.between(0, 3_600_000), Importance.LOW, "A file that was modified less than so many milliseconds ago is left for the next look: somebody may still write it.")
            .define(MAX_BYTES, Type.INT, RequestLimits.DEFAULT.maxImageBytes(), Range.between(1, RequestLimits.DEFAULT.maxImageBytes()), Importance.MEDIUM,
                    "Larger pictures are refused. Where producer.override.max.request.size is not set, or smaller, what it (Kafka's default: 1048576) leaves room for counts, unless this is set.")
            .define(DELETIONS, Type.STRING, Deletions.FOLLOW.configName(), ConfigDef.ValidString.in(Deletions.names().toArray(String[]::new)), Importance.HIGH,
                    "What becomes of the entry of a picture that is gone. follow: it is removed, but for when no picture at all is left, which looks like a folder that is not mounted; "
                            + "always: it is removed; ignore: it stays.");

    private final AbstractConfig config;
    private final Map<String, String> given;

    /** @throws ConfigException where an option is missing or has no good value */
    public GallerySettings(Map<String, String> given) {
        this.given = given;
        this.config = new AbstractConfig(CONFIG, given, false);
    }

    private static final class Named implements ConfigDef.Validator {
        @Override
        public void ensureValid(String name, Object value) {
            try {
                RequestLimits.checkName(name, (String) value);
            } catch (InvalidRequestException e) {
                throw new ConfigException(e.getMessage());
            }
        }

        @Override
        public String toString() {
            return "1 to 100 of A-Z a-z 0-9 . _ -";
        }
    }

    private static final class Labels implements ConfigDef.Validator {
        @Override
        public void ensureValid(String name, Object value) {
            try {
                if (!((String) value).isEmpty() && !((String) value).contains("(?<" + FolderSource.LABEL + ">")) {
                    throw new ConfigException(name + ": " + value + " (expected: a group (?<" + FolderSource.LABEL + ">...) in it)");
                }
                Pattern.compile((String) value);
            } catch (PatternSyntaxException e) {
                throw new ConfigException(name + ": " + value + ", " + e.getDescription() + " (expected: a regular expression)");
            }
        }

        @Override
        public String toString() {
            return "a regular expression with a group named " + FolderSource.LABEL;
        }
    }

    private static final class Globs implements ConfigDef.Validator {
        @Override
        public void ensureValid(String name, Object value) {
            if (((List<?>) value).isEmpty()) {
                throw new ConfigException(name + ": none (expected: at least one, such as *.jpg)");
            }
            try {
                ((List<?>) value).forEach(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob));
            } catch (PatternSyntaxException e) {
                throw new ConfigException(name + ": " + value + ", " + e.getDescription() + " (expected: globs such as *.jpg)");
            }
        }

        @Override
        public String toString() {
            return "globs";
        }
    }

    /** @throws ConfigException where there is nothing at the path */
    public void requireSource() {
        if (!Files.isDirectory(path()) && !Files.isRegularFile(path())) {
            throw new ConfigException(PATH + ": " + path() + ", not there (expected: a folder of pictures, or a label file)");
        }
        if (Files.isRegularFile(path()) && !config.getString(LABEL_PATTERN).isEmpty()) {
            throw new ConfigException(LABEL_PATTERN + ": set beside a label file (expected: empty, the file has the labels)");
        }
    }

    private Path path() {
        return path(PATH);
    }

    private Path path(String key) {
        try {
            return Path.of(config.getString(key)).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new ConfigException(key + ": " + config.getString(key) + " (expected: a path)");
        }
    }

    /** Where the pictures come from now: a file is a list. */
    PictureSource source(EntryRules rules) {
        Path path = path();
        if (Files.isRegularFile(path)) {
            return new LabelFileSource(path, config.getString(ROOT).isEmpty() ? path.getParent() : path(ROOT), rules);
        }
        return new FolderSource(path, included(), config.getString(LABEL_PATTERN).isEmpty() ? null : Pattern.compile(config.getString(LABEL_PATTERN)), rules);
    }

    private Predicate<String> included() {
        List<PathMatcher> globs = config.getList(INCLUDE).stream().map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob.toLowerCase(Locale.ROOT))).toList();
        return name -> globs.stream().anyMatch(glob -> glob.matches(Path.of(name.toLowerCase(Locale.ROOT))));
    }

    String gallery() {
        return config.getString(GALLERY);
    }

    String topic() {
        return config.getString(TOPIC);
    }

    int partitions() {
        return config.getInt(PARTITIONS);
    }

    long pollMs() {
        return config.getLong(POLL_MS);
    }

    long settleMs() {
        return config.getLong(SETTLE_MS);
    }

    Deletions deletions() {
        return Deletions.valueOf(config.getString(DELETIONS).toUpperCase(Locale.ROOT));
    }

    /** What can be sent: a record that Kafka's producer refuses would end the task. */
    long maxImageBytes() {
        if (given.containsKey(MAX_BYTES)) {
            return config.getInt(MAX_BYTES);
        }
        String size = given.get(REQUEST_SIZE);
        long request = size != null && size.trim().matches("\\d{1,10}") ? Long.parseLong(size.trim()) : DEFAULT_REQUEST_BYTES;
        return Math.max(0, Math.min(config.getInt(MAX_BYTES), request - ROOM_BYTES));
    }

    int task() {
        return Integer.parseInt(given.getOrDefault(TASK, "0"));
    }

    int tasks() {
        return Integer.parseInt(given.getOrDefault(TASKS, "1"));
    }
}
