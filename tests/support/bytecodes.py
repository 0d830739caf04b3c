"""Calls a function before each bytecode of the runtime, as a signal or another thread could."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import TYPE_CHECKING, cast

import typedprom

if TYPE_CHECKING:
    from _typeshed import TraceFunction

Acts = Callable[[CodeType], object]

_OURS = typedprom.__path__[0]


@contextmanager
def before_each(act: Acts) -> Iterator[None]:
    """Call `act` before each bytecode of the runtime, in this thread and in threads it starts."""
    if sys.version_info >= (3, 12):
        # Tracing skips many bytecodes there.
        monitoring = sys.monitoring
        tool, event = monitoring.DEBUGGER_ID, monitoring.events.INSTRUCTION

        def instruction(code: CodeType, _offset: int) -> object:
            return act(code) if code.co_filename.startswith(_OURS) else monitoring.DISABLE

        monitoring.use_tool_id(tool, __name__)
        monitoring.register_callback(tool, event, instruction)
        monitoring.set_events(tool, event)
        try:
            yield
        finally:
            monitoring.set_events(tool, 0)
            monitoring.free_tool_id(tool)
    else:

        def trace(frame: FrameType, event: str, _argument: object) -> TraceFunction | None:
            if not frame.f_code.co_filename.startswith(_OURS):
                return None
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
            if event == "opcode":
                act(frame.f_code)
            return trace

        threading.settrace(trace)
        sys.settrace(trace)
        try:
            yield
        finally:
            sys.settrace(None)
            threading.settrace(cast("TraceFunction", None))
