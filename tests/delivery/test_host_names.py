"""A spool whose host gets another name, as a pod on a volume does: it goes on in its group."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from tests.delivery.gateway import RECORD_FIVE, SUCCESS, Delivering, samples
from tests.support.namespaces import contained, named

PODS = ("job-28391-aaaaa", "job-28392-bbbbb", "job-28393-ccccc")


@pytest.fixture
def unnamed(delivering: Delivering) -> Delivering:
    """Programs whose host alone says which instance they are."""
    return replace(delivering, more={"TYPEDPROM_INSTANCE": ""})


def groups(delivering: Delivering) -> dict[str, float]:
    """What the gateway holds of one series, by instance."""
    return {
        labels["instance"]: value
        for name, labels, value in samples(delivering.port)
        if name == SUCCESS
    }


def record(delivering: Delivering, host: str) -> str:
    """Record five on a host of that name; what was logged."""
    with delivering.start(RECORD_FIVE, partial(named, host)) as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return errors


def test_pods_of_other_names_go_on_in_one_group(unnamed: Delivering) -> None:
    for host in PODS:
        assert record(unnamed, host) == ""
    assert groups(unnamed) == {PODS[0]: 15}


def test_the_variable_names_the_instance_and_is_saved(unnamed: Delivering) -> None:
    said = replace(unnamed, more={"TYPEDPROM_INSTANCE": "nightly"})
    record(said, PODS[0])
    record(said, PODS[1])
    assert record(unnamed, PODS[2]) == ""
    assert groups(unnamed) == {"nightly": 15}


def test_a_variable_that_comes_later_is_told(unnamed: Delivering) -> None:
    record(unnamed, PODS[0])
    said = replace(unnamed, more={"TYPEDPROM_INSTANCE": "nightly"})
    told = record(said, PODS[1])
    assert f"instance={PODS[0]} until now, and is job=sms,instance=nightly from now on" in told
    assert record(said, PODS[2]) == ""
    assert groups(unnamed) == {PODS[0]: 5, "nightly": 15}


def test_the_command_on_a_host_of_another_name_delivers_to_the_group(unnamed: Delivering) -> None:
    offline = replace(unnamed, more={**unnamed.more, "SMS_PUSHGATEWAY_URL": ""})
    offline = replace(offline, more={**offline.more, "TYPEDPROM_SPOOL_DIR": str(unnamed.spool)})
    record(offline, PODS[0])
    assert groups(unnamed) == {}
    place = partial(named, PODS[1])
    done = unnamed.spool_command("deliver", str(unnamed.spool), place=place)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"group job=sms,instance={PODS[0]}" in done.stdout
    assert groups(unnamed) == {PODS[0]: 5}


def test_containers_of_one_kernel_share_a_spool_and_a_group(unnamed: Delivering) -> None:
    program = RECORD_FIVE + "import time; print(flush=True); time.sleep(60)"
    with unnamed.start(program, partial(contained, PODS[0])) as living:
        assert living.stdout is not None
        living.stdout.readline()
        for host in PODS[1:]:
            with unnamed.start(RECORD_FIVE, partial(contained, host)) as process:
                assert process.communicate(timeout=60) == ("", "")
        assert groups(unnamed) == {PODS[0]: 15}
        living.kill()
    unnamed.spool_command("deliver", str(unnamed.spool))
    unnamed.spool_command("deliver", str(unnamed.spool))
    assert groups(unnamed) == {PODS[0]: 15}
