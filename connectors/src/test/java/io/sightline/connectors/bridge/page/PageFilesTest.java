package io.sightline.connectors.bridge.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the page's files must be like for its content security policy to hold, and for nothing from the server to become markup. */
class PageFilesTest {
    private static final String HTML = read("page.html");

    static List<String> files() {
        return Stream.concat(Stream.of("page.html"), Page.FILES.stream()).toList();
    }

    private static String read(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> found(String text, String regex) {
        return new TreeSet<>(Pattern.compile(regex).matcher(text).results().map(MatchResult::group).toList());
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldNameNoOtherHost(String file) {
        assertThat(found(read(file), "(https?:)?//[a-z][\\w.-]*\\.[a-z]+")).isSubsetOf("http://www.w3.org"); // a name space, never fetched
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldMakeNoMarkupOfTexts(String file) {
        assertThat(read(file)).doesNotContainPattern("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|DOMParser|createContextualFragment|setHTML|eval\\(|new Function|javascript:|srcdoc");
    }

    @Test
    void shouldHaveNothingInline() {
        assertThat(HTML).doesNotContainPattern("(?i)\\sstyle=|<style|\\son[a-z]+=|<script(?![^>]*\\ssrc=)");
    }

    @Test
    void shouldLoadOnlyWhatIsServed() {
        Set<String> loaded = new TreeSet<>();
        found(HTML, "(?<=(src|href)=\")[^\"#]+").forEach(loaded::add);
        for (String file : Page.FILES) {
            found(read(file), "(?<=from '\\./)[^']+").forEach(module -> loaded.add("page/" + module));
        }
        assertThat(loaded).containsExactlyInAnyOrderElementsOf(Page.FILES.stream().map(file -> "page/" + file).toList());
    }

    @Test
    void shouldHaveEveryElementThatTheScriptLooksUp() {
        Set<String> there = found(HTML, "(?<=\\sid=\")[^\"]+");
        for (String file : Page.FILES) {
            assertThat(there).as(file).containsAll(found(read(file), "(?<=byId\\(')[^']+"));
        }
    }

    @Test
    void shouldHaveALabelForEveryField() {
        Set<String> labelled = found(HTML, "(?<=<label for=\")[^\"]+");
        assertThat(found(HTML, "(?<=<(input|select) id=\")[^\"]+")).isNotEmpty().isSubsetOf(labelled);
    }

    @Test
    void shouldBeSmall() {
        assertThat(files().stream().mapToInt(file -> read(file).length()).sum()).isLessThan(100_000);
        assertThat(files()).allSatisfy(file -> assertThat(read(file).lines().count()).as(file).isLessThan(400));
    }
}
