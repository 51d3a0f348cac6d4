package io.sightline.connectors.deadletters;

import io.sightline.connectors.text.Printable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What reasons that differ in what was seen only have in common. */
final class ReasonKind {
    /** {@code what: what was seen (expected: what)}, as all our errors are worded. */
    private static final Pattern FORM = Pattern.compile("(?<what>[^:]{1,60}): .*?(?<expected>\\(expected: .*)", Pattern.DOTALL);
    private static final Pattern QUOTED = Pattern.compile("'[^']*'");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
    private static final int MAX_CHARS = 160;

    private ReasonKind() {
    }

    static String of(String reason) {
        Matcher form = FORM.matcher(reason);
        String kind = form.matches() ? form.group("what") + " " + form.group("expected")
                : NUMBER.matcher(QUOTED.matcher(reason).replaceAll("'…'")).replaceAll("N");
        return Printable.text(kind, MAX_CHARS);
    }
}
