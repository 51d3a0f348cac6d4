package io.sightline.connectors.dataset;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * The pictures that some paths name, always in the same order: the paths' own, within a folder sorted by name, within a list or an archive
 * as they stand there. Items are kept in memory, pictures are not. Thread-safe; closing it ends reading.
 */
public final class Dataset implements AutoCloseable {
    private final List<DatasetItem> items;
    private final List<String> warnings;
    private final boolean sequential;
    private final List<Closeable> open;

    private Dataset(Found found) {
        this.items = List.copyOf(found.items);
        this.warnings = List.copyOf(found.warnings);
        this.sequential = found.sequential;
        this.open = List.copyOf(found.open);
    }

    /** What is being collected. */
    static final class Found {
        private final List<DatasetItem> items = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private final List<Closeable> open = new ArrayList<>();
        private boolean sequential;
        private String prefix = "";

        void add(DatasetItem item) {
            items.add(prefix.isEmpty() ? item : new DatasetItem(prefix + item.path(), item.label(), item.attributes(), item.bytes(), item.modifiedMs(), item.picture()));
        }

        void warn(String warning) {
            warnings.add(warning);
        }

        void closesLater(Closeable resource) {
            open.add(resource);
        }

        /** Pictures can be read in their order only. */
        void inOrderOnly() {
            sequential = true;
        }
    }

    /**
     * Finds the pictures of all paths: a folder's and its folders' files (.jpg, .jpeg, .png), those of a .tar, .tar.gz, .tgz or .zip, those that
     * a .csv or .jsonl lists, a single picture, and those of a label file, which is any other file.
     *
     * @throws IllegalArgumentException a path is none of these, or a list is not well-formed; names file, line, what was seen and what was expected
     */
    public static Dataset open(List<Path> paths, DatasetOptions options) {
        Found found = new Found();
        try {
            for (Path path : paths) {
                found.prefix = paths.size() == 1 || ImageNames.isImage(String.valueOf(path.getFileName())) ? "" : path.toAbsolutePath().normalize().getFileName() + "/";
                add(path, options, found);
            }
        } catch (RuntimeException e) {
            closeAll(found.open);
            throw e;
        }
        return new Dataset(found);
    }

    private static void add(Path path, DatasetOptions options, Found found) {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        if (Files.isDirectory(path)) {
            FolderItems.add(path, options, found);
        } else if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException(path + ": not there (expected: a folder, a picture, a list or an archive)");
        } else if (name.endsWith(".zip")) {
            ZipItems.add(path, options, found);
        } else if (name.endsWith(".tar")) {
            TarItems.add(path, options, found);
        } else if (name.endsWith(".tar.gz") || name.endsWith(".tgz")) {
            PackedTarItems.add(path, options, found);
        } else if (name.endsWith(".csv")) {
            CsvItems.add(path, options, found);
        } else if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
            JsonLinesItems.add(path, options, found);
        } else if (ImageNames.isImage(name)) {
            found.add(FileItem.of(path.getFileName().toString(), path, java.util.Optional.empty(), java.util.Map.of()));
        } else {
            LabelFile.readLines(path, options.root()).forEach(line -> found.add(FileItem.of(line.path(), line.picture().file(),
                    java.util.Optional.of(line.picture().label()), java.util.Map.of())));
        }
    }

    public List<DatasetItem> items() {
        return items;
    }

    /** What was left out, and why: folders that can't be read, files that are no pictures. */
    public List<String> warnings() {
        return warnings;
    }

    /** Whether pictures are to be read in their order: each other way would begin a packed archive anew. */
    public boolean sequential() {
        return sequential;
    }

    /** Changes whenever an item is added, removed, renamed, told otherwise, or its file gets another size or date. 64 hexadecimal digits. */
    public String fingerprint() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
        for (DatasetItem item : items) {
            text(digest, item.path());
            text(digest, item.label().orElse("\u0000"));
            new TreeMap<>(item.attributes()).forEach((name, value) -> {
                text(digest, name);
                text(digest, value);
            });
            text(digest, item.bytes() + " " + item.modifiedMs());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void text(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(Integer.toString(bytes.length).getBytes(StandardCharsets.US_ASCII));
        digest.update((byte) ':');
        digest.update(bytes);
    }

    @Override
    public void close() {
        closeAll(open);
    }

    private static void closeAll(List<Closeable> resources) {
        for (Closeable resource : resources) {
            try {
                resource.close();
            } catch (IOException e) {
                // Only read from: nothing is lost.
            }
        }
    }
}
