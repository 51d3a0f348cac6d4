package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.sightline.connectors.results.ResultJson;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Server-sent events: {@code result} for each image as it is answered, {@code summary} at the end; a stream without that one is not whole.
 * Written only as fast as it is read: an answer nobody fetches in time ends the call.
 */
final class BatchEvents implements BatchOut {
    private static final MediaType TYPE = MediaType.parse("text/event-stream; charset=utf-8");

    private final EventExecutor loop;
    private final int unreadMs;
    private final CompletableFuture<Void> done;
    private final HttpResponseWriter out = HttpResponse.streaming();

    BatchEvents(EventExecutor loop, int unreadMs, CompletableFuture<Void> done, CompletableFuture<HttpResponse> answer) {
        this.loop = loop;
        this.unreadMs = unreadMs;
        this.done = done;
        out.write(ResponseHeaders.builder(HttpStatus.OK).contentType(TYPE).set(HttpHeaderNames.CACHE_CONTROL, "no-store").build());
        answer.complete(out);
    }

    @Override
    public void result(int index, byte[] json, Runnable fetched) {
        byte[] head = ("event: result\nid: " + index + "\ndata: {\"index\":" + index + ",\"result\":").getBytes(StandardCharsets.US_ASCII);
        byte[] event = new byte[head.length + json.length + 3];
        System.arraycopy(head, 0, event, 0, head.length);
        System.arraycopy(json, 0, event, head.length, json.length);
        event[event.length - 3] = '}';
        event[event.length - 2] = '\n';
        event[event.length - 1] = '\n';
        if (!out.tryWrite(HttpData.wrap(event))) {
            done.cancel(false);
            return;
        }
        ScheduledFuture<?> unread = loop.schedule(() -> {
            done.cancel(false); // nobody reads: nothing more is done for them
        }, unreadMs, TimeUnit.MILLISECONDS);
        out.whenConsumed().whenCompleteAsync((nothing, error) -> {
            unread.cancel(false);
            fetched.run();
        }, loop);
    }

    @Override
    public void end(String requestId, Counts counts) {
        byte[] json = ResultJson.bytes(generator -> {
            generator.writeStartObject();
            counts.write(requestId, generator);
            generator.writeEndObject();
        });
        out.tryWrite(HttpData.ofUtf8("event: summary\ndata: " + new String(json, StandardCharsets.UTF_8) + "\n\n"));
    }

    @Override
    public void close() {
        out.close();
    }
}
