package io.sightline.processors.gallery.redis;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * An entry's label and attributes as the one JSON object that a vector set keeps for it: the attributes with the label before them, under
 * a name that no filter can have. So the server's own filter sees the attributes, and they come back as they were written (but for white
 * space around an empty object).
 */
record EntryText(String label, String attributes) {
    private static final String HEAD = "{\"$\":\"";
    private static final JsonFactory JSON = new JsonFactory();

    String encoded() {
        String inside = attributes.substring(attributes.indexOf('{') + 1);
        String rest = inside.strip().equals("}") ? "}" : "," + inside;
        return HEAD + new String(JsonStringEncoder.getInstance().quoteAsString(label)) + "\"" + rest;
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
