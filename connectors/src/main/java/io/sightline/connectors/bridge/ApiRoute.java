package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpMethod;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The paths served, as docs/openapi.yaml has them (a test compares the two). HEAD comes with every GET. */
enum ApiRoute {
    RECOGNITIONS("/v1/recognitions", HttpMethod.POST),
    HEALTHZ("/healthz", HttpMethod.GET),
    READYZ("/readyz", HttpMethod.GET),
    LINKS("/", HttpMethod.GET);

    private final String path;
    private final HttpMethod method;

    ApiRoute(String path, HttpMethod method) {
        this.path = path;
        this.method = method;
    }

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
    String allowed() {
        return methods().stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
    }

    static String paths() {
        return Arrays.stream(values()).map(ApiRoute::path).collect(Collectors.joining(", "));
    }

    static Optional<ApiRoute> of(String path) {
        return Arrays.stream(values()).filter(route -> route.path.equals(path)).findFirst();
    }
}
