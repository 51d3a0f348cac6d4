package io.sightline.app.product;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** Takes traces as OTLP over HTTP, and reads them with the protocol's own messages. */
final class OtlpReceiver implements AutoCloseable {
    /** @param service whose span it is */
    record Received(String service, Span span) {
        String id() {
            return hex(span.getSpanId().toByteArray());
        }

        String parent() {
            return hex(span.getParentSpanId().toByteArray());
        }

        String trace() {
            return hex(span.getTraceId().toByteArray());
        }

        List<String> links() {
            return span.getLinksList().stream().map(link -> hex(link.getSpanId().toByteArray())).toList();
        }

        String attribute(String key) {
            return span.getAttributesList().stream().filter(a -> a.getKey().equals(key)).map(KeyValue::getValue)
                    .map(value -> value.hasStringValue() ? value.getStringValue() : value.hasIntValue() ? Long.toString(value.getIntValue()) : Double.toString(value.getDoubleValue())).findFirst().orElse("");
        }
    }

    private final HttpServer server;
    private final List<Received> spans = new CopyOnWriteArrayList<>();

    OtlpReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", call -> {
            try (InputStream body = "gzip".equals(call.getRequestHeaders().getFirst("Content-Encoding")) ? new GZIPInputStream(call.getRequestBody()) : call.getRequestBody()) {
                ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().forEach(this::add);
            }
            call.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            call.sendResponseHeaders(200, -1);
            call.close();
        });
        server.start();
    }

    private void add(ResourceSpans given) {
        String service = given.getResource().getAttributesList().stream().filter(a -> a.getKey().equals("service.name")).map(a -> a.getValue().getStringValue()).findFirst().orElse("");
        given.getScopeSpansList().forEach(scope -> scope.getSpansList().forEach(span -> spans.add(new Received(service, span))));
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Received> spans() {
        return List.copyOf(spans);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
