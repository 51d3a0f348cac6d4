package io.sightline.connectors.testing;

import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real Kafka broker for tests: one node in this JVM, started the way Kafka's own main does. {@link #shared()} is one for all tests
 * of the JVM, each with topics of its own; tests that stop the broker start their own.
 */
public final class TestBroker implements AutoCloseable {
    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private final Path folder;
    private final int port;
    private KafkaRaftServer server;

    private TestBroker(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    private static final class Shared {
        static final TestBroker BROKER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(BROKER::close));
        }
    }

    public static TestBroker shared() {
        return Shared.BROKER;
    }

    public static TestBroker start() {
        try {
            TestBroker broker = new TestBroker(Files.createTempDirectory("sightline-test-broker"), freePort());
            broker.format();
            broker.startAgain();
            return broker;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** After {@link #stop()}: the same port, the same data. */
    public void startAgain() {
        server = new KafkaRaftServer(new KafkaConfig(properties(), false), Time.SYSTEM);
        server.startup();
    }

    public void stop() {
        server.shutdown();
        server.awaitShutdown();
        server = null;
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public Map<String, String> kafka() {
        return Map.of("bootstrap.servers", bootstrapServers());
    }

    /** Topics nobody else uses. */
    public Topics newTopics(int partitions) {
        Topics topics = new Topics("t" + PREFIXES.incrementAndGet() + ".");
        create(topics, Topic.REQUESTS, partitions);
        create(topics, Topic.RESULTS, partitions);
        return topics;
    }

    public void create(Topics topics, Topic topic, int partitions) {
        NewTopic created = new NewTopic(topics.name(topic), partitions, (short) 1).configs(Map.of("max.message.bytes", Integer.toString(Topics.MAX_MESSAGE_BYTES)));
        admin(admin -> admin.createTopics(List.of(created)).all().get());
    }

    public void setPartitions(String topic, int partitions) {
        admin(admin -> admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all().get());
    }

    private interface AdminWork {
        void with(Admin admin) throws ExecutionException, InterruptedException;
    }

    private void admin(AdminWork work) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            work.with(admin);
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void format() throws Exception {
        new Formatter().setClusterId(Uuid.randomUuid().toString()).setNodeId(1).setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setReleaseVersion(MetadataVersion.latestProduction()).setControllerListenerName("CONTROLLER").setDirectories(List.of(folder.toString()))
                .setMetadataLogDirectory(folder.toString()).setPrintStream(new PrintStream(OutputStream.nullOutputStream())).run();
    }

    private Properties properties() {
        int controllerPort = freePort();
        Properties p = new Properties();
        p.put("process.roles", "broker,controller");
        p.put("node.id", "1");
        p.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        p.put("controller.listener.names", "CONTROLLER");
        p.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        p.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.put("log.dirs", folder.toString());
        p.put("auto.create.topics.enable", "false");
        p.put("offsets.topic.replication.factor", "1");
        p.put("offsets.topic.num.partitions", "1");
        p.put("transaction.state.log.replication.factor", "1");
        p.put("transaction.state.log.min.isr", "1");
        p.put("transaction.state.log.num.partitions", "1");
        p.put("message.max.bytes", Integer.toString(20 << 20));
        p.put("replica.fetch.max.bytes", Integer.toString(20 << 20));
        p.put("num.network.threads", "2");
        p.put("num.io.threads", "4");
        return p;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (server != null) {
            stop();
        }
        try (var files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
