"""The source of signature classes: heads, docstrings and formatted methods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from typedprom_codegen import names
from typedprom_codegen.emit.python.docstrings import class_docstring
from typedprom_codegen.emit.python.formatter import (
    INDENT,
    Expression,
    Group,
    Line,
    block,
    call,
    lines,
    one_line,
    subscript,
    tuple_of,
)
from typedprom_codegen.emit.python.method_specs import (
    LABELS,
    MethodKind,
    MethodSpec,
    method_specs,
)
from typedprom_codegen.emit.python.signatures import Parameter, Signature
from typedprom_codegen.ir import MetricType

_BODY: Final = " " * INDENT * 2


@dataclass(frozen=True, slots=True)
class Method:
    """The source of one method, indented."""

    head: str
    docstring: str
    body: str


@dataclass(frozen=True, slots=True)
class SignatureClass:
    """The source of a signature's class, and the names it imports from the runtime."""

    head: str
    docstring: str
    methods: tuple[Method, ...]
    runtime_names: frozenset[str]


def signature_class(name: str, signature: Signature, limit: int) -> SignatureClass:
    """The class of the metrics with this signature."""
    base, cell = _base(signature)
    bases = Group(f"class {name}(", (base,), ")", last_comma="")
    methods = [*method_specs(signature, LABELS.returning(one_line(cell)))]
    used = [word for spec in methods for word in spec.uses]
    about = [parameter.label for parameter in signature.info] or (
        [signature.state] if signature.state else []
    )
    labels = [parameter.label for parameter in signature.parameters]
    kind = names.instrument_class(signature.type.value)
    cells = {f"{kind}Cell"} if signature.type is not MetricType.INFO else set()
    return SignatureClass(
        "\n".join(lines(bases, Line(limit, after=":"))),
        class_docstring(signature.type.value, labels, about, limit),
        tuple(_method(spec, signature, limit) for spec in methods),
        frozenset(used) | cells | {_base_name(signature)},
    )


def _base_name(signature: Signature) -> str:
    kind = names.instrument_class(signature.type.value)
    return kind if signature.type is MetricType.INFO else f"Labelled{kind}"


def _base(signature: Signature) -> tuple[Expression, Expression]:
    """The base class, subscripted with the type of its nested dicts, and the type of a cell."""
    name = _base_name(signature)
    if signature.type is MetricType.INFO:
        return name, ""
    cell: Expression = f"{names.instrument_class(signature.type.value)}Cell"
    if signature.state:
        cell = subscript(one_line(cell), signature.state)
    cells = cell
    for _ in signature.parameters:
        cells = subscript("dict", "str", cells)
    return subscript(name, cells, *([signature.state] if signature.state else [])), cell


def _method(spec: MethodSpec, signature: Signature, limit: int) -> Method:
    labels = [parameter.name for parameter in (*signature.parameters, *signature.info)]
    given = _free(spec.parameter, labels)
    summary = spec.summary.format(given=given)
    return Method(
        _head(spec, given, signature, limit),
        f'{_BODY}"""{summary}"""',
        "\n".join(_body(spec, given, signature, limit)),
    )


def _head(spec: MethodSpec, given: str, signature: Signature, limit: int) -> str:
    shown = [*signature.parameters, *(signature.info if spec.kind is MethodKind.INFO else ())]
    if spec.kind is MethodKind.CAUSES:
        shown = [parameter for parameter in shown if parameter is not _cause(signature)]
    positional = (*_positional(spec, given, signature), "/") if spec.parameter else ()
    labels = [f"{parameter.name}: {parameter.type}" for parameter in shown]
    head = call(f"def {spec.name}", "self", *positional, *(["*"] if labels else []), *labels)
    return "\n".join(lines(head, Line(limit, INDENT, after=f" -> {spec.returns}:")))


def _positional(spec: MethodSpec, given: str, signature: Signature) -> Iterator[Expression]:
    if spec.kind is MethodKind.CAUSES:
        cause = _cause(signature)
        alias = cause.type if cause else "str"
        yield subscript(f"{given}: Causes", alias)
        return
    type_ = spec.type or signature.state
    yield f"{given}: {type_}" + (f" = {spec.default}" if spec.default else "")


def _body(spec: MethodSpec, given: str, signature: Signature, limit: int) -> Iterator[str]:
    labels = [parameter.name for parameter in signature.parameters]
    cell = _free("cell", labels)
    match spec.kind:
        case MethodKind.LOOK_UP:
            yield from _lookup(labels, cell, limit)
            yield f"{_BODY}return {cell}.{spec.name}({given})"
        case MethodKind.CELL:
            yield from _lookup(labels, cell, limit)
            yield f"{_BODY}return {cell}"
        case MethodKind.RUNTIME:
            yield block(call("self._cell", *labels), limit, indent=INDENT * 2, before=f"{cell} = ")
            yield f"{_BODY}return {cell}.{spec.name}({given})"
        case MethodKind.INFO:
            said = tuple_of([parameter.name for parameter in signature.info])
            yield _returned(call("self._set", said, *labels), limit)
        case MethodKind.CAUSES:
            cause = _cause(signature)
            found = ["..." if p is cause else p.name for p in signature.parameters]
            yield _returned(call("self._count_exceptions", given, *found), limit)
        case MethodKind.REMOVE:
            yield _returned(call("self._remove", *labels), limit)


def _returned(expression: Expression, limit: int) -> str:
    return block(expression, limit, indent=INDENT * 2, before="return ")


def _cause(signature: Signature) -> Parameter | None:
    """The label for the cause of an exception: the last closed one."""
    closed = [parameter for parameter in signature.parameters if parameter.type != "str"]
    return closed[-1] if closed else None


def _lookup(labels: Sequence[str], cell: str, limit: int) -> Iterator[str]:
    """Look up the cell; for values that are not found, the runtime checks them and makes one.

    This catches any exception: the look-up hashes the value, which can run any code.
    """
    yield f"{_BODY}try:"
    yield from _subscripts(labels, cell, limit)
    yield f"{_BODY}except Exception:"
    yield block(call("self._cell", *labels), limit, indent=INDENT * 3, before=f"{cell} = ")


def _subscripts(labels: Sequence[str], cell: str, limit: int) -> Iterator[str]:
    """The nested look-up, in several statements if it does not fit on one line."""
    taken = [cell, *labels]
    first, *others = labels
    step = subscript("self._cells", first)
    for label in others:
        cells = _free("cells", taken)
        longer = subscript(one_line(step), label)
        if Line(limit, INDENT * 3, before=f"{cells} = ").fits(one_line(longer)):
            step = longer
        else:
            taken.append(cells)
            yield block(step, limit, indent=INDENT * 3, before=f"{cells} = ")
            step = subscript(cells, label)
    yield block(step, limit, indent=INDENT * 3, before=f"{cell} = ")


def _free(name: str, taken: Sequence[str]) -> str:
    """`name`, with `_` appended until it is not taken."""
    return _free(f"{name}_", taken) if name in taken else name
