package io.sightline.processors.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A session of ONNX Runtime, which only this package touches. Used by one thread at a time. */
final class OrtInference implements InferenceSession {
    private static final String NOT_BUILT_FOR_GPUS = "this build has no CUDA (mvn -Pgpu -DskipTests package makes one that has)";
    private static final AtomicInteger OPEN = new AtomicInteger();

    private final String model;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final AtomicBoolean closed = new AtomicBoolean();

    private OrtInference(String model, OrtEnvironment environment, OrtSession session) {
        this.model = model;
        this.environment = environment;
        this.session = session;
        OPEN.incrementAndGet();
    }

    /** The process's one. */
    static OrtEnvironment environment() {
        return Environment.ENVIRONMENT;
    }

    static int openSessions() {
        return OPEN.get();
    }

    static OrtInference open(ModelSpec spec, RuntimeSettings settings, Device device) throws DeviceAbsentException {
        byte[] bytes = Checksum.check(spec.file(), spec.sha256(), spec.file().resolveSibling("model.yaml"));
        OrtEnvironment environment = Environment.ENVIRONMENT;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(settings.intraOpThreads());
            options.setInterOpNumThreads(settings.interOpThreads());
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            // Memory planned for one batch size is kept beside that of every other: without, it stays flat.
            options.setMemoryPatternOptimization(false);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            if (device.kind() == Device.Kind.CUDA) {
                addCuda(options, device);
            }
            OrtInference inference = new OrtInference(spec.id(), environment, environment.createSession(bytes, options));
            inference.checkSignature(spec);
            return inference;
        } catch (OrtException e) {
            throw new ModelException(spec.file() + ": ONNX Runtime can't load it: " + firstLine(e) + " (expected: an ONNX model for " + device + ")", e);
        }
    }

    static OnnxFile describe(Path file, byte[] bytes) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            try (OrtSession session = Environment.ENVIRONMENT.createSession(bytes, options)) {
                return new OnnxFile(file, Checksum.of(bytes), bytes.length, nodes(session.getInputInfo()), nodes(session.getOutputInfo()));
            }
        } catch (OrtException e) {
            throw new ModelException(file + ": ONNX Runtime can't load it: " + firstLine(e) + " (expected: an ONNX model)", e);
        }
    }

    private static List<OnnxNode> nodes(Map<String, NodeInfo> infos) {
        List<OnnxNode> nodes = new ArrayList<>();
        for (NodeInfo info : infos.values()) {
            String type = info.getInfo() instanceof TensorInfo tensor ? tensor.type.toString().toLowerCase(Locale.ROOT) : "not a tensor";
            List<Long> shape = info.getInfo() instanceof TensorInfo tensor ? Arrays.stream(tensor.getShape()).boxed().toList() : List.of();
            nodes.add(new OnnxNode(info.getName(), type.equals("float") ? OnnxNode.FLOATS : type, shape));
        }
        return nodes;
    }

    private static void addCuda(OrtSession.SessionOptions options, Device device) throws DeviceAbsentException {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new DeviceAbsentException(NOT_BUILT_FOR_GPUS, null);
        }
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.index())) {
            // Grow by what is asked, not to the next power of two.
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            options.addCUDA(cuda);
        } catch (OrtException | UnsatisfiedLinkError e) {
            throw new DeviceAbsentException(firstLine(e), e);
        }
    }

    private void checkSignature(ModelSpec spec) throws OrtException {
        try {
            Signature.check(spec, shapes(session.getInputInfo()), shapes(session.getOutputInfo()));
        } catch (ModelException e) {
            close();
            throw e;
        }
    }

    /** Float tensors with their shapes; other types with none. */
    private static Map<String, List<Long>> shapes(Map<String, NodeInfo> nodes) {
        Map<String, List<Long>> shapes = new HashMap<>();
        nodes.forEach((name, node) -> {
            List<Long> shape = new ArrayList<>();
            if (node.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT) {
                for (long dimension : tensor.getShape()) {
                    shape.add(dimension);
                }
            }
            shapes.put(name, shape);
        });
        return shapes;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs) throws InferenceException {
        if (closed.get()) {
            throw new InferenceException("model " + model + ": closed (expected: open until its lane has ended)");
        }
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try {
            for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
                tensors.put(input.getKey(), OnnxTensor.createTensor(environment, input.getValue().values(), input.getValue().shape()));
            }
            try (OrtSession.Result result = session.run(tensors)) {
                Map<String, Tensor> outputs = new HashMap<>();
                for (Map.Entry<String, OnnxValue> output : result) {
                    if (output.getValue() instanceof OnnxTensor tensor && tensor.getInfo().type == OnnxJavaType.FLOAT) {
                        long[] shape = tensor.getInfo().getShape();
                        // A detector that has found nothing answers with no rows.
                        FloatBuffer copy = tensor.getInfo().getNumElements() == 0 ? FloatBuffer.allocate(0) : tensor.getFloatBuffer();
                        outputs.put(output.getKey(), new Tensor(copy, shape));
                    }
                }
                return outputs;
            }
        } catch (OrtException e) {
            throw new InferenceException("model " + model + ": " + firstLine(e), e);
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        OPEN.decrementAndGet();
        try {
            session.close();
        } catch (OrtException e) {
            throw new ModelException("model " + model + ": can't be closed: " + firstLine(e), e);
        }
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /** The process's environment, set up quietly at its first use. */
    private static final class Environment {
        static final OrtEnvironment ENVIRONMENT = create();

        private static OrtEnvironment create() {
            OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "sightline");
            try {
                environment.setTelemetry(false);
            } catch (OrtException e) {
                throw new ModelException("ONNX Runtime: telemetry can't be switched off: " + firstLine(e), e);
            }
            keepUntilTheProcessEnds();
            return environment;
        }

        /**
         * Takes a second reference to the native environment, which nobody gives back. ONNX Runtime's Java binding releases its own in
         * a shutdown hook; hooks run beside each other, so a worker that is told to end would lose its environment while its lanes still
         * work on what is to be answered: SIGSEGV (microsoft/onnxruntime#31352). No public call takes one.
         */
        private static void keepUntilTheProcessEnds() {
            try {
                Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
                api.setAccessible(true);
                Method createHandle = OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
                createHandle.setAccessible(true);
                createHandle.invoke(null, api.getLong(null), OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR.getValue(), "sightline");
            } catch (ReflectiveOperationException e) {
                throw new ModelException("ONNX Runtime: its environment can't be kept until the process ends: " + e
                        + " (expected: a version whose OrtEnvironment.createHandle takes what 1.28.0's does)", e);
            }
        }
    }
}
