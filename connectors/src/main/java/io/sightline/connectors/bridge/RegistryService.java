package io.sightline.connectors.bridge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.wire.BuiltInSubjects;
import io.sightline.schemas.wire.BuiltInSubjects.Version;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * The built-in schemas in the shape of Confluent's REST API, under {@link #PREFIX}: {@code schema.registry.url} of any client. Read-only: a schema
 * that is known is answered with its id wherever it is registered, all others are refused. Thread-safe; nothing blocks.
 */
final class RegistryService implements HttpService {
    static final String PREFIX = "/registry";
    /** Largest body: a schema and its quotes. */
    static final int MAX_BODY_BYTES = 1 << 20;

    private static final JsonMapper JSON = new JsonMapper();
    private static final MediaType TYPE = MediaType.parse("application/vnd.schemaregistry.v1+json");

    private final BuiltInSubjects subjects;

    RegistryService(BuiltInSubjects subjects) {
        this.subjects = subjects;
    }

    /** @param code Confluent's {@code error_code}: the HTTP status, and for most two more digits */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int code;

        Refusal(int code, String message) {
            super(message, null, false, false);
            this.code = code;
        }

        HttpStatus status() {
            return HttpStatus.valueOf(code > 999 ? code / 100 : code);
        }
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) {
        String[] path = Arrays.stream(ErrorAnswers.path(http.headers()).substring(PREFIX.length()).split("/")).filter(part -> !part.isEmpty()).toArray(String[]::new);
        return HttpResponse.of(http.aggregate().thenApply(request -> {
            try {
                for (int i = 0; i < path.length; i++) {
                    path[i] = PercentText.decode("path", path[i], false);
                }
                boolean gets = request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD;
                if (!gets && request.method() != HttpMethod.POST) {
                    throw new Refusal(405, "method: " + request.method() + " (expected: GET or POST; this registry is fixed)");
                }
                return answer(HttpStatus.OK, gets ? got(path) : posted(path, request.contentUtf8()));
            } catch (Refusal e) {
                return answer(e.status(), object().put("error_code", e.code).put("message", e.getMessage()));
            } catch (InvalidRequestException e) {
                return answer(HttpStatus.BAD_REQUEST, object().put("error_code", 400).put("message", e.getMessage()));
            }
        }));
    }

    private static HttpResponse answer(HttpStatus status, JsonNode body) {
        return HttpResponse.of(ResponseHeaders.builder(status).contentType(TYPE).build(), HttpData.ofUtf8(body.toString()));
    }

    private JsonNode got(String[] path) {
        return switch (path.length == 0 ? "" : path[0]) {
            case "" -> object();
            case "config" -> path.length <= 2 ? object().put("compatibilityLevel", "FULL_TRANSITIVE") : nothingAt(path);
            case "mode" -> path.length <= 2 ? object().put("mode", "READONLY") : nothingAt(path);
            case "schemas" -> schemas(path);
            case "subjects" -> path.length == 1 ? texts(subjects.subjects()) : subject(path);
            default -> nothingAt(path);
        };
    }

    private JsonNode schemas(String[] path) {
        if (path.length == 2 && path[1].equals("types")) {
            return texts(List.of("AVRO"));
        }
        if (path.length < 3 || path.length > 4 || !path[1].equals("ids")) {
            return nothingAt(path);
        }
        int id = number(path[2], 40403, "Schema " + path[2] + " not found");
        Schema schema = subjects.schema(id).orElseThrow(() -> new Refusal(40403, "Schema " + id + " not found"));
        return switch (path.length == 3 ? "" : path[3]) {
            case "" -> object().put("schema", schema.toString());
            case "schema" -> tree(schema);
            case "subjects" -> texts(subjects.of(id).stream().map(Version::subject).toList());
            case "versions" -> {
                ArrayNode places = JSON.createArrayNode();
                subjects.of(id).forEach(version -> places.addObject().put("subject", version.subject()).put("version", version.number()));
                yield places;
            }
            default -> nothingAt(path);
        };
    }

    private JsonNode subject(String[] path) {
        if (path.length < 3 || path.length > 5 || !path[2].equals("versions") || path.length == 5 && !path[4].equals("schema")) {
            return nothingAt(path);
        }
        List<Version> versions = versions(path[1]);
        if (path.length == 3) {
            ArrayNode numbers = JSON.createArrayNode();
            versions.forEach(version -> numbers.add(version.number()));
            return numbers;
        }
        int number = path[3].equals("latest") || path[3].equals("-1") ? versions.size()
                : number(path[3], 42202, "The specified version '" + RequestLimits.shown(path[3]) + "' is not a valid version id (expected: 1.." + versions.size() + " or latest)");
        if (number < 1 || number > versions.size()) {
            throw new Refusal(40402, "Version " + number + " not found (expected: 1.." + versions.size() + " or latest)");
        }
        Version version = versions.get(number - 1);
        return path.length == 5 ? tree(version.schema()) : told(version);
    }

    private JsonNode posted(String[] path, String body) {
        boolean registers = path.length == 3 && path[2].equals("versions");
        if (path.length < 2 || !path[0].equals("subjects") || path.length > 2 && !registers) {
            return nothingAt(path);
        }
        Schema schema = schema(body);
        if (registers) {
            return object().put("id", subjects.find(path[1], schema).orElseThrow(() -> new Refusal(42205, "Subject " + RequestLimits.shown(path[1]) + " is in read-only mode: "
                    + schema.getFullName() + " is none of its schemas (expected: one that GET " + PREFIX + "/subjects/{subject}/versions lists; configure a schema registry for others)")).id());
        }
        versions(path[1]);
        return told(subjects.find(path[1], schema).orElseThrow(() -> new Refusal(40403, "Schema not found")));
    }

    private static Schema schema(String body) {
        try {
            JsonNode tree = JSON.readTree(body);
            if (!tree.path("schema").isTextual()) {
                throw new Refusal(42201, "schema: missing (expected: {\"schema\": \"an Avro schema\"})");
            }
            if (!tree.path("schemaType").asText("AVRO").equals("AVRO")) {
                throw new Refusal(42201, "schemaType: '" + RequestLimits.shown(tree.path("schemaType").asText()) + "' (expected: AVRO)");
            }
            return new Schema.Parser().parse(tree.path("schema").textValue());
        } catch (JsonProcessingException | AvroRuntimeException | NullPointerException e) {
            // Avro answers a name that it does not know with the latter.
            String seen = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
            throw new Refusal(42201, "Invalid schema: " + RequestLimits.shown(String.valueOf(seen)) + " (expected: {\"schema\": \"an Avro schema\"})");
        }
    }

    private List<Version> versions(String subject) {
        List<Version> versions = subjects.versions(subject);
        if (versions.isEmpty()) {
            throw new Refusal(40401, "Subject '" + RequestLimits.shown(subject) + "' not found. (expected: one of " + subjects.subjects().stream().collect(Collectors.joining(", ")) + ")");
        }
        return versions;
    }

    private static ObjectNode told(Version version) {
        return object().put("subject", version.subject()).put("version", version.number()).put("id", version.id()).put("schema", version.schema().toString());
    }

    private static int number(String text, int code, String message) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new Refusal(code, message);
        }
        return Integer.parseInt(text);
    }

    private static JsonNode nothingAt(String[] path) {
        throw new Refusal(404, "HTTP 404 Not Found: " + PREFIX + "/" + RequestLimits.shown(String.join("/", path)) + " (expected: /subjects, /schemas/ids/{id} and the like)");
    }

    private static JsonNode tree(Schema schema) {
        try {
            return JSON.readTree(schema.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a schema is JSON
        }
    }

    private static ArrayNode texts(List<String> texts) {
        ArrayNode array = JSON.createArrayNode();
        texts.forEach(array::add);
        return array;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
