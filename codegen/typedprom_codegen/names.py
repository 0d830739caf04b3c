"""Every name in generated output, derived from the catalog."""

from __future__ import annotations

from collections.abc import Iterable
from keyword import iskeyword
from typing import Final

UNIT_SEPARATOR: Final = "_"
COUNTER_SUFFIX: Final = "_total"
CATALOG_CONSTANT: Final = "CATALOG"

_CAUGHT: Final = frozenset({"Exception"})
"""Builtins that the bodies of generated methods use."""

RESERVED_PARAMETERS: Final = _CAUGHT | {"self"}
"""Names that a label's parameter cannot have; `amount` is allowed, as it is positional-only."""

RESERVED_CONSTANTS: Final = frozenset({CATALOG_CONSTANT, "ONE"})
"""Upper-case names that the generated modules import or define themselves."""

_BUILTINS: Final = frozenset(
    [
        "ArithmeticError",
        "AssertionError",
        "AttributeError",
        "BaseException",
        "BaseExceptionGroup",
        "BlockingIOError",
        "BrokenPipeError",
        "BufferError",
        "BytesWarning",
        "ChildProcessError",
        "ConnectionAbortedError",
        "ConnectionError",
        "ConnectionRefusedError",
        "ConnectionResetError",
        "DeprecationWarning",
        "EOFError",
        "Ellipsis",
        "EncodingWarning",
        "EnvironmentError",
        "ExceptionGroup",
        "FileExistsError",
        "FileNotFoundError",
        "FloatingPointError",
        "FutureWarning",
        "GeneratorExit",
        "IOError",
        "ImportError",
        "ImportWarning",
        "IndentationError",
        "IndexError",
        "InterruptedError",
        "IsADirectoryError",
        "KeyError",
        "KeyboardInterrupt",
        "LookupError",
        "MemoryError",
        "ModuleNotFoundError",
        "NameError",
        "NotADirectoryError",
        "NotImplemented",
        "NotImplementedError",
        "OSError",
        "OverflowError",
        "PendingDeprecationWarning",
        "PermissionError",
        "ProcessLookupError",
        "PythonFinalizationError",
        "RecursionError",
        "ReferenceError",
        "ResourceWarning",
        "RuntimeError",
        "RuntimeWarning",
        "StopAsyncIteration",
        "StopIteration",
        "SyntaxError",
        "SyntaxWarning",
        "SystemError",
        "SystemExit",
        "TabError",
        "TimeoutError",
        "TypeError",
        "UnboundLocalError",
        "UnicodeDecodeError",
        "UnicodeEncodeError",
        "UnicodeError",
        "UnicodeTranslateError",
        "UnicodeWarning",
        "UserWarning",
        "ValueError",
        "Warning",
        "ZeroDivisionError",
    ]
)
"""CamelCase builtins of all Python versions, so that the output does not depend on the version."""

RESERVED_TYPES: Final = frozenset(
    {
        *_CAUGHT,
        *_BUILTINS,
        *("Final", "Literal", "TypeAlias", "TypeGuard", "None", "True", "False"),
        *("Catalog", "ExternalMetric", "Environment", "ClosedLabel", "OpenLabel", "PatternLabel"),
        *("Timer", "InProgress", "ExceptionCounter", "Exceptions", "Causes"),
        "GaugeFunction",
        *(
            prefix + kind + suffix
            for kind in ("Counter", "Gauge", "Histogram", "Info", "StateSet")
            for prefix, suffix in (("", ""), ("Labelled", ""), ("", "Cell"), ("Bound", ""))
        ),
    }
)
"""CamelCase names that are builtins, or that the generated modules import."""

DEVICE_NAMES: Final = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}
)
"""File names that Windows reserves for devices, with any suffix."""


def full_key(prefix: str, key: str) -> str:
    """A metric's key with its component's prefix: `sources` and `requests.error`."""
    return f"{prefix}.{key}" if prefix else key


def metric_name(namespace: str, key: str, unit: str | None, *, suffix: str) -> str:
    """The exposed name of the metric with this full key; `suffix` is that of its type."""
    words = key.replace(".", "_")
    stem = (f"{namespace}_{words}" if namespace else words).removesuffix(suffix)
    if unit is not None and not f"_{stem}".endswith(UNIT_SEPARATOR + unit):
        stem += UNIT_SEPARATOR + unit
    return stem + suffix


def metric_constant(key: str) -> str:
    """The Python constant of the metric with this full key: `SOURCES_REQUESTS_ERROR`."""
    return _free(key.replace(".", "_").upper(), RESERVED_CONSTANTS)


def is_module_path(name: str) -> bool:
    """Whether a module can have this name in an import: `shop.metrics`, not `shop-metrics`."""
    return all(part.isidentifier() and not iskeyword(part) for part in name.split("."))


def module(component: str) -> str:
    """The Python module of a component."""
    return _free(component, DEVICE_NAMES)


def label_stem(name: str, component: str | None) -> str:
    """The stem of a label's Python names; `component` is None for a shared label."""
    return f"{component}_{name}" if component else name


def label_parameter(name: str) -> str:
    """The keyword parameter for a label's value: `class_` for `class`."""
    return _free(name, RESERVED_PARAMETERS)


def label_constant(stem: str) -> str:
    """The label object of the private labels module: `SOURCES_ERROR_TYPE_LABEL`."""
    return f"{stem.upper()}_LABEL"


def label_alias(stem: str) -> str:
    """The `Literal` alias of a closed label: `SourcesErrorType`."""
    alias = _camel(stem)
    return _free(alias if alias[:1].isalpha() else f"Label{alias}", RESERVED_TYPES)


def label_values(stem: str) -> str:
    """The tuple of a closed label's values: `SOURCES_ERROR_TYPE_VALUES`."""
    return f"{stem.upper()}_VALUES"


def label_narrowing(stem: str) -> str:
    """The function that narrows a string to a closed label's alias: `is_sources_error_type`."""
    return f"is_{stem}"


def instrument_class(instrument: str) -> str:
    """The runtime's class of an instrument: `Counter`."""
    return "StateSet" if instrument == "stateset" else _camel(instrument)


def signature_class_name(instrument: str, labels: Iterable[str], about: Iterable[str] = ()) -> str:
    """The class of the metrics with these labels: `CounterBySourceIdErrorType`.

    `about` are the info labels, or the states: `InfoOfVersionBySourceId`.
    """
    of, by = "".join(map(_camel, about)), "".join(map(_camel, labels))
    return "".join((instrument_class(instrument), of and f"Of{of}", by and f"By{by}"))


def alert_name(namespace: str, key: str) -> str:
    """The name of the alert with this key: `SmsSourceFailing`."""
    return _camel(f"{namespace}_{key}")


def _camel(words: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in words.split("_") if word)


def _free(name: str, taken: frozenset[str]) -> str:
    """`name`, with `_` appended if it is a keyword or taken."""
    return f"{name}_" if iskeyword(name) or name in taken else name
