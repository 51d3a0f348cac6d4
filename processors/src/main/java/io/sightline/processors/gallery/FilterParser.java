package io.sightline.processors.gallery;

import io.sightline.processors.gallery.AttributeFilter.Compare;
import io.sightline.processors.gallery.AttributeFilter.Term;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an {@link AttributeFilter}; its grammar is there. Recursive descent, one method a rule. Used once, by one thread. */
final class FilterParser {
    private static final int MAX_DEPTH = 16;
    private static final Pattern TOKEN = Pattern.compile("(?:(==|!=|<=|>=|<|>|\\(|\\)|\\[|]|,)|([A-Za-z_][A-Za-z0-9_]*)"
            + "|(-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?)|\"((?:[^\"\\\\]|\\\\[\"\\\\])*)\"|'((?:[^'\\\\]|\\\\['\\\\])*)')");
    private static final Pattern SPACE = Pattern.compile("\\s*");

    private enum Kind { SYMBOL, WORD, NUMBER, TEXT, END }

    private final String text;
    private final Matcher tokens;
    /** Where the token begins, and what comes after it. */
    private int start;
    private int at;
    private int depth;
    private Kind kind;
    private String token;

    FilterParser(String text) {
        if (text.length() > AttributeFilter.MAX_CHARS) {
            throw new InvalidRequestException("filter: " + text.length() + " characters (expected: at most " + AttributeFilter.MAX_CHARS + ")");
        }
        this.text = text;
        this.tokens = TOKEN.matcher(text);
    }

    AttributeFilter parse() {
        next();
        List<List<Term>> anyOf = condition(false);
        if (kind != Kind.END) {
            throw unexpected("and, or, or the end");
        }
        return new AttributeFilter(text, anyOf);
    }

    private List<List<Term>> condition(boolean negated) {
        List<List<Term>> all = term(negated);
        while (isWord("or")) {
            next();
            List<List<Term>> more = term(negated);
            all = negated ? AttributeFilter.and(all, more) : AttributeFilter.or(all, more);
        }
        return all;
    }

    private List<List<Term>> term(boolean negated) {
        List<List<Term>> all = factor(negated);
        while (isWord("and")) {
            next();
            List<List<Term>> more = factor(negated);
            all = negated ? AttributeFilter.or(all, more) : AttributeFilter.and(all, more);
        }
        return all;
    }

    private List<List<Term>> factor(boolean negated) {
        if (++depth > MAX_DEPTH) {
            throw new InvalidRequestException("filter: nested more than " + MAX_DEPTH + " deep (expected: at most " + MAX_DEPTH + ")");
        }
        try {
            if (isWord("not")) {
                next();
                return factor(!negated);
            }
            if (isSymbol("(")) {
                next();
                List<List<Term>> inside = condition(negated);
                expect(")");
                return inside;
            }
            return comparison(negated);
        } finally {
            depth--;
        }
    }

    private List<List<Term>> comparison(boolean negated) {
        if (kind != Kind.WORD) {
            throw unexpected("an attribute's name");
        }
        String name = token;
        next();
        if (isWord("in")) {
            next();
            return in(name, negated);
        }
        Compare compare = null;
        for (Compare known : Compare.values()) {
            compare = isSymbol(known.symbol()) ? known : compare;
        }
        if (compare == null) {
            throw unexpected("==, !=, <, <=, >, >= or in");
        }
        next();
        Object value = value();
        if (value instanceof Boolean && compare != Compare.EQ && compare != Compare.NE) {
            throw new InvalidRequestException("filter: " + name + " " + compare.symbol() + " " + value + " (expected: == or != with true and false)");
        }
        return List.of(List.of(new Term(name, negated ? compare.negated() : compare, value)));
    }

    private List<List<Term>> in(String name, boolean negated) {
        expect("[");
        List<Term> terms = new ArrayList<>();
        do {
            if (!terms.isEmpty()) {
                next();
            }
            terms.add(new Term(name, negated ? Compare.NE : Compare.EQ, value()));
        } while (isSymbol(","));
        expect("]");
        List<List<Term>> all = List.of(List.of(terms.get(0)));
        for (Term term : terms.subList(1, terms.size())) {
            all = negated ? AttributeFilter.and(all, List.of(List.of(term))) : AttributeFilter.or(all, List.of(List.of(term)));
        }
        return all;
    }

    private Object value() {
        Object value;
        if (kind == Kind.TEXT) {
            value = token;
        } else if (kind == Kind.NUMBER) {
            value = number();
        } else if (isWord("true") || isWord("false")) {
            value = Boolean.valueOf(token);
        } else {
            throw unexpected("a text in quotes, a number, true or false");
        }
        next();
        return value;
    }

    private Double number() {
        Double number = Double.valueOf(token);
        if (number.isInfinite()) {
            throw unexpected("a number between -1.8e308 and 1.8e308");
        }
        return number;
    }

    private void expect(String symbol) {
        if (!isSymbol(symbol)) {
            throw unexpected(symbol);
        }
        next();
    }

    private boolean isWord(String word) {
        return kind == Kind.WORD && token.equals(word);
    }

    private boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && token.equals(symbol);
    }

    private void next() {
        Matcher space = SPACE.matcher(text).region(at, text.length());
        space.lookingAt();
        start = space.end();
        if (start == text.length()) {
            kind = Kind.END;
            token = "";
            return;
        }
        if (!tokens.region(start, text.length()).lookingAt()) {
            throw new InvalidRequestException("filter: '" + RequestLimits.shown(text.substring(start)) + "' at character " + (start + 1)
                    + " (expected: a name, a value, a comparison, and, or, not, in or brackets)");
        }
        at = tokens.end();
        if (tokens.group(1) != null) {
            kind = Kind.SYMBOL;
            token = tokens.group(1);
        } else if (tokens.group(2) != null) {
            kind = Kind.WORD;
            token = tokens.group(2);
        } else if (tokens.group(3) != null) {
            kind = Kind.NUMBER;
            token = tokens.group(3);
        } else {
            kind = Kind.TEXT;
            token = (tokens.group(4) != null ? tokens.group(4) : tokens.group(5)).replaceAll("\\\\(.)", "$1");
        }
    }

    private InvalidRequestException unexpected(String expected) {
        String seen = kind == Kind.END ? "the end" : "'" + RequestLimits.shown(token) + "'";
        return new InvalidRequestException("filter: " + seen + " at character " + (start + 1) + " (expected: " + expected + ")");
    }
}
