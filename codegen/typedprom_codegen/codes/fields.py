"""TP1xx: keys, types and single values that catalog.schema.json does not allow."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error

UNKNOWN_FIELD: Final = error(
    "TP101",
    "unknown-field",
    """
    A field that does not exist here: it is misspelled, has the wrong indentation, or belongs to
    something else, such as `buckets` on a gauge.

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
    A value has the wrong type for its field: a string instead of a list, a quoted number instead of
    a number, or no value at all.

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
    A required field is missing.

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
    The value is not one of the words that the field allows. Units must be base units: seconds, not
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
    The value must be a string, but without quotes YAML reads it as something else: a number (`404`,
    `1e3`), a boolean (`true`, and in YAML 1.1 also `on`, `no`, `y`), a date (`2027-06-30`), an
    octal or sexagesimal number (`017`, `0o17`, `12:30`), or null (`~`, `null`). Parsers differ, so
    such strings always need quotes.

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
    A number is too small or too large, or a string or a list is too long.

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
    A name contains characters that are not allowed. Metric keys are words of lower-case letters,
    digits and `_`, joined by dots; names of components and presets are one such word; names of
    labels and exposed names can have upper-case letters as well.

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
    A string or a list that must not be empty is empty.

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
    A section of the file needs another section. `metrics:` and `component:` need each other,
    `buckets:` needs `catalog:`, and `labels:` needs either `catalog:` or `component:`, which
    determines who can use them.

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
