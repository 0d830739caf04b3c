"""The commands of the pipeline, as started by cron, and the service that runs all the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from examples.sms import refine
from examples.sms.conflation import Graph
from examples.sms.gateway import Gateway
from examples.sms.ingest_log import IngestLog
from examples.sms.journal import Heartbeat, Journal, Run
from examples.sms.parser import CONSUMER, Parser, Record
from examples.sms.simulation import SOURCES, Simulation
from examples.sms.sources import Payload, fetch_all
from examples.sms.store import Store
from sms_metrics_generated import (
    HEARTBEAT,
    PIPELINE_DURATION,
    PIPELINE_ERRORS,
    PIPELINE_LAST_RUN_TIMESTAMP,
    PipelineCommand,
    PipelineErrorType,
    is_pipeline_command,
)

T = TypeVar("T")

CRONTAB = "ingester gateway-once parse normalize quality-gate enrich conflation"
_ARCHIVER = "archiver"
_ERRORS: tuple[PipelineErrorType, ...] = ("network", "storage", "internal")


@dataclass(slots=True)
class Pipeline:
    """All steps and the queues between them."""

    simulation: Simulation
    source_ids: tuple[str, ...] = (*SOURCES, "the_crocodile")  # the last has no registry entry
    journal: Journal = field(default_factory=Journal)
    store: Store = field(init=False)
    log: IngestLog = field(init=False)
    gateway: Gateway = field(init=False)
    parser: Parser = field(init=False)
    graph: Graph = field(init=False)
    records: list[Record] = field(default_factory=list)
    normalized: list[refine.Entity] = field(default_factory=list)
    accepted: list[refine.Entity] = field(default_factory=list)
    enriched: list[refine.Entity] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store(self.simulation, self.journal)
        self.log = IngestLog(self.simulation, self.journal)
        self.gateway = Gateway(self.simulation, self.journal, self.store, self.log)
        self.parser = Parser(self.simulation, self.journal, self.store, self.log)
        self.graph = Graph(self.simulation, self.journal)
        self.log.open(CONSUMER)
        self.log.open(_ARCHIVER)

    def round(self) -> None:
        """Run all commands once, as cron does, with a heartbeat of the service."""
        HEARTBEAT.inc()
        self.journal.note(Heartbeat())
        for word in CRONTAB.split():
            if is_pipeline_command(word):
                self.run(word)

    def run(self, command: PipelineCommand) -> None:
        """Run one command; it may fail before it starts, and its work is left for the next run."""
        failed = self.simulation.chance(self.simulation.odds_of(command).command_fails)
        error = self.simulation.pick(_ERRORS) if failed else None
        if error is None:
            self._function_of(command)()
        else:
            PIPELINE_ERRORS.inc(command=command, error_type=error)
        seconds, ended_at = self.simulation.seconds(4.0), self.simulation.now()
        PIPELINE_DURATION.observe(seconds, command=command)
        PIPELINE_LAST_RUN_TIMESTAMP.set(ended_at, command=command)
        self.journal.note(Run(command, ended_at, seconds, error))

    def _function_of(self, command: PipelineCommand) -> Callable[[], None]:
        functions: dict[PipelineCommand, Callable[[], None]] = {
            "ingester": self._ingest,
            "gateway-once": self._gateway_once,
            "parse": self._parse,
            "normalize": self._normalize,
            "quality-gate": self._quality_gate,
            "enrich": self._enrich,
            "conflation": self._conflate,
        }
        return functions[command]

    def _ingest(self) -> None:
        for payload in fetch_all(self.simulation, self.journal, self.source_ids):
            self.gateway.take_in(payload)

    def _gateway_once(self) -> None:
        self.gateway.take_in(Payload("kexp", b'{"events": []}'))

    def _parse(self) -> None:
        self.store.prune()
        while (batch := self.parser.parse_batch()) is not None:
            self.records += batch
        self._archive()

    def _archive(self) -> None:
        """Read a batch now and then, as a slow second consumer."""
        if self.simulation.chance(0.5) and (envelopes := self.log.read(_ARCHIVER)):
            self.log.acknowledge(_ARCHIVER, len(envelopes))

    def _normalize(self) -> None:
        if batch := _take(self.records):
            self.normalized += refine.normalize(self.simulation, self.journal, batch)

    def _quality_gate(self) -> None:
        if batch := _take(self.normalized):
            self.accepted += refine.judge(self.simulation, self.journal, batch)

    def _enrich(self) -> None:
        if batch := _take(self.accepted):
            self.enriched += refine.enrich(self.simulation, self.journal, batch)

    def _conflate(self) -> None:
        if batch := _take(self.enriched):
            self.graph.conflate(batch)


def _take(queue: list[T]) -> list[T]:
    """Return all elements of a queue and empty it."""
    batch = queue[:]
    queue.clear()
    return batch
