package io.sightline.connectors.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/** Pictures in a tar file, read from where they are. */
final class TarItems {
    private TarItems() {
    }

    static void add(Path archive, DatasetOptions options, Dataset.Found found) {
        try {
            TarFile tar = new TarFile(archive);
            found.closesLater(tar);
            ArchiveItems items = new ArchiveItems(archive, options, found);
            for (TarArchiveEntry entry : tar.getEntries()) {
                items.entry(entry.getName(), entry.isFile(), entry.getRealSize(), entry.getLastModifiedTime().toMillis(), maxBytes -> read(tar, entry, maxBytes));
            }
            items.end();
        } catch (IOException e) {
            throw ArchiveItems.unreadable(archive, "tar", e);
        }
    }

    /** The channel below has one position for all. */
    private static byte[] read(TarFile tar, TarArchiveEntry entry, int maxBytes) throws IOException {
        synchronized (tar) {
            try (InputStream in = tar.getInputStream(entry)) {
                return ArchiveItems.read(in, maxBytes);
            }
        }
    }
}
