package io.sightline.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.app.config.ConfigException;
import io.sightline.app.config.ConfigFile;
import io.sightline.app.config.SightlineConfig;
import io.sightline.connectors.bridge.hub.HubModule;
import io.sightline.connectors.bridge.hub.HubModuleSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HubModulesTest {
    private static final String SORT = "{stages: [classify], classifier: c}";

    private static SightlineConfig config(Map<String, String> keys) {
        return ConfigFile.read(Optional.empty(), keys);
    }

    @Test
    void shouldServeClasSystemWhereOnePipelineClassifies() {
        assertThat(HubModules.of(config(Map.of("pipelines.recognition.gallery", "g", "pipelines.imagenet", SORT)))).containsExactly(new HubModule("clas_system", "imagenet", true));
        assertThat(HubModules.of(config(Map.of()))).isEmpty();
        assertThat(HubModules.of(config(Map.of("pipelines.a", SORT, "pipelines.b", SORT, "default_pipeline", "a")))).isEmpty();
    }

    @Test
    void shouldServeTheConfiguredModulesAndNoOthers() {
        SightlineConfig config = config(Map.of("pipelines.recognition.gallery", "g", "pipelines.imagenet", SORT, "pipelines.things", "{stages: [detect, classify], classifier: c}",
                "hub.modules.shelf.pipeline", "recognition", "hub.modules.vgg.pipeline", "imagenet", "hub.modules.yolo.pipeline", "things"));
        assertThat(HubModules.of(config)).containsExactly(new HubModule("shelf", "recognition", false), new HubModule("vgg", "imagenet", true), new HubModule("yolo", "things", false));
    }

    @Test
    void shouldNameThePipelinesWhereAModulesIsNone() {
        assertThatThrownBy(() -> HubModules.of(config(Map.of("hub.modules.shelf.pipeline", "shelves")))).isInstanceOf(ConfigException.class)
                .hasMessage("hub.modules.shelf.pipeline: 'shelves' (expected: one of recognition)");
    }

    @Test
    void shouldFindTheModulesAskedFor() {
        SightlineConfig config = config(Map.of("pipelines.recognition.gallery", "g", "pipelines.imagenet", SORT, "hub.modules.shelf.pipeline", "recognition"));
        assertThat(HubModules.named(List.of("shelf", "clas_system", "recognition"), config)).isEqualTo(Map.of("shelf", new HubModuleSettings("recognition"),
                "clas_system", new HubModuleSettings("imagenet"), "recognition", new HubModuleSettings("recognition")));
        assertThatThrownBy(() -> HubModules.named(List.of("lac"), config)).isInstanceOf(ConfigException.class)
                .hasMessage("module: 'lac' (expected: one of clas_system, imagenet, recognition, shelf; hub.modules.lac.pipeline in the configuration says which pipeline it is)");
    }
}
