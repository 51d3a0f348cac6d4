package io.sightline.connectors.bridge.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeysFileTest {
    private static final ApiKeysFile.Rights ALL = new ApiKeysFile.Rights(List.of(), false, Optional.empty(), Optional.empty());
    private static final String HASH = "sha256:" + "0".repeat(64);
    @TempDir
    private Path folder;

    private ApiKeys read(String text) throws Exception {
        return ApiKeysFile.read(Files.writeString(folder.resolve("keys"), text), System::nanoTime);
    }

    @Test
    void shouldLetInWhoeverHasAKeyThatWasMade() throws Exception {
        // given
        Path file = folder.resolve("keys");
        ApiKeysFile.NewKey shop = ApiKeysFile.create("shop", new ApiKeysFile.Rights(List.of("shop-*", "demo"), false, Optional.of("2.5"), Optional.of("10")));
        ApiKeysFile.NewKey all = ApiKeysFile.create("all", ALL);
        // when
        ApiKeysFile.append(file, shop);
        ApiKeysFile.append(file, all);
        // then
        ApiKeys keys = ApiKeysFile.read(file, System::nanoTime);
        assertThat(keys.size()).isEqualTo(2);
        assertThat(keys.find(shop.key()).orElseThrow().name()).isEqualTo("shop");
        assertThat(keys.find(all.key()).orElseThrow().name()).isEqualTo("all");
        assertThat(keys.find(all.key() + "x")).isEmpty();
        assertThat(keys.find("")).isEmpty();
        assertThat(keys.find("x".repeat(100_000))).isEmpty();
        assertThat(Files.readString(file)).contains("galleries=shop-*,demo rate=2.5 burst=10").doesNotContain(shop.key()).doesNotContain(all.key());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(shop.key()).hasSize(53).isNotEqualTo(all.key());
        assertThat(shop.toString()).doesNotContain(shop.key());
    }

    @Test
    void shouldNotMakeTwoKeysOfOneName() throws Exception {
        Path file = folder.resolve("keys");
        ApiKeysFile.append(file, ApiKeysFile.create("shop", ALL));
        assertThatThrownBy(() -> ApiKeysFile.append(file, ApiKeysFile.create("shop", ALL))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("has a key 'shop' already (expected: ");
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @Test
    void shouldKeepAFileThatEndsWithoutALineEndWhole() throws Exception {
        Path file = Files.writeString(folder.resolve("keys"), "a " + HASH);
        ApiKeysFile.append(file, ApiKeysFile.create("b", ALL));
        assertThat(ApiKeysFile.read(file, System::nanoTime).size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "a b | keys:2: name: 'a b'",
            "shop | keys:2: no hash behind the name 'shop' (expected: sha256: and 64",
            "shop secret-key | keys:2: no hash behind the name 'shop'",
            "shop HASH galleries= | keys:2: galleries: '' (expected: names",
            "shop HASH galleries=a/b | keys:2: galleries: 'a/b'",
            "shop HASH rate=0 | keys:2: rate: 0 (expected: calls a second, above 0)",
            "shop HASH rate=-1 | keys:2: rate: '-1'",
            "shop HASH rate=NaN | keys:2: rate: 'NaN'",
            "shop HASH burst=5 | keys:2: burst without rate",
            "shop HASH rate=1 burst=0 | keys:2: burst: '0'",
            "shop HASH unnamed=yes | keys:2: unnamed: 'yes' (expected: allow)",
            "shop HASH rate=1 rate=2 | keys:2: rate: given more than once",
            "shop HASH admin | keys:2: 'admin' (expected: one of galleries, unnamed, rate, burst)",
            "other HASH | keys:2: 'other' is there twice"})
    void shouldNameTheLineThatIsWrong(String line, String message) {
        String other = message.contains("twice") ? "" : "f";
        assertThatThrownBy(() -> read("first " + (other.isEmpty() ? HASH : HASH.replace('0', 'f')) + "\n" + line.replace("HASH", HASH).replace("a b", "a/b " + HASH) + "\n"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message.replace("a b", "a/b")).satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret-key"));
    }

    @Test
    void shouldRefuseAFileWithoutKeysOrWithOneTooMany() throws Exception {
        assertThatThrownBy(() -> read("# none\n\n")).hasMessageContaining("keys: no key (expected: at least one");
        assertThatThrownBy(() -> ApiKeysFile.read(folder.resolve("away"), System::nanoTime)).hasMessageContaining("can't be read, NoSuchFileException (expected: ");
        String thousand = IntStream.range(0, 1000).mapToObj(i -> "k" + i + " sha256:" + String.format("%064x", i)).collect(Collectors.joining("\n"));
        assertThat(read(thousand).size()).isEqualTo(1000);
        assertThatThrownBy(() -> read(thousand + "\nmore " + HASH.replace('0', 'f'))).hasMessageContaining("1001 keys (expected: at most 1000)");
        assertThatThrownBy(() -> read("#" + " ".repeat(1 << 20))).hasMessageContaining("1048577 bytes (expected: at most 1048576)");
    }

    @Test
    void shouldKnowWhichGalleriesAKeyMayUse() throws Exception {
        ApiKeysFile.NewKey key = ApiKeysFile.create("k", new ApiKeysFile.Rights(List.of("shop-*", "d.mo"), false, Optional.empty(), Optional.empty()));
        Access access = read(key.line()).find(key.key()).orElseThrow();
        for (String allowed : List.of("shop-", "shop-a", "d.mo")) {
            assertThat(access.allows(allowed)).as(allowed).isTrue();
        }
        for (String refused : List.of("shop", "my-shop-a", "demo", "d.mo2", "")) {
            assertThat(access.allows(refused)).as(refused).isFalse();
        }
    }
}
