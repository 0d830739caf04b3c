"""Each feature flag that a part of PromQL needs is one that a project can state."""

from __future__ import annotations

from typedprom_codegen.promql import features
from typedprom_codegen.promql.aggregations import AGGREGATIONS
from typedprom_codegen.promql.features import Feature
from typedprom_codegen.promql.functions import FUNCTIONS
from typedprom_codegen.promql.needs import FEATURE_FLAGS


def test_every_flag_that_is_needed_can_be_configured() -> None:
    needs = [
        *(each.needs for each in vars(features).values() if isinstance(each, Feature)),
        *(each.needs for each in FUNCTIONS.values()),
        *(each.needs for each in AGGREGATIONS.values()),
    ]
    flags = {flag for each in needs for flag in each.flags}
    assert flags
    assert flags <= FEATURE_FLAGS
