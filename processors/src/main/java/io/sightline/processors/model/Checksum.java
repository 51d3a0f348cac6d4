package io.sightline.processors.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of model files. */
final class Checksum {
    private Checksum() {
    }

    /**
     * Reads a file that must have a checksum.
     *
     * @param saidBy the file that names the checksum
     * @return the file's bytes
     * @throws ModelException it has another
     */
    static byte[] check(Path file, String sha256, Path saidBy) {
        byte[] bytes = read(file);
        String seen = of(bytes);
        if (!seen.equals(sha256)) {
            throw ModelException.at(saidBy, "sha256", sha256, seen + ", the checksum of " + file.getFileName() + "; was the file replaced?");
        }
        return bytes;
    }

    static String of(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelException(file + ": can't be read, " + e, e);
        }
    }
}
