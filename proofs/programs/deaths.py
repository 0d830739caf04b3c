"""How a tortured process ends."""

from enum import Enum


class Death(Enum):
    """By itself, by an event of its own, or by the driver."""

    RETURN = "return"
    AT_ONCE = "at once"  # os._exit
    AT_AN_EVENT = "at an event"
    AT_A_LATE_EVENT = "at a late event"
    KILLED = "killed"  # at a random instant of its recording
    KILLED_LATE = "killed late"  # while it ends
    TERMINATED = "terminated"  # by SIGTERM
