package io.sightline.app.cli;

import io.sightline.app.config.ModelsSection;
import io.sightline.app.config.SightlineConfig;
import io.sightline.processors.canary.CanaryRecord;
import io.sightline.processors.canary.CanaryTrial;
import io.sightline.processors.model.DecoderGuess;
import io.sightline.processors.model.ModelException;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelInput;
import io.sightline.processors.model.ModelSkeleton;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.model.OnnxFile;
import io.sightline.processors.trial.ModelTrial;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sightline models}: what is in the folder of models, and what is wrong with it. */
@Command(name = "models", description = "Lists the models, tries them out, or shows what an ONNX file takes and gives.")
final class ModelsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given (expected: list, inspect or verify)");
    }

    @Command(mixinStandardHelpOptions = true, description = "Lists the models and versions of the folder, a line each. Exit status 1 where a description is wrong.")
    int list(@Mixin CommonOptions common, @Option(names = "--folder", paramLabel = "DIR", description = "folder of models (default: models.folder)") Path folder) {
        Path models = folder(common, folder);
        return each(models, entry -> {
            ModelSpec model = ModelFolder.load(models, entry.name(), entry.version());
            return model.task().name().toLowerCase(Locale.ROOT) + ", decoder " + model.output().decoder() + ", " + model.pictureSize() + " pixels, "
                    + model.id() + ", " + model.licence();
        });
    }

    @Command(mixinStandardHelpOptions = true, description = "Loads every model as a worker would and runs it once on noise. Exit status 1 where one can't do its work.")
    int verify(@Mixin CommonOptions common, @Option(names = "--folder", paramLabel = "DIR", description = "folder of models (default: models.folder)") Path folder) {
        ModelsSection section = common.config(Map.of()).models();
        Path models = folder(common, folder);
        return each(models, entry -> {
            ModelTrial trial = ModelTrial.of(models, entry, section.runtime());
            return String.format(Locale.ROOT, "ok, %s, %.1f ms", trial.outcome(), trial.millis());
        });
    }

    @Command(mixinStandardHelpOptions = true, description = "Runs every model on the canary's pictures and compares with what is recorded in its folder, or records it. Exit status 1 where one differs or can't do its work.")
    int canary(@Mixin CommonOptions common, @Option(names = "--folder", paramLabel = "DIR", description = "folder of models (default: models.folder)") Path folder,
            @Option(names = "--record", description = "write what the models make of the pictures now to " + CanaryRecord.FILE + ": for models known to be right") boolean record) {
        SightlineConfig config = common.config(Map.of());
        Path models = folder(common, folder);
        return each(models, entry -> {
            CanaryTrial trial = CanaryTrial.of(models, entry, config.models().runtime());
            if (record) {
                return "recorded in " + recorded(trial);
            }
            if (trial.distance().isEmpty()) {
                return "not recorded";
            }
            double distance = trial.distance().getAsDouble();
            if (!(distance <= config.canary().epsilon())) {
                throw new ModelException(String.format(Locale.ROOT, "distance %.4f (expected: at most %s, canary.epsilon)", distance, config.canary().epsilon()));
            }
            return String.format(Locale.ROOT, "as recorded, distance %.6f", distance);
        });
    }

    private static Path recorded(CanaryTrial trial) {
        try {
            return trial.now().write(trial.spec());
        } catch (IOException e) {
            throw new ModelException(CanaryRecord.FILE + ": can't be written, " + e);
        }
    }

    @Command(mixinStandardHelpOptions = true, description = "Shows an ONNX file's inputs and outputs, guesses its decoder and prints a model.yaml to begin with.")
    int inspect(@Parameters(paramLabel = "FILE.onnx") Path file) {
        PrintWriter out = spec.commandLine().getOut();
        OnnxFile onnx = read(file);
        out.println("file:    " + file + ", " + onnx.bytes() + " bytes");
        out.println("sha256:  " + onnx.sha256());
        onnx.inputs().forEach(input -> out.println("input:   " + input));
        onnx.outputs().forEach(output -> out.println("output:  " + output));
        Optional<ModelInput> picture = ModelSkeleton.picture(onnx);
        Optional<DecoderGuess> guess = DecoderGuess.of(onnx);
        out.println("picture: " + picture.map(p -> p.name() + ", " + p.width() + "x" + p.height())
                .orElse("no input (expected: float32[N, 3, height, width] with a fixed size; paddle2onnx.optimize --input_shape_dict fixes one)"));
        out.println("decoder: " + guess.map(g -> g.decoder() + ", for " + g.why()).orElse("none that reads such outputs"));
        if (picture.isPresent() && guess.isPresent()) {
            out.println("\n# model.yaml\n" + ModelSkeleton.yaml(onnx, picture.get(), guess.get()));
        }
        out.flush();
        return 0;
    }

    private static OnnxFile read(Path file) {
        try {
            return OnnxFile.read(file);
        } catch (ModelException e) {
            throw new CommandFailed(e.getMessage());
        }
    }

    private static Path folder(CommonOptions common, Path given) {
        return given != null ? given : common.config(Map.of()).models().resolvedFolder();
    }

    /** Says something of one model, or what is wrong with it. */
    private interface Account {
        String of(ModelFolder.Entry entry);
    }

    private int each(Path models, Account account) {
        PrintWriter out = spec.commandLine().getOut();
        int wrong = 0;
        for (ModelFolder.Entry entry : entries(models)) {
            String name = entry.name() + "@" + entry.version();
            try {
                out.println(name + "\t" + account.of(entry));
            } catch (ModelException e) {
                wrong++;
                out.println(name + "\tWRONG " + e.getMessage());
            }
        }
        out.flush();
        return wrong == 0 ? 0 : 1;
    }

    private static List<ModelFolder.Entry> entries(Path models) {
        try {
            return ModelFolder.entries(models);
        } catch (ModelException e) {
            throw new CommandFailed(e.getMessage());
        }
    }
}
