"""Random queries over the metrics of `shop`, valid for Prometheus 2.42."""

from __future__ import annotations

import random
from collections.abc import Callable

from typedprom_codegen.promql.lexer import DURATION, NUMBER, STRING, WORD, Tokens

_NAMES = (
    "shop_requests_total",
    "shop_requests_total",
    "shop_errors_total",
    "shop_received_bytes_total",
    "shop_busy_seconds_total",
    "shop_waiting",
    "shop_memory_bytes",
    "shop_share_ratio",
    "shop_last_import_timestamp_seconds",
    "shop_latency_seconds_bucket",
    "shop_latency_seconds_sum",
    "shop_latency_seconds_count",
    "shop_depth_bucket",
    "shop_depth_sum",
    "shop_mode",
    "shop_build_info",
)
_LABELS = ("code", "route", "reason", "version", "le", "job", "instance", "cluster", "tier")
_VALUES = {
    "code": ("200", "404", "500", "_invalid", "418", ""),
    "route": ("/", "/cart", ""),
    "reason": ("", "dns", "timeout"),
    "version": ("1.0", ""),
    "le": ("0.1", "0.5", "10.0", "+Inf", ""),
    "job": ("web", "batch"),
    "instance": ("a:1", "b:1", ""),
    "cluster": ("eu", ""),
    "tier": ("gold", ""),
}
_PATTERNS = (
    ".*",
    ".+",
    "5..",
    "4..|5..",
    "200|404",
    "dns|",
    "|timeout",
    "/.*",
    "web|batch",
    "[ab]:1",
)
_RANGE = (
    "rate", "increase", "irate", "delta", "idelta", "deriv", "resets", "changes",
    "avg_over_time", "min_over_time", "max_over_time", "sum_over_time", "count_over_time",
    "stddev_over_time", "stdvar_over_time", "last_over_time", "present_over_time",
    "absent_over_time",
)  # fmt: skip
_INSTANT = (
    "abs", "ceil", "floor", "round", "sgn", "sqrt", "exp", "ln", "timestamp", "absent", "sort",
    "minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month",
    "cos", "acos", "atan", "cosh", "tanh", "deg",
)  # fmt: skip
_ARITHMETIC = ("+", "-", "*", "/", "%", "^", "atan2")
_COMPARISONS = ("==", "!=", ">", "<", ">=", "<=")
_NUMBERS = ("0", "1", "2", "0.5", "-3", "100", "1e3", "60 * 60", "Inf", "-1 / 2")


_VARIABLE_KINDS = frozenset({WORD, NUMBER, DURATION, STRING, "+", "*", ">"})


class Maker:
    """Makes queries, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311

    def query(self) -> str:
        """Return an instant vector of a random depth."""
        return self.vector(self.random.choice((1, 2, 2, 3, 3, 4)))

    def vector(self, depth: int) -> str:
        """Return an instant vector, with at most `depth` operations around each other."""
        if depth <= 0:
            return self.selector()
        forms: tuple[tuple[int, Callable[[int], str]], ...] = (
            (4, self.of_range),
            (2, self.of_instant),
            (5, self.aggregation),
            (5, self.binary),
            (2, self.with_scalar),
            (2, self.labels_changed),
            (2, self.quantile),
            (2, self.fraction),
            (1, self.other),
        )
        weights, makers = zip(*forms, strict=True)
        maker: Callable[[int], str] = self.random.choices(makers, weights)[0]
        return maker(depth - 1)

    def selector(self) -> str:
        name = self.random.choice(_NAMES)
        matchers = [self.matcher() for _ in range(self.random.choice((0, 0, 1, 1, 2)))]
        return name + ("{" + ", ".join(matchers) + "}" if matchers else "")

    def matcher(self) -> str:
        label = self.random.choice(_LABELS)
        operator = self.random.choice(("=", "=", "!=", "=~", "!~"))
        values = _PATTERNS if "~" in operator else _VALUES[label]
        return f'{label}{operator}"{self.random.choice(values)}"'

    def of_range(self, depth: int) -> str:
        name = self.random.choice(_RANGE)
        return f"{name}({self.range(depth)})"

    def range(self, depth: int) -> str:
        if self.random.random() < 0.7:
            return f"{self.selector()}[{self.random.choice(('2m', '5m'))}]"
        return f"({self.vector(depth)})[5m:1m]"

    def of_instant(self, depth: int) -> str:
        return f"{self.random.choice(_INSTANT)}({self.vector(depth)})"

    def aggregation(self, depth: int) -> str:
        name = self.random.choice(("sum", "sum", "avg", "min", "max", "count", "group", "stddev"))
        parameter = ""
        if self.random.random() < 0.25:
            name, parameter = self.random.choice(
                (("topk", "2, "), ("quantile", "0.5, "), ("count_values", '"zz", '))
            )
        grouping = f" {self.random.choice(('by', 'without'))} ({self.names()})"
        if self.random.random() < 0.2:
            grouping = ""
        return f"{name}{grouping} ({parameter}{self.vector(depth)})"

    def names(self) -> str:
        return ", ".join(self.random.sample(_LABELS, self.random.randint(0, 3)))

    def binary(self, depth: int) -> str:
        left, right = self.vector(depth), self.vector(depth)
        if self.random.random() < 0.4:
            right = left
        kind = self.random.random()
        if kind < 0.3:
            operator = self.random.choice(("and", "or", "unless"))
            return f"({left}) {operator} {self.matching()} ({right})"
        operator = self.random.choice(_ARITHMETIC if kind < 0.7 else _COMPARISONS)
        bool_ = " bool" if operator in _COMPARISONS and self.random.random() < 0.3 else ""
        matching = self.matching()
        if matching and self.random.random() < 0.4:
            named = set(matching.strip(")").partition("(")[2].split(", "))
            free = [name for name in _LABELS if name not in named or "ignoring" in matching]
            many = self.random.choice(("group_left", "group_right"))
            matching += f" {many} ({self.random.choice(('', self.random.choice(free)))})"
        return f"({left}) {operator}{bool_} {matching} ({right})"

    def matching(self) -> str:
        if self.random.random() < 0.4:
            return ""
        return f"{self.random.choice(('on', 'on', 'ignoring'))} ({self.names()})"

    def with_scalar(self, depth: int) -> str:
        sides = [self.vector(depth), self.scalar(depth)]
        self.random.shuffle(sides)
        operator = self.random.choice((*_ARITHMETIC, *_COMPARISONS))
        return f"({sides[0]}) {operator} ({sides[1]})"

    def scalar(self, depth: int) -> str:
        kind = self.random.random()
        if kind < 0.8:
            return self.random.choice(_NUMBERS)
        return "time()" if kind < 0.9 else f"scalar({self.vector(depth)})"

    def labels_changed(self, depth: int) -> str:
        target, source = self.random.choice((*_LABELS, "new")), self.random.choice(_LABELS)
        inner = self.vector(depth)
        if self.random.random() < 0.5:
            other = self.random.choice(_LABELS)
            separator = self.random.choice(("", "-"))
            return f'label_join({inner}, "{target}", "{separator}", "{source}", "{other}")'
        replacement = self.random.choice(("$1", "fixed", "x-$1", ""))
        pattern = self.random.choice(("(.*)", "(.+)", "(5.*)", "", ".*"))
        return f'label_replace({inner}, "{target}", "{replacement}", "{source}", "{pattern}")'

    def quantile(self, depth: int) -> str:
        level = self.random.choice(("0.5", "0.99", "0", "1", "1.5"))
        if self.random.random() < 0.3:
            return f"histogram_quantile({level}, {self.vector(depth)})"
        metric = self.random.choice(("shop_latency_seconds_bucket", "shop_depth_bucket"))
        labels = self.random.choice(("le", "le, job", "le, route"))
        scaled = self.random.choice(("", " * 2", " > 0"))
        return f"histogram_quantile({level}, sum by ({labels}) (rate({metric}[5m])){scaled})"

    def fraction(self, depth: int) -> str:
        del depth
        name = self.random.choice(("shop_requests_total", "shop_latency_seconds_bucket"))
        all_, extra = f"{self.matcher()}", f"{self.matcher()}"
        keep = self.random.sample(("job", "code", "route"), self.random.randint(0, 2))
        by = ", ".join(keep)
        total = f"sum by ({by}) (rate({name}{{{all_}}}[5m]))"
        part = f"sum by ({by}) (rate({name}{{{all_}, {extra}}}[5m]))"
        return self.random.choice(
            (
                f"{part} / {total}",
                f"100 * {part} / {total}",
                f"1 - {part} / {total}",
                f"{part} / ({part} + {total})",
                f"sum by (job, code) (rate({name}{{{all_}}}[5m])) / on (job) group_left () "
                f"sum by (job) (rate({name}{{{all_}}}[5m]))",
            )
        )

    def other(self, depth: int) -> str:
        inner = self.vector(depth)
        return self.random.choice(
            (
                f"-({inner})",
                f"clamp({inner}, 0, 5)",
                f"clamp_min({inner}, 1)",
                f"clamp_max({inner}, 1)",
                f"round({inner}, 0.1)",
                "vector(1)",
                "vector(time())",
                "hour()",
                f"time() - ({inner})",
                f"quantile_over_time(0.5, {self.range(depth)})",
                f"predict_linear({self.range(depth)}, 60)",
                f"topk by (job) (1, {inner})",
                f"{self.selector()} offset 1m",
            )
        )

    def with_variables(self, query: str) -> str:
        """Return a query in which Grafana variables stand for some of the words and values."""
        tokens = Tokens(query)
        words = [at for at, kind in enumerate(tokens.kinds) if kind in _VARIABLE_KINDS]
        words = [at for at in words if tokens.texts[at] != "bool"]  # reads as a function's name
        for at in sorted(set(self.random.choices(words, k=self.random.randint(1, 3))))[::-1]:
            start, end = tokens.extent(at)
            is_string = tokens.kinds[at] == STRING
            variable = '"$text"' if is_string else self.random.choice(("$v", "${v:regex}", "[[v]]"))
            query = query[:start] + variable + query[end:]
        return query
