"""`typedprom-spool retire`: what goes, what stays, and what was probably meant."""

from __future__ import annotations

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, SUCCESS, Delivering

DIE = RECORD_FIVE + "\nimport os; os._exit(0)\n"


def test_retire_removes_what_nobody_records(nowhere: Delivering) -> None:
    nowhere.run(DIE)
    done = nowhere.spool_command("retire", str(nowhere.spool), f'{SUCCESS}{{source_id="kexp"}}')
    then = f"`typedprom-spool deliver {nowhere.spool}` removes them from a gateway\n"
    assert (done.returncode, done.stdout) == (0, f"removed {KEXP}\n{then}")
    done = nowhere.spool_command("retire", str(nowhere.spool), SUCCESS)
    assert done.returncode == 1
    assert f"there is no series {SUCCESS}" in done.stderr
    done = nowhere.spool_command("retire", str(nowhere.spool), "x{")
    assert done.returncode == 2
    assert "character 3" in done.stderr


TWO = RECORD_FIVE + "\nSOURCES_REQUESTS_SUCCESS.inc(source_id='wfmu')\n"


def test_retire_removes_many_series_only_if_it_is_asked_to(nowhere: Delivering) -> None:
    nowhere.run(TWO)
    retire = ["retire", str(nowhere.spool), SUCCESS]
    for _ in range(2):
        done = nowhere.spool_command(*retire)
        assert done.returncode == 1
        assert done.stdout.splitlines()[0] == f"would remove {KEXP}"
        assert done.stdout.count("\n") == 2
        assert f"add --all to remove all 2 series of {SUCCESS}\n" in done.stderr
    done = nowhere.spool_command(*retire, "--all")
    assert done.returncode == 0
    assert done.stdout.count("removed ") == 2


def test_retire_of_a_name_with_one_series_needs_no_more(nowhere: Delivering) -> None:
    nowhere.run(DIE)
    done = nowhere.spool_command("retire", str(nowhere.spool), SUCCESS)
    assert done.returncode == 0
    assert done.stdout.startswith(f"removed {KEXP}\n")


HELD = "a running process still records it; stop that process and retry"


def test_retire_keeps_what_a_live_process_has(nowhere: Delivering) -> None:
    with nowhere.start(RECORD_FIVE + "\nprint(flush=True)\nimport time; time.sleep(60)") as living:
        assert living.stdout is not None
        living.stdout.readline()
        done = nowhere.spool_command("retire", str(nowhere.spool), KEXP)
        living.kill()
        living.communicate()
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"kept {KEXP}: {HELD}\n"


def test_retire_names_the_spool_whose_totals_are_of_another_version(nowhere: Delivering) -> None:
    nowhere.run(RECORD_FIVE)
    for name in ("totals", "totals.copy"):
        (nowhere.spool / name).write_text('{"typedprom_totals": 1, "crc32": 0}\n')
    done = nowhere.spool_command("retire", str(nowhere.spool), KEXP)
    assert (done.returncode, done.stdout) == (1, "")
    why = "the totals are of version 1, this reads 3: the older typedprom can deliver it"
    assert done.stderr == f"typedprom-spool: {nowhere.spool}: {why}\n"


@pytest.mark.parametrize(
    ("series", "words"),
    [
        (f'{SUCCESS}{{job="sms"}}', "leave out job and instance, which the gateway adds"),
        ("sms_sources_request_duration_seconds_bucket", "is called sms_sources_request_duration_"),
        ("sms_nothing_bucket", "there is no series sms_nothing_bucket\n"),
    ],
)
def test_retire_says_what_was_probably_meant(series: str, words: str, nowhere: Delivering) -> None:
    nowhere.run(f"""{RECORD_FIVE}
from sms_metrics_generated import SOURCES_REQUEST_DURATION
SOURCES_REQUEST_DURATION.observe(1, source_id="kexp")""")
    done = nowhere.spool_command("retire", str(nowhere.spool), series)
    assert done.returncode == 1
    assert words in done.stderr
