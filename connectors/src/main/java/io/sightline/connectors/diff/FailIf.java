package io.sightline.connectors.diff;

import io.sightline.schemas.settings.Nearest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition on how much is different: {@code label-changed>0.5%}, {@code vanished>=3}.
 *
 * @param kind empty: any difference
 * @param orEqual whether the limit itself fulfils it
 * @param percent the limit is a share in percent, not a number of requests
 */
public record FailIf(String text, Optional<ChangeKind> kind, boolean orEqual, BigDecimal limit, boolean percent) {
    /** The word for requests with any difference, those that one side lacks with them. */
    public static final String DIFFERENT = "different";
    private static final Pattern FORM = Pattern.compile("\\s*([A-Za-z-]+)\\s*(>=?)\\s*([0-9]{1,12}(?:\\.[0-9]{1,9})?)\\s*(%?)\\s*");
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /** @throws IllegalArgumentException says what was seen and what was expected */
    public static FailIf parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            String quotes = text.matches("\\s*[A-Za-z-]*\\s*") ? ", in quotes: a shell takes > for itself" : "";
            throw new IllegalArgumentException("--fail-if: '" + text + "' (expected: KIND>NUMBER or KIND>PERCENT%, such as 'label-changed>0.5%'" + quotes + ")");
        }
        BigDecimal limit = new BigDecimal(matcher.group(3));
        boolean percent = !matcher.group(4).isEmpty();
        if (percent && limit.compareTo(HUNDRED) > 0) {
            throw new IllegalArgumentException("--fail-if: '" + text + "', " + limit + "% (expected: 0..100%)");
        }
        if (!percent && limit.scale() > 0) {
            throw new IllegalArgumentException("--fail-if: '" + text + "', " + limit + " requests (expected: a whole number, or a % behind it)");
        }
        return new FailIf(text.strip(), kind(text, matcher.group(1).toLowerCase(Locale.ROOT)), matcher.group(2).length() > 1, limit, percent);
    }

    private static Optional<ChangeKind> kind(String text, String word) {
        if (word.equals(DIFFERENT)) {
            return Optional.empty();
        }
        List<String> known = new ArrayList<>(Arrays.stream(ChangeKind.values()).map(ChangeKind::text).toList());
        known.add(DIFFERENT);
        return Arrays.stream(ChangeKind.values()).filter(kind -> kind.text().equals(word)).findFirst().map(Optional::of)
                .orElseThrow(() -> new IllegalArgumentException("--fail-if: '" + text + "', kind '" + word + "'"
                        + Nearest.to(word, known).map(near -> ", nearest: " + near).orElse("") + " (expected: one of " + String.join(", ", known) + ")"));
    }

    /** Requests that the condition is about. */
    public long count(Diff diff) {
        return kind.map(k -> diff.count(k).results()).orElseGet(diff::different);
    }

    /** Of how many that is a share. */
    public long of(Diff diff) {
        return kind.map(diff::of).orElseGet(diff::either);
    }

    /** Exact: no rounding. A share of nothing is 0. */
    public boolean holds(Diff diff) {
        BigDecimal count = BigDecimal.valueOf(count(diff));
        // count / of > limit / 100, without a division
        int order = percent ? count.multiply(HUNDRED).compareTo(limit.multiply(BigDecimal.valueOf(of(diff)))) : count.compareTo(limit);
        return orEqual ? order >= 0 : order > 0;
    }
}
