package io.sightline.app.paddle;

import io.sightline.app.config.ConfigException;
import io.sightline.app.config.SightlineConfig;
import io.sightline.connectors.bridge.call.Dialect;
import io.sightline.connectors.bridge.serving.AnswerForm;
import io.sightline.connectors.bridge.serving.PaddleServingDialect;
import io.sightline.connectors.bridge.serving.ServedPipeline;
import io.sightline.connectors.bridge.serving.ServiceSettings;
import io.sightline.processors.recognition.PipelineSettings;
import io.sightline.processors.recognition.PipelineStage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Which pipeline answers for which of Paddle Serving's services, and in which form. */
public final class PaddleServices {
    /** The stock services' names, each with its form. */
    private static final Map<String, AnswerForm> STOCK = Map.of("recognition", AnswerForm.RECOGNITION, "imagenet", AnswerForm.IMAGENET, "ArcFace", AnswerForm.ARCFACE);
    private static final String KEY = "paddle_serving.services";

    private PaddleServices() {
    }

    /** Empty where it is switched off, or no pipeline can be a service. */
    public static Optional<Dialect> dialect(SightlineConfig config) {
        List<ServedPipeline> services = config.paddleServing().enabled() ? of(config) : List.of();
        return services.isEmpty() ? Optional.empty() : Optional.of(new PaddleServingDialect(services, config.paddleServing().maxImages()));
    }

    /**
     * The services, in their order.
     *
     * @throws ConfigException where one can't be served by what is configured
     */
    public static List<ServedPipeline> of(SightlineConfig config) {
        Map<String, ServiceSettings> configured = config.paddleServing().services();
        if (configured.isEmpty()) {
            return byDefault(config);
        }
        List<ServedPipeline> services = new ArrayList<>();
        configured.forEach((name, settings) -> services.add(service(name, settings, config)));
        return services;
    }

    private static ServedPipeline service(String name, ServiceSettings settings, SightlineConfig config) {
        Optional<AnswerForm> form = settings.answer().or(() -> Optional.ofNullable(STOCK.get(name)));
        String pipeline = settings.pipeline().orElseGet(() -> form.isEmpty() && config.pipelines().containsKey(name) ? name : pipelineFor(name, form, config));
        PipelineSettings given = config.pipelines().get(pipeline);
        if (given == null) {
            throw new ConfigException(KEY + "." + name + ".pipeline: '" + pipeline + "' (expected: one of " + String.join(", ", new TreeMap<>(config.pipelines()).keySet()) + ")");
        }
        AnswerForm answer = form.or(() -> formOf(given)).orElseThrow(() -> new ConfigException(KEY + "." + name + ".pipeline: '" + pipeline + "' only detects (expected: one that classifies or embeds)"));
        if (!fits(answer, given)) {
            throw new ConfigException(KEY + "." + name + ".pipeline: '" + pipeline + "' can't answer as " + answer.name().toLowerCase(Locale.ROOT) + " (expected: one that " + needs(answer) + ")");
        }
        Set<Integer> ports = new HashSet<>(List.of(settings.httpPort(), settings.rpcPort()));
        ports.remove(0);
        return new ServedPipeline(name, pipeline, answer, settings.gallery(), ports);
    }

    private static String pipelineFor(String name, Optional<AnswerForm> form, SightlineConfig config) {
        return form.map(f -> pipelineFor(f, config).orElseThrow(() -> new ConfigException(KEY + "." + name + ": no pipeline for it (expected: in the section pipelines one that " + needs(f)
                + ", or the key pipeline)"))).orElse(config.defaultPipeline());
    }

    /** The default pipeline where it can answer so, else the first one by name that can. */
    public static Optional<String> pipelineFor(AnswerForm form, SightlineConfig config) {
        Collection<String> fitting = config.pipelines().entrySet().stream().filter(pipeline -> fits(form, pipeline.getValue())).map(Map.Entry::getKey).sorted().toList();
        return fitting.contains(config.defaultPipeline()) ? Optional.of(config.defaultPipeline()) : fitting.stream().findFirst();
    }

    private static List<ServedPipeline> byDefault(SightlineConfig config) {
        Map<String, ServedPipeline> services = new LinkedHashMap<>();
        new TreeMap<>(config.pipelines()).forEach((name, pipeline) -> formOf(pipeline).filter(form -> !ServedPipeline.isReserved(name)).ifPresent(form -> services.put(name, plain(name, name, form))));
        STOCK.forEach((name, form) -> pipelineFor(form, config).ifPresent(pipeline -> services.putIfAbsent(name, plain(name, pipeline, form))));
        // The default pipeline's first: it answers where no name is given.
        return services.values().stream().sorted((a, b) -> Boolean.compare(b.pipeline().equals(config.defaultPipeline()), a.pipeline().equals(config.defaultPipeline()))).toList();
    }

    private static ServedPipeline plain(String name, String pipeline, AnswerForm form) {
        return new ServedPipeline(name, pipeline, form, Optional.empty(), Set.of());
    }

    private static Optional<AnswerForm> formOf(PipelineSettings pipeline) {
        return List.of(AnswerForm.RECOGNITION, AnswerForm.IMAGENET, AnswerForm.ARCFACE).stream().filter(form -> fits(form, pipeline)).findFirst();
    }

    private static boolean fits(AnswerForm form, PipelineSettings pipeline) {
        return switch (form) {
            case RECOGNITION -> pipeline.does(PipelineStage.LOOKUP);
            case IMAGENET, TIPC -> pipeline.does(PipelineStage.CLASSIFY);
            case ARCFACE -> pipeline.does(PipelineStage.EMBED) && (!pipeline.does(PipelineStage.LOOKUP) || pipeline.embeddings());
        };
    }

    /** As in "a pipeline that ...". */
    static String needs(AnswerForm form) {
        return switch (form) {
            case RECOGNITION -> "has the stage lookup";
            case IMAGENET, TIPC -> "has the stage classify";
            case ARCFACE -> "has the stage embed and gives embeddings out";
        };
    }
}
