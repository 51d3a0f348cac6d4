package io.sightline.app.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Apache Kafka broker inside this JVM: one node, KRaft, broker and controller in one, its data in a folder that survives
 * restarts and kill -9. Does what Kafka's own main class and its storage tool do. Listens on the loopback address only.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final String HOST = "127.0.0.1";

    private final KafkaRaftServer server;
    private final FolderLock lock;
    private final int port;

    private EmbeddedBroker(KafkaRaftServer server, FolderLock lock, int port) {
        this.server = server;
        this.lock = lock;
        this.port = port;
    }

    /**
     * Formats the folder where it is new, and starts the broker: it takes calls when this returns.
     *
     * @throws BrokerException the folder is in use by another process, the port is taken, or Kafka can't start
     */
    public static EmbeddedBroker start(BrokerSettings settings) {
        Path folder = settings.dataDir().toAbsolutePath();
        FolderLock lock = FolderLock.take(folder);
        try {
            int port = settings.port() == 0 ? freePort() : settings.port();
            requireFree(port);
            Properties properties = properties(folder, port, freePort(), settings.properties());
            format(folder);
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
            server.startup();
            LOG.info("Kafka broker listens on {}:{}, data in {}", HOST, port, folder);
            return new EmbeddedBroker(server, lock, port);
        } catch (BrokerException e) {
            lock.close();
            throw e;
        } catch (Exception e) {
            lock.close();
            throw new BrokerException("the embedded Kafka broker can't start with its data in " + folder + ": " + e, e);
        }
    }

    public String bootstrapServers() {
        return HOST + ":" + port;
    }

    private static void format(Path folder) throws Exception {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Formatter formatter = new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setControllerListenerName("CONTROLLER")
                .setDirectories(List.of(folder.toString()))
                .setMetadataLogDirectory(folder.toString())
                .setIgnoreFormatted(true)
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()));
        formatter.run();
    }

    private static Properties properties(Path folder, int port, int controllerPort, Map<String, String> more) {
        Properties p = new Properties();
        p.put("process.roles", "broker,controller");
        p.put("node.id", "1");
        // A static quorum: the controller's port may be another one at each start.
        p.put("controller.quorum.voters", "1@" + HOST + ":" + controllerPort);
        p.put("controller.listener.names", "CONTROLLER");
        p.put("listeners", "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
        p.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
        p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.put("log.dirs", folder.toString());
        p.put("auto.create.topics.enable", "false");
        for (String internal : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            p.put(internal + ".replication.factor", "1");
            p.put(internal + ".num.partitions", "1");
        }
        p.put("transaction.state.log.min.isr", "1");
        p.put("share.coordinator.state.topic.min.isr", "1");
        p.put("group.initial.rebalance.delay.ms", "0");
        p.put("group.streams.heartbeat.interval.ms", "500");
        p.put("group.streams.min.heartbeat.interval.ms", "300");
        p.put("group.streams.initial.rebalance.delay.ms", "0");
        // A killed worker's open transaction holds read_committed readers back until it is aborted: sweep often.
        p.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
        p.put("message.max.bytes", Integer.toString(20 << 20));
        p.put("replica.fetch.max.bytes", Integer.toString(20 << 20));
        p.put("num.network.threads", "2");
        p.put("num.io.threads", "4");
        p.put("log.segment.bytes", Integer.toString(256 << 20));
        p.putAll(more);
        return p;
    }

    private static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(HOST, port));
        } catch (IOException e) {
            throw new BrokerException("broker port: " + port + " is taken (expected: a free port of " + HOST + "; set broker.port)", e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the broker; what was acknowledged is on disk. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        lock.close();
    }

    /** Keeps two processes from using one data folder: Kafka's own lock comes only after formatting. */
    private record FolderLock(FileChannel channel, FileLock lock) implements AutoCloseable {
        static FolderLock take(Path folder) {
            try {
                Files.createDirectories(folder);
                FileChannel channel = FileChannel.open(folder.resolve(".sightline-lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = tryLock(channel);
                if (lock == null) {
                    channel.close();
                    throw new BrokerException("broker data folder: " + folder + " is in use by another process (expected: one broker a folder)", null);
                }
                return new FolderLock(channel, lock);
            } catch (IOException e) {
                throw new BrokerException("broker data folder: " + folder + " can't be used (" + e + ") (expected: a folder to write in)", e);
            }
        }

        private static FileLock tryLock(FileChannel channel) throws IOException {
            try {
                return channel.tryLock();
            } catch (java.nio.channels.OverlappingFileLockException e) {
                return null; // held by this very process
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.warn("the lock of the broker's folder was not given back cleanly: {}", e.toString());
            }
        }
    }
}
