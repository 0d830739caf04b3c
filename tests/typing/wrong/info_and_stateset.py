"""Wrong calls of infos and statesets: unknown states, missing info labels."""

from metrics_info_and_stateset import (
    WORKERS_BUILD,
    WORKERS_MACHINE,
    WORKERS_PHASE,
    WORKERS_WORKER_PHASE,
)

# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
WORKERS_BUILD.set(version="1.2")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
WORKERS_BUILD.set(version="1.2", channel="beta")
# E: mypy[call-arg] pyright[reportCallIssue] ty[unknown-argument] pyrefly[unexpected-keyword]
WORKERS_BUILD.set(version="1.2", channel="stable", worker="a")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
WORKERS_MACHINE.set(channel="stable")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
WORKERS_BUILD.labels()
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
WORKERS_PHASE.set("confused")
# E: mypy[call-arg] pyright[reportCallIssue] ty[positional-only-parameter-as-kwarg] pyrefly[unexpected-keyword]
WORKERS_PHASE.set(state="serving")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
WORKERS_PHASE.inc()
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
WORKERS_WORKER_PHASE.set("serving", worker="a")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
WORKERS_WORKER_PHASE.set("busy")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
WORKERS_WORKER_PHASE.labels(worker="a").set("serving")
