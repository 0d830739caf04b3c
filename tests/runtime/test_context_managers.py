"""Context managers that record: in `with` blocks and as decorators of every kind of function."""

import asyncio
import inspect
import types
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.runtime.reading import value
from tests.runtime.sample._labels import CITY, JOBS_ERROR_TYPE, SOURCE_ID
from tests.runtime.sample._signatures import (
    CounterByCity,
    CounterBySourceIdErrorType,
    GaugeByErrorType,
)
from typedprom import Catalog, Counter, Gauge, Histogram
from typedprom.metrics import cells

Function = Callable[[], object]


@pytest.fixture
def histogram(catalog: Catalog) -> Histogram:
    return Histogram(catalog, key="h", name="x_h", help="h", buckets=(1.0,))


@pytest.fixture
def gauge(catalog: Catalog) -> Gauge:
    return Gauge(catalog, key="g", name="x_g", help="h")


@pytest.fixture
def errors(catalog: Catalog) -> CounterBySourceIdErrorType:
    labels = (SOURCE_ID, JOBS_ERROR_TYPE)
    return CounterBySourceIdErrorType(catalog, key="e", name="x_e_total", help="h", labels=labels)


def error_count(errors: CounterBySourceIdErrorType, error_type: str) -> float | None:
    return value(errors, "x_e_total", {"source_id": "kexp", "error_type": error_type})


def test_a_function_is_timed_at_each_call(histogram: Histogram) -> None:
    @histogram.time()
    def double(number: int, *, plus: int = 0) -> int:
        """Return twice the number."""
        return number * 2 + plus

    assert [double(2), double(2, plus=1)] == [4, 5]
    assert value(histogram, "x_h_count") == 2.0
    assert (double.__name__, double.__doc__) == ("double", "Return twice the number.")
    assert list(inspect.signature(double).parameters) == ["number", "plus"]


def test_calls_of_a_timed_function_may_nest(histogram: Histogram) -> None:
    @histogram.time()
    def count_down(number: int) -> None:
        if number:
            count_down(number - 1)

    count_down(3)
    assert value(histogram, "x_h_count") == 4.0


def test_a_coroutine_is_timed_until_it_returns(histogram: Histogram) -> None:
    @histogram.time()
    async def wait() -> str:
        await asyncio.sleep(0.02)
        return "done"

    async def both() -> list[str]:
        return list(await asyncio.gather(wait(), wait()))

    assert inspect.iscoroutinefunction(wait)
    assert asyncio.run(both()) == ["done", "done"]
    assert (value(histogram, "x_h_sum") or 0.0) >= 0.04


def test_a_generator_is_in_the_block_until_it_ends(gauge: Gauge) -> None:
    seen: list[float | None] = []

    @gauge.track_inprogress()
    def echo() -> Generator[int, str, str]:
        seen.append(value(gauge, "x_g"))
        return f"{(yield 1)}{(yield 2)}"

    assert inspect.isgeneratorfunction(echo)
    running = echo()
    assert value(gauge, "x_g") == 0.0
    assert [next(running), running.send("a")] == [1, 2]
    assert value(gauge, "x_g") == 1.0
    with pytest.raises(StopIteration) as ended:
        running.send("b")
    assert (ended.value.value, seen) == ("ab", [1.0])
    assert value(gauge, "x_g") == 0.0


def test_a_generator_that_is_closed_leaves_the_block(gauge: Gauge) -> None:
    cleaned: list[bool] = []

    @gauge.track_inprogress()
    def forever() -> Generator[int, None, None]:
        try:
            while True:
                yield 1
        finally:
            cleaned.append(True)

    running = forever()
    next(running)
    running.close()
    assert (value(gauge, "x_g"), cleaned) == (0.0, [True])


def test_an_async_generator_is_delegated_to(gauge: Gauge) -> None:
    heard: list[object] = []

    @gauge.track_inprogress()
    async def talk() -> AsyncGenerator[int, str]:
        try:
            heard.append((yield 1))
            yield 2
        except KeyError as error:
            heard.append(error)
            yield 3
        finally:
            heard.append("closed")

    async def listen() -> list[object]:
        running = talk()
        got: list[object] = [await anext(running), await running.asend("hello")]
        got.append(value(gauge, "x_g"))
        got.append(await running.athrow(KeyError("k")))
        with pytest.raises(StopAsyncIteration):
            await anext(running)
        other = talk()
        await anext(other)
        await other.aclose()
        return got

    assert inspect.isasyncgenfunction(talk)
    assert asyncio.run(listen()) == [1, 2, 1.0, 3]
    assert [str(thing) for thing in heard] == ["hello", "'k'", "closed", "closed"]
    assert value(gauge, "x_g") == 0.0


def test_a_cancelled_coroutine_leaves_the_block(gauge: Gauge) -> None:
    @gauge.track_inprogress()
    async def wait() -> None:
        await asyncio.sleep(60)

    async def cancel() -> None:
        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        assert value(gauge, "x_g") == 1.0
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert value(gauge, "x_g") == 0.0


def test_methods_static_methods_and_callable_objects_are_decorated(histogram: Histogram) -> None:
    class Thing:
        @histogram.time()
        def method(self) -> "Thing":
            return self

        @histogram.time()
        @staticmethod
        def static(number: int) -> int:
            return number

        @histogram.time()
        @classmethod
        def made(cls) -> "Thing":
            return cls()

        async def __call__(self) -> int:
            return 7

    thing = Thing()
    assert thing.method() is thing
    assert thing.static(3) == 3
    assert isinstance(Thing.made(), Thing)
    assert asyncio.run(histogram.time()(thing)()) == 7
    assert value(histogram, "x_h_count") == 4.0


def test_coroutines_made_of_generators_stay_awaitable(histogram: Histogram) -> None:
    @histogram.time()
    @types.coroutine
    def old() -> Generator[None, None, int]:
        yield
        return 7

    async def wait() -> int:
        return await old()

    assert asyncio.run(wait()) == 7
    assert value(histogram, "x_h_count") == 1.0


def test_a_class_is_not_decorated(histogram: Histogram) -> None:
    class Thing:
        pass

    with pytest.raises(
        TypeError, match=r"decorates functions and methods, not the class `.*Thing`"
    ):
        histogram.time()(Thing)


def test_decorating_without_the_parentheses_is_an_error_where_it_happens(
    catalog: Catalog, histogram: Histogram, gauge: Gauge, errors: CounterBySourceIdErrorType
) -> None:
    counter = Counter(catalog, key="c", name="x_c_total", help="h")
    decorators: list[Any] = [
        histogram.time,
        gauge.track_inprogress,
        counter.count_exceptions,
        lambda function: errors.count_exceptions(function, source_id="kexp"),
    ]
    for decorator in decorators:
        with pytest.raises(
            TypeError, match=r"`\w+\(\)` needs its parentheses to decorate: `@….\w+\(\)`"
        ):
            decorator(lambda: None)


FORMS = [
    ("x_c_total", {OSError: "dns"}, "`count_exceptions` of `x_c_total` takes classes"),
    ("x_e_total", OSError, "of `x_e_total` takes a mapping to values of `error_type`"),
]


@pytest.mark.parametrize(("name", "given", "message"), FORMS)
def test_the_other_form_of_counting_exceptions_is_misuse(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, name: str, given: Any, message: str
) -> None:
    Counter(catalog, key="c", name="x_c_total", help="h")
    CounterBySourceIdErrorType(
        catalog, key="e", name="x_e_total", help="h", labels=(SOURCE_ID, JOBS_ERROR_TYPE)
    )
    (metric,) = (metric for metric in catalog.metrics.values() if metric.name == name)
    labels = {"source_id": "kexp"} if metric.signature else {}
    count: Any = getattr(metric, "count_exceptions")  # noqa: B009 - instruments differ in it
    with pytest.raises(TypeError, match=message):
        count(given, **labels)
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    with pytest.raises(OSError, match="mine"), count(given, **labels):
        raise OSError("mine")
    assert all(cell.snapshot() == 0.0 for cell in metric.cells())


class Odd(BaseException):
    """An exception with which some libraries end a task."""


@pytest.mark.parametrize("error", [asyncio.CancelledError, SystemExit, GeneratorExit, Odd])
def test_an_exception_of_a_function_does_not_break_the_scrape(
    gauge: Gauge, error: type[BaseException]
) -> None:
    def fail() -> float:
        raise error

    gauge.set_function(fail)
    assert value(gauge, "x_g") is None
    gauge.set_function(None)
    assert value(gauge, "x_g") == 0.0


def test_ctrl_c_ends_the_program_and_not_a_thread(gauge: Gauge) -> None:
    def interrupt() -> float:
        raise KeyboardInterrupt

    gauge.set_function(interrupt)
    with pytest.raises(KeyboardInterrupt):
        value(gauge, "x_g")
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(value, gauge, "x_g").result() is None


def test_exceptions_pass_as_they_are(
    histogram: Histogram, gauge: Gauge, errors: CounterBySourceIdErrorType
) -> None:
    mine = KeyError("mine")

    @histogram.time()
    @gauge.track_inprogress()
    @errors.count_exceptions({LookupError: "dns"}, source_id="kexp")
    def fail() -> None:
        raise mine

    with pytest.raises(KeyError) as caught:
        fail()
    assert caught.value is mine
    assert (mine.__cause__, mine.__context__) == (None, None)
    assert caught.traceback[-1].name == "fail"
    assert error_count(errors, "dns") == 1.0
    assert value(gauge, "x_g") == 0.0


def test_the_nearest_class_determines_the_cause(errors: CounterBySourceIdErrorType) -> None:
    counting = errors.count_exceptions({OSError: "dns", TimeoutError: "timeout"}, source_id="kexp")
    for error in (TimeoutError(), ConnectionError(), TimeoutError()):
        with pytest.raises(type(error)), counting:
            raise error
    assert (error_count(errors, "timeout"), error_count(errors, "dns")) == (2.0, 1.0)


def test_an_exception_without_a_cause_is_not_counted(errors: CounterBySourceIdErrorType) -> None:
    with (
        pytest.raises(ValueError, match="other"),
        errors.count_exceptions({OSError: "dns"}, source_id="kexp"),
    ):
        raise ValueError("other")
    assert error_count(errors, "dns") == 0.0  # known values are exposed from the start
    assert error_count(errors, "timeout") is None


def test_a_generator_closed_early_is_not_counted_as_an_exception(catalog: Catalog) -> None:
    counter = Counter(catalog, key="c", name="x_c_total", help="h")

    @counter.count_exceptions()
    def numbers() -> Generator[int, None, None]:
        yield 1
        raise ValueError("at the end")

    running = numbers()
    next(running)
    running.close()
    assert value(counter, "x_c_total") == 0.0
    with pytest.raises(ValueError, match="at the end"):
        list(numbers())
    assert value(counter, "x_c_total") == 1.0


def test_exception_classes_can_be_selected(catalog: Catalog) -> None:
    counter = CounterByCity(catalog, key="c", name="x_c_total", help="h", labels=(CITY,))
    for error in (KeyError(), ValueError(), KeyboardInterrupt()):
        with (
            pytest.raises(type(error)),
            counter.count_exceptions((KeyError, KeyboardInterrupt), city="seattle"),
        ):
            raise error
    assert value(counter, "x_c_total", {"city": "seattle"}) == 2.0


@pytest.mark.usefixtures("strict")
def test_a_class_that_is_not_an_exception_is_misuse(catalog: Catalog) -> None:
    counter = Counter(catalog, key="c", name="x_c_total", help="h")
    wrong: Any = "OSError"
    with pytest.raises(TypeError, match="'OSError': it is not an exception class"):
        counter.count_exceptions(wrong)


def test_a_gauge_can_be_set_to_now(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "time", lambda: 1.5e9)
    gauge = GaugeByErrorType(catalog, key="g", name="x_g", help="h", labels=(JOBS_ERROR_TYPE,))
    gauge.set_to_current_time(error_type="dns")
    assert value(gauge, "x_g", {"error_type": "dns"}) == 1.5e9


def test_a_function_is_called_at_every_scrape(gauge: Gauge) -> None:
    queue = [1, 2]
    gauge.set_function(lambda: len(queue))
    assert value(gauge, "x_g") == 2.0
    queue.append(3)
    assert value(gauge, "x_g") == 3.0
    gauge.set(9)
    assert value(gauge, "x_g") == 3.0
    gauge.set_function(None)
    assert value(gauge, "x_g") == 9.0


def test_a_failing_function_leaves_its_series_out(
    catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    gauge = GaugeByErrorType(catalog, key="g", name="x_f", help="h", labels=(JOBS_ERROR_TYPE,))
    gauge.set(1, error_type="timeout")
    gauge.set_function(lambda: 1 // 0, error_type="dns")
    for _ in range(2):
        assert value(gauge, "x_f", {"error_type": "dns"}) is None
        assert value(gauge, "x_f", {"error_type": "timeout"}) == 1.0
    (record,) = [r for r in caplog.records if "x_f" in r.getMessage()]
    assert "ZeroDivisionError" in record.getMessage()
