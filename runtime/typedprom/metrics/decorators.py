"""Decorators that put a block around each call: a wrapper for each kind of function."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import AbstractContextManager
from functools import update_wrapper
from types import coroutine
from typing import Any, Final, ParamSpec, TypeAlias, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

_CALL: Final = "__call__"  # of an object that is not a function

NewBlock: TypeAlias = Callable[[], AbstractContextManager[None, None]]


def decorated(function: Callable[P, R], block: NewBlock) -> Callable[P, R]:
    """`function` with a new block around the body of each call."""
    if isinstance(function, staticmethod):
        inner = cast("Callable[P, R]", function.__func__)
        return staticmethod(decorated(inner, block))
    given: Any = function
    if isinstance(given, classmethod):  # it cannot be called before it is in a class
        return cast("Callable[P, R]", classmethod(decorated(cast("Any", given).__func__, block)))
    return cast("Callable[P, R]", update_wrapper(_wrapper(function, block), function))


def _wrapper(function: Callable[P, Any], block: NewBlock) -> Callable[P, object]:
    if _is(inspect.isasyncgenfunction, function):
        return _async_generator(function, block)
    if _is(inspect.iscoroutinefunction, function):
        return _coroutine(function, block)
    if _is(_is_iterable_coroutine, function):
        return coroutine(_generator(function, block))
    if _is(inspect.isgeneratorfunction, function):
        return _generator(function, block)
    return _function(function, block)


def _is(kind: Callable[[object], bool], function: Callable[P, Any]) -> bool:
    """Whether the function, or what calling an object calls, is of this kind."""
    return kind(function) or kind(getattr(type(function), _CALL, None))


def _is_iterable_coroutine(function: object) -> bool:
    """Whether `types.coroutine` has made a generator function awaitable."""
    flags: int = getattr(getattr(function, "__code__", None), "co_flags", 0)
    return inspect.isgeneratorfunction(function) and bool(flags & inspect.CO_ITERABLE_COROUTINE)


def _function(function: Callable[P, R], block: NewBlock) -> Callable[P, R]:
    def recorded(*args: P.args, **kwargs: P.kwargs) -> R:
        with block():
            return function(*args, **kwargs)

    return recorded


def _coroutine(
    function: Callable[P, Coroutine[Any, Any, R]], block: NewBlock
) -> Callable[P, Coroutine[Any, Any, R]]:
    async def recorded(*args: P.args, **kwargs: P.kwargs) -> R:
        with block():
            return await function(*args, **kwargs)

    return recorded


def _generator(
    function: Callable[P, Generator[Any, Any, R]], block: NewBlock
) -> Callable[P, Generator[Any, Any, R]]:
    def recorded(*args: P.args, **kwargs: P.kwargs) -> Generator[Any, Any, R]:
        with block():
            return (yield from function(*args, **kwargs))

    return recorded


def _async_generator(
    function: Callable[P, AsyncGenerator[Any, Any]], block: NewBlock
) -> Callable[P, AsyncGenerator[Any, Any]]:
    async def recorded(*args: P.args, **kwargs: P.kwargs) -> AsyncGenerator[Any, Any]:
        with block():
            generator = function(*args, **kwargs)
            try:
                value = await anext(generator)
                while True:  # what `yield from` does, which asynchronous generators lack
                    try:
                        sent = yield value
                    except GeneratorExit:
                        await generator.aclose()
                        raise
                    except BaseException as error:
                        value = await generator.athrow(error)
                    else:
                        value = await generator.asend(sent)
            except StopAsyncIteration:
                pass

    return recorded
