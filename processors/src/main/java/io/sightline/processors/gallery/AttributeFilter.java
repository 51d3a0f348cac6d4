package io.sightline.processors.gallery;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.schemas.request.InvalidRequestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A condition on the attributes of gallery entries, such as {@code brand == "acme" and price < 5}.
 *
 * <pre>
 * condition = term { "or" term }        term  = factor { "and" factor }
 * factor    = "not" factor | "(" condition ")" | name compare value | name "in" "[" value { "," value } "]"
 * compare   = "==" | "!=" | "<" | "<=" | ">" | ">="        value = "text" | 'text' | number | true | false
 * </pre>
 *
 * A comparison with an attribute that is missing, or of another type than the value, is false, {@code !=} too; {@code not} turns the
 * comparisons inside around ({@code not a < 5} is {@code a >= 5}), so it is false for these as well. Texts compare by their characters'
 * code points; true and false only with {@code ==}, {@code !=} and {@code in}. Immutable.
 *
 * @param text as it was written
 * @param anyOf the condition holds where all terms of one of these hold
 */
public record AttributeFilter(String text, List<List<Term>> anyOf) {
    public static final int MAX_CHARS = 1000;
    /** Most alternatives after multiplying out, and most terms in all of them together. */
    static final int MAX_ALTERNATIVES = 32;

    /** How an attribute is compared. */
    public enum Compare {
        EQ("=="), NE("!="), LT("<"), LE("<="), GT(">"), GE(">=");

        private final String symbol;

        Compare(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }

        Compare negated() {
            return switch (this) {
                case EQ -> NE;
                case NE -> EQ;
                case LT -> GE;
                case LE -> GT;
                case GT -> LE;
                case GE -> LT;
            };
        }

        boolean holds(int order) {
            return switch (this) {
                case EQ -> order == 0;
                case NE -> order != 0;
                case LT -> order < 0;
                case LE -> order <= 0;
                case GT -> order > 0;
                case GE -> order >= 0;
            };
        }
    }

    /**
     * One comparison.
     *
     * @param value a String, a Double or a Boolean
     */
    public record Term(String name, Compare compare, Object value) {
        boolean matches(JsonNode attributes) {
            JsonNode given = attributes.get(name);
            if (given == null) {
                return false;
            }
            if (value instanceof String text) {
                return given.isTextual() && holds(given.textValue(), text);
            }
            if (value instanceof Double number) {
                // Adding 0 makes 0 of -0, which are not the same to Double.compare.
                return given.isNumber() && compare.holds(Double.compare(given.doubleValue() + 0.0, number + 0.0));
            }
            return given.isBoolean() && compare.holds(Boolean.compare(given.booleanValue(), (Boolean) value));
        }

        private boolean holds(String given, String text) {
            return switch (compare) {
                case EQ -> given.equals(text);
                case NE -> !given.equals(text);
                default -> compare.holds(Arrays.compare(given.codePoints().toArray(), text.codePoints().toArray()));
            };
        }
    }

    public AttributeFilter {
        anyOf = anyOf.stream().map(List::copyOf).toList();
    }

    /** @throws InvalidRequestException says where the text is no condition */
    public static AttributeFilter parse(String text) {
        return new FilterParser(text).parse();
    }

    public boolean matches(JsonNode attributes) {
        return anyOf.stream().anyMatch(terms -> terms.stream().allMatch(term -> term.matches(attributes)));
    }

    static List<List<Term>> or(List<List<Term>> a, List<List<Term>> b) {
        List<List<Term>> all = new ArrayList<>(a);
        all.addAll(b);
        return limited(all);
    }

    static List<List<Term>> and(List<List<Term>> a, List<List<Term>> b) {
        List<List<Term>> all = new ArrayList<>();
        for (List<Term> left : a) {
            for (List<Term> right : b) {
                List<Term> both = new ArrayList<>(left);
                both.addAll(right);
                all.add(both);
            }
        }
        return limited(all);
    }

    private static List<List<Term>> limited(List<List<Term>> all) {
        if (all.size() > MAX_ALTERNATIVES) {
            throw new InvalidRequestException("filter: more than " + MAX_ALTERNATIVES + " alternatives when multiplied out (expected: at most "
                    + MAX_ALTERNATIVES + ")");
        }
        return all;
    }
}
