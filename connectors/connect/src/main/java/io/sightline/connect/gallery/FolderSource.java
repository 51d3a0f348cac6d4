package io.sightline.connect.gallery;

import io.sightline.schemas.request.InvalidRequestException;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All pictures in a folder and the folders in it; links are followed, hidden names left out. An entry's id is the file's path in the folder, with slashes, as
 * a label file would have it. Its label is what the pattern finds in that path, without one the name of the folder it is in, and of a file that is in none
 * its own name without the ending.
 */
final class FolderSource implements PictureSource {
    /** The group of a label pattern. */
    static final String LABEL = "label";
    private final Path folder;
    private final Predicate<String> pictures;
    private final Pattern labels;
    private final EntryRules rules;

    /**
     * @param pictures names of files that are taken
     * @param labels with a group named label, found in paths; null: none
     */
    FolderSource(Path folder, Predicate<String> pictures, Pattern labels, EntryRules rules) {
        this.folder = folder;
        this.pictures = pictures;
        this.labels = labels;
        this.rules = rules;
    }

    @Override
    public Listing list(Predicate<String> wanted) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw Files.exists(folder) ? new NotDirectoryException(folder.toString()) : new NoSuchFileException(folder.toString());
        }
        Listing listing = new Listing();
        Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new Visitor(listing, wanted));
        return listing;
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        private final Listing listing;
        private final Predicate<String> wanted;

        Visitor(Listing listing, Predicate<String> wanted) {
            this.listing = listing;
            this.wanted = wanted;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return !directory.equals(folder) && isHidden(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!attributes.isRegularFile() || isHidden(file) || !pictures.test(file.getFileName().toString())) {
                return FileVisitResult.CONTINUE;
            }
            listing.total++;
            String id = id(file);
            if (wanted.test(id)) {
                try {
                    String label = label(id);
                    rules.check(id, label);
                    listing.pictures.put(id, new Candidate(id, label, file, attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)));
                } catch (InvalidRequestException e) {
                    listing.troubles.add(file + ": " + e.getMessage());
                    listing.unknown.add(id);
                }
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (file.equals(folder)) {
                throw e;
            }
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // it went while its folder was read, or is a link to nothing
            }
            listing.troubles.add(file + ": can't be read, " + e);
            listing.unknown.add(id(file));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
            return e == null ? FileVisitResult.CONTINUE : visitFileFailed(directory, e);
        }
    }

    private static boolean isHidden(Path path) {
        return path.getFileName() != null && path.getFileName().toString().startsWith(".");
    }

    private String id(Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private String label(String id) {
        if (labels != null) {
            Matcher matcher = labels.matcher(id);
            if (matcher.find() && matcher.group(LABEL) != null && !matcher.group(LABEL).isBlank()) {
                return matcher.group(LABEL);
            }
            throw new InvalidRequestException("label: none found by label.pattern in '" + id + "' (expected: a group named " + LABEL + " that is in it)");
        }
        int last = id.lastIndexOf('/');
        if (last < 0) {
            int dot = id.lastIndexOf('.');
            return dot > 0 ? id.substring(0, dot) : id;
        }
        return id.substring(id.lastIndexOf('/', last - 1) + 1, last);
    }
}
