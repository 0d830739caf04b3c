"""`make servers` without apt and with all servers present, and tests without servers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tools.servers
from tests.support import needs
from tests.support.needs import require_newer_prometheus, require_program, require_servers
from tests.support.programs import ROOT
from tools.servers import FOLDER


def _make_servers(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script as if the project was in `folder`, without programs on PATH."""
    tools = folder / "tools"
    tools.mkdir()
    shutil.copy(ROOT / "tools" / "servers.py", tools)
    return subprocess.run(
        [sys.executable, tools / "servers.py"],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_apt_it_reports_what_is_missing_and_leaves_no_files(tmp_path: Path) -> None:
    done = _make_servers(tmp_path)
    assert done.returncode == 1
    assert "`apt-get` is not installed" in done.stderr
    assert str(tmp_path / ".servers" / "prometheus" / "usr" / "bin" / "promtool") in done.stderr
    assert not (tmp_path / ".servers").exists()


def test_a_second_run_downloads_nothing(tmp_path: Path) -> None:
    require_newer_prometheus()
    (tmp_path / ".servers").symlink_to(FOLDER)
    done = _make_servers(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "downloading" not in done.stdout
    assert len(done.stdout.splitlines()) == 8


def test_a_program_with_its_own_package_comes_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On trixie, promtool is not in the package of Prometheus."""
    archives = {name: _package(tmp_path, name) for name in ("prometheus", "promtool")}
    monkeypatch.setattr(tools.servers, "FOLDER", tmp_path / ".servers")
    monkeypatch.setattr(tools.servers, "_download", lambda names, _: [archives[n] for n in names])
    tools.servers.unpack(["prometheus"])
    unpacked = tmp_path / ".servers" / "prometheus" / "usr" / "bin"
    assert sorted(path.name for path in unpacked.iterdir()) == ["prometheus", "promtool"]
    assert "prometheus" not in tools.servers.missing()


def _package(folder: Path, name: str) -> Path:
    """Make a Debian package with only one program."""
    root = folder / name
    (root / "DEBIAN").mkdir(parents=True)
    control = f"Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: a\nDescription: a\n"
    (root / "DEBIAN" / "control").write_text(control)
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / name).touch()
    archive = folder / f"{name}.deb"
    subprocess.run(["dpkg-deb", "--build", root, archive], check=True, capture_output=True)
    return archive


def test_missing_newer_prometheus_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    require_servers()
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(needs, "missing_newer", lambda: ["prometheus-trixie"])
    with pytest.raises(pytest.fail.Exception, match="needs trixie's Prometheus"):
        require_newer_prometheus()


def test_missing_servers_skip_with_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(needs, "missing", lambda: ["prometheus"])
    with pytest.raises(pytest.skip.Exception, match="needs prometheus, which are not"):
        require_servers()


def test_missing_servers_fail_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(needs, "missing", lambda: ["prometheus"])
    with pytest.raises(pytest.fail.Exception, match="run `make servers`"):
        require_servers()


def test_a_missing_program_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="needs the program `no-such-program`"):
        require_program("no-such-program")
