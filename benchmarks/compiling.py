"""Compiling: time of the whole process, from catalog to module, compared with glean_parser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMPONENTS = 20
GLEAN_LANGUAGES = ("rust", "kotlin")
SIZES = (100, 1000)
ROUNDS = 5

TYPEDPROM = (sys.executable, "-m", "typedprom_codegen", "generate")
# Byte code is written in the first round, as for an installed program.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
GLEAN = (sys.executable, "-m", "glean_parser", "translate")

TYPEDPROM_CONFIG = """\
catalog = "catalog"

[python]
directory = "generated"
package = "generated"
"""

CATALOG = """\
catalog:
  namespace: bench
  title: Benchmark
  description: A synthetic catalog.
labels:
  source_id:
    help: Which source a request went to.
    domain: {kind: open, budget: 100}
  outcome:
    help: How it ended.
    domain: {kind: closed, values: [ok, timeout, refused, error]}
"""

COMPONENT = """\
component:
  name: part_{component}
  title: Part {component}
  description: One of several parts.
metrics:
"""

METRIC = """\
  requests.number_{metric}:
    type: counter
    help: Requests of kind {metric} that part {component} has answered since it started.
    labels: [source_id, outcome]
"""

GLEAN_HEAD = "$schema: moz://mozilla.org/schemas/glean/metrics/2-0-0\n"

GLEAN_COMPONENT = "part_{component}:\n"

GLEAN_METRIC = """\
  number_{metric}:
    type: dual_labeled_counter
    description: Requests of kind {metric} that part {component} has answered since it started.
    dual_labels:
      key:
        description: Which source a request went to.
      category:
        description: How it ended.
        labels: [ok, timeout, refused, error]
    bugs: [https://example.org/1]
    data_reviews: [https://example.org/2]
    notification_emails: [metrics@example.org]
    expires: never
"""


def write_catalog(project: Path, metrics: int) -> None:
    """Write a project of `metrics` labelled counters over `COMPONENTS` components."""
    catalog = project / "catalog"
    catalog.mkdir()
    (project / "typedprom.toml").write_text(TYPEDPROM_CONFIG)
    (catalog / "catalog.yaml").write_text(CATALOG)
    for component in range(COMPONENTS):
        members = (
            METRIC.format(metric=metric, component=component)
            for metric in range(component, metrics, COMPONENTS)
        )
        text = COMPONENT.format(component=component) + "".join(members)
        (catalog / f"part_{component}.yaml").write_text(text)


def write_glean(project: Path, metrics: int) -> Path:
    """Write the same catalog in glean_parser's language: one file, one category per component."""
    parts = [GLEAN_HEAD]
    for component in range(COMPONENTS):
        parts.append(GLEAN_COMPONENT.format(component=component))
        parts.extend(
            GLEAN_METRIC.format(metric=metric, component=component)
            for metric in range(component, metrics, COMPONENTS)
        )
    path = project / "metrics.yaml"
    path.write_text("".join(parts))
    return path


def seconds(command: list[str], output: Path) -> float:
    """Return the wall time of one run of `command`, after removing its `output`."""
    shutil.rmtree(output, ignore_errors=True)
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT)
    return time.perf_counter() - start


def compare(metrics: int) -> dict[str, float]:
    """Return the best seconds of `ROUNDS` for typedprom and for each language of glean_parser."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        write_catalog(project, metrics)
        glean_catalog, glean_output = write_glean(project, metrics), project / "glean"
        contenders = {
            language: (
                [*GLEAN, "--format", language, "--output", str(glean_output), str(glean_catalog)],
                glean_output,
            )
            for language in GLEAN_LANGUAGES
        }
        contenders["typedprom"] = ([*TYPEDPROM, "--project", folder], project / "generated")
        best = dict.fromkeys(contenders, float("inf"))
        for _ in range(ROUNDS):
            for name, (command, output) in contenders.items():
                best[name] = min(best[name], seconds(command, output))
    return best


def main() -> None:
    """Print a table: number of metrics, time of each, and our time divided by theirs."""
    print("compiling a catalog, whole process")
    print(
        f"{'metrics':>8} {'typedprom':>10}"
        + "".join(f" {n:>9} {'ratio':>5}" for n in GLEAN_LANGUAGES)
    )
    for metrics in SIZES:
        best = compare(metrics)
        ours = best["typedprom"]
        peers = "".join(f" {best[n]:8.2f}s {ours / best[n]:5.2f}" for n in GLEAN_LANGUAGES)
        print(f"{metrics:8} {ours:9.2f}s{peers}")


if __name__ == "__main__":
    main()
