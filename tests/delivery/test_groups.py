"""Grouping keys: their labels beside those of metrics, and the job of a nameless catalog."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from urllib.request import urlopen

import pytest

from tests.delivery.gateway import RECORD_FIVE, SUCCESS, Delivering, held
from tests.support.programs import ROOT
from tools.running import HOST
from typedprom.core.misuse import forget
from typedprom.delivery.group_url import beside, renamed
from typedprom.metrics.definition import Definition, Family, LabelDefinition

PUSHED = {
    f'{SUCCESS}{{exported_source_id="kexp",source_id="batch"}}': 5.0,
    f'{SUCCESS}{{exported_source_id="wfmu",source_id="batch"}}': 1.0,
}
SET = """
from metrics_info_and_stateset import WORKERS_BUILD
WORKERS_BUILD.set(version="1.2", channel="stable")
"""
PATHS = (ROOT, ROOT / "tests" / "golden" / "python_info_and_stateset" / "expected")
EMPTY = ROOT / "tests" / "golden" / "python_empty_prefix" / "expected"


@pytest.fixture(autouse=True)
def reported_anew() -> Iterator[None]:
    undo = forget()
    yield
    undo()


def test_a_grouping_label_that_a_metric_has_is_told_at_the_start(delivering: Delivering) -> None:
    started = "import sys; print('started', file=sys.stderr)"
    program = f"{RECORD_FIVE}\nSOURCES_REQUESTS_SUCCESS.inc(source_id='wfmu')\n{started}"
    conflicting = replace(delivering, more={"TYPEDPROM_GROUPING": "source_id=batch"})
    with conflicting.start(program) as process:
        output, errors = process.communicate(timeout=60)
    first, second = errors.splitlines()
    assert (output, second) == ("", "started")
    assert first.startswith("TYPEDPROM_GROUPING: `source_id` is a label of the metric `sms_")
    assert pushed(delivering) == PUSHED


def test_the_command_tells_it_too_and_names_the_group(delivering: Delivering) -> None:
    program = f"{RECORD_FIVE}\nSOURCES_REQUESTS_SUCCESS.inc(source_id='wfmu')"
    more = {"TYPEDPROM_GROUPING": "source_id=batch", "SMS_PUSHGATEWAY_URL": ""}
    spool = {"TYPEDPROM_SPOOL_DIR": str(delivering.spool)}
    replace(delivering, more={**more, **spool}).run(program)  # without a destination it is unused
    done = delivering.spool_command("deliver", str(delivering.spool))
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("TYPEDPROM_GROUPING: `source_id` is a label of the metric")
    assert ", group job=sms,instance=here,source_id=batch\n" in done.stdout
    assert pushed(delivering) == PUSHED


def pushed(delivering: Delivering) -> dict[str, float]:
    """The counts of requests in the gateway that are not zero."""
    found = held(delivering.port).items()
    return {name: value for name, value in found if name.startswith(f"{SUCCESS}{{") and value}


def test_labels_of_all_kinds_are_those_of_metrics(caplog: pytest.LogCaptureFixture) -> None:
    labels = (LabelDefinition("a"), LabelDefinition("exported_a"), LabelDefinition("instance"))
    requests = Definition("x_total", "counter", "X.", labels=labels, constant=(("zone", "b"),))
    build = Definition("x_build_info", "info", "X.", info_labels=("version",))
    series = (("a", "1"), ("exported_a", "2"), ("instance", "3"), ("zone", "b"))
    older = (("job", "j"), ("team", "t"))  # recorded by a process with another catalog
    families = [
        Family(requests, {series: [0.0, 1.0], older: [0.0, 2.0]}),
        Family(build, {(("version", "5"),): [0.0, 1.0]}),
        Family(Definition("y_total", "counter", "Y."), {(("free", "6"),): [0.0, 1.0]}),
    ]
    grouping = dict.fromkeys(("job", "instance", "a", "zone", "version", "team"), "of the group")
    pushed = [dict(labels) for family in beside(grouping, families) for labels in family.series]
    assert pushed == [
        {"exported_exported_a": "1", "exported_a": "2", "exported_instance": "3"}
        | {"exported_zone": "b"},
        {"exported_job": "j", "exported_team": "t"},
        {"exported_version": "5"},
        {"free": "6"},
    ]
    said = [message.partition(" (further")[0] for message in caplog.messages]
    assert said[:3] == [
        "the metric `x_total` has a label `job`, and so has the group that is pushed: that of the "
        "metric is pushed as `exported_job`; rename it in the catalog",
        "the metric `x_total` has a label `instance`, and so has the group that is pushed: that of "
        "the metric is pushed as `exported_instance`; rename it in the catalog",
        "TYPEDPROM_GROUPING: `a` is a label of the metric `x_total` too, which is pushed as "
        "`exported_exported_a`; choose another name",
    ]
    assert len(said) == 6


def test_a_label_is_renamed_to_what_nothing_else_is_called() -> None:
    assert renamed({"job": "j", "a": "1", "exported_a": "2"}, {"a"}, "x_total") == {
        "a": "exported_exported_a"
    }


def test_the_group_is_the_same_whatever_metrics_join(delivering: Delivering) -> None:
    """Else what was pushed before would stay in another group, and count twice."""
    shared = {"TYPEDPROM_GROUPING": "version=9", "TYPEDPROM_SPOOL_DIR": str(delivering.spool)}
    both = replace(delivering, more={**shared, "PYTHONPATH": os.pathsep.join(map(str, PATHS))})
    both.run(RECORD_FIVE)
    with both.start(f"{RECORD_FIVE}\n{SET}") as process:
        _, errors = process.communicate(timeout=60)
    assert errors.startswith("TYPEDPROM_GROUPING: `version` is a label of the metric `shop_w")
    found = held(delivering.port)
    assert found[f'{SUCCESS}{{source_id="kexp",version="9"}}'] == 10.0
    (build,) = [name for name in found if name.startswith("shop_workers_build_info{")]
    assert 'exported_version="1.2"' in build
    assert 'version="9"' in build
    with urlopen(f"http://{HOST}:{delivering.port}/api/v1/metrics") as answer:
        assert [group["labels"]["version"] for group in json.load(answer)["data"]] == ["9"]


def test_values_of_a_label_job_stay_apart(delivering: Delivering) -> None:
    program = """
from typedprom import Catalog, LabelledCounter, OpenLabel
CATALOG = Catalog(namespace="sms", title="X", description="", interface=1)
class Counter(LabelledCounter):
    def inc(self, job):
        self._cell(job).inc()
JOB = OpenLabel("job", help="J.", budget=9)
made = Counter(CATALOG, key="made", name="sms_made_total", help="Made.", labels=(JOB,))
CATALOG.register()
for job in ("a", "b", "b"):
    made.inc(job)
"""
    more = {"TYPEDPROM_PUSHGATEWAY_URL": f"http://{HOST}:{delivering.port}"}
    with replace(delivering, more=more).start(program) as process:
        _, errors = process.communicate(timeout=60)
    assert errors.startswith("the metric `sms_made_total` has a label `job`, and so has the group")
    found = {name: value for name, value in held(delivering.port).items() if "made" in name}
    assert found == {
        'sms_made_total{exported_job="a"}': 1.0,
        'sms_made_total{exported_job="b"}': 2.0,
    }


def test_a_catalog_without_namespace_is_delivered_as_its_package(delivering: Delivering) -> None:
    more = {
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(EMPTY))),
        "TYPEDPROM_PUSHGATEWAY_URL": f"http://{HOST}:{delivering.port}",
    }
    beats = "import metrics_empty_prefix as metrics; metrics.HEARTBEAT.inc(3)"
    replace(delivering, more=more).run(beats)
    assert held(delivering.port, job="metrics_empty_prefix")["heartbeat_total"] == 3.0
    assert [path.name for path in delivering.spool.parent.iterdir()] == ["metrics_empty_prefix"]
    by_hand = """
from typedprom import Catalog, Counter
CATALOG = Catalog(namespace="", title="By hand", description="", interface=1)
Counter(CATALOG, key="made", name="made_total", help="Made.").inc(2)
CATALOG.register()
"""
    replace(delivering, more=more).run(by_hand)
    assert held(delivering.port, job="metrics")["made_total"] == 2.0
    assert len([*delivering.spool.parent.iterdir()]) == 2
