"""Parses a query for what it refers to: selectors, calls, and the labels of groupings and joins.

It rejects what Prometheus's parser rejects, except for types: it ignores operator precedence, and
whether a function gets the right kind of vector.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NoReturn

from typedprom_codegen.message_parts import did_you_mean
from typedprom_codegen.promql_old import keywords
from typedprom_codegen.promql_old.lexer import (
    Extent,
    QuerySyntaxError,
    Token,
    TokenKind,
    tokenize,
    unquote,
)
from typedprom_codegen.promql_old.syntax import Call, Grouping, LabelName, Matcher, Query, Selector

DEEPEST = 64  # levels of parentheses; hand-written queries have about three


@lru_cache(maxsize=4096)
def parse(text: str) -> Query:
    """Parse a query. Raises QuerySyntaxError for the first thing that Prometheus would reject."""
    parser = _Parser(text, tokenize(text))
    parser.query()
    return Query(
        text,
        parser.tokens,
        tuple(parser.selectors),
        tuple(parser.calls),
        tuple(parser.groupings),
    )


@dataclass(slots=True)
class _Parser:
    text: str
    tokens: tuple[Token, ...]
    at: int = 0
    depth: int = 0
    selectors: list[Selector] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    groupings: list[Grouping] = field(default_factory=list)

    def query(self) -> None:
        self._expression()
        if self._token.kind is not TokenKind.END:
            self._unexpected("an operator")

    # Expressions

    def _expression(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self._fail(f"more than {DEEPEST} levels of nesting", self._token.extent)
        start = self._token.extent.start
        joined: list[tuple[str, tuple[LabelName, ...]]] = []
        self._operand()
        while self._operator():
            joined += self._joining()
            self._operand()
        scope = Extent(start, self._previous.extent.end)
        self.groupings += [Grouping(keyword, labels, scope) for keyword, labels in joined]
        self.depth -= 1

    def _operand(self) -> None:
        while self._token.text in keywords.SIGNS:
            self._next()
        token = self._token
        if token.text == "(":
            self._parenthesised()
        elif token.text == "{":
            self._selector()
        elif token.kind is TokenKind.WORD:
            self._word()
        elif token.kind in {TokenKind.NUMBER, TokenKind.DURATION, TokenKind.STRING}:
            self._literal()
        else:
            self._unexpected("an expression")
        self._modifiers()

    def _literal(self) -> None:
        token = self._next()
        if token.kind is TokenKind.STRING:
            unquote(token)

    def _parenthesised(self) -> None:
        self._expect("(")
        self._expression()
        self._expect(")")

    def _word(self) -> None:
        token, after = self._token, self._after
        if token.keyword in keywords.AGGREGATIONS and (
            after.text == "(" or after.keyword in keywords.GROUPING
        ):
            self._aggregation()
        elif after.text == "(":
            self._function()
        elif token.keyword in keywords.NAMED_NUMBERS:
            self._next()
        elif token.keyword in keywords.NOT_A_METRIC:
            self._unexpected("an expression")
        else:
            self._selector()

    def _operator(self) -> bool:
        token = self._token
        if token.text not in keywords.OPERATORS and token.keyword not in keywords.WORD_OPERATORS:
            return False
        self._next()
        if self._token.keyword == keywords.BOOL:
            if token.text not in keywords.COMPARISONS:
                self._fail("`bool` is only allowed after a comparison operator", self._token.extent)
            self._next()
        return True

    def _joining(self) -> list[tuple[str, tuple[LabelName, ...]]]:
        """The labels by which the two sides of an operator are matched."""
        found = []
        if self._token.keyword in keywords.MATCHING:
            found.append((self._next().keyword, self._label_list()))
            if self._token.keyword in keywords.JOINING:
                keyword = self._next().keyword
                found.append((keyword, self._label_list() if self._token.text == "(" else ()))
        while self._token.keyword in keywords.FILLING and self._after.text == "(":
            self._next()
            self._arguments()
        return found

    # Calls

    def _aggregation(self) -> None:
        name = self._next().keyword
        keyword, labels = self._grouped_labels()
        if self._after.text == ")":
            self._next()
            self._unexpected("an argument")
        arguments, strings = self._arguments()
        if not keyword:
            keyword, labels = self._grouped_labels()
        grouping = Grouping(keyword, labels, arguments) if keyword else None
        if grouping:
            self.groupings.append(grouping)
        self.calls.append(Call(name, arguments, strings, grouping))

    def _grouped_labels(self) -> tuple[str, tuple[LabelName, ...]]:
        if self._token.keyword not in keywords.GROUPING:
            return "", ()
        return self._next().keyword, self._label_list()

    def _function(self) -> None:
        name = self._next()
        if name.text not in keywords.FUNCTIONS and not name.varies:
            near = did_you_mean(name.text, keywords.FUNCTIONS | keywords.AGGREGATIONS)
            self._fail(f"unknown function `{name.text}`{near}", name.extent)
        arguments, strings = self._arguments()
        self.calls.append(Call(name.text, arguments, strings, None))

    def _arguments(self) -> tuple[Extent, tuple[str, ...]]:
        start = self._expect("(").extent.start
        strings: list[str] = []
        while self._token.text != ")":
            if self._token.kind is TokenKind.STRING:
                strings.append(unquote(self._token))
            self._expression()
            if self._token.text == ",":
                self._next()
                if self._token.text == ")":
                    self._unexpected("an argument")
            elif self._token.text != ")":
                self._unexpected("`,` or `)`")
        return Extent(start, self._expect(")").extent.end), tuple(strings)

    # Selectors

    def _selector(self) -> None:
        start = self._token.extent.start
        named = self._next() if self._token.kind is TokenKind.WORD else None
        name = None if named is None or named.varies else named.text
        name_extent = named.extent if named else self._token.extent
        end, form = name_extent.end, "{{{}}}"
        matchers: list[Matcher] = []
        if self._token.text == "{":
            quoted, end, form = self._matchers(matchers)
            given = [(named.text, named.extent)] if named else []
            given += [quoted] if quoted else []
            given += [(m.value, m.extent) for m in matchers if _names_metric(m)]
            if len(given) > 1:
                self._fail("the metric has two names", given[1][1])
            if not given and not matchers:
                self._fail("a selector needs a name or a matcher", self._previous.extent)
            if given and not (named and named.varies):
                name, name_extent = given[0]
        window = self._window()
        extent = Extent(start, self._previous.extent.end)
        self.selectors.append(
            Selector(extent, name, name_extent, tuple(matchers), end, form, window)
        )

    def _matchers(self, found: list[Matcher]) -> tuple[tuple[str, Extent] | None, int, str]:
        """Parse `{…}`: returns the metric's name if it is in quotes, and how to add a matcher."""
        end, form = self._expect("{").extent.end, "{}"
        quoted = None
        while self._token.text != "}":
            if (
                self._token.kind is TokenKind.STRING
                and self._after.text not in keywords.MATCH_OPERATORS
            ):
                if quoted:
                    self._fail("the metric has two names", self._token.extent)
                quoted = unquote(self._token), self._next().extent
            else:
                found.append(self._matcher())
            end, form = self._previous.extent.end, ", {}"
            if self._token.text == ",":
                self._next()
            elif self._token.text != "}":
                self._unexpected("`,` or `}`")
        self._expect("}")
        return quoted, end, form

    def _matcher(self) -> Matcher:
        label = self._label()
        if self._token.text not in keywords.MATCH_OPERATORS:
            self._unexpected("one of =, !=, =~ and !~")
        operator = self._next().text
        if self._token.kind is not TokenKind.STRING:
            self._unexpected("a string in quotes")
        value = self._next()
        extent = Extent(label.extent.start, value.extent.end)
        return Matcher(label, operator, unquote(value), extent)

    def _window(self) -> Extent | None:
        """Parse the range of a selector, but not that of a subquery."""
        if self._token.text != "[":
            return None
        closing = next((t for t in self.tokens[self.at :] if t.text in {":", "]"}), None)
        if closing is not None and closing.text == ":":
            return None
        self._next()
        extent = self._duration()
        self._expect("]")
        return extent

    # What follows an operand

    def _modifiers(self) -> None:
        """Parse subqueries, offsets and `@`; the latter two follow a selector or a subquery."""
        given: set[str] | None = set() if self._after_selector else None
        while True:
            word = self._token.keyword or self._token.text
            if word == "[":
                self._subquery()
                given = set()
            elif word in {keywords.OFFSET, keywords.AT}:
                if given is None:
                    self._fail(
                        f"`{word}` is only allowed after a selector or a subquery",
                        self._token.extent,
                    )
                if word in given:
                    self._fail(f"a second `{word}`", self._token.extent)
                given.add(word)
                self._next()
                self._timestamp(word)
            else:
                return

    @property
    def _after_selector(self) -> bool:
        return bool(self.selectors) and self.selectors[-1].extent.end == self._previous.extent.end

    def _subquery(self) -> None:
        self._expect("[")
        self._duration()
        if self._token.text != ":":
            self._unexpected("`:`, because only a selector has a range without a step")
        self._next()
        if self._token.text != "]":
            self._duration()
        self._expect("]")

    def _timestamp(self, word: str) -> None:
        if word == keywords.AT and self._token.keyword in keywords.EVALUATION_ENDS:
            self._next()
            self._expect("(")
            self._expect(")")
            return
        while self._token.text in keywords.SIGNS:
            self._next()
        if (
            self._token.kind not in {TokenKind.NUMBER, TokenKind.DURATION}
            and not self._token.varies
        ):
            self._unexpected("a duration" if word == keywords.OFFSET else "a time")
        self._next()

    def _duration(self) -> Extent:
        token = self._token
        if token.kind not in {TokenKind.NUMBER, TokenKind.DURATION} and not token.varies:
            self._unexpected("a duration like 5m")
        if not token.varies and not any(digit in "123456789" for digit in token.text):
            self._fail("a duration must not be zero", token.extent)
        return self._next().extent

    # Labels and tokens

    def _label_list(self) -> tuple[LabelName, ...]:
        self._expect("(")
        labels: list[LabelName] = []
        while self._token.text != ")":
            labels.append(self._label())
            if self._token.text == ",":
                self._next()
            elif self._token.text != ")":
                self._unexpected("`,` or `)`")
        self._expect(")")
        return tuple(labels)

    def _label(self) -> LabelName:
        token = self._token
        if token.kind is TokenKind.STRING:
            return LabelName(unquote(token), self._next().extent)
        if token.kind is not TokenKind.WORD or ":" in token.text:
            self._unexpected("a label")
        return LabelName(token.text, self._next().extent)

    @property
    def _token(self) -> Token:
        return self.tokens[self.at]

    @property
    def _after(self) -> Token:
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    @property
    def _previous(self) -> Token:
        return self.tokens[max(self.at - 1, 0)]

    def _next(self) -> Token:
        token = self.tokens[self.at]
        self.at += token.kind is not TokenKind.END
        return token

    def _expect(self, symbol: str) -> Token:
        if self._token.text != symbol:
            self._unexpected(f"`{symbol}`")
        return self._next()

    def _unexpected(self, expected: str) -> NoReturn:
        token = self._token
        met = "end of query" if token.kind is TokenKind.END else f"`{token.text}`"
        self._fail(f"unexpected {met}: expected {expected}", token.extent)

    def _fail(self, message: str, extent: Extent) -> NoReturn:
        raise QuerySyntaxError(message, extent)


def _names_metric(matcher: Matcher) -> bool:
    return matcher.label.name == keywords.NAME_LABEL and matcher.operator == keywords.EQUAL
