"""What the commands say about rules, and what leaves the output with a metric."""

from __future__ import annotations

from tests.cli.conftest import CONFIGURATION, Project

RULES = CONFIGURATION + '[prometheus]\ndirectory = "rules"\n[runbooks]\ndirectory = "runbooks"\n'
CATALOG = """\
catalog:
  namespace: shop
  title: Web shop
  dashboards: https://grafana.example.org/d/{dashboard}
  schedules: {job: {import: 1h}}
labels:
  country: {help: Where the order is shipped., domain: {kind: open, budget: 50}}
"""
ORDERS = """\
component: {name: orders, title: Orders}
metrics:
  payments.success: {type: counter, help: Payments., labels: [country]}
  payments.error: {type: counter, help: Payments that failed., labels: [country]}
  refunds: {type: counter, help: Payments that were paid back., labels: [country]}
alerts:
  paid_back: {any: refunds, by: [country]}
  unreachable:
    expr: up == 0
    by: [instance]
    tests: [{name: down, series: [{series: "up{instance='a'}", values: '0x60'}], fires: [10m]}]
slos:
  paying: {ratio: payments, objective: 99%, do: Look.}
"""
NOTE = (
    "catalog/orders.yaml:13:3: note: SLO `paying` is not watched within 1h and 6h; "
    "its runbook says why\n"
)


def with_rules(project: Project) -> Project:
    files = {"typedprom.toml": RULES, "catalog/catalog.yaml": CATALOG}
    project.write({**files, "catalog/orders.yaml": ORDERS})
    return project


def test_windows_that_do_not_fit_are_a_note(project: Project) -> None:
    checked = with_rules(project).run("check", "--strict")
    assert (checked.exit, checked.stderr) == (0, NOTE)
    generated = project.run("generate")
    assert (generated.exit, generated.stderr) == (0, NOTE)
    assert project.run("generate", "--check").stderr == ""
    assert project.run("check", "--format", "json").stdout == "[]\n"


def test_variables_begin_the_query_of_a_link_that_has_none(project: Project) -> None:
    with_rules(project).run("generate")
    page = (project.folder / "runbooks/ShopUnreachable.md").read_text("utf-8")
    assert "(<https://grafana.example.org/d/shop-orders>). The link in" in page
    assert "sets the variables: `?var-instance=VALUE`." in page


def test_rules_tests_and_runbooks_leave_with_what_they_are_about(project: Project) -> None:
    with_rules(project).run("generate")
    about_it = ("shop_orders_refunds", "ShopPaidBack")
    assert [name for name in project.tree() if "ShopPaidBack" in name] != []
    lines = [line for line in ORDERS.splitlines(keepends=True) if "refunds" not in line]
    project.write({"catalog/orders.yaml": "".join(lines)})
    assert project.run("generate").exit == 0
    left = [
        name
        for name, content in project.tree().items()
        if any(word in name or word.encode() in content for word in about_it)
    ]
    assert left == []


def test_what_still_uses_a_metric_is_named(project: Project) -> None:
    lines = [line for line in ORDERS.splitlines(keepends=True) if "  refunds:" not in line]
    with_rules(project).write({"catalog/orders.yaml": "".join(lines)})
    done = project.run("generate")
    assert done.exit == 1
    assert "alert `paid_back` names the metric `refunds`, which does not exist" in done.stderr
    assert "note" not in done.stderr
