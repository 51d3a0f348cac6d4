package io.sightline.app.paddle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.app.config.ConfigException;
import io.sightline.app.config.ConfigFile;
import io.sightline.app.config.SightlineConfig;
import io.sightline.connectors.bridge.serving.AnswerForm;
import io.sightline.connectors.bridge.serving.ServedPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaddleServicesTest {
    private static final String KINDS = """
            default_pipeline: shitu
            pipelines:
              shitu: {profile: pp-shitu}
              classes: {stages: [classify], classifier: c}
              faces: {stages: [embed]}
              boxes: {stages: [detect]}
              predict: {stages: [embed]}
            """;
    @TempDir
    private Path folder;

    @Test
    void shouldOfferTheDefaultPipelineAsRecognitionWithoutAnyConfiguration() {
        assertThat(PaddleServices.of(ConfigFile.read(Optional.empty(), Map.of()))).containsExactly(
                new ServedPipeline("recognition", "recognition", AnswerForm.RECOGNITION, Optional.empty(), Set.of()));
    }

    @Test
    void shouldOfferEachPipelineUnderItsNameAndTheStockNameOfItsKind() throws Exception {
        assertThat(PaddleServices.of(config(KINDS))).extracting(service -> service.name() + " " + service.pipeline() + " " + service.answer())
                .containsExactlyInAnyOrder("shitu shitu RECOGNITION", "recognition shitu RECOGNITION", "classes classes IMAGENET", "imagenet classes IMAGENET", "faces faces ARCFACE", "ArcFace faces ARCFACE");
        // the default pipeline answers where no service is named
        assertThat(PaddleServices.of(config(KINDS)).get(0).pipeline()).isEqualTo("shitu");
    }

    @Test
    void shouldOfferWhatIsConfigured() throws Exception {
        SightlineConfig config = config(KINDS + """
                paddle_serving:
                  services:
                    alexnet: {pipeline: classes, answer: tipc, http_port: 18080}
                    recognition: {gallery: drinks, http_port: 18081, rpc_port: 9994}
                    faces: {}
                    products: {}
                """);
        assertThat(PaddleServices.of(config)).containsExactly(
                new ServedPipeline("alexnet", "classes", AnswerForm.TIPC, Optional.empty(), Set.of(18080)),
                new ServedPipeline("recognition", "shitu", AnswerForm.RECOGNITION, Optional.of("drinks"), Set.of(18081, 9994)),
                new ServedPipeline("faces", "faces", AnswerForm.ARCFACE, Optional.empty(), Set.of()),
                new ServedPipeline("products", "shitu", AnswerForm.RECOGNITION, Optional.empty(), Set.of()));
    }

    @Test
    void shouldOfferNothingWhenItIsSwitchedOffOrNoPipelineCanBeAService() throws Exception {
        assertThat(PaddleServices.dialect(config("paddle_serving: {enabled: false}"))).isEmpty();
        assertThat(PaddleServices.dialect(config("default_pipeline: boxes\npipelines: {boxes: {stages: [detect]}}"))).isEmpty();
        assertThat(PaddleServices.dialect(config(KINDS))).hasValueSatisfying(dialect -> assertThat(dialect.ports()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "imagenet: {pipeline: none}                     | paddle_serving.services.imagenet.pipeline: 'none' (expected: one of boxes, classes, faces, predict, shitu)",
            "imagenet: {pipeline: faces}                    | paddle_serving.services.imagenet.pipeline: 'faces' can't answer as imagenet (expected: one that has the stage classify)",
            "x: {pipeline: shitu, answer: arcface}          | paddle_serving.services.x.pipeline: 'shitu' can't answer as arcface (expected: one that has the stage embed and gives embeddings out)",
            "x: {pipeline: boxes}                           | paddle_serving.services.x.pipeline: 'boxes' only detects (expected: one that classifies or embeds)"})
    void shouldSayWhyAServiceCannotBe(String service, String message) throws Exception {
        SightlineConfig config = config(KINDS + "paddle_serving: {services: {" + service + "}}");
        assertThatThrownBy(() -> PaddleServices.of(config)).isInstanceOf(ConfigException.class).hasMessage(message);
    }

    @Test
    void shouldSayWhenNoPipelineIsOfTheKind() throws Exception {
        SightlineConfig config = config("paddle_serving: {services: {imagenet: {}}}");
        assertThatThrownBy(() -> PaddleServices.of(config)).isInstanceOf(ConfigException.class)
                .hasMessage("paddle_serving.services.imagenet: no pipeline for it (expected: in the section pipelines one that has the stage classify, or the key pipeline)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "a: {http_port: 18080}, b: {rpc_port: 18080} | paddle_serving.services.b: port 18080 is a's (expected: a port of its own)",
            "v1: {}                                      | paddle_serving.services: 'v1' (expected: another name than page, predict, registry, v1, v2, with which paths of other kinds begin)"})
    void shouldRefuseWhatCannotBeServedSideBySide(String services, String message) throws Exception {
        SightlineConfig config = config("paddle_serving: {services: {" + services + "}}");
        assertThatThrownBy(() -> PaddleServices.dialect(config)).hasMessage(message);
    }

    private SightlineConfig config(String yaml) throws Exception {
        return ConfigFile.read(Optional.of(Files.writeString(folder.resolve("sightline.yaml"), yaml)), Map.of());
    }
}
