"""Fixtures of the end-to-end tests: SMS traffic, recorded in this process."""

from __future__ import annotations

import pytest

from examples.sms.commands import Pipeline
from examples.sms.simulation import Simulation


@pytest.fixture(scope="session")
def traffic() -> Pipeline:
    """A pipeline after some rounds, so that every metric has series."""
    pipeline = Pipeline(Simulation())
    for _ in range(8):
        pipeline.round()
    return pipeline
