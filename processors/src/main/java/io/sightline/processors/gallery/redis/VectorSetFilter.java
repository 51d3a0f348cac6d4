package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.AttributeFilter.Compare;
import io.sightline.processors.gallery.AttributeFilter.Term;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What of a filter's alternative a vector set can check itself. The server compares loosely (3 equals "3", true equals 1) and does not order
 * texts, so its answer contains all entries that match and may contain others: whoever asks checks each hit again.
 */
final class VectorSetFilter {
    /** Text without quotes, escapes or letters that JSON may write in two ways. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9 _.,:;/+*()-]*");
    private static final int MAX_NUMBER_CHARS = 40;

    private VectorSetFilter() {
    }

    /** Empty: the server can't check any of the terms. */
    static Optional<String> of(List<Term> alternative) {
        List<String> parts = new ArrayList<>();
        for (Term term : alternative) {
            literal(term).ifPresent(value -> parts.add("." + term.name() + " " + term.compare().symbol() + " " + value));
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", parts));
    }

    private static Optional<String> literal(Term term) {
        if (term.value() instanceof String text) {
            boolean equality = term.compare() == Compare.EQ || term.compare() == Compare.NE;
            return equality && PLAIN.matcher(text).matches() ? Optional.of("\"" + text + "\"") : Optional.empty();
        }
        if (term.value() instanceof Double number) {
            String plain = Double.isFinite(number) ? BigDecimal.valueOf(number).toPlainString() : "";
            return plain.isEmpty() || plain.length() > MAX_NUMBER_CHARS ? Optional.empty() : Optional.of(plain);
        }
        return Optional.of((Boolean) term.value() ? "1" : "0");
    }
}
