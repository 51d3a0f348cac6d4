package io.sightline.connectors.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a run must not forget, as lines appended to a file: first what it is; then {@code s POSITION PARTITION OFFSET} for each request
 * that Kafka has, in the order of its partition; and {@code r BYTES PARTITION:OFFSET…} now and then: the results file has all results
 * before these offsets, in its first so many bytes, on the disk. A last line without its end counts as none. Locked while it is open: a run
 * has one process. Used by one thread.
 *
 * <p>Durability: the first line and each {@code r} are forced to the disk, and with an {@code r} all before it. The {@code s} lines since are
 * with the operating system at the latest at the next {@link #flush}: what a crash takes of them is found on the requests topic.
 */
final class ReplayState implements AutoCloseable {
    static final int VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * What a run is.
     *
     * @param version of this form
     * @param name of the run
     * @param token on each request, copied into its result: another run of the same name has another
     * @param pictures number of items in the dataset
     * @param dataset its fingerprint
     * @param settings what must stay as it is
     * @param requests end of each partition of the requests topic when the run began
     * @param results the same of the results topic
     */
    record Begin(int version, String name, String token, int pictures, String dataset, Map<String, String> settings, String requestsTopic, List<Long> requests, String resultsTopic,
            List<Long> results) {
    }

    /**
     * What is known of an earlier life.
     *
     * @param sent positions whose requests Kafka has
     * @param requestsSeen by partition of the requests topic: every request of this run before that offset is among those
     * @param resultsSeen by partition of the results topic: the file has every result of this run before that offset
     * @param fileBytes of the results file, on the disk
     */
    record Known(Begin begin, BitSet sent, Map<Integer, Long> requestsSeen, Map<Integer, Long> resultsSeen, long fileBytes) {
    }

    private final Path file;
    private final FileChannel channel;
    private final StringBuilder lines = new StringBuilder();
    private boolean broken;

    ReplayState(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens what is there, or an empty file. */
    static ReplayState open(Path file) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(file);
            }
            return new ReplayState(file, channel);
        } catch (OverlappingFileLockException e) {
            close(channel);
            throw inUse(file);
        } catch (ReplayException e) {
            close(channel);
            throw e;
        } catch (IOException e) {
            close(channel);
            throw unwritable(file, e);
        }
    }

    private static void close(FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing was written.
            }
        }
    }

    private static ReplayException inUse(Path file) {
        return new ReplayException(file + ": another process replays with it (expected: one at a time)");
    }

    private static ReplayException unwritable(Path file, IOException e) {
        return new ReplayException(file + ": can't be written, " + e + " (expected: a writable file on a disk with room)", e);
    }

    /** What an earlier life left; empty: nothing that was sent. Cuts a torn last line off. */
    Optional<Known> load() {
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            long whole = wholeBytes();
            if (whole == 0) {
                channel.truncate(0);
                return Optional.empty();
            }
            channel.truncate(whole);
            channel.position(whole);
            return Optional.of(read(in));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ReplayException(file + ": can't be read, " + e + " (expected: the state of a replay; --restart begins a new one)", e);
        }
    }

    private long wholeBytes() throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            for (long end = in.size(); end > 0; end--) {
                last.clear();
                in.read(last, end - 1);
                if (last.get(0) == '\n') {
                    return end;
                }
            }
            return 0;
        }
    }

    private Known read(BufferedReader in) throws IOException {
        Begin begin = begin(in.readLine());
        BitSet sent = new BitSet();
        Map<Integer, Long> requestsSeen = byPartition(begin.requests());
        Map<Integer, Long> resultsSeen = byPartition(begin.results());
        long fileBytes = 0;
        int number = 1;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            number++;
            String[] words = line.split(" ");
            try {
                if (words[0].equals("s") && words.length == 4) {
                    sent.set(Integer.parseInt(words[1]));
                    requestsSeen.merge(Integer.parseInt(words[2]), Long.parseLong(words[3]) + 1, Math::max);
                } else if (words[0].equals("r") && words.length >= 2) {
                    fileBytes = Long.parseLong(words[1]);
                    for (int i = 2; i < words.length; i++) {
                        int colon = words[i].indexOf(':');
                        resultsSeen.put(Integer.parseInt(words[i].substring(0, colon)), Long.parseLong(words[i].substring(colon + 1)));
                    }
                } else {
                    throw new IllegalArgumentException("neither");
                }
            } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
                throw new ReplayException(file + " line " + number + ": '" + io.sightline.schemas.request.RequestLimits.shown(line)
                        + "' (expected: s POSITION PARTITION OFFSET or r BYTES PARTITION:OFFSET…; --restart begins a new run)", e);
            }
        }
        return new Known(begin, sent, requestsSeen, resultsSeen, fileBytes);
    }

    private Begin begin(String line) {
        try {
            Begin begin = JSON.readValue(line, Begin.class);
            if (begin.version() != VERSION) {
                throw new ReplayException(file + ": version " + begin.version() + " (expected: " + VERSION + "; --restart begins a new run)");
            }
            return begin;
        } catch (JsonProcessingException e) {
            throw new ReplayException(file + " line 1: not the state of a replay (expected: JSON that says what it is; --restart begins a new run)", e);
        }
    }

    private static Map<Integer, Long> byPartition(List<Long> offsets) {
        Map<Integer, Long> by = new HashMap<>();
        for (int partition = 0; partition < offsets.size(); partition++) {
            by.put(partition, offsets.get(partition));
        }
        return by;
    }

    /** Begins a run; on the disk when this returns. */
    void begin(Begin begin) {
        try {
            lines.append(JSON.writeValueAsString(begin)).append('\n');
            flush();
            channel.force(true);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** Kafka has the request. In the order of its partition. */
    void sent(int position, int partition, long offset) {
        lines.append("s ").append(position).append(' ').append(partition).append(' ').append(offset).append('\n');
    }

    /**
     * Hands what was told over to the operating system: it survives this process. Once that has failed nothing more is written: behind a
     * torn line the file could not be read, and behind one that is missing its request would not be looked for.
     */
    void flush() {
        if (lines.isEmpty() || broken) {
            return;
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines.toString());
        lines.setLength(0);
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            broken = true;
            throw unwritable(file, e);
        }
    }

    /**
     * The results file, on the disk already, has what was before these offsets. On the disk when this returns.
     *
     * @param fileBytes its size
     */
    void results(long fileBytes, Map<Integer, Long> offsets) {
        lines.append("r ").append(fileBytes).append(offsets.entrySet().stream().sorted(Map.Entry.comparingByKey()).map(e -> " " + e.getKey() + ":" + e.getValue()).collect(Collectors.joining()))
                .append('\n');
        flush();
        try {
            channel.force(false);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    @Override
    public void close() {
        try (channel) {
            flush();
            if (channel.size() == 0) {
                Files.deleteIfExists(file); // nothing had begun
            }
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }
}
