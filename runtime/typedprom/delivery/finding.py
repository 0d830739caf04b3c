"""Finding the spools of a user, for who has not said which."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def is_spool(path: Path) -> bool:
    """Whether something was ever recorded into the folder."""
    return (path / "runs").is_dir() or (path / "totals").is_file()


def state_folder() -> Path:
    """The folder that holds a spool for each namespace, unless a variable says where it is."""
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    base = state if state.is_absolute() else Path("~/.local/state").expanduser()
    return base / "typedprom"


def spools_below(folder: Path) -> list[Path]:
    """The spools in the folder."""
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if is_spool(path))
    return []
