package io.sightline.connectors.results;

import io.sightline.connectors.csv.CsvReader;
import io.sightline.schemas.RecognitionResult;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** What is left of a file of results whose writer ended in the middle. */
public final class RecoveredResults {
    /** Told of each whole result, in the file's order. */
    public interface Found {
        /** @param result empty in a CSV file: it can't be read back */
        void result(String requestId, Optional<RecognitionResult> result);
    }

    private RecoveredResults() {
    }

    /**
     * Reads all whole results of the file, and cuts off what is behind the last one: a torn line, a torn block.
     *
     * @param durableBytes what the last {@link ResultWriter#sync} returned: up to there nothing may be broken; 0: it never did
     * @return whether there is a file now that can be appended to; where there was not one whole result, there may be none
     * @throws ResultFileException where something before those bytes is broken or gone
     */
    public static boolean recover(Path file, ResultFormat format, long durableBytes, Found found) {
        try {
            long size = Files.exists(file) ? Files.size(file) : 0;
            if (size < durableBytes) {
                throw new ResultFileException(file, size + " bytes (expected: the " + durableBytes + " that were written, at least)", null);
            }
            long whole = size == 0 ? 0 : switch (format) {
                case JSONL -> lines(file, durableBytes, found);
                case AVRO -> blocks(file, durableBytes, found);
                case CSV -> rows(file, durableBytes, found);
            };
            if (whole < durableBytes) {
                throw new ResultFileException(file, "whole results in its first " + whole + " bytes only (expected: in the " + durableBytes + " that were written, at least)", null);
            }
            if (whole == 0) {
                Files.deleteIfExists(file);
                return false;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(whole);
                channel.force(true);
            }
            return true;
        } catch (IOException e) {
            throw ResultFiles.unreadable(file, e);
        }
    }

    private static long lines(Path file, long durableBytes, Found found) throws IOException {
        long whole = 0;
        long number = 1;
        try (JsonLines lines = new JsonLines(Files.newInputStream(file))) {
            for (byte[] line = lines.next(); line != null && lines.whole(); line = lines.next()) {
                number = lines.number();
                RecognitionResult result = ResultParser.parse(line);
                found.result(result.getRequestId(), Optional.of(result));
                whole = lines.position();
            }
        } catch (IllegalArgumentException e) {
            if (whole < durableBytes) {
                throw new ResultFileException(file, "line " + number + ": " + e.getMessage(), e);
            }
        }
        return whole;
    }

    private static long blocks(Path file, long durableBytes, Found found) throws IOException {
        long whole = 0;
        try (ResultBlocks blocks = new ResultBlocks(file)) {
            whole = blocks.blockStart();
            while (blocks.hasNext()) {
                RecognitionResult result = blocks.next();
                found.result(result.getRequestId(), Optional.of(result));
                whole = blocks.blockStart(); // behind the block once its last result is read
            }
        } catch (ResultFileException e) {
            if (whole < durableBytes) {
                throw e;
            }
        }
        return whole;
    }

    private static long rows(Path file, long durableBytes, Found found) throws IOException {
        long whole = 0;
        long line = 1;
        try (CsvReader rows = new CsvReader(Files.newInputStream(file))) {
            for (List<String> row = rows.row(true); row != null; row = rows.row(true)) {
                line = rows.line();
                if (whole == 0 && !row.equals(ResultRow.COLUMNS)) {
                    throw new IllegalArgumentException("columns " + row + " (expected: " + ResultRow.COLUMNS + ")");
                }
                if (row.size() != ResultRow.COLUMNS.size()) {
                    throw new IllegalArgumentException(row.size() + " cells (expected: " + ResultRow.COLUMNS.size() + ")");
                }
                if (whole > 0) {
                    found.result(row.get(0), Optional.empty());
                }
                whole = rows.position();
            }
        } catch (IllegalArgumentException e) {
            if (whole < durableBytes) {
                throw new ResultFileException(file, "line " + line + ": " + e.getMessage(), e);
            }
        }
        return whole;
    }
}
