"""TP1xx: what catalog.schema.json says about keys, types and single values."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error

UNKNOWN_FIELD: Final = error(
    "TP101",
    "unknown-field",
    """
    A field that does not exist at this place: misspelt, indented to the wrong level, or a field of
    another kind of thing, such as `buckets` on a gauge.

    Wrong:

    ```yaml
    placed: {type: counter, help: Orders placed., lables: [country]}
    ```

    Right:

    ```yaml
    placed: {type: counter, help: Orders placed., labels: [country]}
    ```
    """,
)

WRONG_TYPE: Final = error(
    "TP102",
    "wrong-type",
    """
    A value is of another type than the field takes: text where a list is due, a quoted number where
    a number is due, nothing at all.

    Wrong:

    ```yaml
    labels: country
    budget: "50"
    ```

    Right:

    ```yaml
    labels: [country]
    budget: 50
    ```
    """,
)

MISSING_FIELD: Final = error(
    "TP103",
    "missing-field",
    """
    A field that must be given is not there.

    Wrong:

    ```yaml
    placed: {type: counter}
    ```

    Right:

    ```yaml
    placed: {type: counter, help: Orders placed.}
    ```
    """,
)

UNKNOWN_VALUE: Final = error(
    "TP104",
    "unknown-value",
    """
    The field takes one of a few words, and this is none of them. Units are base units: seconds, not
    milliseconds; bytes, not kilobytes; ratio, not percent. A plain count has no unit.

    Wrong:

    ```yaml
    wait: {type: histogram, help: Time in the queue., unit: ms}
    ```

    Right:

    ```yaml
    wait: {type: histogram, help: Time in the queue., unit: seconds}
    ```
    """,
)

UNQUOTED_TEXT: Final = error(
    "TP105",
    "unquoted-text",
    """
    Text is due here, but without quotes YAML reads this as something else: a number (`404`, `1e3`),
    a boolean (`true`, and in YAML 1.1 also `on`, `no`, `y`), a date (`2027-06-30`), an octal or
    sexagesimal number (`017`, `0o17`, `12:30`), or as nothing (`~`, `null`). What exactly depends
    on the reader, so such text is always quoted.

    Wrong:

    ```yaml
    values: [on, off, 404]
    removal: 2027-06-30
    ```

    Right:

    ```yaml
    values: ["on", "off", "404"]
    removal: "2027-06-30"
    ```
    """,
)

OUT_OF_RANGE: Final = error(
    "TP106",
    "out-of-range",
    """
    A number is too small or too large, a text or a list too long.

    Wrong:

    ```yaml
    domain: {kind: open, budget: 0}
    ```

    Right:

    ```yaml
    domain: {kind: open, budget: 100}
    ```
    """,
)

ILLEGAL_NAME: Final = error(
    "TP107",
    "illegal-name",
    """
    A name has characters that it must not have. Metric keys are words of lower-case letters, digits
    and `_`, joined by dots; names of components and presets are one such word; names of labels and
    exposed names may have upper-case letters too.

    Wrong:

    ```yaml
    metrics:
      Orders-Placed: {type: counter, help: Orders placed.}
    ```

    Right:

    ```yaml
    metrics:
      orders.placed: {type: counter, help: Orders placed.}
    ```
    """,
)

EMPTY_VALUE: Final = error(
    "TP108",
    "empty-value",
    """
    A text or a list that must say something is empty.

    Wrong:

    ```yaml
    help: ""
    ```

    Right:

    ```yaml
    help: Orders placed.
    ```
    """,
)

MISPLACED_SECTION: Final = error(
    "TP109",
    "misplaced-section",
    """
    A section of the file lacks the one it belongs to. `metrics:` belong to the `component:` of
    their file, a component has metrics, `buckets:` stand beside `catalog:`, and a file without
    either of the two says nothing about whose its `labels:` are.

    Wrong:

    ```yaml
    metrics:
      placed: {type: counter, help: Orders placed.}
    ```

    Right:

    ```yaml
    component: {name: orders, title: Orders}
    metrics:
      placed: {type: counter, help: Orders placed.}
    ```
    """,
)
