package io.sightline.processors.gallery.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "plain|{}",
        "``|{\"a\":1}",
        "quote \" and \\ and } and {|{ \"a\" : {\"b\":\"}\"} , \"$\":\"other\" }",
        "Müller 😀 \u0000\t,|{\"é\":\"😀\",\"a\":[1,2]}"})
    void shouldGiveBackWhatWasWritten(String label, String attributes) {
        EntryText text = new EntryText(label, attributes);
        assertThat(EntryText.decode(text.encoded())).isEqualTo(text);
        assertThat(text.encoded()).startsWith("{\"$\":\"");
    }
}
