"""The gate: only requests with a user's name and password go through.

A password is hashed once, then known. Hashing is slow by intent and is done one at a time, in a
thread of its own: who tries passwords does not keep those waiting whose password is known.
"""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from enum import Enum
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Final, NamedTuple, TypeAlias

from typedprom.exposition import users
from typedprom.exposition.renewal import Renewed

WAITING: Final = 16  # requests at a time whose password has to be hashed
WAITING_OF_ADDRESS: Final = 2  # of these, from one address


class Outcome(Enum):
    """What the gate says."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    BUSY = "busy"


Then: TypeAlias = Callable[[Outcome], None]


class _Visitor(NamedTuple):
    credentials: bytes
    address: str
    then: Then


class Gate:
    """Lets the users of a file through. A ValueError says what is wrong with the file."""

    def __init__(self, path: Path) -> None:
        self._users = Renewed((path,), partial(users.read, path))
        self._visitors: SimpleQueue[_Visitor | None] = SimpleQueue()
        self._waiting: Counter[str] = Counter()
        self._counting = Lock()

    def open(self) -> None:
        """Start the thread that hashes."""
        Thread(target=self._work, name="typedprom-users", daemon=True).start()

    def close(self) -> None:
        """Have the thread end."""
        self._visitors.put(None)

    def knock(self, authorization: str, address: str, then: Then) -> None:
        """Call `then` with what the gate says: at once, or later from its thread."""
        given = credentials(authorization)
        if given is None:
            then(Outcome.REFUSED)
        elif self._users.current().knows(given):
            then(Outcome.ADMITTED)
        elif not self._may_wait(address):
            then(Outcome.BUSY)
        else:
            self._visitors.put(_Visitor(given, address, then))

    def _work(self) -> None:
        while (visitor := self._visitors.get()) is not None:
            current = self._users.current()
            right = current.knows(visitor.credentials) or current.verify(visitor.credentials)
            self._leave(visitor.address)
            visitor.then(Outcome.ADMITTED if right else Outcome.REFUSED)

    def _may_wait(self, address: str) -> bool:
        with self._counting:
            if self._waiting.total() >= WAITING or self._waiting[address] >= WAITING_OF_ADDRESS:
                return False
            self._waiting[address] += 1
            return True

    def _leave(self, address: str) -> None:
        with self._counting:
            self._waiting[address] -= 1
            self._waiting += Counter()  # forgets those that have none


def credentials(authorization: str) -> bytes | None:
    """What a header for Basic authentication says, `user:password`; None if it is no such."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = b64decode(encoded.strip(" "), validate=True)
    except ValueError:
        return None
    return decoded if b":" in decoded else None
