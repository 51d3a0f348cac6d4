package io.sightline.processors.model;

import io.sightline.schemas.settings.Setting;
import java.util.List;

/** What models run on. */
public record RuntimeSettings(
        @Setting(doc = "Devices in the order they are tried: cpu, cuda, cuda:0. A GPU that is asked for and absent is a start error unless cpu is listed too.", def = "[cpu]") List<String> device,
        @Setting(doc = "Threads that one inference is split over; each lane has its own.", def = "1", min = 1, max = 256) int intraOpThreads,
        @Setting(doc = "Threads that independent parts of a model run on; each lane has its own.", def = "1", min = 1, max = 256) int interOpThreads) {
    public static final RuntimeSettings DEFAULT = new RuntimeSettings(List.of("cpu"), 1, 1);

    /** The same on other devices. */
    public RuntimeSettings on(List<String> devices) {
        return new RuntimeSettings(devices, intraOpThreads, interOpThreads);
    }

    public RuntimeSettings {
        device = List.copyOf(device);
    }
}
