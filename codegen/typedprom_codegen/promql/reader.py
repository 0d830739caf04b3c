"""Reads what a query refers to: selectors, calls, and the labels it groups and joins by.

The grammar is followed closely enough to refuse what Prometheus's parser refuses, types aside:
how operators bind and whether a function is given the right kind of vector is not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import NoReturn

from typedprom_codegen.promql import vocabulary as words
from typedprom_codegen.promql.lexer import (
    Extent,
    Kind,
    QuerySyntaxError,
    Token,
    tokenize,
    unquote,
)
from typedprom_codegen.promql.query import Call, Grouping, LabelName, Matcher, Query, Selector

DEEPEST = 64  # levels of parentheses; what people write has three


@lru_cache(maxsize=4096)
def read(text: str) -> Query:
    """Read a query. Raises QuerySyntaxError at the first thing that Prometheus would refuse."""
    reader = _Reader(text, tokenize(text))
    reader.query()
    return Query(
        text,
        reader.tokens,
        tuple(reader.selectors),
        tuple(reader.calls),
        tuple(reader.groupings),
    )


@dataclass(slots=True)
class _Reader:
    text: str
    tokens: tuple[Token, ...]
    at: int = 0
    depth: int = 0
    selectors: list[Selector] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    groupings: list[Grouping] = field(default_factory=list)

    def query(self) -> None:
        self._expression()
        if self._token.kind is not Kind.END:
            self._refuse("an operator is due")

    # Expressions

    def _expression(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self._fail(f"this is nested deeper than {DEEPEST} levels", self._token.extent)
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
        while self._token.text in words.SIGNS:
            self._next()
        token = self._token
        if token.text == "(":
            self._parenthesised()
        elif token.text == "{":
            self._selector()
        elif token.kind is Kind.WORD:
            self._word()
        elif token.kind in {Kind.NUMBER, Kind.DURATION, Kind.STRING}:
            self._literal()
        else:
            self._refuse("an expression is due")
        self._modifiers()

    def _literal(self) -> None:
        token = self._next()
        if token.kind is Kind.STRING:
            unquote(token)

    def _parenthesised(self) -> None:
        self._expect("(")
        self._expression()
        self._expect(")")

    def _word(self) -> None:
        token, after = self._token, self._after
        if token.keyword in words.AGGREGATIONS and (
            after.text == "(" or after.keyword in words.GROUPING
        ):
            self._aggregation()
        elif after.text == "(":
            self._function()
        elif token.keyword in words.NAMED_NUMBERS:
            self._next()
        elif token.keyword in words.NOT_A_METRIC:
            self._refuse("an expression is due")
        else:
            self._selector()

    def _operator(self) -> bool:
        token = self._token
        if token.text not in words.OPERATORS and token.keyword not in words.WORD_OPERATORS:
            return False
        self._next()
        if self._token.keyword == words.BOOL:
            if token.text not in words.COMPARISONS:
                self._fail("`bool` goes with a comparison only", self._token.extent)
            self._next()
        return True

    def _joining(self) -> list[tuple[str, tuple[LabelName, ...]]]:
        """The labels that the two sides of an operator are matched by."""
        found = []
        if self._token.keyword in words.MATCHING:
            found.append((self._next().keyword, self._label_list()))
            if self._token.keyword in words.JOINING:
                keyword = self._next().keyword
                found.append((keyword, self._label_list() if self._token.text == "(" else ()))
        while self._token.keyword in words.FILLING and self._after.text == "(":
            self._next()
            self._arguments()
        return found

    # Calls

    def _aggregation(self) -> None:
        name = self._next().keyword
        keyword, labels = self._grouped_labels()
        if self._after.text == ")":
            self._next()
            self._refuse("an argument is due")
        arguments, strings = self._arguments()
        if not keyword:
            keyword, labels = self._grouped_labels()
        grouping = Grouping(keyword, labels, arguments) if keyword else None
        if grouping:
            self.groupings.append(grouping)
        self.calls.append(Call(name, arguments, strings, grouping))

    def _grouped_labels(self) -> tuple[str, tuple[LabelName, ...]]:
        if self._token.keyword not in words.GROUPING:
            return "", ()
        return self._next().keyword, self._label_list()

    def _function(self) -> None:
        name = self._next()
        if name.text not in words.FUNCTIONS and not name.varies:
            near = get_close_matches(name.text, words.FUNCTIONS | words.AGGREGATIONS, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            self._fail(f"there is no function `{name.text}`{hint}", name.extent)
        arguments, strings = self._arguments()
        self.calls.append(Call(name.text, arguments, strings, None))

    def _arguments(self) -> tuple[Extent, tuple[str, ...]]:
        start = self._expect("(").extent.start
        strings: list[str] = []
        while self._token.text != ")":
            if self._token.kind is Kind.STRING:
                strings.append(unquote(self._token))
            self._expression()
            if self._token.text == ",":
                self._next()
                if self._token.text == ")":
                    self._refuse("an argument is due")
            elif self._token.text != ")":
                self._refuse("`,` or `)` is due")
        return Extent(start, self._expect(")").extent.end), tuple(strings)

    # Selectors

    def _selector(self) -> None:
        start = self._token.extent.start
        named = self._next() if self._token.kind is Kind.WORD else None
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
                self._fail("the metric's name is given twice", given[1][1])
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
        """Read `{…}`: the metric's name where it is quoted in it, and how to add a matcher."""
        end, form = self._expect("{").extent.end, "{}"
        quoted = None
        while self._token.text != "}":
            if self._token.kind is Kind.STRING and self._after.text not in words.MATCH_OPERATORS:
                if quoted:
                    self._fail("the metric's name is given twice", self._token.extent)
                quoted = unquote(self._token), self._next().extent
            else:
                found.append(self._matcher())
            end, form = self._previous.extent.end, ", {}"
            if self._token.text == ",":
                self._next()
            elif self._token.text != "}":
                self._refuse("`,` or `}` is due")
        self._expect("}")
        return quoted, end, form

    def _matcher(self) -> Matcher:
        label = self._label()
        if self._token.text not in words.MATCH_OPERATORS:
            self._refuse("one of =, !=, =~ and !~ is due")
        operator = self._next().text
        if self._token.kind is not Kind.STRING:
            self._refuse("a string in quotes is due")
        value = self._next()
        extent = Extent(label.extent.start, value.extent.end)
        return Matcher(label, operator, unquote(value), extent)

    def _window(self) -> Extent | None:
        """The range of a selector; a subquery is left for the modifiers."""
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
        """Read subqueries, offsets and `@`; the latter two follow a selector or a subquery."""
        given: set[str] | None = set() if self._behind_selector else None
        while True:
            word = self._token.keyword or self._token.text
            if word == "[":
                self._subquery()
                given = set()
            elif word in {words.OFFSET, words.AT}:
                if given is None:
                    self._fail(f"`{word}` goes behind a selector", self._token.extent)
                if word in given:
                    self._fail(f"`{word}` is given twice", self._token.extent)
                given.add(word)
                self._next()
                self._moment(word)
            else:
                return

    @property
    def _behind_selector(self) -> bool:
        return bool(self.selectors) and self.selectors[-1].extent.end == self._previous.extent.end

    def _subquery(self) -> None:
        self._expect("[")
        self._duration()
        if self._token.text != ":":
            self._refuse("`:` is due: only a selector has a plain range")
        self._next()
        if self._token.text != "]":
            self._duration()
        self._expect("]")

    def _moment(self, word: str) -> None:
        if word == words.AT and self._token.keyword in words.EVALUATION_ENDS:
            self._next()
            self._expect("(")
            self._expect(")")
            return
        while self._token.text in words.SIGNS:
            self._next()
        if self._token.kind not in {Kind.NUMBER, Kind.DURATION} and not self._token.varies:
            self._refuse("a duration is due" if word == words.OFFSET else "a time is due")
        self._next()

    def _duration(self) -> Extent:
        token = self._token
        if token.kind not in {Kind.NUMBER, Kind.DURATION} and not token.varies:
            self._refuse("a duration like 5m is due")
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
                self._refuse("`,` or `)` is due")
        self._expect(")")
        return tuple(labels)

    def _label(self) -> LabelName:
        token = self._token
        if token.kind is Kind.STRING:
            return LabelName(unquote(token), self._next().extent)
        if token.kind is not Kind.WORD or ":" in token.text:
            self._refuse("a label is due")
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
        self.at += token.kind is not Kind.END
        return token

    def _expect(self, symbol: str) -> Token:
        if self._token.text != symbol:
            self._refuse(f"`{symbol}` is due")
        return self._next()

    def _refuse(self, due: str) -> NoReturn:
        token = self._token
        at_end = token.kind is Kind.END
        met = "the query ends here" if at_end else f"`{token.text}` is not expected here"
        self._fail(f"{met}: {due}", token.extent)

    def _fail(self, message: str, extent: Extent) -> NoReturn:
        raise QuerySyntaxError(message, extent)


def _names_metric(matcher: Matcher) -> bool:
    return matcher.label.name == words.NAME_LABEL and matcher.operator == words.EQUAL
