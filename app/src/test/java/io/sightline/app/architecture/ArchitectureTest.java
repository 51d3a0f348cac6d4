package io.sightline.app.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rooms and arrows of docs/architecture.md. */
class ArchitectureTest {
    private static JavaClasses classes;

    @BeforeAll
    static void load() {
        classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.sightline");
    }

    @Test
    void shouldSeeEveryRoom() {
        for (String room : new String[] {"schemas", "processors", "topology", "connectors", "connect", "app", "synth"}) {
            assertThat(classes.stream().filter(c -> c.getPackageName().startsWith("io.sightline." + room))).as(room).isNotEmpty();
        }
    }

    @Test
    void shouldKeepTheArrowsBetweenRooms() {
        mayNotSee("schemas", "processors", "topology", "connectors", "connect", "app", "synth");
        mayNotSee("processors", "connectors", "connect", "topology", "app", "synth");
        mayNotSee("topology", "connectors", "connect", "app", "synth");
        mayNotSee("connectors", "processors", "topology", "connect", "app", "synth");
        // What goes into a Connect worker: as little as can be.
        mayNotSee("connect", "processors", "topology", "connectors", "app", "synth");
        mayNotSee("app", "connect");
        mayNotSee("synth", "schemas", "processors", "connectors", "connect", "topology", "app");
    }

    @Test
    void shouldKeepNativeLibrariesAndRedisInTheProcessorsRoom() {
        only("processors", "ai.onnxruntime..", "org.bytedeco..", "redis.clients..");
    }

    @Test
    void shouldKeepHttpAndGrpcLibrariesInTheBridge() {
        only("connectors.bridge", "com.linecorp.armeria..", "io.netty..", "io.grpc..");
    }

    /** The API may be called anywhere; what stands behind it is chosen in one place. */
    @Test
    void shouldKeepTelemetrysSdkInTheAppRoom() {
        only("app", "io.opentelemetry.sdk..", "io.opentelemetry.exporter..");
    }

    @Test
    void shouldKeepConnectsInterfacesInItsPlugins() {
        only("connect", "org.apache.kafka.connect..");
    }

    @Test
    void shouldKeepTheBrokerInTheAppRoom() {
        only("app", "kafka..", "org.apache.kafka.metadata..");
    }

    @Test
    void shouldHaveNoCyclesBetweenThePackagesOfARoom() {
        for (String room : new String[] {"schemas", "processors", "topology", "connectors", "connect", "app"}) {
            SlicesRuleDefinition.slices().matching("io.sightline." + room + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true).check(classes);
        }
    }

    @Test
    void shouldNotHaveRoomsForLeftovers() {
        noClasses().should().resideInAnyPackage("..util..", "..utils..", "..common..", "..impl..", "..helper..").check(classes);
    }

    private static void mayNotSee(String room, String... others) {
        for (String other : others) {
            noClasses().that().resideInAPackage("io.sightline." + room + "..").should().dependOnClassesThat()
                    .resideInAPackage("io.sightline." + other + "..").check(classes);
        }
    }

    private static void only(String room, String... packages) {
        DescribedPredicate<JavaClass> library = JavaClass.Predicates.resideInAnyPackage(packages);
        noClasses().that().resideOutsideOfPackage("io.sightline." + room + "..").should().dependOnClassesThat(library).check(classes);
    }
}
