package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Protocol;
import java.util.Map;

/** The VSIM commands of a query: one for each vector and each alternative of the filter. */
final class VectorSetCommands {
    /**
     * A distance that none has. Without it the server keeps entries back whose distance is over 2, as that of an opposite vector may be by its
     * rounding.
     */
    private static final int BEYOND_ALL = 3;

    private final RedisSettings settings;

    VectorSetCommands(RedisSettings settings) {
        this.settings = settings;
    }

    /** How many commands a vector takes. */
    static int alternatives(GalleryQuery query) {
        return filters(query).size();
    }

    /** Empty: no filter. Where the server can check nothing of an alternative, it need not be asked for the others. */
    private static List<Optional<String>> filters(GalleryQuery query) {
        if (query.filter().isEmpty()) {
            return List.of(Optional.empty());
        }
        List<Optional<String>> all = query.filter().get().anyOf().stream().map(VectorSetFilter::of).distinct().toList();
        return all.contains(Optional.<String>empty()) ? List.of(Optional.empty()) : all;
    }

    /** The arguments after the key, of each command, vector by vector. */
    List<List<byte[]>> arguments(GalleryQuery query, int count) {
        List<Optional<String>> filters = filters(query);
        List<List<byte[]>> all = new ArrayList<>();
        for (float[] vector : query.vectors()) {
            byte[] blob = Blobs.of(vector);
            filters.forEach(filter -> all.add(arguments(blob, count, query.threshold(), filter)));
        }
        return all;
    }

    private List<byte[]> arguments(byte[] blob, int count, double threshold, Optional<String> filter) {
        List<byte[]> arguments = new ArrayList<>(List.of(Script.bytes("FP32"), blob, Script.bytes("WITHSCORES"), Script.bytes("COUNT"), EditWriter.number(count),
                Script.bytes("EF"), EditWriter.number(Math.max(settings.vectorSet().efSearch(), count))));
        if (threshold <= -1) {
            arguments.addAll(List.of(Script.bytes("EPSILON"), EditWriter.number(BEYOND_ALL)));
        }
        filter.ifPresent(text -> arguments.addAll(List.of(Script.bytes("FILTER"), Script.bytes(text),
                Script.bytes("FILTER-EF"), EditWriter.number(Math.max(settings.maxCandidates(), count)))));
        return arguments;
    }

    static CommandObject<Map<String, Double>> command(byte[] key, List<byte[]> arguments, boolean exact) {
        CommandArguments command = new CommandArguments(Protocol.Command.VSIM).key(key);
        arguments.forEach(command::add);
        if (exact) {
            command.add("TRUTH");
        }
        return new CommandObject<>(command, BuilderFactory.STRING_DOUBLE_MAP);
    }

    /** A vector set's score, 0 to 1, as cosine. */
    static double cosine(double score) {
        return Math.max(-1, Math.min(1, 2 * score - 1));
    }
}
