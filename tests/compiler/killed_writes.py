"""Kills a write at each of its steps and looks at what it leaves; test_write_killed runs it.

The argument says how the folder is written: `whole`, `one-by-one`, or `fallback`, which is whole
where nothing can be made beside it.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from itertools import product
from pathlib import Path

from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.emit import OutputFile
from typedprom_codegen.manifest import NAME, STAGING, Manifest, digest, parse
from typedprom_codegen.write import Folder, Plan, apply, plan

OLD = {"a.py": "old\n" * 500, "sub/b.py": "same\n", "gone/c.py": "old\n", "d": "old\n"}
NEW = {"a.py": "new\n" * 900, "sub/b.py": "same\n", "made/e.py": "new\n", "d/f": "new\n"}
NEWER = {"a.py": "newer\n", "sub/g.py": "newer\n"}
STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "ctypes.dlsym"}
MODE = sys.argv[1]
MEMORY = Path("/dev/shm")  # noqa: S108
NAMES = {"whole": "out", "one-by-one": "out", "fallback": "o" * 250}  # with a prefix, too long


def planned(root: Path, files: dict[str, str]) -> Plan:
    found = Diagnostics()
    made = [OutputFile(*file) for file in files.items()]
    span = Span("typedprom.toml", 1, 1, 1, 1)
    result = plan(Folder("python", root, "out", span, whole=MODE != "one-by-one"), made, found)
    assert not list(found), list(found)
    return result


def write(root: Path, files: dict[str, str]) -> Plan:
    result = planned(root, files)
    found = Diagnostics()
    apply(result, found)
    assert not list(found), list(found)
    return result


def killed_at(step: int, root: Path, files: dict[str, str]) -> bool:
    """Whether a process that writes `files` was killed before its `step`th step; else it ended."""
    child = os.fork()
    if child == 0:
        steps = 0

        def kill(event: str, _: tuple[object, ...]) -> None:
            nonlocal steps
            if event in STEPS:
                steps += 1
                if steps == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(kill)
        write(root, files)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def tree(root: Path) -> dict[str, str]:
    return {p.relative_to(root).as_posix(): p.read_text() for p in root.rglob("*") if p.is_file()}


def look(root: Path) -> None:
    """Every file is entirely old or entirely new, and all of them are known to be ours."""
    if MODE == "whole":
        look_at_whole(root)
        return
    files = {path: text for path, text in tree(root).items() if not path.startswith(STAGING)}
    manifest = parse(files.pop(NAME).encode()) if NAME in files else Manifest()
    for path, text in files.items():
        assert text in {OLD.get(path), NEW.get(path)}, path
        assert manifest.wrote(path, text.encode()), path


def look_at_whole(root: Path) -> None:
    """All files are old or all are new, their manifest too."""
    files = tree(root)
    manifest = parse(files.pop(NAME).encode()) if files else Manifest()
    assert files in ({}, OLD, NEW), files.keys()
    assert manifest.files == {path: digest(text.encode()) for path, text in files.items()}


def healed(root: Path, files: dict[str, str]) -> None:
    """A run that is left alone completes what a killed one began, and leaves nothing of it."""
    assert not any(change.edited for change in write(root, files).files)
    left = tree(root)
    del left[NAME]
    assert left == files
    folders = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_dir()}
    assert folders == {str(Path(path).parent) for path in files if "/" in path}
    assert not planned(root, files).changes
    assert list(root.parent.iterdir()) == [root]


def main() -> None:
    step = 0
    killed = True
    while killed:
        step += 1
        killed = False
        for before, after in product((OLD, None), (OLD, NEW, NEWER)):
            with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
                root = Path(folder).resolve() / NAMES[MODE]
                if before is not None:
                    write(root, before)
                killed |= killed_at(step, root, NEW)
                look(root)
                killed_at(step, root, NEW)
                look(root)
                healed(root, after)
    print(step - 1)


main()
