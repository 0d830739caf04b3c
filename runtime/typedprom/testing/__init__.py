"""What tests of programs use: start at zero, and assert what was recorded.

    with recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp") as r:
        fetch("kexp")
    assert r.delta == 1

Or start a program, and assert what it pushed:

    with receiving() as pushed:
        subprocess.run(command, env=pushed.environment, check=True)
        assert pushed.recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp").delta == 1

Nothing here needs pytest or prometheus_client.
"""

from typedprom.metrics.isolation import isolated
from typedprom.testing.pushes import Push, Pushed, receiving
from typedprom.testing.reading import Change, Snapshot, snapshot
from typedprom.testing.recording import (
    CounterRecording,
    GaugeRecording,
    HistogramRecording,
    InfoRecording,
    Recording,
    StateSetRecording,
    only_recorded,
    recorded,
)

__all__ = [
    "Change",
    "CounterRecording",
    "GaugeRecording",
    "HistogramRecording",
    "InfoRecording",
    "Push",
    "Pushed",
    "Recording",
    "Snapshot",
    "StateSetRecording",
    "isolated",
    "only_recorded",
    "receiving",
    "recorded",
    "snapshot",
]
