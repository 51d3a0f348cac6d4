package io.sightline.processors.recognition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.stage.StageSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "'', 'stages: [] (expected: some of detect, classify, embed, lookup, in this order)'",
        "EMBED DETECT, 'stages: [embed, detect] (expected: some of detect, classify, embed, lookup, in this order)'",
        "DETECT DETECT, 'stages: [detect, detect] (expected: some of detect, classify, embed, lookup, in this order)'",
        "LOOKUP, 'stages: [lookup] (expected: embed before lookup)'",
        "DETECT LOOKUP, 'stages: [detect, lookup] (expected: embed before lookup)'",
    })
    void shouldRefuseStagesThatDoNotGoTogether(String stages, String message) {
        List<PipelineStage> list = stages.isEmpty() ? List.of() : List.of(stages.split(" ")).stream().map(PipelineStage::valueOf).toList();
        assertThatThrownBy(() -> PipelineSettings.of(list, "g")).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void shouldAskForAClassifier() {
        assertThatThrownBy(() -> PipelineSettings.of(List.of(PipelineStage.CLASSIFY), "g")).hasMessage("classifier: missing (expected: the model for the stage classify)");
    }

    @Test
    void shouldKnowItsProfiles() {
        assertThatThrownBy(() -> with("pp_shitu", Optional.empty(), Map.of())).hasMessage("profile: 'pp_shitu' (expected: pp-shitu or nothing)");
    }

    @Test
    void shouldSuppressResultsOnlyWhereThereAreMatches() {
        assertThatThrownBy(() -> new PipelineSettings(List.of(PipelineStage.DETECT), "", "d", "e", Optional.empty(), List.of(), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.of(0.5), Optional.empty(), Optional.empty(), Optional.empty(), false, false, "g", Map.of()))
                .hasMessage("result_nms: given, stages [detect] (expected: lookup among the stages)");
    }

    @Test
    void shouldNameTheNearestStageOfAnOverride() {
        StageOverride none = new StageOverride(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> with("", Optional.empty(), Map.of("embedd", none))).hasMessage("batching.embedd: unknown (expected: detect, classify, embed; nearest: embed)");
    }

    @Test
    void shouldLayAnOverrideOverTheUsualSettings() {
        StageSettings usual = new StageSettings(2, 8, 1.5, 64);
        assertThat(new StageOverride(Optional.of(1), Optional.empty(), Optional.of(0.0), Optional.empty()).over(usual)).isEqualTo(new StageSettings(1, 8, 0, 64));
    }

    @Test
    void shouldFindAGallerysPipeline() {
        Map<String, PipelineSettings> pipelines = Map.of("a", TestPipelines.of("own", PipelineStage.EMBED, PipelineStage.LOOKUP), "sort", TestPipelines.of("x", PipelineStage.CLASSIFY));
        GalleryPlan plan = plan(pipelines, "sort", Map.of("said", new GallerySettings("a")), Map.of());
        assertThat(plan.pipelineOf("said")).contains("a");
        assertThat(plan.pipelineOf("own")).contains("a");
        assertThat(plan.pipelineOf("any other")).as("the default pipeline embeds nothing").contains("a");
        assertThat(plan.of("own")).isEqualTo(TestPipelines.EMBEDDER);
    }

    @Test
    void shouldHaveNoPipelineForGalleriesWhereNoneEmbeds() {
        GalleryPlan plan = plan(Map.of("sort", TestPipelines.of("x", PipelineStage.CLASSIFY)), "sort", Map.of(), Map.of());
        assertThat(plan.pipelineOf("g")).isEmpty();
        assertThat(plan.of("g").dimension()).isEqualTo(1);
    }

    @Test
    void shouldRefuseAGalleryOfTwoEmbedders() {
        Map<String, PipelineSettings> pipelines = Map.of("a", PipelineSettings.of(List.of(PipelineStage.EMBED, PipelineStage.LOOKUP), "one"),
                "b", PipelineSettings.of(List.of(PipelineStage.EMBED, PipelineStage.LOOKUP), "one"));
        Map<String, GalleryModel> models = Map.of("b", new GalleryModel("other@1#0", 9));
        assertThatThrownBy(() -> plan(pipelines, "a", Map.of(), models)).hasMessage("pipelines a and b: one gallery, 'one', and different embedders (expected: a gallery each, or galleries.one.pipeline)");
        assertThat(plan(pipelines, "a", Map.of("one", new GallerySettings("b")), models).of("one").dimension()).isEqualTo(9);
    }

    @Test
    void shouldRefuseAGalleryOfAPipelineThatEmbedsNothing() {
        Map<String, PipelineSettings> pipelines = Map.of("a", PipelineSettings.DEFAULT, "sort", TestPipelines.of("x", PipelineStage.CLASSIFY));
        assertThatThrownBy(() -> plan(pipelines, "a", Map.of("g", new GallerySettings("sort")), Map.of()))
                .hasMessage("galleries.g.pipeline: 'sort' (expected: a pipeline that embeds, one of a)");
    }

    private static GalleryPlan plan(Map<String, PipelineSettings> pipelines, String byDefault, Map<String, GallerySettings> galleries, Map<String, GalleryModel> models) {
        StageSettings stage = TestStages.ONE_LANE;
        RecognitionSettings settings = new RecognitionSettings(pipelines, byDefault, galleries, 1, 1, stage, stage, stage, stage, stage);
        Map<String, PipelineRules> rules = new HashMap<>(TestPipelines.rules(settings));
        models.forEach((name, model) -> rules.computeIfPresent(name, (n, r) -> new PipelineRules(n, r.stages(), r.detect(), r.wholeImage(), r.resultNms(), r.topK(),
                r.matchThreshold(), r.classThreshold(), r.distinctLabels(), r.embeddings(), r.gallery(), Optional.of(model), r.classifierInput())));
        return new GalleryPlan(settings, rules);
    }

    private static PipelineSettings with(String profile, Optional<Double> resultNms, Map<String, StageOverride> batching) {
        return new PipelineSettings(List.of(PipelineStage.DETECT, PipelineStage.EMBED, PipelineStage.LOOKUP), profile, "d", "e", Optional.empty(), List.of(),
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), resultNms, Optional.empty(), Optional.empty(), Optional.empty(), false, false,
                "g", batching);
    }
}
