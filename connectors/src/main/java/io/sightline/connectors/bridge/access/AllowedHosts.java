package io.sightline.connectors.bridge.access;

import com.linecorp.armeria.common.HttpStatus;
import io.netty.util.NetUtil;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.schemas.request.RequestLimits;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Under which names the server may be called. A web page whose own name is made to point at this machine ("DNS rebinding") reaches a server that listens on loopback
 * through its visitor's browser, and for the browser they are of one site; the name, which the browser tells, gives it away. Addresses are no names: nobody can make
 * them point elsewhere. Immutable.
 */
public final class AllowedHosts {
    /** Every name: for servers that others reach, whose names are not known here. */
    public static final AllowedHosts ALL = new AllowedHosts(Optional.empty());
    private final Optional<Set<String>> names;

    private AllowedHosts(Optional<Set<String>> names) {
        this.names = names;
    }

    /**
     * @param names beside localhost; with '*', or none on a server that is not on loopback, all are allowed
     * @param loopback whether the server listens on loopback only
     */
    public static AllowedHosts of(List<String> names, boolean loopback) {
        boolean all = names.contains("*") || names.isEmpty() && !loopback;
        return all ? ALL : new AllowedHosts(Optional.of(names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet())));
    }

    /** @param authority what the client called the server, with or without a port; null: it did not say */
    boolean allows(String authority) {
        if (names.isEmpty() || authority == null) {
            return true;
        }
        String host = host(authority);
        return host.equals("localhost") || host.endsWith(".localhost") || NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host) || names.get().contains(host);
    }

    private static String host(String authority) {
        int end = authority.lastIndexOf(':');
        String host = end > authority.lastIndexOf(']') ? authority.substring(0, end) : authority;
        if (host.startsWith("[") && host.endsWith("]")) {
            return host.substring(1, host.length() - 1);
        }
        return (host.endsWith(".") ? host.substring(0, host.length() - 1) : host).toLowerCase(Locale.ROOT);
    }

    static HttpProblem refused(String authority) {
        return new HttpProblem(HttpStatus.MISDIRECTED_REQUEST, "host: '" + RequestLimits.shown(authority) + "' (expected: localhost, an address, or one of bridge.allowed_hosts)");
    }
}
