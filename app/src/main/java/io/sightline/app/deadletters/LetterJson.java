package io.sightline.app.deadletters;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.sightline.connectors.deadletters.Letter;
import io.sightline.connectors.deadletters.Survey;
import java.io.IOException;
import java.io.PrintWriter;

/** Dead letters as JSON: one object, {@code letters, retried, reasons[], newest[]}. */
public final class LetterJson {
    private static final JsonFactory FACTORY = JsonFactory.builder().build().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    private LetterJson() {
    }

    public static void write(Survey survey, PrintWriter out) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("letters", survey.letters());
            json.writeNumberField("retried", survey.retried());
            json.writeArrayFieldStart("reasons");
            for (Survey.Reason reason : survey.reasons()) {
                json.writeStartObject();
                number("err_no", reason.errNo(), json);
                json.writeStringField("reason", reason.kind());
                json.writeNumberField("letters", reason.letters());
                json.writeNumberField("retried", reason.retried());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("newest");
            for (Survey.Row row : survey.rows()) {
                row(row, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.println();
    }

    private static void row(Survey.Row row, JsonGenerator json) throws IOException {
        Letter letter = row.letter();
        json.writeStartObject();
        json.writeStringField("letter", letter.place().toString());
        json.writeStringField("time", letter.time().toString());
        number("err_no", letter.errNo().orElse(-1), json);
        json.writeStringField("err_msg", letter.reason());
        json.writeStringField("id", letter.id().orElse(null));
        json.writeStringField("pipeline", letter.pipeline().orElse(null));
        json.writeStringField("source_topic", letter.source().map(Letter.Source::topic).orElse(null));
        number("source_partition", letter.source().map(Letter.Source::partition).orElse(-1), json);
        number("source_offset", letter.source().map(Letter.Source::offset).orElse(-1L), json);
        number("bytes", letter.bytes(), json);
        json.writeBooleanField("retried", row.retried());
        json.writeStringField("failed_again", row.failedAgain().map(Object::toString).orElse(null));
        json.writeNumberField("retries", letter.retries());
        json.writeStringField("retry_of", letter.retryOf().map(Object::toString).orElse(null));
        json.writeEndObject();
    }

    /** Negative: there is none. */
    private static void number(String name, long value, JsonGenerator json) throws IOException {
        if (value < 0) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, value);
        }
    }
}
