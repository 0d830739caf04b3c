"""The servers start on free loopback ports, answer, and stop at the end of a test."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.support.needs import require_newer_prometheus
from tools import running
from tools.promql_api import Api, QueryError
from tools.running import HOST, alertmanager, prometheus, pushgateway
from tools.servers import Build, ServersError, missing, missing_newer, versions


@pytest.fixture(autouse=True)
def _servers() -> None:
    require_newer_prometheus()


def test_each_has_a_version() -> None:
    assert not missing() + missing_newer()
    assert [line.split()[0] for line in versions()] == [
        "prometheus",
        "promtool",
        "prometheus-pushgateway",
        "prometheus-alertmanager",
        "amtool",
        "prometheus",
        "promtool",
        "prometheus-node-exporter",
    ]


def test_all_three_run_side_by_side_and_stop(tmp_path: Path) -> None:
    with (
        prometheus(tmp_path, {}) as one,
        pushgateway(tmp_path) as two,
        alertmanager(tmp_path) as three,
    ):
        started = (one, two, three)
        assert all(server.process.poll() is None for server in started)
    assert all(server.process.poll() is not None for server in started)


def test_prometheus_answers_scalars_vectors_and_errors(tmp_path: Path) -> None:
    with prometheus(tmp_path, {}) as server:
        api = Api(server.port)
        assert api.value("1 + 1") == 2
        assert api.value("vector(3)") == 3
        assert api.query("no_such_metric") == []
        with pytest.raises(QueryError, match="parse error"):
            api.query("sum(")


def test_a_port_taken_by_another_process_is_not_fatal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        free = running.free_port()
        ports = iter([taken.getsockname()[1], free])
        monkeypatch.setattr(running, "free_port", lambda: next(ports))
        with pushgateway(tmp_path) as server:
            assert server.port == free


def test_a_server_that_cannot_start_is_reported_with_its_log(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file instead of a folder")
    with pytest.raises(ServersError, match="prometheus does not start"), prometheus(tmp_path, {}):
        pass


def test_trixies_prometheus_supports_created_timestamps(tmp_path: Path) -> None:
    features = ("created-timestamp-zero-ingestion",)
    with prometheus(tmp_path, {}, build=Build.NEWER, features=features, every=5) as server:
        log = server.log.read_text()
    assert "version=2.53" in log
    assert "created timestamp zero ingestion enabled" in log
    assert "Unknown option" not in log


def test_a_pushgateway_restarts_on_its_port_with_its_metrics(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with pushgateway(tmp_path, persistence=kept) as first:
        push(first.port)
    with pushgateway(tmp_path, port=first.port, persistence=kept) as second:
        assert second.port == first.port
        assert 'job="a"} 3' in exposed(second.port)
    with pushgateway(tmp_path, port=first.port) as third:
        assert 'job="a"} 3' not in exposed(third.port)


def push(port: int) -> None:
    url = f"http://{HOST}:{port}/metrics/job/a"
    with urlopen(Request(url, b"pushed 3\n", method="PUT"), timeout=10):
        pass


def exposed(port: int) -> str:
    with urlopen(f"http://{HOST}:{port}/metrics", timeout=10) as answer:
        text: str = answer.read().decode()
    return text
