"""What all models of raw.py have in common: immutable, and built when first used."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class RawModel(BaseModel):
    """A part of a catalog file. Deferred: only the whole file's validator is ever built."""

    model_config = ConfigDict(frozen=True, defer_build=True)
