"""Makes the packs of others' metrics from what real servers expose: `python -m tools.make_packs`.

Each server runs in two builds of Debian, the system's and trixie's, with as many of its parts on as
a machine without a network allows; a pack has what either exposes. Facts only: names, types,
labels. node_exporter reads `--machine`, a folder with `proc`, `sys` and `udev/data`; its own
repository has one put together from many machines (`collector/fixtures`, whose archives its `ttar`
unpacks). Without it, the metrics of hardware that this machine lacks are missing.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from http.client import HTTPConnection
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict, cast, get_args

from prometheus_client import generate_latest

from tools import servers
from tools.exposed import Exposed, exposed
from tools.own_metrics import own_metrics
from tools.promql_api import Api
from tools.running import HOST, running
from typedprom_codegen import raw

Metrics = dict[str, Exposed]

PACKS = Path(__file__).resolve().parent.parent / "codegen" / "typedprom_codegen" / "packs"
PROMETHEUS, PUSHGATEWAY, ALERTMANAGER, NODE_EXPORTER = (
    "prometheus",
    "prometheus-pushgateway",
    "prometheus-alertmanager",
    "prometheus-node-exporter",
)
UNITS = get_args(raw.Unit.__value__)
MADE_PER_TARGET = ("up", "scrape_", "ALERTS")
COLLECTORS_OFF = ("systemd", "runit", "supervisord", "perf", "ntp", "logind", "ethtool")
"""Collectors that need a service of the machine, or whose names are those of its drivers."""
WARM_UP = 9.0  # seconds in which a server meets its targets (after 5), rules and peers

RULES = {
    "groups": [
        {
            "name": "own",
            "rules": [
                {"alert": "Always", "expr": "vector(1)"},
                {"alert": "Pending", "expr": "vector(1)", "for": "1h"},
                {"record": "own:up:sum", "expr": "sum(up)"},
            ],
        }
    ]
}


class PackMetric(TypedDict, total=False):
    """A metric in the file of a pack; without `more_labels`, `labels` are all of its own."""

    type: str
    unit: str
    labels: list[str]
    more_labels: bool


def ask(port: int, path: str, body: object = None) -> bytes:
    """Return the answer to a GET, or to a POST of `body`: text as it is, else as JSON."""
    connection = HTTPConnection(HOST, port, timeout=10)
    try:
        sent = body if isinstance(body, str) else json.dumps(body)
        kind = "text/plain" if isinstance(body, str) else "application/json"
        method = "GET" if body is None else "POST"
        connection.request(method, path, sent, {"Content-Type": kind})
        return connection.getresponse().read()
    finally:
        connection.close()


def exposed_by(port: int) -> Metrics:
    """Return what a server exposes of itself now."""
    return exposed(ask(port, "/metrics").decode())


def prometheus(binary: Path, folder: Path) -> tuple[Metrics, Metrics]:
    """What Prometheus exposes of itself, and the series that it makes for targets and alerts."""

    def arguments(port: int) -> list[str]:
        own = [{"targets": [f"{HOST}:{port}"]}]
        config = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(folder / "rules.yml")],
            "scrape_configs": [{"job_name": "own", "sample_limit": 100_000, "static_configs": own}],
            "alerting": {"alertmanagers": [{"static_configs": own}]},
            "remote_write": [{"url": f"http://{HOST}:{port}/api/v1/write"}],
        }
        (folder / "rules.yml").write_text(json.dumps(RULES))
        (folder / "prometheus.yml").write_text(json.dumps(config))
        return [
            f"--web.listen-address={HOST}:{port}",
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            *("--web.enable-lifecycle", "--web.enable-admin-api"),
            "--web.enable-remote-write-receiver",
            "--enable-feature=extra-scrape-metrics,exemplar-storage",
        ]

    with running(PROMETHEUS, arguments, folder, binary=binary) as server:
        time.sleep(WARM_UP)
        for path in ("/api/v1/query?query=up", "/-/healthy", "/api/v1/targets"):
            ask(server.port, path)
        return exposed_by(server.port), _made_per_target(server.port)


def _made_per_target(port: int) -> Metrics:
    """Return the series that Prometheus makes itself. All are gauges; alerts have more labels."""
    series = (answer.labels for answer in Api(port).query('{__name__=~"up|scrape_.+|ALERTS.*"}'))
    made: Metrics = {}
    for labels in series:
        metric = made.setdefault(labels["__name__"], Exposed(labels["__name__"], "gauge"))
        metric.labels.update(labels.keys() - {"__name__", "job", "instance"})
        metric.values.add("1")
    return made


def pushgateway(binary: Path, folder: Path) -> Metrics:
    """What a Pushgateway with one group exposes of itself, and of the group."""

    def arguments(port: int) -> list[str]:
        return [f"--web.listen-address={HOST}:{port}", "--persistence.file="]

    with running(PUSHGATEWAY, arguments, folder, binary=binary) as server:
        ask(server.port, "/metrics/job/packs", "pushed 1\n")
        found = exposed_by(server.port)
    del found["pushed"]
    for metric in found.values():
        metric.labels.discard("job")  # of the group, like `instance`: a scrape adds them
        metric.labels.discard("instance")
    return found


def alertmanager(binary: Path, folder: Path) -> Metrics:
    """What an Alertmanager with a receiver, an alert and a cluster of its own exposes."""
    has_names = "receiver-name-in-metrics" in _help(binary)

    def arguments(port: int) -> list[str]:
        receiver = {"name": "own", "webhook_configs": [{"url": f"http://{HOST}:{port}/-/ready"}]}
        route = {"receiver": "own", "group_wait": "1s", "group_interval": "1s"}
        config = {"route": route, "receivers": [receiver]}
        (folder / "alertmanager.yml").write_text(json.dumps(config))
        return [
            f"--web.listen-address={HOST}:{port}",
            f"--config.file={folder / 'alertmanager.yml'}",
            f"--storage.path={folder / 'alerts'}",
            f"--cluster.listen-address={HOST}:0",
            f"--cluster.advertise-address={HOST}:9",
            *(["--enable-feature=receiver-name-in-metrics"] if has_names else []),
        ]

    templates = binary.parent.parent / "share" / "prometheus" / "alertmanager"
    with running(ALERTMANAGER, arguments, folder, binary=binary, cwd=templates) as server:
        ask(server.port, "/api/v2/alerts", [{"labels": {"alertname": "Own"}}])
        time.sleep(WARM_UP)
        ask(server.port, "/api/v2/status")
        return exposed_by(server.port)


def node_exporter(binary: Path, folder: Path, machine: Path | None) -> Metrics:
    """What node_exporter exposes of this machine, and of `machine`, with all its collectors."""
    found = _of_machine(binary, folder, [])
    if machine is None:
        return found
    paths = [
        *(f"--path.procfs={machine / 'proc'}", f"--path.sysfs={machine / 'sys'}"),
        *(f"--path.udev.data={machine / 'udev' / 'data'}", f"--path.rootfs={machine}"),
        f"--collector.wifi.fixtures={machine / 'wifi'}",
        f"--collector.qdisc.fixtures={machine / 'qdisc'}",
        "--no-collector.arp.netlink",
        "--no-collector.netclass.netlink",
    ]
    known = _flags(binary)
    return merged([_of_machine(binary, folder, [p for p in paths if _flag(p) in known]), found])


def _of_machine(binary: Path, folder: Path, paths: Sequence[str]) -> Metrics:
    known = _flags(binary)
    collectors = [word for word in known if word.count(".") == 1]
    names = {word.removeprefix("--collector.") for word in collectors} - {"disable-defaults"}
    off = {*COLLECTORS_OFF, *(("selinux", "filesystem", "timex", "uname") if paths else ())}
    wanted = [
        *(f"--collector.{name}" for name in sorted(names - off)),
        *(f"--no-collector.{name}" for name in sorted(names & off)),
        *("--collector.stat.softirq", "--collector.cpu.info"),
        "--collector.sysctl.include-info=kernel.seccomp.actions_avail",
        "--collector.sysctl.include=kernel.threads-max",
        "--collector.bcache.priorityStats",
        "--collector.netclass.ignore-invalid-speed",
        f"--collector.textfile.directory={folder}",
    ]

    def arguments(port: int) -> list[str]:
        return [
            f"--web.listen-address={HOST}:{port}",
            *(word for word in wanted if _flag(word) in known),
            *paths,
        ]

    with running(NODE_EXPORTER, arguments, folder, binary=binary, ready="/") as server:
        return exposed_by(server.port)


def _flags(binary: Path) -> frozenset[str]:
    """Return the flags that a program lists, without `no-`."""
    words = _help(binary).replace("[no-]", "").split()
    return frozenset(_flag(word) for word in words if word.startswith("--"))


def _help(binary: Path) -> str:
    done = subprocess.run(  # noqa: S603 - a program that we unpacked
        [str(binary), "--help"], capture_output=True, text=True, check=True
    )
    return done.stdout + done.stderr


def _flag(word: str) -> str:
    return word.partition("=")[0].replace("--no-", "--")


def merged(parts: Iterable[Metrics]) -> Metrics:
    """Put metrics of several builds together; the type is that of the first that has it."""
    whole: Metrics = {}
    for part in parts:
        for name, metric in part.items():
            known = whole.setdefault(name, metric)
            known.labels.update(metric.labels)
            known.values.update(metric.values)
    return dict(sorted(whole.items()))


def pack_metric(metric: Exposed) -> PackMetric:
    """Return the facts of a metric in the words of catalogs."""
    kind = {"untyped": "unknown"}.get(metric.type, metric.type)
    fact = PackMetric(type="info" if metric.is_info else kind)
    if unit := unit_of(metric.name):
        fact["unit"] = unit
    if metric.labels:
        fact["labels"] = sorted(metric.labels)
    if not metric.values:
        fact["more_labels"] = True
    return fact


def unit_of(name: str) -> str | None:
    """Return the unit that a metric's name ends with."""
    words = name.removesuffix("_total").split("_")
    return words[-1] if len(words) > 1 and words[-1] in UNITS else None


def write(pack: str, source: str, metrics: Mapping[str, PackMetric], *prefixes: str) -> None:
    """Write a pack, a line for each metric."""
    lines = ",\n".join(f"    {json.dumps(n)}: {json.dumps(m)}" for n, m in metrics.items())
    (PACKS / f"{pack}.json").write_text(
        "{\n"
        f'  "source": {json.dumps(source)},\n'
        f'  "open_prefixes": {json.dumps(prefixes)},\n'
        f'  "metrics": {{\n{lines}\n  }}\n'
        "}\n"
    )
    print(f"{pack}: {len(metrics)} metrics")


def facts(metrics: Metrics) -> dict[str, PackMetric]:
    """Return the facts of all metrics."""
    return {name: pack_metric(metric) for name, metric in metrics.items()}


def write_python() -> None:
    """Write the packs of what prometheus_client exposes of every Python program."""
    found = exposed(generate_latest().decode())
    source = (
        f"what prometheus_client {version('prometheus-client')} exposes of a program of "
        f"{platform.python_implementation()} {platform.python_version()}"
    )
    for pack in ("process", "python"):
        own = {name: one for name, one in found.items() if name.startswith(f"{pack}_")}
        write(pack, source, facts(own))


def write_typedprom() -> None:
    """Write the pack of what typedprom's runtime exposes of itself; catalogs can add labels."""
    own = facts(own_metrics())
    for fact in own.values():
        fact["more_labels"] = True
    source = "what typedprom's own runtime says of its jobs, its spool and its deliveries"
    write("typedprom", source, own)


def write_servers(newer: Path, folder: Path, machine: Path | None) -> None:
    """Write the packs of Debian's servers."""

    def both(name: str) -> list[tuple[Path, Path]]:
        builds = [newer / name, _older(name)]
        folders = [folder / f"{name}-{number}" for number in range(len(builds))]
        for one in folders:
            one.mkdir()
        return list(zip(builds, folders, strict=True))

    def source(builds: Iterable[tuple[Path, Path]], options: str) -> str:
        versions = " and ".join(servers.version_of(binary) for binary, _ in builds)
        return f"what Debian's builds of {versions} expose, {options}"

    builds = both(PROMETHEUS)
    own, made = zip(*(prometheus(*build) for build in builds), strict=True)
    text = source(builds, "with rules, alerts, remote write and its receiver on")
    write("prometheus", text, facts(merged(own)), "prometheus_", "go_")
    per_target = facts(merged(made))
    for alert in ("ALERTS", "ALERTS_FOR_STATE"):
        per_target[alert]["more_labels"] = True  # those of the alert
    per_target["target_info"] = PackMetric(type="info", more_labels=True)  # of OpenTelemetry
    write("prometheus-server", source(builds, "for each target and each alert"), per_target)

    simple: list[tuple[str, str, Callable[[Path, Path], Metrics], str, tuple[str, ...]]] = [
        ("pushgateway", PUSHGATEWAY, pushgateway, "with one group", ("pushgateway_", "go_")),
        (
            "alertmanager",
            ALERTMANAGER,
            alertmanager,
            "with a receiver, an alert, a cluster",
            ("alertmanager_", "go_"),
        ),
        (
            "node-exporter",
            NODE_EXPORTER,
            lambda binary, own_folder: node_exporter(binary, own_folder, machine),
            "with all collectors but those of a running service, "
            + ("of this machine" if machine is None else "of its own test machine and of this one"),
            ("node_", "go_"),
        ),
    ]
    for pack, name, expose, options, prefixes in simple:
        builds = both(name)
        found = merged(expose(*build) for build in builds)
        write(pack, source(builds, options), facts(found), *prefixes)


def _older(name: str) -> Path:
    return servers.node_exporter() if name == NODE_EXPORTER else servers.program(name)


class Arguments(argparse.Namespace):
    """The arguments of the command."""

    machine: Path | None


def main() -> None:
    """Make all packs."""
    parser = argparse.ArgumentParser(description="Makes the packs of others' metrics.")
    parser.add_argument("--machine", type=Path, help="proc, sys and udev/data for node_exporter")
    arguments = cast("Arguments", parser.parse_args())
    write_python()
    write_typedprom()
    with (
        tempfile.TemporaryDirectory(prefix="packs-") as folder,
        servers.newer_builds([PROMETHEUS, PUSHGATEWAY, ALERTMANAGER, NODE_EXPORTER]) as newer,
    ):
        machine = arguments.machine and arguments.machine.resolve()
        write_servers(newer, Path(folder), machine)


if __name__ == "__main__":
    main()
