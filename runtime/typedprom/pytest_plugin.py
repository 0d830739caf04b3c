"""The pytest plugin: each test starts at zero, and failed assertions say what was recorded."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest

from typedprom.core.environment import ignore_environment, use_environment
from typedprom.metrics.isolation import isolate

if TYPE_CHECKING:
    from typedprom.testing.pushes import Pushed

MARKER: Final = "typedprom_not_isolated"
OPTION: Final = "typedprom_isolation"
DELIVERY: Final = "typedprom_delivery"

_isolated: Final = pytest.StashKey[bool]()
_is_decided: Final = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a project turn isolation off, or delivery on."""
    help = "Let each test start with all typedprom metrics at zero (default: true)."
    parser.addini(OPTION, help, type="bool", default=True)
    help = "Let spools and gateways that the environment names be used in tests (default: false)."
    parser.addini(DELIVERY, help, type="bool", default=False)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Let nothing be delivered, from before the first `conftest.py` imports metrics."""
    _decide_on_delivery(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Add the marker that turns isolation off; let nothing that tests record be delivered."""
    help = "let the test see what fixtures of a wider scope and tests like it recorded"
    config.addinivalue_line("markers", f"{MARKER}: {help}")
    _decide_on_delivery(config)  # a `conftest.py` may have loaded this plugin


def _decide_on_delivery(config: pytest.Config) -> None:
    """Ignore the variables that are set now until the session ends, or use them as asked."""
    if _is_decided not in config.stash:
        config.stash[_is_decided] = True
        undo = use_environment() if config.getini(DELIVERY) else ignore_environment()
        config.add_cleanup(undo)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
) -> None:
    """Isolate the test after fixtures of a wider scope are set up, before its own ones are."""
    if fixturedef.scope == "function":
        _isolate(request.node)


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Isolate a test that has no fixtures of its own."""
    _isolate(item)


def _isolate(item: pytest.Item) -> None:
    """Start at zero until the test and its fixtures are torn down, unless that is turned off."""
    if _isolated in item.stash or item.get_closest_marker(MARKER) or not item.config.getini(OPTION):
        return
    item.stash[_isolated] = True
    put_back = isolate()

    def end() -> None:
        del item.stash[_isolated]  # the test may be run again
        put_back()

    item.addfinalizer(end)  # the first that is added runs last


@pytest.fixture
def pushed() -> Iterator[Pushed]:
    """What programs have pushed that the test started with `pushed.environment`."""
    from typedprom.testing.pushes import receiving  # here: few tests need it

    with receiving() as pushed:
        yield pushed


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Add what was recorded to the report of a failed comparison with a recording."""
    if "typedprom.testing" not in sys.modules:
        return None
    from typedprom.testing.recording import Figure

    for side in (left, right):
        if isinstance(side, Figure):
            return [f"{left!r} {op} {right!r}", *side.recording.report()]
    return None
