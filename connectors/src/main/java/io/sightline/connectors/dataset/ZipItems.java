package io.sightline.connectors.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Pictures in a zip file, read from where they are. */
final class ZipItems {
    private ZipItems() {
    }

    static void add(Path archive, DatasetOptions options, Dataset.Found found) {
        try {
            ZipFile zip = new ZipFile(archive.toFile());
            found.closesLater(zip);
            ArchiveItems items = new ArchiveItems(archive, options, found);
            zip.stream().forEach(entry -> items.entry(entry.getName(), !entry.isDirectory(), entry.getSize(), Math.max(0, entry.getTime()), maxBytes -> read(zip, entry, maxBytes)));
            items.end();
        } catch (IOException e) {
            throw ArchiveItems.unreadable(archive, "zip", e);
        }
    }

    private static byte[] read(ZipFile zip, ZipEntry entry, int maxBytes) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return ArchiveItems.read(in, maxBytes);
        }
    }
}
