"""Each distribution builds, installs into an empty virtual environment, and works there."""

import subprocess
import sys
import tarfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
PROJECTS = {"typedprom": "runtime", "typedprom-codegen": "codegen", "sms-metrics-generated": "."}

TINY_CATALOG = """\
catalog: {namespace: tiny, title: Tiny, description: A catalog of one metric.}
component: {name: web, title: Web, description: The one component.}
metrics:
  requests: {type: counter, help: Requests that were answered.}
"""

TINY_CONFIG = """\
catalog = "catalog"

[python]
directory = "tiny_metrics"
package = "tiny_metrics"

[grafana]
directory = "dashboards"
"""


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a command that must succeed and return its output."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}{done.stderr}"
    return done.stdout


@dataclass(frozen=True)
class Venv:
    """A virtual environment with only one of our wheels."""

    folder: Path

    def run(self, name: str, *arguments: str, cwd: Path = ROOT) -> str:
        return run(self.folder / "bin" / name, *arguments, cwd=cwd)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheels, each built from its sdist, as an index would build them."""
    folder = tmp_path_factory.mktemp("dist")
    for project in PROJECTS.values():
        run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, project)
    return folder


def install(dist: Path, name: str, folder: Path) -> Venv:
    """Make a venv with the wheel `name`; our wheels come from `dist`, others from the index."""
    uv = Path(sys.executable).with_name("uv")
    (wheel,) = dist.glob(f"{name.replace('-', '_')}-*.whl")
    run(uv, "venv", "--quiet", "--python", sys.executable, folder)
    run(uv, "pip", "install", "--quiet", "--python", folder / "bin" / "python",
        "--find-links", dist, wheel)  # fmt: skip
    return Venv(folder)


@pytest.mark.parametrize("name", PROJECTS)
def test_wheel_and_sdist_carry_the_license(dist: Path, name: str) -> None:
    distribution = f"{name.replace('-', '_')}-{VERSION}"
    (wheel,) = dist.glob(f"{distribution}-*.whl")
    license = (ROOT / "LICENSE").read_bytes()
    with ZipFile(wheel) as archive:
        assert archive.read(f"{distribution}.dist-info/licenses/LICENSE") == license
    with tarfile.open(dist / f"{distribution}.tar.gz") as sources:
        member = sources.extractfile(f"{distribution}/LICENSE")
        assert member is not None
        assert member.read() == license


def test_versions_are_in_step() -> None:
    projects = [
        tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"]
        for folder in PROJECTS.values()
    ]
    assert [project["name"] for project in projects] == list(PROJECTS)
    assert len({project["version"] for project in projects}) == 1
    (version,) = {project["version"] for project in projects}
    assert f"typedprom=={version}" in projects[2]["dependencies"]


def test_runtime_records_without_the_compiler(dist: Path, tmp_path: Path) -> None:
    venv = install(dist, "typedprom", tmp_path / "venv")
    program = (
        "import sys, typedprom, prometheus_client as p\n"
        "c = typedprom.Catalog(namespace='t', title='T', description='', interface=1)\n"
        "m = typedprom.Counter(c, key='x', name='t_x_total', help='X.')\n"
        "c.register(); m.inc(2)\n"
        "assert b't_x_total 2.0' in p.generate_latest()\n"
        "assert not {'yaml', 'jinja2', 'pydantic'} & set(sys.modules)\n"
    )
    venv.run("python", "-c", program, cwd=tmp_path)


def test_compiler_compiles_without_the_runtime(dist: Path, tmp_path: Path) -> None:
    venv = install(dist, "typedprom-codegen", tmp_path / "venv")
    project = tmp_path / "project"
    (project / "catalog").mkdir(parents=True)
    (project / "typedprom.toml").write_text(TINY_CONFIG)
    (project / "catalog" / "tiny.yaml").write_text(TINY_CATALOG)
    venv.run("typedprom", "generate", cwd=project)
    assert (project / "tiny_metrics" / "__init__.py").exists()
    assert list((project / "dashboards").rglob("*.json"))
    assert "TP" in venv.run("typedprom", "explain", "TP201")
    where = "import typedprom_codegen as t, pathlib as p; print(p.Path(t.__file__).parent)"
    package = Path(venv.run("python", "-c", where).strip())
    carried = (package / "catalog.schema.json").read_text()
    assert carried == (ROOT / "schema" / "catalog.schema.json").read_text()


def test_sms_package_brings_the_runtime(dist: Path, tmp_path: Path) -> None:
    venv = install(dist, "sms-metrics-generated", tmp_path / "venv")
    program = (
        "from sms_metrics_generated import HEARTBEAT\n"
        "from prometheus_client import generate_latest\n"
        "HEARTBEAT.inc()\n"
        "assert b'sms_heartbeat_total 1.0' in generate_latest()\n"
    )
    venv.run("python", "-c", program, cwd=tmp_path)
