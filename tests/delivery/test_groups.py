"""Grouping keys: their labels beside those of metrics, and the job of a nameless catalog."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.delivery.gateway import RECORD_FIVE, SUCCESS, Delivering, held
from tests.support.programs import ROOT
from tools.running import HOST
from typedprom.core.misuse import forget
from typedprom.delivery.group_url import distinct, label_owners
from typedprom.metrics.definition import Definition, Family, LabelDefinition

PUSHED = {
    f'{SUCCESS}{{exported_source_id="batch",source_id="kexp"}}': 5.0,
    f'{SUCCESS}{{exported_source_id="batch",source_id="wfmu"}}': 1.0,
}
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
    assert first.startswith("TYPEDPROM_GROUPING: `source_id` is pushed as `exported_source_id`, ")
    assert pushed(delivering) == PUSHED


def test_the_command_tells_it_too_and_names_the_group(delivering: Delivering) -> None:
    program = f"{RECORD_FIVE}\nSOURCES_REQUESTS_SUCCESS.inc(source_id='wfmu')"
    more = {"TYPEDPROM_GROUPING": "source_id=batch", "SMS_PUSHGATEWAY_URL": ""}
    spool = {"TYPEDPROM_SPOOL_DIR": str(delivering.spool)}
    replace(delivering, more={**more, **spool}).run(program)  # without a destination it is unused
    done = delivering.spool_command("deliver", str(delivering.spool))
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("TYPEDPROM_GROUPING: `source_id` is pushed as `exported_source")
    assert ", group job=sms,instance=here,exported_source_id=batch\n" in done.stdout
    assert pushed(delivering) == PUSHED


def pushed(delivering: Delivering) -> dict[str, float]:
    """The counts of requests in the gateway that are not zero."""
    found = held(delivering.port).items()
    return {name: value for name, value in found if name.startswith(f"{SUCCESS}{{") and value}


def test_labels_of_all_kinds_are_those_of_metrics(caplog: pytest.LogCaptureFixture) -> None:
    labels = (LabelDefinition("a"), LabelDefinition("exported_a"), LabelDefinition("instance"))
    requests = Definition("x_total", "counter", "X.", labels=labels, constant=(("zone", "b"),))
    build = Definition("x_build_info", "info", "X.", info_labels=("version",))
    older = (("job", "j"), ("team", "t"))  # recorded by a process with another catalog
    families = [Family(requests, {older: [0.0, 1.0]}), Family(build, {})]
    grouping = {"job": "j", "instance": "i", "a": "1", "zone": "2", "version": "3", "team": "4"}
    key = distinct({**grouping, "free": "5"}, label_owners(families))
    assert key == {
        "job": "j",
        "exported_instance": "i",
        "exported_exported_a": "1",
        "exported_zone": "2",
        "exported_version": "3",
        "exported_team": "4",
        "free": "5",
    }
    said = [message.partition(" (further")[0] for message in caplog.messages]
    assert said[:3] == [
        "the metric `x_total` has a label `job` too, which is pushed as `exported_job`: rename it "
        "in the catalog",
        "the grouping label `instance` is pushed as `exported_instance`, because the metric "
        "`x_total` has a label `instance` too: rename that one",
        "TYPEDPROM_GROUPING: `a` is pushed as `exported_exported_a`, because the metric `x_total` "
        "has a label `a` too: choose another name",
    ]
    assert len(said) == 6


def test_names_of_the_key_stay_different() -> None:
    key = distinct({"job": "j", "a": "1", "exported_a": "2"}, {"a": "x_total"})
    assert key == {"job": "j", "exported_exported_a": "1", "exported_a": "2"}


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
    assert errors.startswith("the metric `sms_made_total` has a label `job` too, which is pushed")
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
