"""Ends a write at each of its steps and checks the files that it leaves; for test_write_killed.

The argument says how it ends: `killed`, `interrupted` by Ctrl-C, or `refused` by the system.
"""

from __future__ import annotations

import errno
import os
import random
import signal
import sys
import tempfile
import traceback
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from typedprom_codegen.apply import apply
from typedprom_codegen.codes.output import CANNOT_WRITE
from typedprom_codegen.config import Folder
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.emit import OutputFile
from typedprom_codegen.manifest import NAME, TEMPORARY, Manifest, parse
from typedprom_codegen.write import Plan, plan

Files = dict[str, str]

SAME = {"sub/__init__.py": "", "sub/b.py": "same\n"}
OLD = SAME | {"__init__.py": "old\n", "a.py": "old\n" * 500, "gone/c.py": "old\n"}
NEW = SAME | {"__init__.py": "new\n", "a.py": "new\n" * 900, "made/e.py": "new\n"}
OLD |= {"d": "old\n", "e/x": "old\n"}  # a file that becomes a folder, a folder that becomes a file
NEW |= {"d/f": "new\n", "e": "new\n"}
NEWER = {"__init__.py": "newer\n", "a.py": "newer\n", "sub/g.py": "newer\n"}
SEQUENCES = [(NEW, NEW), (NEW, NEWER), (NEWER, OLD), (NEWER, NEW)]  # after writing NEW was ended
STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"}
MODE = sys.argv[1]
MEMORY = Path("/dev/shm")  # noqa: S108
ENDED, STRUCK, FAILED = 0, 1, 2  # exit codes of a process that writes


def planned(root: Path, files: Files, found: Diagnostics) -> Plan:
    made = [OutputFile(*file) for file in files.items()]
    return plan(Folder("python", root, "out", Span("typedprom.toml", 1, 1, 1, 1)), made, found)


def write(root: Path, files: Files) -> Diagnostics:
    found = Diagnostics()
    result = planned(root, files, found)
    if not found.has_errors:
        apply(result, found)
    return found


def ended_at(step: int, root: Path, files: Files) -> bool:
    """Whether a process that writes `files` reached step number `step` and was ended there."""
    before = ours(root)
    child = os.fork()
    if child == 0:
        try:
            os._exit(STRUCK if is_struck(step, root, files) else ENDED)
        except BaseException:
            traceback.print_exc()
            os._exit(FAILED)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {ENDED, -signal.SIGKILL if MODE == "killed" else STRUCK}, code
    look(root, before, files)
    return code != ENDED


def is_struck(step: int, root: Path, files: Files) -> bool:
    """Write `files`, end the write at step number `step`, and check messages and files."""
    strike = Strike(step)
    sys.addaudithook(strike)
    found = Diagnostics()
    try:
        found = write(root, files)
    except KeyboardInterrupt:
        assert MODE == "interrupted"
    struck, strike.left = strike.left == 0, 0
    assert {report.code for report in found} <= {CANNOT_WRITE if struck else None}
    assert not [path for path in tree(root) if is_temporary(path)]
    return struck


@dataclass
class Strike:
    """An audit hook that ends a write once, after a number of steps."""

    left: int

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.left and is_step(event, arguments):
            self.left -= 1
            if self.left == 0:
                end()


def is_step(event: str, arguments: tuple[object, ...]) -> bool:
    """Whether the event changes or reads a file and must fail or be interrupted in this mode."""
    if event == "os.rmdir" and MODE == "refused":  # like the system if a folder is not empty
        return False
    if event == "os.remove" and MODE != "killed" and is_temporary(arguments[0]):
        return False
    return event in STEPS


def end() -> None:
    match MODE:
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "interrupted":
            os.kill(os.getpid(), signal.SIGINT)
        case _:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def is_temporary(path: object) -> bool:
    return Path(str(path)).name.startswith(TEMPORARY)


def tree(root: Path) -> Files:
    return {p.relative_to(root).as_posix(): p.read_text() for p in root.rglob("*") if p.is_file()}


def look(root: Path, before: Files, new: Files) -> None:
    """Check that every file is entirely old or new, known as ours, and written in order."""
    files = ours(root)
    manifest = parse((root / NAME).read_bytes()) if (root / NAME).exists() else Manifest()
    for path, text in files.items():
        assert text in {before.get(path), new.get(path)}, path
        assert path in manifest.paths, path
        assert not manifest.is_edited(path, text.encode()), path
    done = {path for path, text in new.items() if files.get(path) == text}
    if "__init__.py" in done:
        assert done == new.keys(), "it was written before what it imports"
    if "gone/c.py" in before.keys() - files.keys():
        assert done == new.keys(), "it was removed while another file may import it"
    if not manifest.pending:
        assert files in (before, new)
        assert manifest.paths == files.keys()


def ours(root: Path) -> Files:
    """Return all files except the manifest and temporary files."""
    files = tree(root)
    return {path: files[path] for path in files if path != NAME and not is_temporary(path)}


def healed(root: Path, files: Files) -> None:
    """Check that an undisturbed run completes the write and removes temporary files."""
    found = Diagnostics()
    result = planned(root, files, found)
    assert not any(change.edited for change in result.files)
    apply(result, found)
    assert not list(found), list(found)
    assert ours(root) == files
    folders = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_dir()}
    assert folders == {str(Path(path).parent) for path in files if "/" in path}
    assert not planned(root, files, found).changes
    assert list(root.parent.iterdir()) == [root]


def main() -> None:
    choose, step, reached = random.Random(7), 0, True  # noqa: S311
    while reached:
        step += 1
        reached = False
        for before, (second, after) in product((OLD, {}), SEQUENCES):
            with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
                root = Path(folder).resolve() / "out"
                if before:
                    healed(root, before)
                reached |= ended_at(step, root, NEW)
                ended_at(choose.randint(1, 40), root, second)
                healed(root, after)
    print(step - 1)


main()
