"""The shape of one catalog file: what `make models` makes of catalog.schema.json."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
)
from typing_extensions import TypeAliasType

from typedprom_codegen.raw_model import RawModel

ConstantLabelsAdditionalProperty = TypeAliasType(
    "ConstantLabelsAdditionalProperty",
    Annotated[StrictStr, Field(max_length=200, min_length=1)],
)


ConstantLabels = TypeAliasType(
    "ConstantLabels",
    Annotated[dict["LabelName", ConstantLabelsAdditionalProperty], Field(min_length=1)],
)


Flow = TypeAliasType("Flow", Annotated[list[StrictStr], Field(max_length=1000, min_length=1)])


SeverityName = TypeAliasType(
    "SeverityName", Annotated[StrictStr, Field(pattern="^[a-z][a-z0-9_]*$")]
)


Runbooks = TypeAliasType("Runbooks", Annotated[StrictStr, Field(pattern="\\S")])


Dashboards = TypeAliasType("Dashboards", Annotated[StrictStr, Field(pattern="\\S")])


MetricReference = TypeAliasType("MetricReference", StrictStr)


AlertKey = TypeAliasType(
    "AlertKey", Annotated[StrictStr, Field(max_length=100, pattern="^[a-z][a-z0-9_]*$")]
)


LabelValue = TypeAliasType("LabelValue", Annotated[StrictStr, Field(max_length=200)])


LabelValues = TypeAliasType(
    "LabelValues", Annotated[list[LabelValue], Field(max_length=100, min_length=1)]
)


Do = TypeAliasType("Do", Annotated[StrictStr, Field(pattern="\\S")])


Lost = TypeAliasType("Lost", Annotated[StrictStr, Field(pattern="\\S")])


Silence = TypeAliasType("Silence", Annotated[StrictStr, Field(pattern="\\S")])


class TestSeries(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    series: Annotated[StrictStr, Field(pattern="\\S")]
    values: Annotated[StrictStr, Field(pattern="\\S")]


SloHelp = TypeAliasType("SloHelp", Annotated[StrictStr, Field(pattern="\\S")])


RecordName = TypeAliasType(
    "RecordName",
    Annotated[StrictStr, Field(max_length=300, pattern="^[a-zA-Z_:][a-zA-Z0-9_:]*$")],
)


Duration = TypeAliasType(
    "Duration", Annotated[StrictStr, Field(pattern="^[1-9][0-9]{0,5}[smhdw]$")]
)


class Environment(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    metrics_port: Annotated[StrictStr | None, Field(pattern="^[A-Z_][A-Z0-9_]*$")] = None
    pushgateway_url: Annotated[StrictStr | None, Field(pattern="^[A-Z_][A-Z0-9_]*$")] = None


ValueMeaning = TypeAliasType("ValueMeaning", Annotated[StrictStr, Field(pattern="\\S")])


ClosedValue = TypeAliasType(
    "ClosedValue", Annotated[StrictStr, Field(max_length=200, min_length=1)]
)


Budget = TypeAliasType("Budget", Annotated[StrictInt, Field(ge=1, le=1000000)])


State = TypeAliasType("State", Annotated[StrictStr, Field(max_length=200, min_length=1)])


SeriesBudget = TypeAliasType("SeriesBudget", Annotated[StrictInt, Field(ge=1, le=1000000)])


class ExplicitBuckets(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    kind: Literal["explicit"]
    bounds: Annotated[list[StrictFloat], Field(max_length=100, min_length=1)]


class PresetBuckets(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    kind: Literal["preset"]
    name: StrictStr


BucketCount = TypeAliasType("BucketCount", Annotated[StrictInt, Field(ge=1, le=100)])


class Query(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[StrictStr, Field(pattern="\\S")]
    expr: Annotated[StrictStr, Field(pattern="\\S")]


class Threshold(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    value: StrictFloat
    level: Literal["ok", "warning", "critical"]


class Suppression(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    code: StrictStr
    reason: Annotated[StrictStr, Field(pattern="\\S")]


LabelList = TypeAliasType("LabelList", Annotated[list[StrictStr], Field(max_length=64)])


Stability = TypeAliasType("Stability", Literal["experimental", "stable", "deprecated"])


ReplacedBy = TypeAliasType("ReplacedBy", StrictStr)


Removal = TypeAliasType("Removal", StrictStr)


Emitted = TypeAliasType("Emitted", StrictBool)


Unit = TypeAliasType(
    "Unit",
    Literal[
        "amperes",
        "bytes",
        "celsius",
        "grams",
        "hertz",
        "joules",
        "kelvin",
        "meters",
        "pascals",
        "ratio",
        "seconds",
        "volts",
        "watts",
    ],
)


MetricKey = TypeAliasType(
    "MetricKey",
    Annotated[StrictStr, Field(pattern="^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$")],
)


MetricName = TypeAliasType(
    "MetricName", Annotated[StrictStr, Field(pattern="^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
)


LabelName = TypeAliasType(
    "LabelName", Annotated[StrictStr, Field(pattern="^[a-zA-Z_][a-zA-Z0-9_]*$")]
)


Identifier = TypeAliasType("Identifier", Annotated[StrictStr, Field(pattern="^[a-z][a-z0-9_]*$")])


Title = TypeAliasType("Title", Annotated[StrictStr, Field(pattern="\\S")])


Description = TypeAliasType("Description", StrictStr)


Help = TypeAliasType("Help", Annotated[StrictStr, Field(pattern="\\S")])


Owner = TypeAliasType("Owner", Annotated[StrictStr, Field(pattern="\\S")])


SchedulesAdditionalProperty = TypeAliasType(
    "SchedulesAdditionalProperty", Annotated[dict[str, Duration], Field(min_length=1)]
)


Schedules = TypeAliasType(
    "Schedules",
    Annotated[dict[LabelName, SchedulesAdditionalProperty], Field(min_length=1)],
)


Severities = TypeAliasType(
    "Severities",
    Annotated[dict[SeverityName, Help], Field(max_length=10, min_length=1)],
)


class Ratio(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    good: Annotated[list[MetricReference] | None, Field(max_length=100, min_length=1)] = None
    bad: Annotated[list[MetricReference], Field(max_length=100, min_length=1)]
    all: Annotated[list[MetricReference] | None, Field(max_length=100, min_length=1)] = None


Where = TypeAliasType("Where", Annotated[dict[LabelName, LabelValues], Field(min_length=1)])


Except = TypeAliasType("Except", Annotated[dict[LabelName, LabelValues], Field(min_length=1)])


class AlertTest(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[StrictStr, Field(pattern="\\S")]
    series: Annotated[list[TestSeries], Field(max_length=100, min_length=1)]
    fires: Annotated[list[Duration] | None, Field(max_length=100, min_length=1)] = None
    quiet: Annotated[list[Duration] | None, Field(max_length=100, min_length=1)] = None
    labels: Annotated[dict[LabelName, StrictStr] | None, Field(min_length=1)] = None


class RecordedValue(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    at: Duration
    value: StrictFloat
    labels: Annotated[dict[LabelName, StrictStr] | None, Field(min_length=1)] = None


class Slo(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    ratio: StrictStr | None = None
    of: StrictStr | None = None
    schedule: StrictStr | None = None
    below: (
        Annotated[
            StrictStr, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?(%|ms|s|m|h|d|w|B|kB|KiB|[MGT]i?B)?$")
        ]
        | StrictFloat
        | None
    ) = None
    objective: Annotated[StrictStr, Field(pattern=r"^[0-9]+(\.[0-9]+)?%?$")] | StrictFloat
    window: Annotated[StrictStr | None, Field(pattern="^[1-9][0-9]{0,5}[smhdw]$")] = None
    least: Annotated[StrictInt | None, Field(ge=1, le=1000000000)] = None
    where: Where | None = None
    except_: Annotated[Except | None, Field(alias="except")] = None
    help: SloHelp | None = None
    do: Do | None = None
    lost: Lost | None = None
    silence: Silence | None = None
    owner: Owner | None = None


TargetLabels = TypeAliasType(
    "TargetLabels", Annotated[list[LabelName], Field(max_length=64, min_length=1)]
)


class Component(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[StrictStr, Field(pattern="^[a-z][a-z0-9_]*$")]
    prefix: Annotated[StrictStr | None, Field(pattern="^([a-z][a-z0-9_]*)?$")] = None
    scheduled: StrictBool | None = None
    title: Title
    description: Description | None = None
    owner: Owner | None = None


ValueList = TypeAliasType(
    "ValueList", Annotated[list[ClosedValue], Field(max_length=1000, min_length=1)]
)


ValueMeanings = TypeAliasType(
    "ValueMeanings",
    Annotated[dict[ClosedValue, ValueMeaning], Field(max_length=1000, min_length=1)],
)


class ClosedDomain(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    kind: Literal["closed"]
    values: ValueList | ValueMeanings


class PatternDomain(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    kind: Literal["pattern"]
    pattern: Annotated[StrictStr, Field(max_length=500, min_length=1)]
    budget: Budget


class OpenDomain(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    kind: Literal["open"]
    budget: Budget


class LinearBuckets(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    kind: Literal["linear"]
    start: StrictFloat
    width: Annotated[StrictFloat, Field(gt=0.0)]
    count: BucketCount


class ExponentialBuckets(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    kind: Literal["exponential"]
    start: Annotated[StrictFloat, Field(gt=0.0)]
    factor: Annotated[StrictFloat, Field(gt=1.0)]
    count: BucketCount


class Dashboard(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    panel: Literal["stat", "timeseries", "heatmap", "table"] | None = None
    queries: Annotated[list[Query] | None, Field(max_length=26, min_length=1)] = None
    aggregations: Annotated[
        list[Literal["sum", "rate", "increase", "avg", "min", "max", "histogram_quantile"]] | None,
        Field(min_length=1),
    ] = None
    thresholds: Annotated[list[Threshold] | None, Field(min_length=1)] = None


Suppress = TypeAliasType("Suppress", Annotated[list[Suppression], Field(min_length=1)])


class Catalog(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    namespace: Annotated[StrictStr, Field(pattern="^([a-z][a-z0-9_]*)?$")]
    title: Title
    description: Description | None = None
    owner: Owner | None = None
    constant_labels: ConstantLabels | None = None
    target_labels: TargetLabels | None = None
    environment: Environment | None = None
    schedules: Schedules | None = None
    flow: Flow | None = None
    severities: Severities | None = None
    runbooks: Runbooks | None = None
    dashboards: Dashboards | None = None


class Alert(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    any: StrictStr | None = None
    ratio: StrictStr | None = None
    gauge: StrictStr | None = None
    silent: StrictStr | None = None
    fewer: StrictStr | None = None
    quantile: StrictStr | None = None
    late: StrictStr | None = None
    never: StrictStr | None = None
    absent: StrictStr | None = None
    expr: Annotated[StrictStr | None, Field(pattern="\\S")] = None
    disabled: Annotated[StrictStr | None, Field(pattern="\\S")] = None
    by: Annotated[list[LabelName] | None, Field(max_length=64, min_length=1)] = None
    where: Where | None = None
    except_: Annotated[Except | None, Field(alias="except")] = None
    while_: Annotated[StrictStr | None, Field(alias="while")] = None
    over: Annotated[StrictStr | None, Field(pattern="^[1-9][0-9]{0,5}[smhdw]$")] = None
    above: (
        Annotated[
            StrictStr,
            Field(
                pattern=r"^(-?[0-9]+(\.[0-9]+)?(%|ms|s|m|h|d|w|B|kB|KiB|[MGT]i?B)?|warning|critical)$"
            ),
        ]
        | StrictFloat
        | None
    ) = None
    below: (
        Annotated[
            StrictStr, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?(%|ms|s|m|h|d|w|B|kB|KiB|[MGT]i?B)?$")
        ]
        | StrictFloat
        | None
    ) = None
    least: Annotated[StrictInt | None, Field(ge=1, le=1000000000)] = None
    than: Annotated[StrictStr, Field(pattern=r"^[0-9]+(\.[0-9]+)?%?$")] | StrictFloat | None = None
    before: Annotated[StrictStr | None, Field(pattern="^[1-9][0-9]{0,5}[smhdw]$")] = None
    of: Annotated[list[MetricReference] | None, Field(max_length=100, min_length=1)] = None
    at: Annotated[StrictStr, Field(pattern=r"^[0-9]+(\.[0-9]+)?%?$")] | StrictFloat | None = None
    after: Annotated[StrictStr | None, Field(pattern="^[1-9][0-9]{0,5}[smhdw]$")] = None
    for_: Annotated[
        StrictStr | None, Field(alias="for", pattern="^(0|[1-9][0-9]{0,5})[smhdw]$")
    ] = None
    keep: Annotated[StrictStr | None, Field(pattern="^(0|[1-9][0-9]{0,5})[smhdw]$")] = None
    severity: StrictStr | None = None
    name: Annotated[StrictStr | None, Field(max_length=200, pattern="^[a-zA-Z_][a-zA-Z0-9_]*$")] = (
        None
    )
    summary: Annotated[StrictStr | None, Field(pattern="\\S")] = None
    description: Annotated[StrictStr | None, Field(pattern="\\S")] = None
    do: Do | None = None
    lost: Lost | None = None
    silence: Silence | None = None
    suppress: Suppress | None = None
    owner: Owner | None = None
    tests: Annotated[list[AlertTest] | None, Field(max_length=100, min_length=1)] = None


class RecordTest(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[StrictStr, Field(pattern="\\S")]
    series: Annotated[list[TestSeries], Field(max_length=100, min_length=1)]
    gives: Annotated[list[RecordedValue] | None, Field(max_length=100, min_length=1)] = None
    empty: Annotated[list[Duration] | None, Field(max_length=100, min_length=1)] = None


class Record(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    expr: Annotated[StrictStr, Field(pattern="\\S")]
    help: Annotated[StrictStr, Field(pattern="\\S")]
    suppress: Suppress | None = None
    tests: Annotated[list[RecordTest] | None, Field(max_length=100, min_length=1)] = None


Domain = TypeAliasType(
    "Domain",
    Annotated[ClosedDomain | PatternDomain | OpenDomain, Field(discriminator="kind")],
)


class Counter(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    type: Literal["counter"]
    help: Help
    unit: Unit | None = None
    name: MetricName | None = None
    labels: LabelList | None = None
    budget: SeriesBudget | None = None
    owner: Owner | None = None
    stability: Stability | None = None
    replaced_by: ReplacedBy | None = None
    removal: Removal | None = None
    emitted: Emitted | None = None
    dashboard: Dashboard | None = None
    suppress: Suppress | None = None


class Gauge(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    type: Literal["gauge"]
    help: Help
    unit: Unit | None = None
    name: MetricName | None = None
    labels: LabelList | None = None
    budget: SeriesBudget | None = None
    combine: Literal["last", "sum", "min", "max", "live_sum"] | None = None
    owner: Owner | None = None
    stability: Stability | None = None
    replaced_by: ReplacedBy | None = None
    removal: Removal | None = None
    emitted: Emitted | None = None
    dashboard: Dashboard | None = None
    suppress: Suppress | None = None


class Info(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    type: Literal["info"]
    help: Help
    info_labels: Annotated[list[StrictStr], Field(max_length=64, min_length=1)]
    name: MetricName | None = None
    labels: LabelList | None = None
    budget: SeriesBudget | None = None
    owner: Owner | None = None
    stability: Stability | None = None
    replaced_by: ReplacedBy | None = None
    removal: Removal | None = None
    emitted: Emitted | None = None
    dashboard: Dashboard | None = None
    suppress: Suppress | None = None


class Stateset(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    type: Literal["stateset"]
    help: Help
    states: Annotated[list[State], Field(max_length=100, min_length=1)]
    name: MetricName | None = None
    labels: LabelList | None = None
    budget: SeriesBudget | None = None
    owner: Owner | None = None
    stability: Stability | None = None
    replaced_by: ReplacedBy | None = None
    removal: Removal | None = None
    emitted: Emitted | None = None
    dashboard: Dashboard | None = None
    suppress: Suppress | None = None


class Summary(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    type: Literal["summary"]
    help: Help
    unit: Unit | None = None
    name: MetricName | None = None
    labels: LabelList | None = None
    owner: Owner | None = None
    stability: Stability | None = None
    replaced_by: ReplacedBy | None = None
    removal: Removal | None = None
    emitted: Emitted | None = None
    suppress: Suppress | None = None


class Unknown(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    type: Literal["unknown"]
    help: Help
    unit: Unit | None = None
    name: MetricName | None = None
    labels: LabelList | None = None
    owner: Owner | None = None
    stability: Stability | None = None
    replaced_by: ReplacedBy | None = None
    removal: Removal | None = None
    emitted: Emitted | None = None
    suppress: Suppress | None = None


Buckets = TypeAliasType(
    "Buckets",
    Annotated[
        ExplicitBuckets | LinearBuckets | ExponentialBuckets | PresetBuckets,
        Field(discriminator="kind"),
    ],
)


BucketLayout = TypeAliasType(
    "BucketLayout",
    Annotated[
        ExplicitBuckets | LinearBuckets | ExponentialBuckets,
        Field(discriminator="kind"),
    ],
)


class Label(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[StrictStr | None, Field(pattern="^[a-zA-Z_][a-zA-Z0-9_]*$")] = None
    help: Help
    domain: Domain
    siblings: Literal["zero"] | None = None


class Histogram(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    type: Literal["histogram"]
    help: Help
    unit: Unit | None = None
    name: MetricName | None = None
    labels: LabelList | None = None
    budget: SeriesBudget | None = None
    buckets: Buckets | None = None
    native: StrictBool | None = None
    owner: Owner | None = None
    stability: Stability | None = None
    replaced_by: ReplacedBy | None = None
    removal: Removal | None = None
    emitted: Emitted | None = None
    dashboard: Dashboard | None = None
    suppress: Suppress | None = None


Metric = TypeAliasType(
    "Metric",
    Annotated[
        Counter | Gauge | Histogram | Info | Stateset | Summary | Unknown,
        Field(discriminator="type"),
    ],
)


class RawFile(RawModel):
    model_config = ConfigDict(
        extra="forbid",
    )
    catalog: Catalog | None = None
    component: Component | None = None
    labels: dict[LabelName, Label] | None = None
    buckets: dict[Identifier, BucketLayout] | None = None
    metrics: Annotated[dict[MetricKey, Metric] | None, Field(min_length=1)] = None
    ratios: Annotated[dict[MetricKey, Ratio] | None, Field(min_length=1)] = None
    alerts: Annotated[dict[AlertKey, Alert] | None, Field(min_length=1)] = None
    slos: Annotated[dict[AlertKey, Slo] | None, Field(min_length=1)] = None
    records: Annotated[dict[RecordName, Record] | None, Field(min_length=1)] = None
