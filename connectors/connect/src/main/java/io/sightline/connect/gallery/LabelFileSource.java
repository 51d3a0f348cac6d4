package io.sightline.connect.gallery;

import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.LabelLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The pictures of a PaddleClas label file. An entry's id is the path as the file has it, as {@code sightline gallery import} does it; of several lines with one
 * path the last one counts. A line that can't be read is a trouble, and while there is one no entry is known to be gone.
 */
final class LabelFileSource implements PictureSource {
    private final Path list;
    private final Path root;
    private final EntryRules rules;

    /** @param root what the paths are relative to */
    LabelFileSource(Path list, Path root, EntryRules rules) {
        this.list = list;
        this.root = root;
        this.rules = rules;
    }

    @Override
    public Listing list(Predicate<String> wanted) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(root.toString());
        }
        Listing listing = new Listing();
        try (BufferedReader lines = Files.newBufferedReader(list, StandardCharsets.UTF_8)) {
            int number = 0;
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                number++;
                if (!LabelLine.isBlank(number, text)) {
                    add(listing, number, text, wanted);
                }
            }
        }
        return listing;
    }

    private void add(Listing listing, int number, String text, Predicate<String> wanted) {
        String place = list + " line " + number + ": ";
        LabelLine line;
        Path file;
        try {
            line = LabelLine.parse(number, text);
            file = root.resolve(line.path()).normalize();
        } catch (InvalidPathException e) {
            bad(listing, place + "a path that is none (expected: " + LabelLine.EXPECTED + ")", "");
            return;
        } catch (IllegalArgumentException e) {
            bad(listing, place + e.getMessage(), "");
            return;
        }
        String id = line.id();
        if (!wanted.test(id)) {
            listing.total++;
            return;
        }
        listing.pictures.remove(id);
        try {
            rules.check(id, line.label());
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            listing.pictures.put(id, new Candidate(id, line.label(), file, attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)));
            listing.total++;
        } catch (NoSuchFileException e) {
            // The picture is gone, whatever the list still says: so is its entry.
            listing.troubles.add(place + file + ", not there (expected: a JPEG or PNG file)");
        } catch (InvalidRequestException e) {
            bad(listing, place + e.getMessage(), id);
        } catch (IOException e) {
            bad(listing, place + file + ", can't be read, " + e, id);
        }
    }

    private static void bad(Listing listing, String trouble, String id) {
        listing.troubles.add(trouble);
        listing.unknown.add(id);
    }
}
