package io.sightline.synth;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The "--name value" pairs of a command line. Every complaint names the option, what was seen and what was expected. */
final class Options {
    private final Map<String, String> values = new TreeMap<>();

    /** Reads the pairs after the command's name. */
    Options(String[] args, List<String> known) {
        for (int i = 1; i < args.length; i += 2) {
            String name = args[i].startsWith("--") ? args[i].substring(2) : "";
            if (!known.contains(name)) {
                throw new IllegalArgumentException(args[i] + ": unknown option of " + args[0] + " (expected: one of --" + String.join(", --", known) + ")");
            }
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + ": no value (expected: --" + name + " VALUE)");
            }
            values.put(name, args[i + 1]);
        }
    }

    Path path(String name) {
        return Path.of(required(name));
    }

    long seed(String name) {
        String value = required(name);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + ": " + value + " (expected: a whole number)", e);
        }
    }

    int number(String name, int least) {
        String value = required(name);
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, in the words of a number that is too small.
        }
        throw new IllegalArgumentException("--" + name + ": " + value + " (expected: a whole number >= " + least + ")");
    }

    int number(String name, int least, int fallback) {
        return values.containsKey(name) ? number(name, least) : fallback;
    }

    double share(String name, double fallback) {
        String value = values.get(name);
        if (value == null) {
            return fallback;
        }
        try {
            double share = Double.parseDouble(value);
            if (share >= 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new IllegalArgumentException("--" + name + ": " + value + " (expected: 0..1)");
    }

    private String required(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + ": missing (expected: --" + name + " VALUE)");
        }
        return value;
    }
}
