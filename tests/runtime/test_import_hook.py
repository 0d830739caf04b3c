"""Metrics are in the default registry for whoever looks, and prometheus_client waits until then."""

import pytest

from tests.support.importing import TOGETHER
from tests.support.programs import run_python
from typedprom.exposition import foreign_collectors

# Imported before or after prometheus_client, once or again: the names exposed, and a count.
SHOW = """
def show():
    import prometheus_client
    from tests.runtime import sample
    names = [family.name for family in prometheus_client.REGISTRY.collect()]
    ours = [name for name in names if name.startswith("sample_")]
    print(len(ours) == len(sample.CATALOG.metrics) > 5, end=" ")
    print(sum(name.startswith("typedprom_label_") for name in names), end=" ")
    print(prometheus_client.REGISTRY.get_sample_value("sample_heartbeat_total"))
"""
COUNT = "from tests.runtime import sample; sample.HEARTBEAT.inc(3)\n"
PURGE = """
import sys
for name in [name for name in sys.modules if name.startswith("tests.runtime.sample")]:
    del sys.modules[name]
"""
WITH_OTHER_FINDERS = """
import sys

class Asking:  # as tools that trace imports do: it asks all finders, itself left out
    busy = False
    def find_spec(self, name, path=None, target=None):
        if self.busy or name != "prometheus_client.registry":
            return None
        self.busy = True
        try:
            import importlib.util
            return importlib.util.find_spec(name)
        finally:
            self.busy = False

class Old:  # knows nothing of specs that it could find
    def find_spec(self, name, path, target=None):
        return None
"""
FROM_A_ZIP = """
import pathlib, sys, tempfile, zipfile
import prometheus_client
package = pathlib.Path(prometheus_client.__file__).parent
for name in [name for name in sys.modules if name.startswith("prometheus_client")]:
    del sys.modules[name]
archive = pathlib.Path(tempfile.mkdtemp()) / "packed.zip"
with zipfile.ZipFile(archive, "w") as zip:
    for path in package.rglob("*.py"):
        zip.write(path, path.relative_to(package.parent))
sys.path.insert(0, str(archive))
"""
IN_THREADS = (
    TOGETHER
    + """
from tests.runtime import sample
sample.HEARTBEAT.inc(3)
"""
)
A_JOB = "import sys\n" + COUNT + 'print("prometheus_client" in sys.modules)\n'
A_PROBE = """
import importlib.util, sys
from tests.runtime import sample
import prometheus_client._absent
"""
BROKEN = """
import sys, types
from tests.runtime import sample
sample.HEARTBEAT.inc(3)
kept = sys.path[:]
sys.path[:] = [p for p in sys.path if "site-packages" not in p]
try:
    import prometheus_client
except ImportError:
    print("no prometheus_client", end=" ")
sys.path[:] = kept
"""
RELOADED = """
import importlib, inspect, prometheus_client.registry as registry
assert type(registry.__loader__) is type(registry.__spec__.loader)
assert "typedprom" not in type(registry.__loader__).__module__
assert "class CollectorRegistry" in inspect.getsource(registry)
importlib.reload(registry)
"""
PROBED = """
import importlib.util
probe = importlib.util.find_spec("prometheus_client.registry")
assert "class CollectorRegistry" in probe.loader.get_source("prometheus_client.registry")
assert not probe.loader.is_package("prometheus_client.registry")
"""
LAZY = """
import importlib.machinery, importlib.util, sys

class Lazy:  # as the documentation of importlib shows, and in front of ours
    def find_spec(self, name, path=None, target=None):
        if not name.startswith("prometheus_client"):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec

"""
AHEAD = """
import importlib.machinery, sys

class Ahead:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("prometheus_client"):
            return importlib.machinery.PathFinder.find_spec(name, path, target)

"""
MOCKED = """
import logging, sys
from unittest.mock import MagicMock
logging.basicConfig()
sys.modules["prometheus_client"] = MagicMock()
from tests.runtime import sample
sample.HEARTBEAT.inc(3)
del sys.modules["prometheus_client"]
"""
CONFLICT = """
from typedprom import Catalog, Counter, Gauge
for kind, unit in ((Counter, 1), (Gauge, 2)):
    catalog = Catalog(namespace="x", title="", description="", interface=1)
    kind(catalog, key="a", name="x_a_total", help="h")
    catalog.register()
import prometheus_client
print(prometheus_client.REGISTRY.get_sample_value("x_a_total"))
"""

ORDERS = {
    "metrics first": COUNT + "import prometheus_client\n",
    "prometheus_client first": "import prometheus_client\n" + COUNT,
    "only the registry": COUNT + "from prometheus_client.registry import REGISTRY\n",
    "our bridge first": COUNT + "import typedprom.exposition.prom_client\n",
    "a package imported twice": "from tests.runtime import sample\nsample.HEARTBEAT.inc()\n"
    + PURGE
    + "from tests.runtime import sample\nsample.HEARTBEAT.inc(2)\n",
    "registered twice": COUNT + "sample.CATALOG.register()\n",
    "a finder before ours": WITH_OTHER_FINDERS + COUNT + "sys.meta_path.insert(0, Asking())\n",
    "a finder before and behind": WITH_OTHER_FINDERS
    + "sys.meta_path.insert(0, Old())\nsys.meta_path.insert(0, Asking())\n"
    + COUNT,
    "a zip file": FROM_A_ZIP + COUNT,
    "an import that failed first": BROKEN,
    "reloading the package": COUNT + "import importlib; importlib.reload(sample)\n",
    "the module itself is unchanged": COUNT + RELOADED.replace("importlib.reload(registry)", ""),
    "find_spec only": COUNT + PROBED,
    "lazy modules": LAZY
    + COUNT
    + "sys.meta_path.insert(0, Lazy())\nimport prometheus_client\n"
    + "prometheus_client.REGISTRY\nimport colorsys\n",
    "a finder that ours is behind": AHEAD
    + COUNT
    + "sys.meta_path.insert(0, Ahead())\nimport prometheus_client, colorsys\n",
}


@pytest.mark.parametrize("before", ORDERS.values(), ids=ORDERS.keys())
def test_whoever_can_look_sees_all_metrics(before: str) -> None:
    done = run_python("-W", "error", "-c", f"{SHOW}\n{before}\nshow()")
    assert (done.stdout.removeprefix("no prometheus_client "), done.stderr) == ("True 2 3.0\n", "")


def test_a_job_that_only_records_does_not_import_prometheus_client() -> None:
    done = run_python("-c", A_JOB)
    assert (done.stdout, done.stderr) == ("False\n", "")


@pytest.mark.parametrize("attempt", range(5))
def test_threads_may_import_all_of_it_at_once(attempt: int) -> None:
    names = ("prometheus_client", "tests.runtime.sample", foreign_collectors.__name__)
    done = run_python("-W", "error", "-c", f"{SHOW}\n{IN_THREADS}\nshow()", *names)
    assert (done.stdout, done.stderr) == ("True 2 3.0\n", ""), attempt


def test_a_module_that_is_not_there_is_an_ordinary_import_error() -> None:
    done = run_python("-c", A_PROBE)
    last = done.stderr.splitlines()[-1]
    assert last == "ModuleNotFoundError: No module named 'prometheus_client._absent'"


def test_reloading_the_registry_is_left_to_python() -> None:
    done = run_python("-c", f"{COUNT}\n{RELOADED}\nprint(list(registry.REGISTRY.collect()))")
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize(("strict", "said"), [("0", "WARNING"), ("1", "ValueError")])
def test_a_conflict_is_reported_when_it_shows(
    strict: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TYPEDPROM_STRICT", strict)
    done = run_python("-c", f"import logging; logging.basicConfig()\n{CONFLICT}")
    assert done.stdout == ("" if strict == "1" else "0.0\n")
    assert said in done.stderr
    assert "`x_a_total` is not exposed, its name is taken" in done.stderr


def test_something_else_in_its_place_is_no_error() -> None:
    done = run_python("-c", f"{SHOW}\n{MOCKED}\nshow()")
    assert done.stdout == "True 2 3.0\n"
    assert "no metrics are exposed by prometheus_client: No module named" in done.stderr


TRIED_TWICE = """
import sys
def tried():
    try:
        {import_}
    except ValueError as error:
        print(str(error).split(",")[0])
{first}
tried()
tried()
import prometheus_client
names = [family.name for family in prometheus_client.REGISTRY.collect()]
print("sample_heartbeat" in names, len([n for n in names if n.startswith("sample_")]))
"""
THEIRS = """
import prometheus_client
prometheus_client.Counter("sample_jobs_runs", "mine", ["x"])
"""


def test_a_conflict_says_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPEDPROM_STRICT", "1")
    program = TRIED_TWICE.format(first=THEIRS, import_="from tests.runtime import sample")
    done = run_python("-c", program)
    said = "`sample_jobs_runs_total` is not exposed"
    assert done.stdout.splitlines() == [said, said, "True 8"]  # the others, and theirs


CONFLICTS_OF_OURS = """
from tests.runtime import sample
from typedprom import Catalog, Gauge
other = Catalog(namespace="x", title="", description="", interface=1)
Gauge(other, key="a", name="sample_heartbeat_total", help="h")
other.register()
"""


def test_an_import_that_a_conflict_ends_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPEDPROM_STRICT", "1")
    tries = TRIED_TWICE.replace("import prometheus_client\nnames", "names")
    program = tries.format(first=CONFLICTS_OF_OURS, import_="import prometheus_client")
    done = run_python("-c", program.rsplit("names =", 1)[0])
    said = "`sample_heartbeat_total` is not exposed"
    assert done.stdout.splitlines() == [said, said]
