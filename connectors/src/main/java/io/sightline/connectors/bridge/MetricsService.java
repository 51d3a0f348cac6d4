package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.concurrent.CompletableFuture;

/** {@code GET /metrics}. Written on a blocking thread: a gallery index on a server may keep its answer waiting. */
final class MetricsService implements HttpService {
    private final MetricsText metrics;

    MetricsService(MetricsText metrics) {
        this.metrics = metrics;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) {
        String accept = req.headers().get(HttpHeaderNames.ACCEPT);
        return HttpResponse.of(CompletableFuture.supplyAsync(() -> {
            MetricsText.Page page = metrics.write(accept);
            return HttpResponse.of(ResponseHeaders.of(HttpStatus.OK, HttpHeaderNames.CONTENT_TYPE, page.contentType()), HttpData.wrap(page.body()));
        }, ctx.blockingTaskExecutor()));
    }
}
