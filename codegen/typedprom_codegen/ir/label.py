"""Labels, and the values that they can have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.ir.field_spans import FieldSpans


@dataclass(frozen=True, slots=True)
class ClosedDomain:
    """The listed values are allowed, and no other."""

    values: tuple[str, ...]
    meanings: tuple[str, ...] = field(default=(), compare=False)  # one for each, or none at all


@dataclass(frozen=True, slots=True)
class PatternDomain:
    """Values that match `pattern` (`re.fullmatch`) are allowed, at most `budget` of them."""

    pattern: str
    budget: int


@dataclass(frozen=True, slots=True)
class OpenDomain:
    """Any value is allowed, at most `budget` of them per metric; others count as `_overflow`."""

    budget: int


Domain = ClosedDomain | PatternDomain | OpenDomain


@dataclass(frozen=True, slots=True)
class Label:
    """One declared label. Several labels can have the same name and different domains."""

    key: str  # the name by which metrics of the catalog refer to it
    name: str  # its name in series
    help: str
    domain: Domain
    component: str | None  # the component that declares it; None: the catalog, shared by all
    parameter: str  # the Python parameter: the name, with `_` appended to a Python keyword
    stem: str  # snake_case stem of generated Python names: "sources_error_type", "source_id"
    span: Span  # of its key
    where: FieldSpans = field(compare=False, repr=False)
    siblings: Literal["zero"] | None = None  # what counters are that a new value begins


@dataclass(frozen=True, slots=True)
class ConstantLabel:
    """A label with one value that every series of the catalog has."""

    name: str
    value: str
    span: Span
