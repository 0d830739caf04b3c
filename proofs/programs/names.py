"""The ways to end a program by name, and which of them leave Python time for a last word."""

from typing import Final

COUNTED: Final = 5
DURING_A_PUSH: Final = "shutdown during a push"  # the gateway is then a slow one
ENDINGS: Final = (
    "return",
    "sys.exit",
    "exception",
    "KeyboardInterrupt",
    "SIGINT",
    "SIGTERM",
    "SIGHUP",
    "SIGQUIT",
    "SIGKILL",
    "os._exit",
    "SIGSEGV",
    "SIGABRT",
    "execv",
    "os.fork child",
    "Process, fork",
    "Process, spawn",
    "Process, forkserver",
    "Pool, fork",
    "Pool, spawn",
    "Pool, forkserver",
    "thread still running",
    "daemon thread",
    DURING_A_PUSH,
)
# After these no line of Python runs any more.
WITHOUT_PYTHON: Final = frozenset({"SIGQUIT", "SIGKILL", "os._exit", "SIGSEGV", "SIGABRT", "execv"})
# After these it does where a handler was installed, which only a job does.
AT_ONCE_IN_A_JOB: Final = frozenset({"SIGTERM", "SIGHUP"})
