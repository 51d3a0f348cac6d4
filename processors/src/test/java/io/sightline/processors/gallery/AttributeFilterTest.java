package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sightline.schemas.request.InvalidRequestException;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributeFilterTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OATS = "{\"brand\":\"acme\",\"price\":4.5,\"stock\":12,\"sale\":true,\"note\":null,\"sizes\":[1,2],\"maker\":{\"price\":1}}";

    private static boolean matches(String filter, String attributes) {
        try {
            return AttributeFilter.parse(filter).matches(JSON.readTree(attributes));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"brand == \"acme\"", "brand == 'acme'", "brand != 'other'", "brand >= 'acme'", "brand < 'acmf'", "brand > 'Acme'", "price < 5", "price <= 4.5",
        "price >= 4.5", "price > -1e3", "price == 45e-1", "price == 0.45E+1", "stock == 12", "stock == 12.0", "stock != 11", "sale == true", "sale != false", "sale in [true]",
        "brand in ['x','acme']", "stock in [1, 2, 12]", "price<5and stock>1", "(price < 5)", "((brand=='acme'))", "not price > 5", "not (price > 5 or stock < 3)",
        "not not price < 5", "  price  <  5  ", "price\n<\t5"})
    void shouldMatch(String filter) {
        assertThat(matches(filter, OATS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"brand == 'ACME'", "brand == ' acme'", "brand != 'acme'", "brand < 'acme'", "price < 4.5", "price > 4.5", "stock == 12.5", "sale == false",
        "brand in ['x']", "not brand in ['acme', 'x']", "not price < 5", "price < 5 and stock < 3", "price > 5 or stock < 3"})
    void shouldNotMatch(String filter) {
        assertThat(matches(filter, OATS)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "note", "sizes", "maker", "price.x"})
    void shouldBeFalseForWhatIsMissingOrNeitherTextNorNumberNorTruth(String name) {
        if (name.contains(".")) {
            assertThatThrownBy(() -> AttributeFilter.parse(name + " == 1")).isInstanceOf(InvalidRequestException.class);
            return;
        }
        for (String comparison : List.of("== 1", "!= 1", "< 1", ">= 1", "== 'x'", "!= 'x'", "== true", "!= true", "in [1, 'x', true]")) {
            assertThat(matches(name + " " + comparison, OATS)).as(comparison).isFalse();
            assertThat(matches("not " + name + " " + comparison, OATS)).as("not " + comparison).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"brand == 1", "brand != 1", "brand < 1", "brand == true", "price == '4.5'", "price != '4.5'", "price == true", "price != true", "sale == 'true'",
        "sale != 'true'", "sale == 1", "sale != 1", "stock in ['12', true]"})
    void shouldBeFalseForAValueOfAnotherTypeAlsoWhenNegated(String filter) {
        assertThat(matches(filter, OATS)).isFalse();
        assertThat(matches("not " + filter, OATS)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "[{\"price\":1}]", "3", "\"price\"", "null"})
    void shouldBeFalseForAttributesWithoutTheName(String attributes) {
        assertThat(matches("price < 5", attributes)).isFalse();
        assertThat(matches("not price < 5", attributes)).isFalse();
    }

    @Test
    void shouldBindAndTighterThanOrAndNotTightest() {
        // a or (b and c); (not a) and b
        assertThat(matches("a == 1 or b == 1 and c == 1", "{\"a\":1,\"b\":0,\"c\":0}")).isTrue();
        assertThat(matches("(a == 1 or b == 1) and c == 1", "{\"a\":1,\"b\":0,\"c\":0}")).isFalse();
        assertThat(matches("c == 1 and b == 1 or a == 1", "{\"a\":1,\"b\":0,\"c\":0}")).isTrue();
        assertThat(matches("not a == 1 and b == 1", "{\"a\":0,\"b\":0}")).isFalse();
        assertThat(matches("not (a == 1 and b == 1)", "{\"a\":0,\"b\":0}")).isTrue();
        assertThat(matches("not a == 1 or b == 0", "{\"a\":1,\"b\":0}")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldAgreeWithTheTruthTableForAnyNesting(long seed) {
        // given conditions over four attributes that are all there, so that not is plain logic
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            boolean[] truth = new boolean[16];
            write(random, 3, text, truth);
            AttributeFilter filter;
            try {
                filter = AttributeFilter.parse(text.toString());
            } catch (InvalidRequestException e) {
                assertThat(e).hasMessageContaining("alternatives");
                continue;
            }
            for (int bits = 0; bits < truth.length; bits++) {
                String json = "{\"a\":" + (bits & 1) + ",\"b\":" + (bits >> 1 & 1) + ",\"c\":" + (bits >> 2 & 1) + ",\"d\":" + (bits >> 3) + "}";
                assertThat(matches(filter.text(), json)).as("%s of %s", text, json).isEqualTo(truth[bits]);
            }
        }
    }

    private static void write(Random random, int depth, StringBuilder text, boolean[] truth) {
        int kind = depth == 0 ? 0 : random.nextInt(4);
        if (kind == 0) {
            int attribute = random.nextInt(4);
            text.append("abcd".charAt(attribute)).append(" > 0");
            for (int bits = 0; bits < truth.length; bits++) {
                truth[bits] = (bits >> attribute & 1) == 1;
            }
        } else if (kind == 1) {
            text.append("not (");
            write(random, depth - 1, text, truth);
            text.append(")");
            for (int bits = 0; bits < truth.length; bits++) {
                truth[bits] = !truth[bits];
            }
        } else {
            boolean[] right = new boolean[truth.length];
            text.append("(");
            write(random, depth - 1, text, truth);
            text.append(kind == 2 ? ") and (" : ") or (");
            write(random, depth - 1, text, right);
            text.append(")");
            for (int bits = 0; bits < truth.length; bits++) {
                truth[bits] = kind == 2 ? truth[bits] && right[bits] : truth[bits] || right[bits];
            }
        }
    }

    @Test
    void shouldReadQuotesAndBackslashesInTexts() {
        assertThat(matches("a == \"say \\\"hi\\\"\"", "{\"a\":\"say \\\"hi\\\"\"}")).isTrue();
        assertThat(matches("a == 'it\\'s'", "{\"a\":\"it's\"}")).isTrue();
        assertThat(matches("a == 'back\\\\slash'", "{\"a\":\"back\\\\slash\"}")).isTrue();
        assertThat(matches("a == \"it's\"", "{\"a\":\"it's\"}")).isTrue();
        assertThat(matches("a == ''", "{\"a\":\"\"}")).isTrue();
    }

    @Test
    void shouldCompareTextsByCodePoints() {
        // U+1F600 is above U+FFFD, though its first char is below.
        assertThat(matches("a > '\uFFFD'", "{\"a\":\"\uD83D\uDE00\"}")).isTrue();
        assertThat(matches("a < 'ab'", "{\"a\":\"a\"}")).isTrue();
    }

    @Test
    void shouldTakeZeroAndMinusZeroForTheSame() {
        assertThat(matches("a == 0", "{\"a\":-0.0}")).isTrue();
        assertThat(matches("a >= 0", "{\"a\":-0.0}")).isTrue();
        assertThat(matches("a == -0", "{\"a\":0}")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`` | filter: the end at character 1 (expected: an attribute's name)",
        "`  ` | filter: the end at character 3 (expected: an attribute's name)",
        "price | filter: the end at character 6 (expected: ==, !=, <, <=, >, >= or in)",
        "price < | filter: the end at character 8 (expected: a text in quotes, a number, true or false)",
        "price = 5 | filter: '= 5' at character 7 (expected: a name, a value, a comparison, and, or, not, in or brackets)",
        "price ~ 5 | filter: '~ 5' at character 7 (expected: a name, a value, a comparison, and, or, not, in or brackets)",
        "5 < price | filter: '5' at character 1 (expected: an attribute's name)",
        "price < brand | filter: 'brand' at character 9 (expected: a text in quotes, a number, true or false)",
        "price < 5 price > 1 | filter: 'price' at character 11 (expected: and, or, or the end)",
        "price < 5 and | filter: the end at character 14 (expected: an attribute's name)",
        "price < 5 or or a == 1 | filter: 'a' at character 17 (expected: ==, !=, <, <=, >, >= or in)",
        "(price < 5 | filter: the end at character 11 (expected: ))",
        "price < 5) | filter: ')' at character 10 (expected: and, or, or the end)",
        "not | filter: the end at character 4 (expected: an attribute's name)",
        "brand == 'acme | filter: ''acme' at character 10 (expected: a name, a value, a comparison, and, or, not, in or brackets)",
        "brand == 'a\\n' | filter: ''a\\n'' at character 10 (expected: a name, a value, a comparison, and, or, not, in or brackets)",
        "brand in 'acme' | filter: 'acme' at character 10 (expected: [)",
        "brand in [] | filter: ']' at character 11 (expected: a text in quotes, a number, true or false)",
        "brand in ['a' 'b'] | filter: 'b' at character 15 (expected: ])",
        "brand in ['a', | filter: the end at character 15 (expected: a text in quotes, a number, true or false)",
        "brand in [other] | filter: 'other' at character 11 (expected: a text in quotes, a number, true or false)",
        "sale < true | filter: sale < true (expected: == or != with true and false)",
        "price < 1e999 | filter: '1e999' at character 9 (expected: a number between -1.8e308 and 1.8e308)",
        "price < .5 | filter: '.5' at character 9 (expected: a name, a value, a comparison, and, or, not, in or brackets)",
        "price < null | filter: 'null' at character 9 (expected: a text in quotes, a number, true or false)",
        "price < 5; drop | filter: '; drop' at character 10 (expected: a name, a value, a comparison, and, or, not, in or brackets)"})
    void shouldSayWhatWasSeenAndExpectedWhereATextIsNoCondition(String text, String message) {
        assertThatThrownBy(() -> AttributeFilter.parse(text)).isInstanceOf(InvalidRequestException.class).hasMessage(message);
    }

    @Test
    void shouldTakeAThousandCharactersAndNotOneMore() {
        String text = "a == '" + "x".repeat(AttributeFilter.MAX_CHARS - 7) + "'";
        assertThat(AttributeFilter.parse(text).text()).hasSize(AttributeFilter.MAX_CHARS);
        assertThatThrownBy(() -> AttributeFilter.parse(text + " ")).isInstanceOf(InvalidRequestException.class)
                .hasMessage("filter: 1001 characters (expected: at most 1000)");
    }

    @Test
    void shouldTakeSixteenLevelsAndNotOneMore() {
        // the comparison inside is a level itself
        assertThat(matches("(".repeat(15) + "a == 1" + ")".repeat(15), "{\"a\":1}")).isTrue();
        assertThat(matches("not ".repeat(15) + "a == 1", "{\"a\":2}")).isTrue();
        for (String text : List.of("(".repeat(16) + "a == 1" + ")".repeat(16), "not ".repeat(16) + "a == 1")) {
            assertThatThrownBy(() -> AttributeFilter.parse(text)).isInstanceOf(InvalidRequestException.class)
                    .hasMessage("filter: nested more than 16 deep (expected: at most 16)");
        }
    }

    @Test
    void shouldTakeThirtyTwoAlternativesAndNotOneMore() {
        String in = IntStream.range(0, 32).mapToObj(String::valueOf).collect(Collectors.joining(","));
        assertThat(matches("a in [" + in + "]", "{\"a\":31}")).isTrue();
        assertThat(AttributeFilter.parse("a in [" + in + "]").anyOf()).hasSize(32);
        String message = "filter: more than 32 alternatives when multiplied out (expected: at most 32)";
        assertThatThrownBy(() -> AttributeFilter.parse("a in [" + in + ",32]")).isInstanceOf(InvalidRequestException.class).hasMessage(message);
        // 2^5 and 2^6 by multiplying out
        String pair = "(a == 1 or b == 1)";
        assertThat(AttributeFilter.parse(String.join(" and ", java.util.Collections.nCopies(5, pair))).anyOf()).hasSize(32);
        assertThatThrownBy(() -> AttributeFilter.parse(String.join(" and ", java.util.Collections.nCopies(6, pair)))).hasMessage(message);
        // negated, the alternatives are terms of one
        assertThat(AttributeFilter.parse("not a in [" + in + ",32]").anyOf()).hasSize(1);
    }

    @Test
    void shouldKeepWhatWasWritten() {
        assertThat(AttributeFilter.parse(" a  ==  1 ").text()).isEqualTo(" a  ==  1 ");
    }
}
