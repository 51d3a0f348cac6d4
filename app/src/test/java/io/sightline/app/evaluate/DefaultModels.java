package io.sightline.app.evaluate;

import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.RuntimeSettings;
import io.sightline.schemas.request.RequestLimits;
import java.nio.file.Path;
import java.util.Optional;

/** The project's own models. Surefire runs in the module's folder; the project is its parent. */
final class DefaultModels {
    private static final Path FOLDER = Path.of("").toAbsolutePath().getParent().resolve("models");

    private DefaultModels() {
    }

    static EvaluationSetup setup(double cosineThreshold) {
        return new EvaluationSetup(Optional.of(model("detector")), model("embedder"), cosineThreshold, RequestLimits.DEFAULT);
    }

    private static ModelRuntime model(String name) {
        return ModelRuntime.of(ModelFolder.find(FOLDER, name), RuntimeSettings.DEFAULT);
    }
}
