package io.sightline.app.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real processes. */
class ServingPidTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    @TempDir
    Path folder;
    private final List<String> told = new ArrayList<>();

    private ServingPid.Stop stop(Duration patience) {
        return ServingPid.stop(folder, 8866, patience, () -> told.add("stopping"));
    }

    private void write(long pid, Instant start) throws Exception {
        Files.writeString(folder.resolve("serving_8866.json"), "{\"pid\": " + pid + ", \"module\": [\"m\"], \"start_time\": " + start.toEpochMilli() / 1e3 + "}");
    }

    private static Process sleeping(String command) throws Exception {
        return new ProcessBuilder("sh", "-c", command).start();
    }

    @Test
    void shouldStopTheProcessThatIsNamedAndForgetIt() throws Exception {
        Process process = sleeping("sleep 100");
        write(process.pid(), process.info().startInstant().orElseThrow());
        assertThat(stop(PATIENCE)).isEqualTo(ServingPid.Stop.STOPPED);
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(told).containsExactly("stopping");
        assertThat(stop(PATIENCE)).isEqualTo(ServingPid.Stop.NOT_THERE);
    }

    @Test
    void shouldLeaveAnotherProcessAloneThatHasThePidNow() throws Exception {
        Process process = sleeping("sleep 100");
        try {
            write(process.pid(), process.info().startInstant().orElseThrow().minusMillis(10));
            assertThat(stop(PATIENCE)).isEqualTo(ServingPid.Stop.ANOTHER_PROCESS);
            assertThat(process.isAlive()).isTrue();
            assertThat(told).isEmpty();
            assertThat(stop(PATIENCE)).isEqualTo(ServingPid.Stop.NOT_THERE);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldSayThatTheProcessHasEndedBefore() throws Exception {
        Process process = sleeping("true");
        process.waitFor();
        write(process.pid(), Instant.now());
        assertThat(stop(PATIENCE)).isEqualTo(ServingPid.Stop.GONE_BEFORE);
        assertThat(stop(PATIENCE)).isEqualTo(ServingPid.Stop.NOT_THERE);
    }

    @Test
    void shouldSayThatTheProcessDoesNotEnd() throws Exception {
        Process process = sleeping("trap '' TERM; echo ready; while :; do sleep 1; done");
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
            write(process.pid(), process.info().startInstant().orElseThrow());
            assertThat(stop(Duration.ofMillis(200))).isEqualTo(ServingPid.Stop.STILL_RUNNING);
            assertThat(folder.resolve("serving_8866.json")).exists();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    void shouldNameThisProcessAndTakeItBack() throws Exception {
        try (ServingPid pid = ServingPid.write(folder.resolve("new"), 8866, List.of("clas_system"))) {
            assertThat(folder.resolve("new/serving_8866.json")).content().contains("\"pid\":" + ProcessHandle.current().pid()).contains("[\"clas_system\"]");
            assertThatThrownBy(() -> ServingPid.write(folder.resolve("new"), 8866, List.of("clas_system"))).isInstanceOf(HubServingException.class)
                    .hasMessageStartingWith("port 8866: served by process " + ProcessHandle.current().pid() + " already (expected: another port");
            ServingPid.write(folder.resolve("new"), 8867, List.of("clas_system")).close();
        }
        assertThat(folder.resolve("new")).isEmptyDirectory();
    }

    @Test
    void shouldTakeThePlaceOfOneThatWasKilled() throws Exception {
        write(ProcessHandle.current().pid(), Instant.EPOCH);
        ServingPid.write(folder, 8866, List.of("m")).close();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void shouldSayThatTheFileIsUnreadable() throws Exception {
        Files.writeString(folder.resolve("serving_8866.json"), "{");
        assertThatThrownBy(() -> stop(PATIENCE)).isInstanceOf(HubServingException.class).hasMessageContaining("(expected: what hub serving start wrote; delete it)");
    }
}
