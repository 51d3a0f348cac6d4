package io.sightline.connectors.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelsServiceTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void shouldNameTheModelsOfTheProcessesOwnWorkerAndOfTheAnswersSeen() throws Exception {
        ModelsService models = new ModelsService(Map.of("recognition", new PipelineModels(Map.of("detect", "d@1#1"), Map.of("detect", "cpu"))));
        models.seen(result("faces", Map.of("embed", "e@2#2"), Map.of("embed", "cuda:0")));
        models.seen(result("recognition", Map.of("detect", "d@2#3"), Map.of("detect", "cpu")));
        models.seen(result(null, Map.of(), Map.of()));
        assertThat(JSON.readTree(json(models))).isEqualTo(JSON.readTree("""
                {"pipelines": [
                    {"pipeline": "faces", "models": [{"stage": "embed", "model": "e@2#2", "device": "cuda:0"}]},
                    {"pipeline": "recognition", "models": [{"stage": "detect", "model": "d@2#3", "device": "cpu"}]}]}"""));
    }

    @Test
    void shouldRememberABoundedNumberOfPipelines() throws Exception {
        ModelsService models = new ModelsService(Map.of());
        for (int i = 0; i <= ModelsService.MAX_PIPELINES; i++) {
            models.seen(result("p" + i, Map.of("embed", "e"), Map.of()));
        }
        assertThat(JSON.readTree(json(models)).get("pipelines")).hasSize(ModelsService.MAX_PIPELINES);
    }

    private static String json(ModelsService models) {
        AggregatedHttpResponse answer = models.serve(null, null).aggregate().join();
        assertThat(answer.status().code()).isEqualTo(200);
        return answer.contentUtf8();
    }

    private static RecognitionResult result(String pipeline, Map<String, String> ids, Map<String, String> devices) {
        return RecognitionResult.newBuilder().setRequestId("r").setStatus(RecognitionStatus.RECOGNISED).setPipeline(pipeline).setDetections(java.util.List.of())
                .setLineage(Lineage.newBuilder().setModels(ids).setDevices(devices).build()).build();
    }
}
