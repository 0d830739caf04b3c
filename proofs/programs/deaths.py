"""The ways in which a torture worker ends."""

from enum import Enum


class Death(Enum):
    """A way to end: by itself, killed at an audit event, or by the driver."""

    RETURN = "return"
    AT_ONCE = "at once"  # os._exit
    AT_AN_EVENT = "at an event"
    AT_A_LATE_EVENT = "at a late event"
    KILLED = "killed"  # at a random instant while it records
    KILLED_LATE = "killed late"  # while it exits
    TERMINATED = "terminated"  # by SIGTERM
