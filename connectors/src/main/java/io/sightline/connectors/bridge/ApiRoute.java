package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpMethod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The paths served, as docs/openapi.yaml has them (a test compares the two). HEAD comes with every GET. */
enum ApiRoute {
    RECOGNITIONS("/v1/recognitions", HttpMethod.POST),
    BATCH("/v1/recognitions/batch", HttpMethod.POST),
    RECOGNITION("/v1/recognitions/{id}", HttpMethod.GET),
    GALLERIES("/v1/galleries", HttpMethod.GET),
    GALLERY("/v1/galleries/{gallery}", HttpMethod.GET),
    GALLERY_DROP("/v1/galleries/{gallery}", HttpMethod.DELETE),
    GALLERY_SEARCH("/v1/galleries/{gallery}/search", HttpMethod.POST),
    ENTRIES("/v1/galleries/{gallery}/entries", HttpMethod.GET),
    ENTRIES_ADD("/v1/galleries/{gallery}/entries", HttpMethod.POST),
    ENTRY("/v1/galleries/{gallery}/entries/{id}", HttpMethod.GET),
    ENTRY_PUT("/v1/galleries/{gallery}/entries/{id}", HttpMethod.PUT),
    ENTRY_REMOVE("/v1/galleries/{gallery}/entries/{id}", HttpMethod.DELETE),
    GALLERY_REBUILD("/v1/galleries/{gallery}/rebuild", HttpMethod.POST),
    MODELS("/v1/models", HttpMethod.GET),
    TRACE("/v1/trace", HttpMethod.GET),
    HEALTHZ("/healthz", HttpMethod.GET),
    READYZ("/readyz", HttpMethod.GET),
    METRICS("/metrics", HttpMethod.GET),
    HOME("/", HttpMethod.GET),
    PAGE_FILE("/page/{file}", HttpMethod.GET);

    private final String path;
    private final HttpMethod method;

    ApiRoute(String path, HttpMethod method) {
        this.path = path;
        this.method = method;
    }

    /** Whether that path is anybody's where others need a key: what tells nothing but that the service is there, and the page that asks for the key. */
    static boolean isOpen(String path) {
        return path.equals(HEALTHZ.path) || path.equals(READYZ.path) || path.equals(HOME.path) || path.startsWith("/page/");
    }

    /** With variables in braces. */
    String path() {
        return path;
    }

    HttpMethod method() {
        return method;
    }

    Set<HttpMethod> methods() {
        return method == HttpMethod.GET ? Set.of(HttpMethod.GET, HttpMethod.HEAD) : Set.of(method);
    }

    /** For the header Allow and for messages: {@code GET, HEAD}. */
    static String allowed(List<ApiRoute> routes) {
        return routes.stream().flatMap(route -> route.methods().stream()).map(HttpMethod::name).collect(Collectors.toCollection(TreeSet::new)).stream().collect(Collectors.joining(", "));
    }

    static String paths() {
        return Arrays.stream(values()).map(ApiRoute::path).distinct().collect(Collectors.joining(", "));
    }

    /** The routes at that path, one for each method; empty where there are none. */
    static List<ApiRoute> at(String path) {
        return Arrays.stream(values()).filter(route -> route.matches(path)).toList();
    }

    private boolean matches(String seen) {
        String[] mine = path.split("/", -1);
        String[] theirs = seen.split("/", -1);
        boolean same = mine.length == theirs.length;
        for (int i = 0; same && i < mine.length; i++) {
            same = isVariable(mine[i]) ? !theirs[i].isEmpty() : mine[i].equals(theirs[i]);
        }
        return same;
    }

    private static boolean isVariable(String segment) {
        return segment.startsWith("{");
    }

    /**
     * The values of the path's variables, in order.
     *
     * @param seen a path this route matches, as it was sent
     */
    List<String> variables(String seen) {
        String[] mine = path.split("/", -1);
        String[] theirs = seen.split("/", -1);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < mine.length; i++) {
            if (isVariable(mine[i])) {
                values.add(PercentText.decode("path", theirs[i], false));
            }
        }
        return values;
    }

    /** This route's path with those values for its variables. */
    String filled(String... values) {
        String filled = path;
        for (String value : values) {
            filled = filled.replaceFirst("\\{[a-z]+}", java.util.regex.Matcher.quoteReplacement(PercentText.encode(value)));
        }
        return filled;
    }
}
