"""Announced values of labels that do not exist or cannot be announced, and that are no strings."""

from sms_metrics_generated import CATALOG

# E: mypy[call-arg] pyright[reportCallIssue] ty[unknown-argument] pyrefly[unexpected-keyword]
CATALOG.announce(sorce_id=["kexp"])
# E: mypy[call-arg] pyright[reportCallIssue] ty[unknown-argument] pyrefly[unexpected-keyword]
CATALOG.announce(error_type=["timeout"])
# E: mypy[list-item] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
CATALOG.announce(source_id=[7])
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
CATALOG.announce(source_id=None)
# E: mypy[call-arg] pyright[reportCallIssue] ty[too-many-positional-arguments] pyrefly[bad-argument-count]
CATALOG.announce(["kexp"])
