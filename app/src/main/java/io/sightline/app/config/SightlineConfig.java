package io.sightline.app.config;

import io.sightline.app.broker.BrokerSettings;
import io.sightline.connectors.bridge.BridgeSettings;
import io.sightline.connectors.bridge.ManagementSettings;
import io.sightline.connectors.bridge.hub.HubSettings;
import io.sightline.connectors.bridge.inference.InferenceSettings;
import io.sightline.connectors.bridge.serving.PaddleServingSettings;
import io.sightline.processors.canary.CanarySettings;
import io.sightline.processors.recognition.GallerySettings;
import io.sightline.processors.recognition.PipelineSettings;
import io.sightline.processors.recognition.RecognitionSettings;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.settings.Setting;
import io.sightline.schemas.wire.Registries;
import io.sightline.topology.StreamsSettings;
import io.sightline.topology.WorkerSettings;
import io.sightline.topology.lookahead.LookAheadSettings;
import io.sightline.topology.topics.TopicSettings;
import java.util.HashMap;
import java.util.Map;

/** The whole configuration, as {@code sightline.yaml} has it. */
public record SightlineConfig(
        @Setting(doc = "Passed through to all Kafka clients under Kafka's own names: bootstrap.servers (127.0.0.1:9092 unless given), security.protocol, sasl.jaas.config and the like.") Map<String, String> kafka,
        @Setting(doc = "Passed through to Kafka Streams under its own names, client prefixes included: producer.compression.type, main.consumer.fetch.max.bytes.") Map<String, String> streams,
        @Setting(doc = "The schema registry, under Confluent's own names: schema.registry.url, basic.auth.user.info, auto.register.schemas and the like; or value.serializer and value.deserializer, the classes of somebody else's serialisers, with what those want. Without any: fixed ids, served by the bridge under /registry.") Map<String, String> schemaRegistry,
        @Setting(doc = "The topics.") TopicSettings topics,
        @Setting(doc = "The worker on Kafka.") WorkerSettings worker,
        @Setting(doc = "How far work runs ahead of Kafka Streams.") LookAheadSettings lookAhead,
        @Setting(doc = "What a request may ask.") RequestLimits limits,
        @Setting(doc = "The models and what they run on.") ModelsSection models,
        @Setting(doc = "The stages' queues, batches and lanes.") StagesSection stages,
        @Setting(doc = "Pipelines by name. Without any there is one, `recognition`, with the defaults.") Map<String, PipelineSettings> pipelines,
        @Setting(doc = "Pipeline of a request that names none.", def = "recognition", affectsResults = true) String defaultPipeline,
        @Setting(doc = "Galleries by name, where which pipeline's models make their vectors has to be said. A gallery without a section: the pipeline whose gallery it is, else the default one.") Map<String, GallerySettings> galleries,
        @Setting(doc = "Where galleries are searched.") GalleryIndexSection galleryIndex,
        @Setting(doc = "The tracer.") TracerSection tracer,
        @Setting(doc = "Metrics and health, for those who run the process.") ManagementSettings management,
        @Setting(doc = "The HTTP bridge.") BridgeSettings bridge,
        @Setting(doc = "The bridge for clients of Paddle Serving's pipeline services.") PaddleServingSettings paddleServing,
        @Setting(doc = "The bridge for clients of PaddleHub Serving.") HubSettings hub,
        @Setting(doc = "The bridge for clients of the Open Inference Protocol v2 (KServe, Triton).") InferenceSettings inference,
        @Setting(doc = "The embedded broker of `up` and `demo`.") BrokerSettings broker,
        @Setting(doc = "The process's own log.") LogSection log,
        @Setting(doc = "Stored pictures that watch over the models.") CanarySettings canary,
        @Setting(doc = "OpenTelemetry.") TelemetrySection telemetry) {
    private static final String BOOTSTRAP = "bootstrap.servers";
    private static final String DEFAULT_BOOTSTRAP = "127.0.0.1:9092";

    public SightlineConfig {
        Map<String, String> clients = new HashMap<>(kafka);
        clients.putIfAbsent(BOOTSTRAP, DEFAULT_BOOTSTRAP);
        kafka = Map.copyOf(clients);
        schemaRegistry = Map.copyOf(schemaRegistry);
        checkRegistry(schemaRegistry);
        if (stages.maxLivePixels() < limits.maxImagePixels()) {
            throw new IllegalArgumentException("stages.max_live_pixels: " + stages.maxLivePixels() + " (expected: at least limits.max_image_pixels, " + limits.maxImagePixels() + ")");
        }
        pipelines = pipelines.isEmpty() ? Map.of(PipelineSettings.DEFAULT_NAME, PipelineSettings.DEFAULT) : Map.copyOf(pipelines);
    }

    private static void checkRegistry(Map<String, String> properties) {
        try {
            Registries.check(properties);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("schema_registry." + e.getMessage());
        }
    }

    public String bootstrapServers() {
        return kafka.get(BOOTSTRAP);
    }

    public SightlineConfig withBootstrapServers(String servers) {
        Map<String, String> clients = new HashMap<>(kafka);
        clients.put(BOOTSTRAP, servers);
        return with(clients, schemaRegistry, worker, hub, tracer);
    }

    /** The same without a schema registry: for what brings its own broker and its own records. */
    public SightlineConfig withEmbeddedRegistry() {
        return with(kafka, Map.of(), worker, hub, tracer);
    }

    public SightlineConfig withHub(HubSettings other) {
        return with(kafka, schemaRegistry, worker, other, tracer);
    }

    /** The same with tracer windows of that length. */
    public SightlineConfig withTracerInterval(int seconds) {
        return with(kafka, schemaRegistry, worker, hub, new TracerSection(seconds, tracer.file(), tracer.maxFileBytes(), tracer.maxOldFiles()));
    }

    public StreamsSettings streamsSettings() {
        Map<String, String> clients = new HashMap<>(kafka);
        clients.remove(BOOTSTRAP);
        return new StreamsSettings(bootstrapServers(), worker, clients, streams);
    }

    /** The same for a worker of that name; {@link WorkerSettings#instanceId}. */
    public SightlineConfig withInstanceId(String instance) {
        return with(kafka, schemaRegistry, worker.withInstanceId(instance), hub, tracer);
    }

    private SightlineConfig with(Map<String, String> clients, Map<String, String> registry, WorkerSettings otherWorker, HubSettings otherHub, TracerSection otherTracer) {
        return new SightlineConfig(clients, streams, registry, topics, otherWorker, lookAhead, limits, models, stages, pipelines, defaultPipeline, galleries, galleryIndex, otherTracer, management, bridge,
                paddleServing, otherHub, inference, broker, log, canary, telemetry);
    }

    public RecognitionSettings recognitionSettings() {
        return new RecognitionSettings(pipelines, defaultPipeline, galleries, stages.maxLivePixels(), stages.maxPixelsWaitMs(),
                stages.decode(), stages.detect(), stages.classify(), stages.embed(), stages.lookup());
    }
}
