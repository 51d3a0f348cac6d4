package io.sightline.connectors.bridge.serving;

import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which service answers: by name, and by the port on which it is asked. Immutable. */
final class ServiceDirectory {
    private final Map<String, ServedPipeline> byName = new LinkedHashMap<>();
    private final Map<Integer, ServedPipeline> byPort = new HashMap<>();

    /** @param services at least one; the first answers where none is named and the port is nobody's own */
    ServiceDirectory(List<ServedPipeline> services) {
        if (services.isEmpty()) {
            throw new IllegalArgumentException("paddle_serving.services: none (expected: at least one)");
        }
        for (ServedPipeline service : services) {
            byName.put(service.name(), service);
            for (int port : service.ports()) {
                ServedPipeline other = byPort.put(port, service);
                if (other != null) {
                    throw new IllegalArgumentException("paddle_serving.services." + service.name() + ": port " + port + " is " + other.name() + "'s (expected: a port of its own)");
                }
            }
        }
    }

    /** In their order. */
    Collection<ServedPipeline> all() {
        return byName.values();
    }

    Set<String> names() {
        return byName.keySet();
    }

    Set<Integer> ports() {
        return Set.copyOf(byPort.keySet());
    }

    /**
     * @param name as the request has it; empty: the port's own
     * @throws InvalidRequestException 3002, where no such service answers on this port
     */
    ServedPipeline find(int port, String name) {
        ServedPipeline own = byPort.get(port);
        if (name.isEmpty()) {
            return own != null ? own : byName.values().iterator().next();
        }
        ServedPipeline named = byName.get(name);
        if (named == null || own != null && own != named) {
            throw new InvalidRequestException(ErrorCode.NO_SERVICE, "name: '" + RequestLimits.shown(name) + "' (expected: "
                    + (own != null ? own.name() : "one of " + String.join(", ", byName.keySet())) + ")");
        }
        return named;
    }
}
