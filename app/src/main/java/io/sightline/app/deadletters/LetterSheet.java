package io.sightline.app.deadletters;

import io.sightline.connectors.deadletters.DeadLetters;
import io.sightline.connectors.deadletters.Letter;
import io.sightline.connectors.text.Printable;
import io.sightline.schemas.RecordHeaders;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;

/** One dead letter as text for a terminal. */
public final class LetterSheet {
    private static final int MAX_TEXT = 1200;
    private static final int MAX_HEX = 32;
    private static final int MAX_HEADERS = 100;

    private LetterSheet() {
    }

    /** @param content what the bytes are, in lines */
    public static void write(DeadLetters.Detail detail, List<String> content, PrintWriter out) {
        Letter letter = detail.letter();
        line("letter", letter.place().toString(), out);
        line("time", letter.time().toString(), out);
        line("error", letter.errNo().isPresent() ? Integer.toString(letter.errNo().getAsInt()) : "none (expected: a header err-no)", out);
        line("reason", Printable.text(letter.reason(), MAX_TEXT), out);
        line("original", letter.source().map(Letter.Source::toString).map(text -> Printable.text(text, MAX_TEXT)).orElse("not said"), out);
        line("id", letter.id().map(text -> Printable.text(text, MAX_TEXT)).orElse("none"), out);
        letter.pipeline().ifPresent(name -> line("pipeline", Printable.text(name, MAX_TEXT), out));
        if (letter.retries() > 0) {
            line("retry", "number " + letter.retries() + letter.retryOf().map(first -> ", of " + first).orElse(""), out);
        }
        line("retried", detail.retried().isEmpty() ? "no" : detail.retried().stream().map(Object::toString).collect(Collectors.joining(", ")), out);
        if (!detail.failedAgain().isEmpty()) {
            line("failed again", detail.failedAgain().stream().map(Object::toString).collect(Collectors.joining(", ")), out);
        }
        line("key", detail.record().key() == null ? "null" : text(detail.record().key()), out);
        out.println("headers:");
        Header[] headers = detail.record().headers().toArray();
        for (int i = 0; i < Math.min(headers.length, MAX_HEADERS); i++) {
            out.println("  " + Printable.text(headers[i].key(), 100) + ": " + (headers[i].value() == null ? "null" : text(headers[i].value())));
        }
        if (headers.length > MAX_HEADERS) {
            out.println("  and " + (headers.length - MAX_HEADERS) + " more");
        }
        line("size", letter.bytes() < 0 ? "no bytes" : String.format(Locale.ROOT, "%,d bytes", letter.bytes()), out);
        line("content", content.get(0), out);
        content.stream().skip(1).forEach(out::println);
    }

    private static void line(String name, String text, PrintWriter out) {
        out.printf("%-13s %s%n", name + ":", text);
    }

    private static String text(byte[] bytes) {
        return RecordHeaders.utf8(bytes).filter(text -> text.chars().noneMatch(Character::isISOControl)).map(text -> Printable.text(text, MAX_TEXT))
                .orElseGet(() -> bytes.length + " bytes, " + HexFormat.ofDelimiter(" ").withUpperCase().formatHex(bytes, 0, Math.min(MAX_HEX, bytes.length)));
    }
}
