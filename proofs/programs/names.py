"""Names of the ways that a program can end, and which of them let Python run before the end."""

from typing import Final

COUNTED: Final = 5
DURING_A_PUSH: Final = "shutdown during a push"  # with a slow gateway
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
# After these, Python code does not run again.
WITHOUT_PYTHON: Final = frozenset({"SIGQUIT", "SIGKILL", "os._exit", "SIGSEGV", "SIGABRT", "execv"})
# After these, Python code runs only if a handler is installed, which only a job does.
AT_ONCE_IN_A_JOB: Final = frozenset({"SIGTERM", "SIGHUP"})
