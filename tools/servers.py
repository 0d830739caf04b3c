"""Unpacks Debian's Prometheus servers, node_exporter and htpasswd into .servers/.

It starts nothing. It needs only the system's Python, and not root. Packages are downloaded with
apt-get, which checks Debian's signatures, and unpacked with dpkg. Run it as `make servers`.

There are two builds of Prometheus: that of the system's release, and trixie's, which supports
created timestamps. Trixie's is downloaded from the mirror that the system uses for its own release.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / ".servers"

PACKAGES = {
    "prometheus": ("prometheus", "promtool"),
    "prometheus-pushgateway": ("prometheus-pushgateway",),
    "prometheus-alertmanager": ("prometheus-alertmanager", "amtool"),
}


_NODE_EXPORTER = "prometheus-node-exporter"
# Apache's htpasswd and its libraries, each with its names in Debian's releases.
_HTPASSWD = "apache2-utils"
_LIBRARIES = (("libapr1", "libapr1t64"), ("libaprutil1", "libaprutil1t64"))


class Build(Enum):
    """A build of Prometheus: the system's or trixie's. The value is its folder in .servers/."""

    STABLE = "prometheus"
    NEWER = "prometheus-trixie"


# Debian's Alertmanager and amtool read their default template from this system folder.
_TEMPLATES = b"/usr/share/prometheus/alertmanager"
_PACKAGE_OF = {program: package for package, programs in PACKAGES.items() for program in programs}
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_TRIXIE = "trixie"
# Names that apt's sources may use for a release, besides the one in /etc/os-release.
_RELEASES = {_TRIXIE, "oldoldstable", "oldstable", "stable", "testing", "unstable", "sid"}
_RELEASE_FILE = re.compile(r"^'([^']+)/dists/([^/']+)/InRelease'", re.MULTILINE)


class ServersError(Exception):
    """The servers are not available; the message says why and what to do."""


def program(name: str, build: Build = Build.STABLE) -> Path:
    """Return the path of the unpacked program `name`. Only Prometheus' programs have two builds."""
    folder = build.value if name in PACKAGES["prometheus"] else _PACKAGE_OF[name]
    return FOLDER / folder / "usr" / "bin" / name


def node_exporter() -> Path:
    """Return the path of the unpacked node_exporter."""
    return FOLDER / _NODE_EXPORTER / "usr" / "bin" / _NODE_EXPORTER


def htpasswd() -> tuple[Path, Path]:
    """Return the path of the unpacked htpasswd and the folder of its libraries."""
    folder = FOLDER / _HTPASSWD / "usr"
    libraries = next((folder / "lib").glob("*-linux-gnu"), folder / "lib")
    return folder / "bin" / "htpasswd", libraries


def alertmanager_folder() -> Path:
    """Return the folder in which Alertmanager and amtool find their default template."""
    return FOLDER / "prometheus-alertmanager" / _TEMPLATES.decode().lstrip("/")


def missing() -> list[str]:
    """Return packages with programs that are not unpacked yet, without trixie's Prometheus."""
    return [p for p, names in PACKAGES.items() if not all(program(n).is_file() for n in names)]


def missing_newer() -> list[str]:
    """Return trixie's Prometheus if it is not unpacked yet."""
    programs = [program(name, Build.NEWER) for name in PACKAGES["prometheus"]]
    return [] if all(each.is_file() for each in programs) else [Build.NEWER.value]


def missing_node_exporter() -> list[str]:
    """Return the package of node_exporter if it is not unpacked yet."""
    return [] if node_exporter().is_file() else [_NODE_EXPORTER]


def missing_htpasswd() -> list[str]:
    """Return the package of htpasswd if it is not unpacked yet."""
    return [] if htpasswd()[0].is_file() else [_HTPASSWD]


def unpack(packages: list[str]) -> None:
    """Download `packages` and unpack each to a folder, which is created complete or not at all."""
    with _staging() as staging:
        for package, archive in zip(packages, _download(packages, staging), strict=True):
            with _placed(package, staging) as binaries:
                _extract(archive, binaries)
                for name in PACKAGES[package]:
                    if not (binaries / name).is_file():  # as promtool since trixie
                        _extract(_download([name], staging)[0], binaries)
                _use_relative_templates(binaries)


def unpack_newer() -> None:
    """Download trixie's Prometheus and unpack it in the same way."""
    with _staging() as staging, _placed(Build.NEWER.value, staging) as binaries:
        for package in PACKAGES["prometheus"]:  # promtool has its own since trixie
            _extract(_download_newer(staging, package), binaries)


def unpack_node_exporter() -> None:
    """Download node_exporter and unpack it in the same way."""
    with _staging() as staging, _placed(_NODE_EXPORTER, staging) as binaries:
        _extract(_download([_NODE_EXPORTER], staging)[0], binaries)


def unpack_htpasswd() -> None:
    """Download htpasswd and its libraries and unpack them to one folder."""
    with _staging() as staging, _placed(_HTPASSWD, staging) as binaries:
        _extract(_download([_HTPASSWD], staging)[0], binaries)
        for names in _LIBRARIES:
            _extract(_download_one_of(names, staging), binaries)


@contextmanager
def _staging() -> Iterator[Path]:
    """Yield a temporary folder in .servers/, whose content can be renamed to a package folder."""
    for command in ("apt-get", "dpkg"):
        if shutil.which(command) is None:
            raise ServersError(
                f"`{command}` is not installed: this needs Debian or a derivative.\n"
                f"On other systems, put the programs where the tests look for them:\n"
                + "\n".join(f"  {binary}" for binary in _binaries())
            )
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=FOLDER) as name:
        yield Path(name)


@contextmanager
def _placed(folder: str, staging: Path) -> Iterator[Path]:
    """Yield a folder for programs; it is moved to its place at the end of the block."""
    yield staging / folder / "usr" / "bin"
    shutil.rmtree(FOLDER / folder, ignore_errors=True)
    (staging / folder).rename(FOLDER / folder)


def _extract(archive: Path, binaries: Path) -> None:
    _run(["dpkg", "-x", str(archive), str(binaries.parent.parent)], cwd=archive.parent)


def _download(packages: list[str], staging: Path) -> list[Path]:
    """Download with the package lists of the system; if that fails, with fresh lists."""
    try:
        _run(["apt-get", "-qq", "download", *packages], cwd=staging)
    except ServersError:
        private = _private_state(staging / "apt")
        _run(["apt-get", "-qq", *private, "update"], cwd=staging)
        _run(["apt-get", "-qq", *private, "download", *packages], cwd=staging)
    return [next(staging.glob(f"{package}_*.deb")) for package in packages]


def _download_one_of(names: tuple[str, ...], staging: Path) -> Path:
    """Download the first available package with one of these names."""
    *others, last = names
    for name in others:
        try:
            return _download([name], staging)[0]
        except ServersError:
            continue
    return _download([last], staging)[0]


@contextmanager
def newer_builds(packages: list[str]) -> Iterator[Path]:
    """Yield the folder of trixie's programs of these packages, unpacked for the block."""
    with _staging() as staging:
        binaries = staging / "usr" / "bin"
        for package in packages:
            _extract(_download_newer(staging, package), binaries)
        _use_relative_templates(binaries)
        yield binaries


def _download_newer(staging: Path, package: str) -> Path:
    """Download trixie's build of a package from the first of the system's mirrors that has it."""
    failures = []
    for number, mirror in enumerate(_mirrors(staging)):
        private = _private_trixie(staging / f"apt-{number}", mirror)
        try:
            _run(["apt-get", "-qq", *private, "update"], cwd=staging)
            _run(["apt-get", "-qq", *private, "download", package], cwd=staging)
        except ServersError as error:
            failures.append(str(error))
        else:
            return next(staging.glob(f"{package}_*.deb"))
    raise ServersError("\n".join(failures) or "apt's sources have no mirror of Debian's releases")


def _mirrors(staging: Path) -> list[str]:
    """Return the mirrors from which the system gets releases of Debian."""
    system = Path("/etc/os-release").read_text(encoding="utf-8")
    releases = _RELEASES.union(re.findall(r"^VERSION_CODENAME=(\w+)$", system, re.MULTILINE))
    sources = _run(["apt-get", "--print-uris", "update"], cwd=staging)
    found = (match[1] for match in _RELEASE_FILE.finditer(sources) if match[2] in releases)
    return list(dict.fromkeys(found))


def _use_relative_templates(binaries: Path) -> None:
    """Make the programs look for templates in the working directory, not in a system folder.

    A path in a binary can be replaced by another path of the same length.
    """
    here = b"./" * (len(_TEMPLATES) // 2)
    for binary in binaries.iterdir():
        content = binary.read_bytes()
        if (moved := re.sub(_TEMPLATES + b"(?!/)", here, content)) != content:
            binary.write_bytes(moved)


def _private_state(folder: Path) -> list[str]:
    """Return options that make apt-get use `folder` for its state, so that root is not needed."""
    for part in ("state/lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    return _options(
        {
            "Dir::State": folder / "state",
            "Dir::State::status": "/var/lib/dpkg/status",
            "Dir::Cache": folder / "cache",
            "APT::Sandbox::User": "root",  # its usual user could not read our folder
        }
    )


def _private_trixie(folder: Path, mirror: str) -> list[str]:
    """Return options that also restrict apt-get to trixie, as signed by Debian."""
    private = _private_state(folder)
    sources, installed = folder / "sources.list", folder / "status"
    sources.write_text(f"deb [signed-by={_KEYRING}] {mirror} {_TRIXIE} main\n")
    installed.touch()  # otherwise the installed version would be preferred
    return private + _options(
        {
            "Dir::State::status": installed,
            "Dir::Etc::sourcelist": sources,
            "Dir::Etc::sourceparts": "-",
            "Dir::Etc::preferences": "-",
            "Dir::Etc::preferencesparts": "-",
            "APT::Default-Release": _TRIXIE,
        }
    )


def _options(options: Mapping[str, object]) -> list[str]:
    return [word for key, value in options.items() for word in ("-o", f"{key}={value}")]


def _run(command: list[str], *, cwd: Path) -> str:
    environment = os.environ | {"LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(  # noqa: S603 - fixed programs and packages
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ServersError(f"`{' '.join(command)}` failed:\n{(done.stderr or done.stdout).strip()}")
    return done.stdout


def _binaries() -> Iterator[Path]:
    yield from map(program, _PACKAGE_OF)
    yield from (program(name, Build.NEWER) for name in PACKAGES["prometheus"])
    yield node_exporter()


def versions() -> Iterator[str]:
    """Yield one line for each program: its name, its version, its path."""
    for binary in _binaries():
        yield f"{binary.name:<25}{version_of(binary):<20}{binary}"


def version_of(binary: Path) -> str:
    """Return the version that an unpacked program states."""
    answer = subprocess.run(  # noqa: S603 - a program that we unpacked
        [str(binary), "--version"], capture_output=True, text=True, check=True
    )
    words = (answer.stdout or answer.stderr).split()
    return words[words.index("version") + 1].rstrip(",")


def main() -> int:
    """Unpack missing programs, then print all versions."""
    try:
        if packages := missing():
            print(f"downloading {', '.join(packages)} from Debian", flush=True)
            unpack(packages)
        if missing_newer():
            print(f"downloading prometheus of {_TRIXIE} from Debian", flush=True)
            unpack_newer()
        if packages := missing_node_exporter():
            print(f"downloading {', '.join(packages)} from Debian", flush=True)
            unpack_node_exporter()
        if packages := missing_htpasswd():
            print(f"downloading {', '.join(packages)} from Debian", flush=True)
            unpack_htpasswd()
    except ServersError as error:
        print(f"make servers: {error}", file=sys.stderr)
        return 1
    print("\n".join(versions()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
