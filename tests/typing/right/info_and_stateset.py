"""Infos and statesets of a generated package."""

from metrics_info_and_stateset import (
    WORKERS_BUILD,
    WORKERS_MACHINE,
    WORKERS_PHASE,
    WORKERS_PHASE_VALUES,
    WORKERS_WORKER_PHASE,
    WorkersPhase,
    is_workers_phase,
)

from typedprom import StateSetCell


def record(phase: WorkersPhase, text: str) -> None:
    WORKERS_BUILD.set(version="1.2", channel="stable")
    WORKERS_MACHINE.set(worker="a", channel="canary")
    WORKERS_MACHINE.remove(worker="a")
    WORKERS_PHASE.set("serving")
    WORKERS_PHASE.set(phase)
    if is_workers_phase(text):
        WORKERS_PHASE.set(text)
    for each in WORKERS_PHASE_VALUES:
        WORKERS_PHASE.set(each)
    WORKERS_WORKER_PHASE.set("busy", worker="a")
    WORKERS_WORKER_PHASE.labels(worker="a").set("idle")
    WORKERS_WORKER_PHASE.remove(worker="a")
    WORKERS_WORKER_PHASE.clear()


def record_bound(series: StateSetCell[WorkersPhase]) -> None:
    series.set("draining")
