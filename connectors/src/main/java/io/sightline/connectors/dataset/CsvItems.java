package io.sightline.connectors.dataset;

import io.sightline.connectors.csv.CsvReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pictures that a CSV file lists: a column {@code path}, perhaps one {@code label}, all others are attributes. */
final class CsvItems {
    static final String PATH = "path";
    static final String LABEL = "label";
    private final Path list;
    private final Path root;

    private CsvItems(Path list, Path root) {
        this.list = list;
        this.root = root;
    }

    static void add(Path list, DatasetOptions options, Dataset.Found found) {
        new CsvItems(list, options.root().orElseGet(() -> list.toAbsolutePath().getParent())).read(found);
    }

    private void read(Dataset.Found found) {
        int items = 0;
        long line = 1;
        try (CsvReader rows = new CsvReader(Files.newInputStream(list))) {
            List<String> columns = header(rows.row(false));
            for (List<String> row = rows.row(false); row != null; row = rows.row(false)) {
                line = rows.line();
                found.add(item(columns, row));
                items++;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(list + " line " + line + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(list + ": can't be read, " + e + " (expected: a CSV file)", e);
        }
        if (items == 0) {
            throw new IllegalArgumentException(list + ": no row with a picture (expected: a row for each below the columns' names)");
        }
    }

    private static List<String> header(List<String> row) {
        if (row == null || !row.contains(PATH)) {
            throw new IllegalArgumentException("columns " + (row == null ? List.of() : row) + " (expected: a first line of columns' names, " + PATH + " among them)");
        }
        if (new HashSet<>(row).size() < row.size()) {
            throw new IllegalArgumentException("columns " + row + " (expected: each name once)");
        }
        return row;
    }

    private DatasetItem item(List<String> columns, List<String> row) {
        if (row.size() != columns.size()) {
            throw new IllegalArgumentException(row.size() + " cells (expected: " + columns.size() + ", as many as columns)");
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        for (int i = 0; i < row.size(); i++) {
            attributes.put(columns.get(i), row.get(i));
        }
        String path = attributes.remove(PATH);
        String label = attributes.remove(LABEL);
        return item(root, path, label, attributes);
    }

    static DatasetItem item(Path root, String path, String label, Map<String, String> attributes) {
        if (path.isBlank()) {
            throw new IllegalArgumentException(PATH + ": '' (expected: the path of a picture)");
        }
        try {
            return FileItem.of(path.replace('\\', '/'), root.resolve(path).normalize(), Optional.ofNullable(label).filter(text -> !text.isBlank()), Map.copyOf(attributes));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(PATH + ": '" + io.sightline.schemas.request.RequestLimits.shown(path) + "' (expected: the path of a picture)", e);
        }
    }
}
