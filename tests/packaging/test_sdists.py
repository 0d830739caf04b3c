"""What each distribution publishes: its own files, whatever else lies around in the repository."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "typedprom": "runtime/typedprom",
    "typedprom-codegen": "codegen/typedprom_codegen",
    "sms-metrics-generated": "src/sms_metrics_generated",
}
PROJECTS = {"typedprom": "runtime", "typedprom-codegen": "codegen", "sms-metrics-generated": "."}
ADDED = (".gitignore", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml")
COPIED = ("runtime", "codegen", "src", "schema", "docs", *ADDED[:2], *ADDED[3:])
BY_PRODUCTS = shutil.ignore_patterns("__pycache__", "*.egg-info", "dist", "build")

STRAY = (
    *(".env", "secrets.txt", "README.md", "LICENSE", "id_rsa", "core.1234", ".DS_Store"),
    *("notes.md", "_catalog.py.orig", "_catalog.py~", ".#_catalog.py", "_catalog.py.swp"),
    *(".venv/pyvenv.cfg", "node_modules/x/index.js", ".servers/prometheus", "runs/1.run"),
    *(".ipynb_checkpoints/_catalog-checkpoint.py", ".venv/lib/x.py"),
)
ELSEWHERE = ("shared", "runtime/tests", "runtime/vendor/typedprom", "codegen/build/lib", "dist")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A repository with stray files, and what was built in it: sdists, wheels of them."""
    root = tmp_path_factory.mktemp("repository")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, symlinks=True, ignore=BY_PRODUCTS)
        else:
            shutil.copy(ROOT / name, root / name)
    for folder in ("", "runtime", "codegen", "src", *PACKAGES.values(), *ELSEWHERE):
        for name in (*STRAY, *(("x.py",) if folder in ELSEWHERE else ())):
            path = root / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                path.write_text("stray")
    for project in PROJECTS.values():
        build(root / project, root / "built")
    return root, root / "built"


def build(project: Path, folder: Path, *options: str) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), *options]
    subprocess.run([*command, str(project)], check=True, capture_output=True)


def own_files(name: str) -> set[str]:
    """The files of the package of a distribution, below the folder of its project."""
    project, package = ROOT / PROJECTS[name], ROOT / PACKAGES[name]
    kinds = ("*.py", "*.j2", "py.typed", "catalog.schema.json", "packs/*.json", ".typedprom.json")
    files = {path for kind in kinds for path in package.rglob(kind)}
    return {path.relative_to(project).as_posix() for path in files}


@pytest.mark.parametrize("name", PROJECTS)
def test_an_sdist_holds_the_files_of_its_own_package(name: str, built: tuple[Path, Path]) -> None:
    (sdist,) = built[1].glob(f"{name.replace('-', '_')}-*.tar.gz")
    with tarfile.open(sdist) as archive:
        members = {member.name.partition("/")[2]: member for member in archive.getmembers()}
        assert members.keys() == own_files(name) | set(ADDED)
        assert all(member.isfile() for member in members.values())
        for file in ("README.md", "LICENSE", "pyproject.toml"):
            extracted = archive.extractfile(members[file])
            assert extracted is not None
            origin = ROOT / PROJECTS[name] / file
            assert extracted.read() == origin.read_bytes()


@pytest.mark.parametrize("name", PROJECTS)
def test_a_wheel_is_the_same_from_the_repository_and_from_the_sdist(
    name: str, built: tuple[Path, Path], tmp_path: Path
) -> None:
    root, folder = built
    build(root / PROJECTS[name], tmp_path, "--wheel")
    (from_root,) = tmp_path.glob("*.whl")
    with ZipFile(from_root) as one, ZipFile(folder / from_root.name) as other:
        package = {n for n in one.namelist() if ".dist-info/" not in n}
        assert package == {file.removeprefix("src/") for file in own_files(name)}
        assert {n: one.read(n) for n in one.namelist()} == {
            n: other.read(n) for n in other.namelist()
        }
