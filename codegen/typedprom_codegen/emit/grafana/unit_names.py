"""Grafana's names of units: of the values of a query, by its inferred type, and of a metric."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from typedprom_codegen.queries import value_units
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.types import Type
from typedprom_codegen.queries.value_units import EVENTS, SECONDS, Unit

COUNT: Final = "short"
WHOLE: Final = "locale"  # all digits: 3,142 instead of 3.14 K
RATIO: Final = "percentunit"
DATE: Final = "dateTimeAsIso"  # of milliseconds since 1970

MAY_BE_NEGATIVE: Final = frozenset({None, "amperes", "celsius", "meters", "volts"})
"""Units of gauges that can be negative; None: gauges without a unit."""

_BASE: Final[Mapping[str, Mapping[float, str]]] = {
    "amperes": {1: "amp", 0.001: "mamp"},
    "bytes": {
        1: "bytes",
        1024: "kbytes",
        1024**2: "mbytes",
        1024**3: "gbytes",
        1024**4: "tbytes",
        1e3: "deckbytes",
        1e6: "decmbytes",
        1e9: "decgbytes",
        1e12: "dectbytes",
        0.125: "bits",
    },
    "celsius": {1: "celsius"},
    EVENTS: {1: COUNT},
    "grams": {1: "massg", 1000: "masskg", 0.001: "massmg"},
    "hertz": {1: "hertz"},
    "joules": {1: "joule", 3600: "watth", 3.6e6: "kwatth"},
    "kelvin": {1: "kelvin"},
    "meters": {1: "lengthm", 1000: "lengthkm", 0.001: "lengthmm"},
    "pascals": {1: "pressurepa", 100: "pressurehpa", 1000: "pressurekpa"},
    SECONDS: {1: "s", 0.001: "ms", 1e-6: "µs", 1e-9: "ns", 60: "m", 3600: "h", 86400: "d"},
    "volts": {1: "volt", 1000: "kvolt", 0.001: "mvolt"},
    "watts": {1: "watt", 1000: "kwatt", 0.001: "mwatt"},
}
"""The names by base unit, and by how much of it one is."""

_PER_SECOND: Final[Mapping[str, Mapping[float, str]]] = {
    "bytes": {
        1: "binBps",
        1024: "KiBs",
        1024**2: "MiBs",
        1024**3: "GiBs",
        1e3: "KBs",
        1e6: "MBs",
        1e9: "GBs",
        0.125: "binbps",
    },
    EVENTS: {1: "cps", 1 / 60: "cpm"},
    "joules": {1: "watt", 1000: "kwatt", 0.001: "mwatt"},
    "meters": {1: "velocityms"},
}
_RATIOS: Final[Mapping[float, str]] = {1: RATIO, 0.01: "percent"}
_NO_RATIO: Final = frozenset({Meaning.UNKNOWN, Meaning.COUNT, Meaning.STATE, Meaning.INFO})
"""What plain numbers can mean besides a ratio."""


def base(unit: str | None) -> str:
    """For amounts in this unit of the catalog; without a unit, for counts."""
    return _name(value_units.base(unit), _RATIOS) if unit else COUNT


def unit_name(found: Type) -> str:
    """For the values of a query. Where the unit is not known, they are plain numbers."""
    if found.unit is None:
        return COUNT
    if found.meaning is Meaning.INCREASE and found.unit == value_units.EVENTS_UNIT:
        return WHOLE
    if found.meaning is Meaning.TIMESTAMP and math.isclose(found.unit.factor, 0.001):
        return DATE
    return _name(found.unit, {} if found.meaning in _NO_RATIO else _RATIOS)


def _name(unit: Unit, plain: Mapping[float, str]) -> str:
    """The name of a unit; that of counts if Grafana has none."""
    names = _names(unit, plain)
    return next((n for factor, n in names.items() if math.isclose(factor, unit.factor)), COUNT)


def _names(unit: Unit, plain: Mapping[float, str]) -> Mapping[float, str]:
    match sorted(unit.powers.items()):
        case []:
            return plain
        case [(name, 1)]:
            return _BASE.get(name, {})
        case [(name, 1), ("seconds", -1)]:
            return _PER_SECOND.get(name, {})
    return {}
