"""Aside: answers made in threads of ours, so that an event loop goes on.

The loop's own threads are the application's: scrapes that hang there would take them all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from threading import Thread
from typing import Final, TypeAlias
from weakref import WeakKeyDictionary

from typedprom.exposition.connection import SECONDS, Step
from typedprom.exposition.responses import Response, plain

THREADS: Final = 4  # at a time, of one loop

Answer: TypeAlias = Callable[[], Response]


class Aside:
    """Makes answers in threads that end with them. What is hung does not keep a program alive."""

    def __init__(self) -> None:
        self._places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = (
            WeakKeyDictionary()
        )

    async def answer(self, answer: Answer) -> Response:
        """What `answer` gives, which must not raise; 503 where that takes too long."""
        try:
            async with asyncio.timeout(SECONDS[Step.WAITING]):
                return await self._answer(answer)
        except TimeoutError:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return plain(status, status.phrase)

    async def _answer(self, answer: Answer) -> Response:
        loop = asyncio.get_running_loop()
        places = self._places.setdefault(loop, asyncio.Semaphore(THREADS))
        await places.acquire()  # until the thread ends, whoever waits for it by then
        answered: asyncio.Future[Response] = loop.create_future()

        def done(response: Response) -> None:
            places.release()
            if not answered.done():
                answered.set_result(response)

        def work() -> None:
            response = answer()
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(done, response)

        try:
            Thread(target=work, name="typedprom-render", daemon=True).start()
        except RuntimeError:  # there are no more threads to be had
            places.release()
            raise TimeoutError from None
        return await answered
