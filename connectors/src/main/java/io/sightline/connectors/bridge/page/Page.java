package io.sightline.connectors.bridge.page;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.MediaTypeSet;
import com.linecorp.armeria.server.HttpService;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The page's routes: the page itself, beside what programs get on the same path, and the files that it loads. */
public final class Page {
    /** The script's modules, the style, the icon. */
    static final List<String> FILES = List.of("page.css", "icon.svg", "main.js", "dom.js", "api.js", "photo.js", "results.js", "add.js", "gallery.js", "trace.js");
    /** JSON first: it is for those who take anything, or don't say. */
    private static final MediaTypeSet OFFERED = MediaTypeSet.of(MediaType.JSON, MediaType.HTML_UTF_8.withoutParameters());
    private static final String ACCEPT = "accept";

    private Page() {
    }

    /** The page, for those who would rather have HTML than JSON; for all others the other service. */
    public static HttpService orElse(HttpService other) {
        HttpService page = new PageFile("page.html", MediaType.HTML_UTF_8).service();
        return (ctx, http) -> {
            MediaType wanted = OFFERED.matchHeaders(http.headers().getAll(HttpHeaderNames.ACCEPT));
            return wanted != null && wanted.is(MediaType.ANY_TEXT_TYPE) ? page.serve(ctx, http)
                    : other.serve(ctx, http).mapHeaders(headers -> headers.withMutations(more -> more.set(HttpHeaderNames.VARY, ACCEPT)));
        };
    }

    /**
     * The files by the path's variable {@code file}.
     *
     * @param unknown makes what is thrown where there is no file of that name
     */
    public static HttpService files(Function<String, RuntimeException> unknown) {
        Map<String, HttpService> files = FILES.stream().collect(Collectors.toUnmodifiableMap(name -> name, name -> new PageFile(name, type(name)).service()));
        return (ctx, http) -> {
            String name = ctx.pathParam("file");
            HttpService file = files.get(name);
            if (file == null) {
                throw unknown.apply(name);
            }
            return file.serve(ctx, http);
        };
    }

    private static MediaType type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "css" -> MediaType.CSS_UTF_8;
            case "js" -> MediaType.parse("text/javascript; charset=utf-8");
            case "svg" -> MediaType.SVG_UTF_8;
            default -> throw new IllegalArgumentException(name + " (expected: .css, .js or .svg)");
        };
    }
}
