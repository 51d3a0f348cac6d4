package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.request.InvalidRequestException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributeTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}                              | {}",
        "` {\n}\t`                       | {}",
        "{\"b\":1,\"a\":2}               | {\"b\":1,\"a\":2}",
        "{ \"a\" : [ 1 , {} , null ] }   | {\"a\":[1,{},null]}",
        "{\"\\u0061\":\"\\u00e4\\/\\b\"}  | {\"a\":\"ä/\\b\"}",
        "{\"a\":\"\\\"\\\\\\u0001\"}        | {\"a\":\"\\\"\\\\\\u0001\"}",
        "{\"a\":\"\\ud83d\\ude00\"}        | {\"a\":\"😀\"}",
        "{\"n\":[1.50,-0,1e5,123456789012345678901234567890.5]} | {\"n\":[1.50,-0,1e5,123456789012345678901234567890.5]}",
        "{\"a\":{\"a\":true},\"b\":{\"a\":false}} | {\"a\":{\"a\":true},\"b\":{\"a\":false}}"})
    void shouldWriteAttributesInOneWay(String given, String normal) {
        assertThat(AttributeText.normal(given)).isEqualTo(normal);
        assertThat(AttributeText.normal(normal)).isEqualTo(normal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "[1]", "1", "null", "{", "{\"a\":", "{\"a\":1} {}", "{\"a\":1}]", "{a:1}", "{\"a\":NaN}", "{\"a\":01}", "{\"a\":1,}"})
    void shouldRefuseWhatIsNoObject(String text) {
        assertThatThrownBy(() -> AttributeText.normal(text)).isInstanceOf(InvalidRequestException.class).hasMessage("attributes: '" + text + "' (expected: a JSON object)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "{\"b\":[{\"a\":1,\"a\":{}}]}"})
    void shouldRefuseANameThatIsThereTwice(String text) {
        assertThatThrownBy(() -> AttributeText.normal(text)).isInstanceOf(InvalidRequestException.class).hasMessage("attributes: Duplicate field 'a' (expected: each name once in an object)");
    }
}
