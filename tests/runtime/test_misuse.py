"""Misuse: when it raises, and that it is harmless otherwise."""

import logging
import queue
from logging.handlers import QueueHandler
from pathlib import Path

import pytest

from tests.runtime.reading import value
from tests.runtime.sample._labels import CITY
from tests.runtime.sample._signatures import CounterByCity
from tests.support.programs import run_python
from typedprom import Catalog, Counter
from typedprom.core.misuse import be_strict, is_strict, report_misuse, safe_repr


class Unprintable:
    """A value whose repr raises."""

    def __repr__(self) -> str:
        raise RuntimeError("no repr")


class Failing(logging.Filter):
    """A filter that raises."""

    def filter(self, record: logging.LogRecord) -> bool:
        raise RuntimeError(f"cannot filter {record.name}")


@pytest.mark.parametrize(
    ("wanted", "pytest_version", "expected"),
    [
        ("1", None, True),
        ("0", "9.2.0", False),
        (None, "9.2.0", True),
        (None, None, False),
        ("", None, False),
        ("", "9.2.0", True),
        ("false", "9.2.0", False),
        ("No", "9.2.0", False),
        ("off", "9.2.0", False),
        ("true", None, True),
        ("on", None, True),
    ],
)
def test_strict_mode_is_set_by_the_environment_or_pytest(
    monkeypatch: pytest.MonkeyPatch, wanted: str | None, pytest_version: str | None, expected: bool
) -> None:
    for name, setting in (("TYPEDPROM_STRICT", wanted), ("PYTEST_VERSION", pytest_version)):
        if setting is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, setting)
    assert is_strict() is expected


def test_these_tests_run_in_strict_mode() -> None:
    assert is_strict()


@pytest.mark.usefixtures("lenient")
def test_misuse_is_logged_once_a_key(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(100):
        report_misuse(ValueError, ("x_a_total", "amount"), lambda: "wrong")
    report_misuse(TypeError, ("x_b_total", "amount"), lambda: "other")
    assert [record.getMessage() for record in caplog.records] == [
        "wrong (further ones are not logged)",
        "other (further ones are not logged)",
    ]
    assert {record.name for record in caplog.records} == {"typedprom"}


@pytest.mark.usefixtures("lenient")
def test_values_whose_repr_fails_are_harmless(
    catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    counter = Counter(catalog, key="c", name="x_c_total", help="h")
    counter.inc(Unprintable())  # type: ignore[arg-type]
    assert "cannot record <Unprintable instance" in caplog.text
    counter.inc("9" * 1_000_000)  # type: ignore[arg-type]
    assert len(caplog.text) < 1000


@pytest.mark.usefixtures("lenient")
def test_broken_logging_does_not_raise_in_a_recording_call(catalog: Catalog) -> None:
    counter = Counter(catalog, key="c", name="x_c_total", help="h")
    logger, broken = logging.getLogger("typedprom"), Failing()
    logger.addFilter(broken)
    try:
        counter.inc(-1)
        counter.inc()
    finally:
        logger.removeFilter(broken)
    assert value(counter, "x_c_total") == 1.0


@pytest.mark.usefixtures("lenient")
def test_a_logging_handler_may_record_and_misuse(catalog: Catalog) -> None:
    counter = Counter(catalog, key="c", name="x_c_total", help="h")

    class Counting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            assert record.name == "typedprom"
            counter.inc(-1)
            counter.inc()

    logger, handler = logging.getLogger("typedprom"), Counting()
    logger.addHandler(handler)
    try:
        counter.inc(-1)
    finally:
        logger.removeHandler(handler)
    assert value(counter, "x_c_total") == 1.0


@pytest.mark.usefixtures("strict")
def test_an_error_does_not_show_inner_exceptions(catalog: Catalog) -> None:
    counter = Counter(catalog, key="c", name="x_c_total", help="h")
    with pytest.raises(TypeError, match=r"`x_c_total` cannot record 'one': str is not") as raised:
        counter.inc("one")  # type: ignore[arg-type]
    assert raised.value.__suppress_context__


def test_a_test_is_strict_wherever_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_VERSION")
    monkeypatch.delenv("TYPEDPROM_STRICT", raising=False)
    undo = be_strict()
    assert is_strict()
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    assert not is_strict()
    monkeypatch.delenv("TYPEDPROM_STRICT")
    undo()
    assert not is_strict()


@pytest.mark.usefixtures("lenient")
def test_what_was_done_is_logged_and_not_raised(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_misuse(ValueError, ("a",), lambda: "wrong", "left out")
    assert caplog.messages == ["wrong; left out (further ones are not logged)"]
    monkeypatch.setenv("TYPEDPROM_STRICT", "1")
    with pytest.raises(ValueError, match=r"^wrong$"):
        report_misuse(ValueError, ("a",), lambda: "wrong", "left out")


@pytest.mark.usefixtures("lenient")
def test_the_log_record_has_the_line_of_the_misuse(
    catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    counter = Counter(catalog, key="c", name="x_c_total", help="h")
    labelled = CounterByCity(catalog, key="l", name="x_l_total", help="h", labels=(CITY,))
    here = test_the_log_record_has_the_line_of_the_misuse.__code__.co_firstlineno
    counter.inc(-1)
    labelled.inc(city="NOWHERE")
    assert [record.filename for record in caplog.records] == ["test_misuse.py"] * 2
    assert [record.lineno - here for record in caplog.records] == [7, 8]


FAILING = """
from sms_metrics_generated import SOURCES_REQUESTS_ERROR

def test_it():
    SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type="bogus")
"""


def test_pytest_shows_the_line_of_the_misuse(tmp_path: Path) -> None:
    path = tmp_path / "test_failing.py"
    path.write_text(FAILING, encoding="utf-8")
    done = run_python("-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", str(path))
    assert '>       SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type="bogus")' in done.stdout
    assert "ValueError: 'bogus' is not a value of label `error_type`" in done.stdout
    assert "it takes timeout, dns, connect" in done.stdout
    assert "raise error" not in done.stdout
    assert "_signatures.py" not in done.stdout


class Interrupted(queue.Queue[object]):
    """Records during `put`, while its lock is held, as a signal handler can."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self.counter = counter

    def _put(self, item: object) -> None:
        self.counter.inc(-1)
        super()._put(item)


@pytest.mark.usefixtures("lenient")
def test_misuse_during_logging_is_logged_the_next_time(
    catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    counter = Counter(catalog, key="c", name="x_c_total", help="h")
    records = Interrupted(counter)
    handler = QueueHandler(records)  # would wait for its own lock
    logging.getLogger().addHandler(handler)
    try:
        logging.getLogger("app").warning("hello")
        assert caplog.messages == ["hello"]
    finally:
        logging.getLogger().removeHandler(handler)
    counter.inc(-1)
    assert caplog.messages == [
        "hello",
        "`x_c_total` is a counter and cannot grow by -1.0; left out (further ones are not logged)",
    ]


def test_a_value_whose_repr_fails_is_shown_by_its_type() -> None:
    assert safe_repr(10**5000) == "<int>"
