"""Attempts: asking again what may be answered the next time, with growing pauses, to a deadline."""

from __future__ import annotations

import random
from email.utils import parsedate_to_datetime
from math import inf
from time import monotonic, sleep, time
from typing import Final

from typedprom.delivery.connection import (
    Answer,
    Connection,
    Message,
    UnreachableError,
    UntrustedError,
)

FIRST_PAUSE: Final = 0.05  # seconds
LONGEST_PAUSE: Final = 5.0
_PASSING: Final = (408, 425, 429)  # beside 500 and above: what may be otherwise the next time


class GaveUpError(Exception):
    """The deadline has come, or comes before it makes sense to try again. Says what was last."""


def asked(connection: Connection, message: Message, deadline: float) -> Answer:
    """The answer that is not just passing trouble.

    Raises GaveUpError, UntrustedError and CredentialsError.
    """
    pause, why = FIRST_PAUSE, ""
    while True:
        wait = pause * random.uniform(0.5, 1.5)  # noqa: S311 - so that not all come at once
        pause = min(pause * 2, LONGEST_PAUSE)
        try:
            answer = connection.exchange(message, deadline)
        except UntrustedError:
            raise
        except UnreachableError as error:
            if not why or monotonic() < deadline:  # else it was cut off, and says less than before
                why = str(error)
        else:
            if answer.status not in _PASSING and answer.status < 500:
                return answer
            why = said(answer)
            wait = max(wait, _retry_after(answer.retry_after))
        if monotonic() + wait >= deadline:
            raise GaveUpError(why)
        sleep(wait)


def said(answer: Answer) -> str:
    """What a server answered, as a sentence goes on after its name."""
    sentence = f"answers {answer.status} {answer.reason}".rstrip()
    return f"{sentence}: {answer.words}" if answer.words else sentence


def _retry_after(text: str) -> float:
    """Seconds that a Retry-After asks to wait; 0 without one that can be read."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < 10 else inf
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time())
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0
