"""Hypothesis strategies for catalogs with any text and any names that the language allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from tests.compiler.python_catalogs import SPAN, catalog, component, label, metric
from typedprom_codegen import names
from typedprom_codegen.ir import (
    Catalog,
    ClosedDomain,
    Combine,
    Component,
    ConstantLabel,
    Deprecation,
    Domain,
    Environment,
    Label,
    Metric,
    MetricType,
    OpenDomain,
    PatternDomain,
    Stability,
)

HOSTILE = (
    '"""',
    "'''",
    '"',
    "'",
    "\\",
    '\\"',
    '\\"""',
    "\\N{BULLET}",
    "\\u202e",
    "{{ x }}",
    "{% raw %}",
    "{# x #}",
    "{x}",
    "%s",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "\x00",
    "\x0c",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\xa0",
    "\u200b",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\ufffd",
    "# noqa",
    "# fmt: off",
    "# type: ignore",
    ">>> 1",
    "é",
    "e\u0301",
    "日本語",
    "👩‍👧",
    "שלום",
    "a-word-of-more-than-forty-characters-in-one-run",
    "https://example.org/a/very/long/address/that/has/no/space/in/it/anywhere/at/all",
    "some words that are of no interest, but many of them, so that lines break",
)

TEXT = st.lists(
    st.one_of(
        st.sampled_from(HOSTILE),
        st.sampled_from(("words ", "in a ", "sentence. ", " ", "a")),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    ),
    max_size=12,
).map("".join)
HELP = TEXT.filter(lambda text: text.strip() != "")

WORDS = (MetricType.INFO, MetricType.STATESET)

_WORD = st.sampled_from(
    ("a", "b1", "b10", "b2", "b01", "x_", "a__b", "error", "size", "of_the_current_file", "import")
)
IDENTIFIERS = st.lists(_WORD, min_size=1, max_size=4).map("_".join)
LABEL_NAMES = st.one_of(
    IDENTIFIERS,
    st.sampled_from(
        ("self", "amount", "value", "cell", "cells", "labels", "class", "type", "id", "from")
    ),
    st.sampled_from(("final", "literal", "timer", "counter", "_x", "Camel", "None", "one", "str")),
)


def _domains() -> st.SearchStrategy[Domain]:
    values = st.lists(TEXT, min_size=1, max_size=8, unique=True).map(tuple)
    budgets = st.integers(1, 10_000)
    return st.one_of(
        st.builds(ClosedDomain, values),
        st.builds(OpenDomain, budgets),
        st.builds(PatternDomain, st.sampled_from(("[a-z_]+", '\\d+"', "'\\w{1,3}'")), budgets),
    )


@st.composite
def _labels(draw: st.DrawFn, component: str | None) -> tuple[Label, ...]:
    found = draw(st.lists(LABEL_NAMES, max_size=4, unique_by=names.label_alias))
    return tuple(
        replace(label(name, draw(_domains()), component=component), help=draw(HELP))
        for name in found
    )


RECORDED = [t for t in MetricType if t not in {MetricType.SUMMARY, MetricType.UNKNOWN}]
"""The types of metrics that a program can record."""


@st.composite
def _metric(draw: st.DrawFn, key: str, labels: tuple[Label, ...]) -> Metric:
    type_ = draw(st.sampled_from(RECORDED))
    if type_ is MetricType.INFO and not labels:
        type_ = MetricType.COUNTER  # an info needs at least one label
    chosen = draw(st.permutations(labels)) if labels else []
    several = type_ is MetricType.INFO
    said = tuple(chosen[: draw(st.integers(1, len(chosen)))]) if several else ()
    chosen = chosen[len(said) :]
    chosen = chosen[: draw(st.integers(0, len(chosen)))]
    states = st.lists(HELP, min_size=1, max_size=5, unique=True).map(tuple)
    buckets = draw(st.lists(st.floats(-1e20, 1e20), min_size=1, max_size=16, unique=True))
    made = metric(
        key,
        type_,
        *chosen,
        help=draw(HELP),
        unit=None if type_ in WORDS else draw(st.sampled_from((None, "seconds", "ratio"))),
        info_labels=said,
        states=draw(states) if type_ is MetricType.STATESET else (),
        buckets=tuple(sorted(buckets)) if type_ is MetricType.HISTOGRAM else (),
    )
    made = replace(
        made,
        owner=draw(st.none() | HELP),
        combine=draw(st.sampled_from(Combine)) if type_ is MetricType.GAUGE else Combine.LAST,
        emitted=draw(st.sampled_from((True, True, True, False))),
        budget=draw(st.none() | st.integers(1, 10_000)),
    )
    stability = draw(st.sampled_from(Stability))
    replacement = Deprecation("other.metric", date(2027, 6, 30))
    deprecated = stability is Stability.DEPRECATED
    return replace(made, stability=stability, deprecation=replacement if deprecated else None)


@st.composite
def _component(draw: st.DrawFn, name: str, shared: tuple[Label, ...]) -> Component:
    taken = {names.label_alias(other.stem) for other in shared} | {other.name for other in shared}
    own = tuple(
        label
        for label in draw(_labels(name))
        if not taken & {label.name, names.label_alias(label.stem)}
    )
    taken |= {names.label_alias(label.stem) for label in own}
    keys = [
        key
        for key in draw(st.lists(IDENTIFIERS, min_size=1, max_size=5, unique_by=names.label_alias))
        if names.label_alias(f"{name}_{key}")
        not in taken  # the states of a stateset have an alias too
    ]
    metrics = [draw(_metric(f"{name}.{key}", (*shared, *own))) for key in keys]
    made = component(name, *metrics, labels=own)
    return replace(made, title=draw(HELP), description=draw(TEXT))


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    """A catalog without colliding names, which the compiler has checked before."""
    shared = draw(_labels(None))
    component_names = draw(
        st.lists(
            st.sampled_from(("sources", "class", "b2", "b10", "gate_way")), max_size=3, unique=True
        )
    )
    components = [draw(_component(name, shared)) for name in component_names]
    made = catalog(*components, labels=shared, title=draw(HELP))
    constants = draw(st.dictionaries(st.sampled_from(("region", "zone")), HELP, max_size=2))
    variables = st.none() | st.sampled_from(("APP_PORT", "A_VARIABLE_OF_A_VERY_LONG_NAME" * 3))
    return replace(
        made,
        description=draw(TEXT),
        constant_labels=tuple(
            ConstantLabel(name, value, SPAN) for name, value in constants.items()
        ),
        environment=Environment(draw(variables), draw(variables)),
    )
