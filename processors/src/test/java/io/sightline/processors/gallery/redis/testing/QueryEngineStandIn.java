package io.sightline.processors.gallery.redis.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * Stands before a real Redis server and does the few commands of the Query Engine that we use, in the plainest way, as its documentation
 * has them. Shows that our side of the talk hangs together; that the real engine agrees, only a real one can show. RESP2 only.
 */
public final class QueryEngineStandIn implements AutoCloseable {
    private static final String DUMP = "local all = {} for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do "
            + "all[#all + 1] = {key, unpack(redis.call('HMGET', key, 'v', 'i', 't'))} end return all";

    /** A search whose entries are being fetched. */
    private record Search(String prefix, float[] query, int count) {
    }

    private final ServerSocket socket;
    private final String host;
    private final int port;
    private final Map<String, String> prefixes = new ConcurrentHashMap<>();
    private final Map<String, String> aliases = new ConcurrentHashMap<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    /** @param port of the real server */
    public QueryEngineStandIn(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** Names that the alias commands gave. */
    public Map<String, String> aliases() {
        return aliases;
    }

    /** The prefix of each index's hashes; what is removed here is dropped, its hashes stay. */
    public Map<String, String> indexes() {
        return prefixes;
    }

    /** These commands are answered with an error from now on, the others no more. */
    public void refuse(String... commands) {
        refused.clear();
        refused.addAll(List.of(commands));
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "query-engine-stand-in");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                daemon(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client; Connection server = new Connection(host, port)) {
            RedisInputStream in = new RedisInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            List<Search> searches = null; // null: no transaction; a null in it: another command
            while (true) {
                List<?> command = (List<?>) Protocol.read(in);
                String name = text(command.get(0)).toUpperCase(Locale.ROOT);
                ByteArrayOutputStream reply = new ByteArrayOutputStream();
                try {
                    if (name.equals("MULTI")) {
                        searches = new ArrayList<>();
                    } else if (searches != null && !name.equals("EXEC")) {
                        searches.add(name.equals("FT.SEARCH") ? search(command) : null);
                    }
                    Object answer = name.startsWith("FT.") && !name.equals("FT.SEARCH") || name.equals("COMMAND") ? engine(server, name, command)
                            : forward(server, name.equals("FT.SEARCH") ? dump(search(command)) : command);
                    if (name.equals("FT.SEARCH") && searches == null) {
                        answer = nearest(search(command), (List<?>) answer);
                    }
                    if (name.equals("EXEC")) {
                        List<Object> answers = new ArrayList<>((List<?>) answer);
                        for (int i = 0; i < answers.size(); i++) {
                            answers.set(i, searches.get(i) == null ? answers.get(i) : nearest(searches.get(i), (List<?>) answers.get(i)));
                        }
                        answer = answers;
                        searches = null;
                    }
                    write(reply, answer);
                } catch (JedisDataException e) {
                    write(reply, e);
                }
                out.write(reply.toByteArray());
                out.flush();
            }
        } catch (IOException | RuntimeException e) {
            // The client has gone, or the server.
        }
    }

    private Object engine(Connection server, String name, List<?> command) {
        String index = command.size() > 1 ? text(command.get(1)) : "";
        if (refused.contains(name)) {
            throw new JedisDataException("ERR refused by the test");
        }
        switch (name) {
            case "COMMAND" -> {
                return List.of(List.of(command.get(2)));
            }
            case "FT.CREATE" -> {
                List<String> words = command.subList(2, command.size()).stream().map(QueryEngineStandIn::text).toList();
                int prefix = words.indexOf("PREFIX");
                int vector = words.indexOf("VECTOR");
                if (!words.subList(0, 2).equals(List.of("ON", "HASH")) || Integer.parseInt(words.get(vector + 2)) != words.size() - vector - 3) {
                    throw new JedisDataException("ERR stand-in: " + words);
                }
                if (prefixes.putIfAbsent(index, words.get(prefix + 2)) != null) {
                    throw new JedisDataException("Index already exists");
                }
            }
            case "FT.INFO" -> {
                if (!prefixes.containsKey(index)) {
                    throw new JedisDataException("Unknown index name");
                }
                return List.of("index_name".getBytes(StandardCharsets.UTF_8), command.get(1));
            }
            case "FT.ALIASUPDATE" -> aliases.put(index, text(command.get(2)));
            case "FT.DROPINDEX" -> {
                String prefix = prefixes.remove(index);
                if (prefix == null) {
                    throw new JedisDataException("Unknown Index name");
                }
                for (Object entry : (List<?>) forward(server, dump(new Search(prefix, null, 0)))) {
                    forward(server, List.of("DEL".getBytes(StandardCharsets.UTF_8), ((List<?>) entry).get(0)));
                }
            }
            default -> throw new JedisDataException("ERR unknown command " + name);
        }
        return "OK".getBytes(StandardCharsets.UTF_8);
    }

    private Search search(List<?> command) {
        String prefix = prefixes.get(text(command.get(1)));
        if (prefix == null) {
            throw new JedisDataException(text(command.get(1)) + ": no such index");
        }
        List<String> words = command.stream().map(QueryEngineStandIn::text).toList();
        int parameters = words.indexOf("PARAMS");
        FloatBuffer floats = ByteBuffer.wrap((byte[]) command.get(parameters + 3)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] query = new float[floats.remaining()];
        floats.get(query);
        String[] knn = words.get(2).split("[\\[ \\]]+");
        if (!knn[1].equals("KNN") || !words.get(parameters + 1).equals("2") || !words.get(parameters + 2).equals("q") || !words.contains("DIALECT")) {
            throw new JedisDataException("ERR stand-in: " + words);
        }
        return new Search(prefix, query, Integer.parseInt(knn[2]));
    }

    private static List<?> dump(Search search) {
        return List.of("EVAL".getBytes(StandardCharsets.UTF_8), DUMP.getBytes(StandardCharsets.UTF_8), "0".getBytes(StandardCharsets.UTF_8),
                search.prefix().getBytes(StandardCharsets.UTF_8));
    }

    private static Object nearest(Search search, List<?> entries) {
        Map<List<?>, Double> distances = new HashMap<>();
        for (Object entry : entries) {
            FloatBuffer vector = ByteBuffer.wrap((byte[]) ((List<?>) entry).get(1)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            double dot = 0;
            for (int i = 0; i < search.query().length; i++) {
                dot += search.query()[i] * vector.get(i);
            }
            distances.put((List<?>) entry, 1 - dot);
        }
        List<List<?>> best = distances.keySet().stream().sorted(Comparator.comparing(distances::get)).limit(search.count()).toList();
        List<Object> answer = new ArrayList<>();
        answer.add((long) best.size());
        for (List<?> entry : best) {
            answer.add(entry.get(0));
            answer.add(Arrays.asList("d".getBytes(), Double.toString(distances.get(entry)).getBytes(), "i".getBytes(), entry.get(2), "t".getBytes(), entry.get(3)));
        }
        return answer;
    }

    private static Object forward(Connection server, List<?> command) {
        byte[][] arguments = command.subList(1, command.size()).toArray(byte[][]::new);
        byte[] name = (byte[]) command.get(0);
        server.sendCommand(() -> name, arguments);
        return server.getOne();
    }

    private static void write(OutputStream out, Object answer) throws IOException {
        if (answer == null) {
            out.write("$-1\r\n".getBytes());
        } else if (answer instanceof JedisDataException e) {
            out.write(("-" + e.getMessage() + "\r\n").getBytes(StandardCharsets.UTF_8));
        } else if (answer instanceof byte[] bytes) {
            out.write(("$" + bytes.length + "\r\n").getBytes());
            out.write(bytes);
            out.write("\r\n".getBytes());
        } else if (answer instanceof List<?> list) {
            out.write(("*" + list.size() + "\r\n").getBytes());
            for (Object part : list) {
                write(out, part);
            }
        } else {
            out.write((":" + answer + "\r\n").getBytes());
        }
    }

    private static String text(Object word) {
        return new String((byte[]) word, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
