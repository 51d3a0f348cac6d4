package io.sightline.app.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubConfigFileTest {
    @TempDir
    Path folder;

    private HubServing read(String json) throws Exception {
        return HubConfigFile.read(Files.writeString(folder.resolve("config.json"), json));
    }

    @Test
    void shouldReadTheManualsFile() throws Exception {
        HubServing serving = read("""
                {"modules_info": {"clas_system": {"init_args": {"version": "1.0.0", "use_gpu": true, "enable_mkldnn": false}, "predict_args": {}}},
                 "port": 8867, "use_multiprocess": false, "workers": 2, "gpu": "1,2"}""");
        assertThat(serving.modules()).isEqualTo(Map.of("clas_system", "1.0.0"));
        assertThat(serving.configuration(2)).isEqualTo(Map.of("bridge.port", "8867", "hub.port", "8867", "models.runtime.device", "[cuda:1]"));
        assertThat(serving.without()).containsExactly("modules_info.clas_system.init_args.enable_mkldnn",
                "version 1.0.0 of module clas_system: its pipeline's models have versions of their own, in models.folder and each result's lineage", "gpu 1,2: the first one is used");
    }

    @Test
    void shouldReadTheOtherManualsFile() throws Exception {
        HubServing serving = read("""
                {"modules_info": {"yolov3_darknet53_coco2017": {"init_args": {"version": "1.0.0"}, "predict_args": {"batch_size": 1, "use_gpu": false}},
                  "lac": {"init_args": {}, "predict_args": {}}}, "port": 8866, "use_multiprocess": true, "workers": 3, "gpu": "0,1,2", "extra": 1}""");
        assertThat(serving.modules().keySet()).containsExactly("yolov3_darknet53_coco2017", "lac");
        assertThat(serving.configuration(2)).containsEntry("stages.classify.lanes", "3").containsEntry("stages.detect.lanes", "3").doesNotContainKey("models.runtime.device");
        assertThat(serving.without()).contains("extra", "modules_info.yolov3_darknet53_coco2017.predict_args.batch_size");
    }

    @Test
    void shouldFillInWhatIsNotSaid() throws Exception {
        HubServing serving = read("{\"modules_info\": {\"clas_system\": {}}, \"use_multiprocess\": true}");
        assertThat(serving.port()).isEqualTo(8866);
        assertThat(serving.configuration(4)).containsEntry("stages.decode.lanes", "7");
        assertThat(serving.without()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "[] | not a JSON object (expected: one with modules_info)",
        "{ | (expected: JSON)",
        "{} | config.json: modules_info: missing (expected: an object with a module or more)",
        "{\"modules_info\": {}} | config.json: modules_info: {} (expected: an object with a module or more)",
        "{\"modules_info\": {\"m\": 1}} | config.json: modules_info.m: 1 (expected: an object with init_args and predict_args)",
        "{\"modules_info\": {\"m\": {}}, \"port\": \"8866\"} | config.json: port: \"8866\" (expected: a whole number, 1 or more)",
        "{\"modules_info\": {\"m\": {}}, \"port\": 0} | config.json: port: 0 (expected: a whole number, 1 or more)",
        "{\"modules_info\": {\"m\": {}}, \"port\": 65536} | port: 65536 (expected: 1..65535)",
        "{\"modules_info\": {\"m\": {}}, \"workers\": 1.5} | config.json: workers: 1.5 (expected: a whole number, 1 or more)",
        "{\"modules_info\": {\"m\": {}}, \"gpu\": \"a\"} | gpu: 'a' (expected: numbers of cards, such as 0 or 0,1)",
        "{\"modules_info\": {\"m\": {}}, \"use_multiprocess\": 1} | config.json: use_multiprocess: 1 (expected: true or false)",
        "{\"modules_info\": {\"m\": {\"init_args\": {\"use_gpu\": true}}}, \"use_multiprocess\": true} | use_gpu and use_multiprocess: both asked for (expected: one of them)"})
    void shouldSayWhatIsWrong(String json, String message) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(HubServingException.class).hasMessageContaining(message);
    }

    @Test
    void shouldSayThatTheFileIsNotThere() {
        assertThatThrownBy(() -> HubConfigFile.read(folder.resolve("absent.json"))).isInstanceOf(HubServingException.class).hasMessageContaining("absent.json: can't be read");
    }

    @Test
    void shouldTellModulesFromTheirVersions() {
        assertThat(HubServing.modules(List.of("clas_system", "lac==1.1.0"))).isEqualTo(Map.of("clas_system", "", "lac", "1.1.0"));
    }
}
