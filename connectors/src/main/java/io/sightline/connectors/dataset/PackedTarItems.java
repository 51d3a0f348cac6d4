package io.sightline.connectors.dataset;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Pictures in a packed tar file. It has to be unpacked up to a picture to read that; reading them in their order unpacks it once, going
 * back begins anew. Thread-safe.
 */
final class PackedTarItems implements Closeable {
    private static final int BUFFER_BYTES = 1 << 16;
    private final Path archive;
    private TarArchiveInputStream in;
    private int next;

    private PackedTarItems(Path archive) {
        this.archive = archive;
    }

    static void add(Path archive, DatasetOptions options, Dataset.Found found) {
        PackedTarItems packed = new PackedTarItems(archive);
        found.closesLater(packed);
        found.inOrderOnly();
        ArchiveItems items = new ArchiveItems(archive, options, found);
        try (TarArchiveInputStream tar = packed.open()) {
            int number = 0;
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                int place = number++;
                items.entry(entry.getName(), entry.isFile(), entry.getRealSize(), entry.getLastModifiedTime().toMillis(), maxBytes -> packed.read(place, maxBytes));
            }
            items.end();
        } catch (IOException e) {
            throw ArchiveItems.unreadable(archive, "tar.gz", e);
        }
    }

    private TarArchiveInputStream open() throws IOException {
        InputStream file = Files.newInputStream(archive);
        try {
            return new TarArchiveInputStream(new BufferedInputStream(new GZIPInputStream(file, BUFFER_BYTES), BUFFER_BYTES));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private synchronized byte[] read(int place, int maxBytes) throws IOException {
        try {
            if (in == null || place < next) {
                close();
                in = open();
                next = 0;
            }
            while (next <= place) {
                if (in.getNextEntry() == null) {
                    throw new IOException("no longer in " + archive + " (expected: an archive that does not change)");
                }
                next++;
            }
            return ArchiveItems.read(in, maxBytes);
        } catch (IOException e) {
            close(); // the stream is somewhere within: the next one begins anew
            throw e;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (in != null) {
            in.close();
            in = null;
        }
    }
}
