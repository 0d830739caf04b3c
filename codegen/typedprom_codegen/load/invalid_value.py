"""An invalid value, with its schema and its position, and the problem that it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from typedprom_codegen.codes import fields as codes
from typedprom_codegen.diagnostics import Code, Span
from typedprom_codegen.load.scalars import NULL, AmbiguousScalar, describe
from typedprom_codegen.load.schema import ValueSchema
from typedprom_codegen.load.yaml_nodes import Node, Path, ScalarNode, SourceFile, dereferenced
from typedprom_codegen.message_parts import article, quoted


def _key(key: str) -> str:
    """A key as YAML has it."""
    return key or '""'


@dataclass(frozen=True, slots=True)
class ValidationProblem:
    """One invalid value: its path, and the diagnostic about it."""

    path: Path
    code: Code
    message: str
    help: str
    span: Span
    intended: Path | None = None  # the field that an unknown one probably stands for


@dataclass(frozen=True, slots=True)
class InvalidValue:
    """An invalid value, missing field or key, and its schema."""

    source: SourceFile
    path: Path
    node: Node | None  # None if a field is missing
    schema: ValueSchema
    parent: ValueSchema  # of the mapping or list that contains it
    union: ValueSchema | None  # the tagged union that `parent` is a branch of
    limits: Mapping[str, object]

    @property
    def name(self) -> str:
        """Its name in a message: that of its field, or of an item of the list."""
        last = self.path[-1]
        return f"`{_key(last)}`" if isinstance(last, str) else article(self.schema.title)

    @property
    def data(self) -> object:
        """The value as data."""
        return None if self.node is None else self.node.data

    @property
    def is_nothing(self) -> bool:
        """Whether the key has no value."""
        return isinstance(self.data, AmbiguousScalar) and self.data.reads_as == NULL

    @property
    def written(self) -> str:
        """The text of a scalar."""
        node = None if self.node is None else dereferenced(self.node)
        return node.text if isinstance(node, ScalarNode) else ""

    @property
    def text(self) -> str:
        """The value as written; of a list or mapping, its type."""
        scalar = not isinstance(self.data, list | dict)
        return quoted(self.written) if scalar else describe(self.data)

    @property
    def span(self) -> Span:
        """The position of a scalar; of a list or mapping, that of its key."""
        scalar = not isinstance(self.data, list | dict)
        return self.source.value(*self.path) if scalar else self.source.key(*self.path)

    def problem(
        self, code: Code, message: str, help: str, span: Span | None = None
    ) -> ValidationProblem:
        """The problem, at `span` or else at the value."""
        return ValidationProblem(self.path, code, message, help, span or self.span)

    def wrong_type(self, message: str, help: str) -> ValidationProblem:
        """The problem of a value with the wrong type."""
        return self.problem(codes.WRONG_TYPE, message, help, self.source.value(*self.path))

    def as_in_example(self, example: str | None = None) -> str:
        """A help line with an example of the field: this one, or the schema's."""
        last = self.path[-1]
        field = f"{_key(last)}: " if isinstance(last, str) else ""
        return f"for example `{field}{example or self.schema.example}`"
