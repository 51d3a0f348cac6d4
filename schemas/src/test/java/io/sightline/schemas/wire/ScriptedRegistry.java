package io.sightline.schemas.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.apache.avro.Schema;

/** An HTTP server that answers as it is told, and keeps what it was asked. */
public final class ScriptedRegistry implements AutoCloseable {
    /** @param authorization the header; empty: none */
    public record Call(String line, String body, String authorization) {
    }

    private record Reply(int status, String body) {
    }

    static {
        // Else each answer on a kept connection waits 40 ms for the other side's acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    public final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private volatile Reply down;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    public ScriptedRegistry() throws IOException {
        this(HttpServer.create(ANY_PORT, 0));
    }

    /** One that speaks TLS. */
    ScriptedRegistry(SSLContext context, boolean needClientAuth) throws IOException {
        this(https(context, needClientAuth));
    }

    private static HttpServer https(SSLContext context, boolean needClientAuth) throws IOException {
        HttpsServer server = HttpsServer.create(ANY_PORT, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = context.getDefaultSSLParameters();
                ssl.setNeedClientAuth(needClientAuth);
                parameters.setSSLParameters(ssl);
            }
        });
        return server;
    }

    private ScriptedRegistry(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            calls.add(new Call(line, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8), authorization == null ? "" : authorization));
            Reply reply = down != null ? down : replies.getOrDefault(line, new Reply(404, "nobody told me about " + line));
            if (reply.status() == 0) {
                try {
                    closing.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status() == 0 ? 500 : reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    /** @param status 0: no answer until the end */
    public ScriptedRegistry on(String line, int status, String body) {
        replies.put(line, new Reply(status, body));
        return this;
    }

    /** From now on every answer is this one. @param status 0: none until the end */
    public void down(int status, String body) {
        down = new Reply(status, body);
    }

    /** From now on answers are as told. */
    public void up() {
        down = null;
    }

    /** What a registry answers that has the schema. */
    public static String answer(Schema schema) {
        return JsonNodeFactory.instance.objectNode().put("schema", schema.toString()).toString();
    }

    public String url() {
        return (server instanceof HttpsServer ? "https" : "http") + "://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
