package io.sightline.connectors.dataset;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Pictures in a zip file, read from where they are. */
final class ZipItems {
    private static final Charset OLD_NAMES = Charset.forName("IBM437"); // PKWARE's APPNOTE, D.1

    private ZipItems() {
    }

    static void add(Path archive, DatasetOptions options, Dataset.Found found) {
        try {
            ZipFile zip = open(archive.toFile());
            found.closesLater(zip);
            ArchiveItems items = new ArchiveItems(archive, options, found);
            zip.stream().forEach(entry -> items.entry(entry.getName(), !entry.isDirectory(), entry.getSize(), Math.max(0, entry.getTime()), maxBytes -> read(zip, entry, maxBytes)));
            items.end();
        } catch (IOException e) {
            throw ArchiveItems.unreadable(archive, "zip", e);
        }
    }

    /** Names are UTF-8, or as those programs have them that know of no UTF-8. */
    private static ZipFile open(File archive) throws IOException {
        try {
            return new ZipFile(archive);
        } catch (ZipException e) {
            return new ZipFile(archive, OLD_NAMES);
        }
    }

    private static byte[] read(ZipFile zip, ZipEntry entry, int maxBytes) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return ArchiveItems.read(in, maxBytes);
        }
    }
}
