package io.sightline.connectors.dataset;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pictures of a folder and its folders, sorted by path. Links are followed; hidden files and folders are left out. */
final class FolderItems {
    private FolderItems() {
    }

    static void add(Path folder, DatasetOptions options, Dataset.Found found) {
        List<DatasetItem> items = new ArrayList<>();
        int[] others = new int[1];
        try {
            Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path within, BasicFileAttributes attributes) {
                    return !within.equals(folder) && ImageNames.isHidden(within.getFileName().toString()) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    String name = file.getFileName().toString();
                    if (ImageNames.isHidden(name)) {
                        return FileVisitResult.CONTINUE;
                    }
                    if (!ImageNames.isImage(name) || !attributes.isRegularFile() && !attributes.isSymbolicLink()) {
                        others[0]++;
                        return FileVisitResult.CONTINUE;
                    }
                    items.add(item(file)); // a link to nowhere too: it is reported when its turn comes
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    if (ImageNames.isImage(file.getFileName().toString()) && !Files.isDirectory(file)) {
                        items.add(item(file));
                    } else {
                        found.warn(file + ": left out, can't be read, " + e + " (expected: a readable folder)");
                    }
                    return FileVisitResult.CONTINUE;
                }

                private DatasetItem item(Path file) {
                    String path = folder.relativize(file).toString().replace('\\', '/');
                    return FileItem.of(path, file, options.imageFolder() ? ImageNames.firstFolder(path) : Optional.empty(), Map.of());
                }
            });
        } catch (IOException e) {
            throw new IllegalArgumentException(folder + ": can't be read, " + e + " (expected: a readable folder)", e);
        }
        items.sort(Comparator.comparing(DatasetItem::path));
        items.forEach(found::add);
        if (others[0] > 0) {
            found.warn(folder + ": " + others[0] + " files left out (expected: names that end with .jpg, .jpeg or .png)");
        }
        if (items.isEmpty()) {
            throw new IllegalArgumentException(folder + ": no picture in it (expected: files whose names end with .jpg, .jpeg or .png)");
        }
    }
}
