"""The golden packages are executed: type-checked, imported, called, scraped."""

from __future__ import annotations

import dis
import importlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Final

import pytest
from prometheus_client import REGISTRY

from typedprom_codegen.names import RESERVED_PARAMETERS, RESERVED_TYPES

ROOT: Final = Path(__file__).parents[2]
GOLDEN: Final = ROOT / "tests" / "golden"


def test_golden_packages_pass_mypy_strict(tmp_path: Path) -> None:
    packages = sorted(GOLDEN.glob("python_*/expected/metrics_*"))
    assert packages
    for source in (*packages, ROOT / "runtime" / "typedprom"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, tmp_path / source.name, ignore=ignored)
    options = ("--strict", "--config-file=", "--no-incremental", "--explicit-package-bases")
    command = (sys.executable, "-m", "mypy", *options, ".")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_minimal() -> None:
    with imported("minimal") as metrics:
        metrics.JOBS_DONE.inc()
        metrics.JOBS_DONE.inc(2)
        assert scraped("app_jobs_done_total") == 3


def test_labels_of_every_domain() -> None:
    with imported("domains") as metrics:
        metrics.ORDERS_PLACED.inc(country="NO")
        metrics.ORDERS_FAILED.inc(2, country="NO", method="card", reason="expired")
        metrics.ORDERS_REDEEMED.labels(voucher="spring").inc()
        metrics.ORDERS_CHARGE_DURATION.observe(0.3, method="card")
        with metrics.ORDERS_CHARGE_DURATION.time(method="invoice"):
            metrics.ORDERS_VALUE.observe(1999)
        metrics.ORDERS_OPEN.set(5, country="NO")
        metrics.ORDERS_OPEN.dec(country="NO")
        metrics.ORDERS_QUEUE.inc()
        failed = {"country": "NO", "method": "card", "reason": "expired"}
        assert scraped("shop_orders_placed_total", country="NO") == 1
        assert scraped("shop_orders_failed_total", **failed) == 2
        assert scraped("shop_orders_redeemed_total", voucher="spring") == 1
        duration = "shop_orders_charge_duration_seconds"
        assert scraped(f"{duration}_bucket", method="card", le="0.1") == 0
        assert scraped(f"{duration}_bucket", method="card", le="0.5") == 1
        assert scraped(f"{duration}_count", method="invoice") == 1
        assert scraped("shop_orders_value_sum") == 1999
        assert scraped("shop_orders_open", country="NO") == 4
        assert scraped("shop_orders_queue") == 1


def test_a_value_outside_its_domain_is_refused_in_strict_mode() -> None:
    with imported("domains") as metrics:
        with pytest.raises(ValueError, match="country"):
            metrics.ORDERS_PLACED.inc(country="Norway")
        with pytest.raises(ValueError, match="reason"):
            metrics.ORDERS_FAILED.inc(country="NO", method="card", reason="tired")
        with pytest.raises(TypeError, match="reason"):
            metrics.ORDERS_FAILED.inc(country="NO", method="card")


def test_hostile_text_is_exposed_unchanged() -> None:
    with imported("hostile_text") as metrics:
        for value in metrics.KIND_VALUES:
            metrics.JOBS_DONE.inc(kind=value, path="\"a'\\/b")
            assert scraped("app_jobs_done_total", kind=value, path="\"a'\\/b") == 1
        assert "{{ 7 * 7 }}" in metrics.KIND_VALUES
        assert metrics.is_kind("\u202eright to left")
        assert metrics.JOBS_SIZE.help == "ends with a backslash \\"


def test_labels_named_like_python_keywords_and_builtins() -> None:
    with imported("keywords") as metrics:
        labels = {"amount": "small", "value": "v", "cell": "c", "type": "t"}
        labels |= {"final": "yes", "b10": "low"}
        metrics.IMPORT_CLASS.inc(3, class_="k", self_="s", **labels)
        metrics.IMPORT_NONE.set(7, value="v", cell="c")
        metrics.IMPORT_PRINT.observe(0.2, amount="large")
        exposed = labels | {"class": "k", "self": "s"}
        assert scraped("app_import_class_total", **exposed) == 3
        assert scraped("app_import_none", value="v", cell="c") == 7
        assert scraped("app_import_print_sum", amount="large") == 0.2


def test_labels_named_like_names_in_methods() -> None:
    with imported("keywords") as metrics:
        plain = {"ONE": "1", "dict": "{}", "float": "0", "Timer": "t"}
        caught = plain | {"Exception_": "e"}
        exposed = plain | {"Exception": "e"}
        errors = {"exceptions": "missing"}
        for _ in range(2):  # the second call uses the series that the first makes
            metrics.IMPORT_CAUGHT.inc(**caught, **errors)
            with metrics.IMPORT_TIMED.time(**caught):
                pass
        assert scraped("app_import_caught_total", **exposed, **errors) == 2
        assert scraped("app_import_timed_count", **exposed) == 2
        with pytest.raises(ValueError, match="exceptions"):
            metrics.IMPORT_CAUGHT.inc(**caught, exceptions=[])


def test_generated_methods_use_no_name_that_a_label_can_take() -> None:
    with imported("keywords") as metrics:
        found = {
            name
            for metric in metrics.CATALOG.metrics.values()
            for method in vars(type(metric)).values()
            if isinstance(method, FunctionType)
            for instruction in dis.get_instructions(method)
            if instruction.opname in {"LOAD_GLOBAL", "LOAD_NAME"}
            for name in [instruction.argval]
        }
    assert found
    assert found <= RESERVED_PARAMETERS & RESERVED_TYPES


def test_empty_namespace_and_prefix() -> None:
    with imported("empty_prefix") as metrics:
        metrics.HEARTBEAT.inc()
        metrics.CATALOG_.set(1)
        assert scraped("heartbeat_total") == 1
        assert scraped("catalog") == 1
        assert metrics.CATALOG.metrics["uptime"].name == "uptime_seconds"


def test_metrics_that_are_not_emitted_are_only_described() -> None:
    with imported("external") as metrics:
        assert [metric.name for metric in metrics.CATALOG.external] == [
            "app_runs_total",
            "node_load1",
            "go_gc_duration_seconds",
            "http_request_duration_seconds",
            "queue_depth",
        ]
        assert not hasattr(metrics, "LEGACY_RUNS")
        assert scraped("app_runs_total") is None
        metrics.RUNS_ENDED.inc()
        assert scraped("app_runs_ended_total") == 1
        assert metrics.RUNS_ENDED.replaced_by == "runs.finished"


@contextmanager
def imported(case: str) -> Iterator[ModuleType]:
    """Import the package of a golden case; remove it at the end of the block."""
    name = f"metrics_{case}"
    folder = str(GOLDEN / f"python_{case}" / "expected")
    sys.path.insert(0, folder)
    try:
        package = importlib.import_module(name)
        try:
            yield package
        finally:
            for metric in package.CATALOG.metrics.values():
                REGISTRY.unregister(metric)
    finally:
        sys.path.remove(folder)
        for module in [module for module in sys.modules if module.split(".")[0] == name]:
            del sys.modules[module]


def scraped(name: str, **labels: str) -> float | None:
    """Return the value of a series in prometheus_client's default registry."""
    return REGISTRY.get_sample_value(name, labels)
