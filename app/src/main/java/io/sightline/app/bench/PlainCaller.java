package io.sightline.app.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A caller as curl and Python's requests are: one thread, one connection that is kept. It costs next to nothing itself, unlike a client with threads of its own. Used
 * by one thread.
 */
final class PlainCaller implements AutoCloseable {
    private static final int TIMEOUT_MS = 30_000;
    private static final int MAX_HEAD_BYTES = 16 << 10;

    private final int port;
    private Socket socket;
    private InputStream in;

    /** @param port of this machine */
    PlainCaller(int port) {
        this.port = port;
    }

    /** What came back; the body as UTF-8. */
    record Answer(int status, String body) {
    }

    /** @param body sent as it is */
    Answer post(String target, byte[] body) throws IOException {
        if (socket == null) {
            socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MS);
            in = new BufferedInputStream(socket.getInputStream());
        }
        byte[] head = ("POST " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nContent-Type: image/jpeg\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        try {
            socket.getOutputStream().write(request);
        } catch (IOException e) {
            // A refusal may come before the whole body is taken: it is there to be read.
        }
        try {
            return answer();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private Answer answer() throws IOException {
        String head = head().toLowerCase(Locale.ROOT);
        int at = head.indexOf("\r\ncontent-length:");
        if (!head.startsWith("http/1.1 ") || at < 0) {
            throw new IOException("an answer that is none: " + head);
        }
        int length = Integer.parseInt(head.substring(at + 17, head.indexOf("\r\n", at + 17)).trim());
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("an answer that ends after " + body.length + " of " + length + " bytes");
        }
        if (head.contains("\r\nconnection: close")) {
            close();
        }
        return new Answer(Integer.parseInt(head.substring(9, 12)), new String(body, StandardCharsets.UTF_8));
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") != head.length() - 4) {
            int next = in.read();
            if (next < 0 || head.length() > MAX_HEAD_BYTES) {
                throw new EOFException("no answer but '" + head + "'");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
