package io.sightline.processors.gallery.redis;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.sightline.processors.gallery.AttributeText;
import io.sightline.schemas.request.InvalidRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * An entry's label and attributes as the one JSON object that a vector set keeps for it: the attributes with the label before them, under
 * a name that no filter can have. So the server's own filter sees the attributes, and they come back as they were written, but for white
 * space around an empty object and for escapes that need not be: the server does not read those. {@link AttributeText} has taken them out of what
 * a worker put on the log since there is such a class; not out of what was there before.
 */
record EntryText(String label, String attributes) {
    private static final String HEAD = "{\"$\":\"";
    private static final JsonFactory JSON = new JsonFactory();

    String encoded() {
        String given = attributes.indexOf('\\') < 0 ? attributes : unescaped(attributes);
        String inside = given.substring(given.indexOf('{') + 1);
        String rest = inside.strip().equals("}") ? "}" : "," + inside;
        return HEAD + new String(JsonStringEncoder.getInstance().quoteAsString(label)) + "\"" + rest;
    }

    private static String unescaped(String attributes) {
        try {
            return AttributeText.normal(attributes);
        } catch (InvalidRequestException e) {
            return attributes; // of the time before they were checked: at worst a filter does not find it
        }
    }

    static EntryText decode(String encoded) {
        try (JsonParser parser = JSON.createParser(encoded)) {
            parser.nextToken();
            parser.nextToken();
            parser.nextToken();
            String label = parser.getText();
            int end = (int) parser.currentLocation().getCharOffset();
            String rest = encoded.substring(end);
            return new EntryText(label, rest.startsWith(",") ? "{" + rest.substring(1) : "{" + rest);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("entry: '" + encoded + "' (expected: a JSON object that begins with the label)", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
