"""What Prometheus makes of an annotation: the few actions of Go templates that our rules use.

Text outside of `{{ }}` stays as it is. An action is a label, the value or a string, piped through
functions of Prometheus: `{{ $labels.job }}`, `{{ $value | humanizePercentage }}`, `{{ "{{" }}`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import quote_plus

_ACTION: Final = re.compile(
    r'\{\{(?P<trim_left>- )?\s*(?P<body>(?:"(?:[^"\\]|\\.)*"|`[^`]*`|[^"`}]|\}(?!\}))*?)'
    r"\s*(?P<trim_right> -)?\}\}"
)
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')
_LABEL: Final = re.compile(r"\$labels\.([a-zA-Z_][a-zA-Z0-9_]*)")
_PRINTF: Final = re.compile(r'printf\s+("%(?:\.\d+)?f")')
_PIPE: Final = re.compile(r'\s*\|\s*(?=(?:[^"`]|"(?:[^"\\]|\\.)*"|`[^`]*`)*$)')

_LARGE: Final = ("k", "M", "G", "T", "P", "E", "Z", "Y")
_LARGE_1024: Final = ("ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi")
_SMALL: Final = ("m", "u", "n", "p", "f", "a", "z", "y")


class UnknownActionError(Exception):
    """The text depends on an action that is none of ours, or on a value that is not known."""


def expanded(template: str, labels: Mapping[str, str], value: float | None) -> str:
    """The text of a label or annotation of an alert; None for a value that is not known.

    Raises UnknownActionError for what cannot be told.
    """

    def result(action: re.Match[str]) -> str:
        if action["trim_left"] or action["trim_right"]:
            raise UnknownActionError(f"this action trims what is around it: {action[0]}")
        return _result(action["body"], labels, value)

    return _ACTION.sub(result, template)


def _result(body: str, labels: Mapping[str, str], value: float | None) -> str:
    operand, *functions = _PIPE.split(body.strip())
    words = operand.split(" ", 1)
    if len(words) == 2 and words[0] in _FUNCTIONS:  # `humanize $value`
        operand, functions = words[1], [words[0], *functions]
    result = _operand(operand.strip(), labels, value)
    for function in functions:
        result = _applied(function, result)
    return result if isinstance(result, str) else go_float(result)


def _operand(text: str, labels: Mapping[str, str], value: float | None) -> str | float:
    if text == "$value":
        if value is None:
            raise UnknownActionError("the value is not known")
        return value
    if label := _LABEL.fullmatch(text):
        return labels.get(label[1], "")
    if _STRING.fullmatch(text):
        return _unquoted(text)
    raise UnknownActionError(f"no action of ours: {text}")


def _applied(function: str, operand: str | float) -> str | float:
    if printf := _PRINTF.fullmatch(function):
        return _unquoted(printf[1]) % float(operand)
    if function in _OF_TEXT:
        return _OF_TEXT[function](operand if isinstance(operand, str) else go_float(operand))
    if function not in _FUNCTIONS:
        raise UnknownActionError(f"no function of ours: {function}")
    return _FUNCTIONS[function](float(operand))


def _unquoted(text: str) -> str:
    if text.startswith("`"):
        return text[1:-1]
    unquoted: str = json.loads(text)
    return unquoted


def humanize(value: float) -> str:
    """Like "1.234k": four digits and a metric prefix."""
    if value == 0 or not math.isfinite(value):
        return _four_digits(value)
    if abs(value) >= 1:
        return "".join(_scaled(value, 1000, _LARGE))
    return "".join(_scaled_up(value))


def humanize_1024(value: float) -> str:
    """Like "1.5Mi": four digits and a prefix of powers of 1024."""
    if abs(value) <= 1 or not math.isfinite(value):
        return _four_digits(value)
    return "".join(_scaled(value, 1024, _LARGE_1024))


def humanize_percentage(value: float) -> str:
    """Like "12.34%", of a ratio."""
    return f"{_four_digits(value * 100)}%"


def humanize_duration(value: float) -> str:
    """Like "1d 3h 0m 0s", of seconds."""
    if value == 0 or not math.isfinite(value):
        return _four_digits(value) + ("s" if value == 0 else "")
    if abs(value) < 1:
        return "".join(_scaled_up(value)) + "s"
    sign, value = ("-" if value < 0 else ""), abs(value)
    minutes, seconds = divmod(int(value), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{sign}{days}d {hours}h {minutes}m {seconds}s"
    if hours:
        return f"{sign}{hours}h {minutes}m {seconds}s"
    return f"{sign}{minutes}m {seconds}s" if minutes else f"{sign}{_four_digits(value)}s"


def go_float(value: float) -> str:
    """A number as Go prints it: the fewest digits, with an exponent from 1e+06 on."""
    if not math.isfinite(value):
        return {math.inf: "+Inf", -math.inf: "-Inf"}.get(value, "NaN")
    if value == 0 or 1e-4 <= abs(value) < 1e6:
        text = format(Decimal(repr(value)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, exponent = f"{Decimal(repr(value)).normalize():e}".split("e")
    return f"{mantissa}e{exponent[0]}{exponent[1:]:0>2}"


def _four_digits(value: float) -> str:
    if not math.isfinite(value):
        return go_float(value)
    return f"{value:.4g}"


def _scaled(value: float, base: int, prefixes: tuple[str, ...]) -> tuple[str, str]:
    prefix = ""
    for larger in prefixes:
        if abs(value) < base:
            break
        prefix, value = larger, value / base
    return _four_digits(value), prefix


def _scaled_up(value: float) -> tuple[str, str]:
    prefix = ""
    for smaller in _SMALL:
        if abs(value) >= 1:
            break
        prefix, value = smaller, value * 1000
    return _four_digits(value), prefix


_OF_TEXT: Final[Mapping[str, Callable[[str], str]]] = {
    "toLower": str.lower,
    "toUpper": str.upper,
    "urlquery": lambda text: quote_plus(text, safe=""),
}
_FUNCTIONS: Final[Mapping[str, Callable[[float], str]]] = {
    "humanize": humanize,
    "humanize1024": humanize_1024,
    "humanizePercentage": humanize_percentage,
    "humanizeDuration": humanize_duration,
}
