package io.sightline.connectors.bridge.access;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.util.AttributeKey;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.schemas.request.RequestLimits;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a caller may do. Thread-safe. */
public final class Access {
    /** Where no keys are asked for. */
    static final Access ALL = new Access("", Optional.empty(), true, Optional.empty());
    /** Where nobody has said who asks. */
    static final Access NONE = new Access("", Optional.of(List.of()), false, Optional.empty());
    private static final AttributeKey<Access> ATTRIBUTE = AttributeKey.valueOf(Access.class, "ACCESS");

    private final String name;
    private final List<String> patterns;
    private final Optional<Pattern> galleries;
    private final boolean unnamed;
    private final Optional<TokenBucket> bucket;

    private Access(String name, Optional<List<String>> patterns, boolean unnamed, Optional<TokenBucket> bucket) {
        this.name = name;
        this.patterns = patterns.orElse(List.of());
        this.galleries = patterns.map(Access::compiled);
        this.unnamed = unnamed;
        this.bucket = bucket;
    }

    static Access of(ApiKey key, LongSupplier nanos) {
        return new Access(key.name(), key.galleries(), key.unnamed(), key.rate().map(rate -> new TokenBucket(rate, key.burst(), nanos)));
    }

    private static Pattern compiled(List<String> patterns) {
        return Pattern.compile(patterns.stream().map(pattern -> Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"))).collect(Collectors.joining("|")));
    }

    /** Of whoever sent that request. */
    public static Access of(ServiceRequestContext ctx) {
        Access access = ctx.attr(ATTRIBUTE);
        return access == null ? NONE : access;
    }

    /** Of whoever sent the request that this thread works for now; nothing is allowed where it works for none. */
    public static Access current() {
        ServiceRequestContext ctx = ServiceRequestContext.currentOrNull();
        return ctx == null ? NONE : of(ctx);
    }

    void grantTo(ServiceRequestContext ctx) {
        ctx.setAttr(ATTRIBUTE, this);
    }

    /** The key's name; empty where no keys are asked for. */
    public String name() {
        return name;
    }

    public boolean allows(String gallery) {
        return galleries.isEmpty() || galleries.get().matcher(gallery).matches();
    }

    /** @throws HttpProblem 403 where that gallery is not one of the caller's */
    public void requireGallery(String gallery) {
        if (!allows(gallery)) {
            throw new HttpProblem(HttpStatus.FORBIDDEN, "gallery: '" + RequestLimits.shown(gallery) + "' (expected: one that this key may use: " + mine() + ")");
        }
    }

    /**
     * For requests that search: which gallery is searched where none is named is the worker's to know, not the bridge's, so a key that is
     * limited has to name one, unless it says otherwise.
     *
     * @param gallery null: not named
     * @param several null: not named
     * @throws HttpProblem 403
     */
    public void requireSearch(String gallery, List<String> several) {
        if (gallery == null && (several == null || several.isEmpty()) && !unnamed) {
            throw new HttpProblem(HttpStatus.FORBIDDEN, "gallery: none named (expected: one that this key may use: " + mine() + ")");
        }
        if (gallery != null) {
            requireGallery(gallery);
        }
        if (several != null) {
            several.forEach(this::requireGallery);
        }
    }

    private String mine() {
        return patterns.isEmpty() ? "none" : String.join(", ", patterns);
    }

    /** One call. @return 0: let in; else how long until one may come, nanoseconds */
    long take() {
        return bucket.map(TokenBucket::take).orElse(0L);
    }

    /** The call that was let in is worth so many more: later ones wait for them. */
    public void charge(int more) {
        bucket.ifPresent(tokens -> tokens.charge(more));
    }
}
