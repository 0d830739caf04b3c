"""Verifying a set-up: does what a spool holds arrive in a Pushgateway and in Prometheus?"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from textwrap import wrap
from time import time
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from typedprom.core.misuse import printable
from typedprom.delivery.credentials import Credentials, CredentialsError, from_environment
from typedprom.delivery.group_url import beside
from typedprom.delivery.saved_settings import SavedSettings
from typedprom.delivery.verify_prometheus import PrometheusAPI
from typedprom.delivery.verify_samples import differences, of_families
from typedprom.delivery.verify_sources import GatewayGroup, JSONSource, SourceError, groups_of
from typedprom.spool.format import FormatError
from typedprom.spool.ownership import explain
from typedprom.spool.store import SpoolStore

if TYPE_CHECKING:
    from typedprom.delivery.settings import Settings
    from typedprom.delivery.verify_samples import Samples
    from typedprom.spool.directory import SpoolDirectory

State: TypeAlias = Literal["ok", "wrong", "unknown"]

_LISTED: Final = 5  # differences or names in a finding
_LATE_SECONDS: Final = 60.0  # since a push: a process that lives has pushed again by then,
_LATE_INTERVALS: Final = 3.0  # unless that is less than three intervals
_SCRAPE_SECONDS: Final = 300.0  # in which every Prometheus has scraped again
_NAME_ONE: Final = "set TYPEDPROM_PUSHGATEWAY_URL, or use --pushgateway"
_NO_GATEWAY: Final = "no Pushgateway is named"
_NO_ANSWER: Final = "look whether it runs, and whether this is its address"
ALERTS: Final = (
    "TypedpromGatewayGroupStale",
    "TypedpromGatewayRefuses",
    "TypedpromJobFailed",
    "TypedpromJobLate",
    "TypedpromJobNotRun",
    "TypedpromLabelInvalid",
    "TypedpromLabelOverflow",
    "TypedpromPushAbsent",
    "TypedpromPushRefusedFamilies",
    "TypedpromPushStale",
    "TypedpromPushVanished",
    "TypedpromSpoolDamaged",
    "TypedpromSpoolFaults",
    "TypedpromSpoolsShareAGroup",
)  # of these files


@dataclass(frozen=True, slots=True)
class Check:
    """What was checked, and what was found; `remedy` is what to do if something is wrong."""

    check: str
    state: State
    finding: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class SpoolContent:
    """What a spool holds: its samples with the labels of its group; processes that live.

    `samples` is None if they cannot be read. A process that lives has pushed within the last `late`
    seconds, if all is right.
    """

    directory: SpoolDirectory
    group: Mapping[str, str]
    spool: str
    samples: Samples | None
    late: float
    live: Sequence[int] = ()


def verified(directory: SpoolDirectory, settings: Settings, prometheus: str) -> list[Check]:
    """All checks. ValueError if a URL or the credentials for the gateway cannot be used."""
    try:
        credentials = from_environment(os.environ)
    except CredentialsError as error:
        raise ValueError(str(error)) from error
    trusted = Credentials(ca_file=credentials.ca_file)
    scraper = JSONSource(prometheus, "Prometheus", trusted) if prometheus else None
    gateways: list[JSONSource] = []
    others: list[Check] = []
    for one in settings.destinations:
        if one.spec.is_grouped:
            gateways.append(JSONSource(one.address, one.spec.name, credentials))
        else:
            what = f"the {one.spec.name} {one.shown}".rstrip()
            others.append(_unknown("destination", f"{what}: `verify` asks only Pushgateways"))
    content, checks = read_spool(directory, settings)
    scraped = gateways[0] if gateways else None
    group: GatewayGroup | None = None
    for gateway in gateways:
        found, held = check_gateway(content, gateway)
        checks += found
        if held is not None and group is None:
            scraped, group = gateway, held
    if not gateways:
        checks.append(_unknown("gateway", f"{_NO_GATEWAY}; {_NAME_ONE}"))
    checks += others
    if scraper is None:
        return [*checks, _unknown("prometheus", "give its address by --prometheus")]
    return checks + check_prometheus(content, scraper, scraped, group)


def report(checks: Sequence[Check], columns: int) -> Iterator[str]:
    """A table of the checks, in lines of so many columns."""
    width = max(len(check.check) for check in checks)
    for one in checks:
        state = one.state.upper() if one.state == "wrong" else one.state
        begin = f"{state:7}  {one.check:{width}}  "
        lines = [one.finding, *([f"-> {one.remedy}"] if one.remedy else [])]
        for line in lines:
            yield from wrap(
                printable(line),
                min(max(columns, 80), 120),
                initial_indent=begin,
                subsequent_indent=" " * len(begin),
                break_on_hyphens=False,
                break_long_words=False,  # of addresses and paths
            )
            begin = " " * len(begin)


def nothing_recorded(notice: str) -> list[Check]:
    """What is to be said of a spool that does not exist yet."""
    remedy = "set the variables before the program imports its metrics, and run it"
    return [Check("spool", "wrong", notice, remedy)]


def read_spool(directory: SpoolDirectory, settings: Settings) -> tuple[SpoolContent, list[Check]]:
    """What the spool holds, and what is to be said of it."""
    path, group = directory.path, settings.grouping
    interval = settings.push_seconds or inf  # else it pushes at its end
    late = max(_LATE_SECONDS, _LATE_INTERVALS * interval)
    saved = SavedSettings.load(path)
    spool = saved.spool if saved else ""
    try:
        store = SpoolStore(directory)
        status, families = store.status(), store.collect()
    except (OSError, FormatError) as error:
        why = f"it cannot be read: {explain(error, path)}"
        return SpoolContent(directory, group, spool, None, late), [Check("spool", "wrong", why)]
    samples = of_families(beside(group, families), group)
    live = [run.pid for run in status.live]
    content = SpoolContent(directory, group, spool, samples, late, live)
    held = (
        f"{path} holds {len(samples)} values of "
        f"{len(status.live)} live and {len(status.dead) + status.totals.runs} ended runs"
    )
    faults = [
        *_listed("set aside as damaged", [file.name for file in status.damaged]),
        *_listed("not readable", [file.name for file in status.skipped]),
        *_listed("refused by a receiver", [file.name for file in status.refused]),
    ]
    if faults:
        remedy = f"`typedprom-spool status {path}` says why"
        return content, [Check("spool", "wrong", f"{held}; {'; '.join(faults)}", remedy)]
    return content, [Check("spool", "ok", held)]


def check_gateway(
    content: SpoolContent, gateway: JSONSource
) -> tuple[list[Check], GatewayGroup | None]:
    """Whether the gateway holds the spool's group as it is; and the group, if it does."""
    try:
        groups = groups_of(gateway)
    except SourceError as error:
        why = f"{gateway.name} {error}"
        why_not = "the gateway gives no usable answer"
        later = [_unknown(name, why_not) for name in ("group", "values")]
        return [Check("gateway", "wrong", why, _NO_ANSWER), *later], None
    answers = Check("gateway", "ok", f"{gateway.name} answers")
    held = [group for group in groups if dict(group.labels) == dict(content.group)]
    if not held:
        missing = _missing_group(content, gateway, groups)
        return [answers, missing, _unknown("values", "the group is missing")], None
    group = held[0]
    checks = [answers, _check_group(content, gateway, group)]
    try:
        checks.append(_check_values(content, gateway, group))
    except SourceError as error:
        checks.append(Check("values", "wrong", f"{gateway.name} {error}"))
    return checks, group


def _missing_group(
    content: SpoolContent, gateway: JSONSource, groups: Sequence[GatewayGroup]
) -> Check:
    if content.samples is not None and not content.samples:
        return _unknown("group", "there is nothing to push")
    wanted = _words(content.group)
    elsewhere = [group for group in groups if content.spool and group.spool == content.spool]
    similar = [group for group in groups if group.labels.get("job") == content.group.get("job")]
    if elsewhere:
        where = gateway.shown(_words(elsewhere[0].labels))
        finding = f"there is no group {wanted}; this spool was pushed to the group {where}"
        remedy = "set TYPEDPROM_JOB, TYPEDPROM_INSTANCE and TYPEDPROM_GROUPING as for the program"
    else:
        names = [gateway.shown(_words(group.labels)) for group in similar]
        finding = f"there is no group {wanted}" + "".join(_listed("; there is", names, ""))
        remedy = f"`typedprom-spool deliver {content.directory.path}` pushes it"
    return Check("group", "wrong", finding, remedy)


def _check_group(content: SpoolContent, gateway: JSONSource, group: GatewayGroup) -> Check:
    age = time() - group.pushed
    finding = f"the group {_words(content.group)} was pushed {_ago(age)}"
    deliver = f"`typedprom-spool deliver {content.directory.path}` pushes it again"
    if group.spool != content.spool:
        by = f"by another spool, {gateway.shown(group.spool)}," if group.spool else "by no spool"
        return Check(
            "group",
            "wrong",
            f"{finding} {by} and not by this one, {content.spool or 'which has no name'}",
            "set TYPEDPROM_INSTANCE or TYPEDPROM_GROUPING, so that each spool has its own group",
        )
    if group.failed > group.pushed:
        refused = f"; a later push, {_ago(time() - group.failed)}, was refused"
        return Check("group", "wrong", finding + refused, f"{deliver}, and says why it is refused")
    if content.live and age > content.late:
        lives = f", although process {content.live[0]} lives and should push all the time"
        return Check("group", "wrong", finding + lives, f"look for its log lines; {deliver}")
    return Check("group", "ok", finding)


def _check_values(content: SpoolContent, gateway: JSONSource, group: GatewayGroup) -> Check:
    if content.samples is None:
        return _unknown("values", "the spool cannot be read")
    if group.spool != content.spool:
        return _unknown("values", "they are not those of this spool")
    different = differences(content.samples, group.samples())
    many = len(content.samples)
    if not different:
        return Check("values", "ok", f"the gateway holds all {many} values of the spool")
    shown = gateway.shown("; ".join(different[:_LISTED]))
    finding = f"{len(different)} of {many} values differ in the gateway: {shown}"
    if content.live and time() - group.pushed < content.late:
        return Check("values", "ok", f"{finding}; process {content.live[0]} lives and pushes again")
    deliver = f"`typedprom-spool deliver {content.directory.path}`"
    remedy = f"{deliver} pushes them, and so does the next run"
    return Check("values", "wrong", finding, remedy)


def check_prometheus(
    content: SpoolContent,
    prometheus: JSONSource,
    gateway: JSONSource | None,
    group: GatewayGroup | None,
) -> list[Check]:
    """Whether Prometheus has what the gateway holds of the group, and the alerts."""
    api = PrometheusAPI(prometheus)
    try:
        api.check()
    except SourceError as error:
        why, names = f"{prometheus.name} {error}", ("scrape", "honor_labels", "scraped_values")
        later = [_unknown(name, "Prometheus gives no usable answer") for name in (*names, "rules")]
        return [Check("prometheus", "wrong", why, _NO_ANSWER), *later]
    checks = [Check("prometheus", "ok", f"{prometheus.name} answers")]
    if gateway is None or group is None:
        why = "the gateway has not given the group" if gateway else _NO_GATEWAY
        checks += [_unknown(name, why) for name in ("scrape", "honor_labels", "scraped_values")]
    else:
        checks += _check_scrape(content, api, gateway, group)
    return [*checks, _check_rules(api)]


def _check_scrape(
    content: SpoolContent, api: PrometheusAPI, gateway: JSONSource, group: GatewayGroup
) -> Iterator[Check]:
    try:
        scraped = api.last_push(content.group)
        spools = api.spools(content.group)
        if scraped is None:
            yield _not_scraped(api, gateway)
            for name in ("honor_labels", "scraped_values"):
                yield _unknown(name, "there is no series of the group")
            return
    except SourceError as error:
        yield Check("scrape", "wrong", f"Prometheus {error}")
        for name in ("honor_labels", "scraped_values"):
            yield _unknown(name, "Prometheus has not given the series")
        return
    behind = group.pushed - scraped.pushed
    if behind and spools and group.spool not in spools:
        finding = "Prometheus has the group as another spool pushed it, "
        yield Check(
            "scrape",
            "wrong",
            f"{finding}{api.source.shown(', '.join(sorted(spools)))}",
            f"let it scrape {gateway.server}, or give the gateway that it scrapes; if two "
            "spools push to this gateway, give one TYPEDPROM_INSTANCE or TYPEDPROM_GROUPING",
        )
        for name in ("honor_labels", "scraped_values"):
            yield _unknown(name, "the series are not those of this gateway")
        return
    finding = f"Prometheus has the push of {_ago(time() - scraped.pushed)}"
    if behind > 0:
        finding += f", and not the one of {_ago(time() - group.pushed)}"
    is_late = behind > 0 and time() - group.pushed > _SCRAPE_SECONDS
    remedy = f"look at the target {gateway.server} in Prometheus" if is_late else ""
    yield Check("scrape", "wrong" if is_late else "ok", finding, remedy)
    if scraped.is_renamed:
        yield Check(
            "honor_labels",
            "wrong",
            "the series have exported_job and exported_instance: the scrape configuration of the "
            f"job {api.source.shown(scraped.job)} lacks honor_labels",
            "add `honor_labels: true` to that scrape configuration",
        )
        yield _unknown("scraped_values", "the labels differ")
        return
    yield Check("honor_labels", "ok", "the series have the job and instance of the group")
    yield _check_scraped_values(content, api, group, behind)


def _check_scraped_values(
    content: SpoolContent, api: PrometheusAPI, group: GatewayGroup, behind: float
) -> Check:
    if behind != 0:
        return _unknown("scraped_values", "Prometheus has not scraped the last push; try again")
    try:
        held = group.samples()
        different = differences(held, api.samples(content.group))
    except SourceError as error:
        return _unknown("scraped_values", f"Prometheus {error}")
    if not different:
        return Check("scraped_values", "ok", f"Prometheus has all {len(held)} values of the group")
    shown = api.source.shown("; ".join(different[:_LISTED]))
    return Check(
        "scraped_values",
        "wrong",
        f"{len(different)} of {len(held)} values differ in Prometheus: {shown}",
        "look for metric_relabel_configs, and for other targets with the labels of the group",
    )


def _not_scraped(api: PrometheusAPI, gateway: JSONSource) -> Check:
    targets = [target for target in api.targets() if target.is_at(gateway.server)]
    if not targets:
        finding = f"Prometheus has no series of the group, and no target {gateway.server}"
        remedy = f"add a scrape configuration with the target {gateway.server}"
        return Check("scrape", "wrong", finding, f"{remedy} and `honor_labels: true`")
    target = targets[0]
    if target.error:
        finding = f"Prometheus cannot scrape its target {gateway.server}: "
        return Check("scrape", "wrong", finding + api.source.shown(target.error))
    finding = f"Prometheus scrapes {gateway.server} and has no series of the group"
    return Check("scrape", "wrong", finding, "if the first push was just now, try again")


def _check_rules(api: PrometheusAPI) -> Check:
    try:
        alerts = api.alerts()
    except SourceError as error:
        return _unknown("rules", f"Prometheus {error}")
    missing = [name for name in ALERTS if name not in alerts]
    broken = [f"{name} ({api.source.shown(alerts[name])})" for name in ALERTS if alerts.get(name)]
    remedy = "load deploy/prometheus/rules/*.yml of typedprom's repository by `rule_files`"
    if len(missing) == len(ALERTS):
        return Check("rules", "wrong", "none of the alerts on jobs and delivery is loaded", remedy)
    if faults := [*_listed("not loaded", missing), *_listed("failing", broken)]:
        return Check("rules", "wrong", f"alerts are {' and '.join(faults)}", remedy)
    return Check("rules", "ok", f"all {len(ALERTS)} alerts on jobs and delivery are loaded")


def _unknown(check: str, why: str) -> Check:
    return Check(check, "unknown", f"not checked: {why}")


def _listed(what: str, names: Sequence[str], between: str = ": ") -> Iterator[str]:
    """What the first of the names are; nothing if there are none."""
    if names:
        more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        yield f"{what}{between or ' '}{', '.join(names[:_LISTED])}{more}"


def _words(labels: Mapping[str, str]) -> str:
    first = sorted(labels, key=lambda name: (name != "job", name != "instance", name))
    return ",".join(f"{name}={labels[name]}" for name in first)


def _ago(seconds: float) -> str:
    return f"{_span(seconds)} ago"


def _span(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0.0):.0f} s"
