package io.sightline.connectors.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.connectors.testing.TestBridge;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many calls one HTTP/2 connection may have open, frame by frame: real clients keep to what the server announces. */
@Timeout(240)
class Http2StreamsTest extends BridgeFixture {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int END_HEADERS = 4;
    private static final int ACK = 1;
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int REFUSED_STREAM = 7;
    /** No fewer than RFC 9113 advises, however few calls may be in flight. */
    private static final int STREAMS = 100;

    private record Frame(int type, int flags, int stream, byte[] payload) {
    }

    @Test
    void shouldAnnounceItsStreamsAndRefuseOneMoreAndGoOn() throws Exception {
        TestBridge bridge = keep(TestBridge.start(broker, topics, TestBridge.settings(100_000, 100_000, 16, 0)));
        try (Socket socket = new Socket("127.0.0.1", bridge.port())) {
            socket.setSoTimeout(60_000);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            send(socket, SETTINGS, 0, 0, new byte[0]);
            assertThat(announced(next(in, SETTINGS))).isEqualTo(STREAMS);
            send(socket, SETTINGS, ACK, 0, new byte[0]); // before, the limit does not hold
            // given as many calls as may be open, their pictures on the way
            for (int i = 0; i < STREAMS; i++) {
                send(socket, HEADERS, END_HEADERS, 2 * i + 1, head(bridge.port()));
            }
            await().until(() -> bridge.server().inFlight() == STREAMS);
            // when
            send(socket, HEADERS, END_HEADERS, 2 * STREAMS + 1, head(bridge.port()));
            // then that one is refused, and the others go on
            Frame refused = next(in, RST_STREAM);
            assertThat(refused.stream()).isEqualTo(2 * STREAMS + 1);
            assertThat(ByteBuffer.wrap(refused.payload()).getInt()).isEqualTo(REFUSED_STREAM);
            send(socket, DATA, 1, 1, IMAGE);
            assertThat(next(in, HEADERS).stream()).isEqualTo(1);
            await().until(() -> bridge.server().inFlight() < STREAMS);
        }
        await().until(() -> bridge.server().inFlight() == 0);
    }

    private static int announced(Frame settings) {
        ByteBuffer values = ByteBuffer.wrap(settings.payload());
        while (values.hasRemaining()) {
            int id = values.getShort();
            int value = values.getInt();
            if (id == MAX_CONCURRENT_STREAMS) {
                return value;
            }
        }
        throw new AssertionError("nothing announced");
    }

    /** Method, scheme and path by their places in HPACK's static table, as far as they are there. */
    private static byte[] head(int port) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x83); // POST
        block.write(0x86); // http
        literal(block, 0x04, PATH);
        literal(block, 0x01, "127.0.0.1:" + port);
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, int name, String value) {
        block.write(name);
        block.write(value.length());
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static void send(Socket socket, int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) 0).putShort((short) payload.length).put((byte) type).put((byte) flags).putInt(stream).put(payload);
        socket.getOutputStream().write(frame.array());
    }

    private static Frame next(DataInputStream in, int type) throws IOException {
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            Frame frame = new Frame(in.readUnsignedByte(), in.readUnsignedByte(), in.readInt() & Integer.MAX_VALUE, in.readNBytes(length));
            assertThat(frame.type()).as("the connection stays").isNotEqualTo(GOAWAY);
            if (frame.type() == type && !(type == SETTINGS && frame.flags() == ACK)) {
                return frame;
            }
        }
    }
}
