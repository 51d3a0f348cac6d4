package io.sightline.processors.model;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens sessions of one model on the device chosen for it. Thread-safe. */
public final class ModelRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(ModelRuntime.class);

    private final ModelSpec spec;
    private final RuntimeSettings settings;
    private final Device device;

    private ModelRuntime(ModelSpec spec, RuntimeSettings settings, Device device) {
        this.spec = spec;
        this.settings = settings;
        this.device = device;
    }

    /**
     * Chooses the first device of the list that the model runs on, and checks the model's file against its description.
     *
     * @throws ModelException none does, or the file is not what its description says
     */
    public static ModelRuntime of(ModelSpec spec, RuntimeSettings settings) {
        List<String> reasons = new ArrayList<>();
        for (Device device : Device.parse(settings.device())) {
            try (OrtInference ignored = OrtInference.open(spec, settings, device)) {
                if (reasons.isEmpty()) {
                    LOG.info("model {} runs on {}", spec.id(), device);
                } else {
                    LOG.warn("model {} runs on {}, not on {}", spec.id(), device, String.join("; ", reasons));
                }
                return new ModelRuntime(spec, settings, device);
            } catch (DeviceAbsentException e) {
                reasons.add(device + ": " + e.getMessage());
            }
        }
        throw new ModelException("model " + spec.id() + ": device " + String.join("; ", reasons) + " (expected: a device that is there, or cpu listed too)");
    }

    public ModelSpec spec() {
        return spec;
    }

    /** The device that the model runs on. */
    public Device device() {
        return device;
    }

    /** A new session, for one lane. */
    public InferenceSession open() {
        try {
            return OrtInference.open(spec, settings, device);
        } catch (DeviceAbsentException e) {
            throw new ModelException("model " + spec.id() + ": device " + device + ": " + e.getMessage() + " (expected: still there)", e);
        }
    }

    /** Sessions open in this process, of all models. */
    public static int openSessions() {
        return OrtInference.openSessions();
    }
}
