package io.sightline.connectors.bridge.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/** Which addresses are the public internet's: not this machine, not its networks, not a cloud's metadata service (IANA's special-purpose registries). */
final class PublicAddresses {
    private record Range(byte[] address, int bits) {
        static Range of(String text) {
            int slash = text.indexOf('/');
            try {
                return new Range(InetAddress.getByName(text.substring(0, slash)).getAddress(), Integer.parseInt(text.substring(slash + 1)));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e); // an address needs no resolving
            }
        }

        boolean has(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                if (((other[bit / 8] ^ address[bit / 8]) & 0x80 >> bit % 8) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final List<Range> NOT_PUBLIC_4 = Stream.of("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4").map(Range::of).toList();
    /** All of IPv6 that is given out to the internet; loopback, link-local, unique local, mapped and translated addresses and the like are not in it. */
    private static final Range GLOBAL_6 = Range.of("2000::/3");
    /** In it, but not for hosts: protocols' own, among them those that have an IPv4 address inside (Teredo, 6to4), and documentation. */
    private static final List<Range> NOT_PUBLIC_6 = Stream.of("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20").map(Range::of).toList();

    private PublicAddresses() {
    }

    /** An IPv4 address mapped into IPv6 counts as what it is: Java has it as IPv4. */
    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return NOT_PUBLIC_4.stream().noneMatch(range -> range.has(bytes));
        }
        return GLOBAL_6.has(bytes) && NOT_PUBLIC_6.stream().noneMatch(range -> range.has(bytes));
    }
}
