"""The base class of all models in raw.py."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class RawModel(BaseModel):
    """A part of a catalog file. `defer_build`: only the validator of a whole file is built."""

    model_config = ConfigDict(frozen=True, defer_build=True)
