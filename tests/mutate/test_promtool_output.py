"""What promtool says of many test files at once, in the words of all its versions."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.needs import require_newer_prometheus
from tools.servers import FOLDER, Build
from typedprom_codegen.mutate.promtool import Promtool, PromtoolError

RULES = "groups: [{name: a, rules: [{alert: A, expr: 'x > 1'}]}]"
HEAD = "Unit Testing:"

WITHOUT_HEADS = f"""#!/bin/sh
# A promtool of 2.54 or newer: it says of each file how it ends, and not which file it is.
{{ REAL "$@" 2>&1; echo $? >code$$; }} | grep -v '^{HEAD}'
code=$(cat code$$); rm code$$
exit "$code"
"""


@pytest.fixture(params=["2.42", "2.53", "without heads"])
def program(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the path of a promtool."""
    require_newer_prometheus()
    build = Build.STABLE if request.param == "2.42" else Build.NEWER
    real = FOLDER / build.value / "usr" / "bin" / "promtool"
    if request.param != "without heads":
        return str(real)
    wrapper = tmp_path / "promtool"
    wrapper.write_text(WITHOUT_HEADS.replace("REAL", str(real)))
    wrapper.chmod(0o755)
    return str(wrapper)


def write_tests(folder: Path, name: str, *, alert: str = "A", values: str = "2") -> str:
    (folder / "a.rules.yml").write_text(RULES)
    (folder / name).write_text(
        f"rule_files: [a.rules.yml]\ntests:\n- input_series: [{{series: x, values: '{values}'}}]\n"
        f"  alert_rule_test: [{{alertname: '{alert}', eval_time: 0m, exp_alerts: [{{}}]}}]\n"
    )
    return name


def test_each_file_has_its_own_result(program: str, tmp_path: Path) -> None:
    good = [write_tests(tmp_path, f"good{number}.yml") for number in range(5)]
    bad = [write_tests(tmp_path, f"bad{number}.yml", values="0") for number in range(4)]
    files = [*bad[:1], *good[:2], *bad[1:3], *good[2:], *bad[3:]]
    assert Promtool(program, tmp_path, 30).results(files).passing == set(good)


def test_one_file_that_fails_and_one_that_passes(program: str, tmp_path: Path) -> None:
    files = [write_tests(tmp_path, "bad.yml", values="0"), write_tests(tmp_path, "good.yml")]
    assert Promtool(program, tmp_path, 30).results(files[:1]).passing == set()
    assert Promtool(program, tmp_path, 30).results(files[1:]).passing == {"good.yml"}


def test_a_file_that_is_no_yaml_fails_alone(program: str, tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text("a: [\n  SUCCESS\n")
    files = ["broken.yml", *(write_tests(tmp_path, f"good{number}.yml") for number in range(9))]
    assert Promtool(program, tmp_path, 30).results(files).passing == set(files[1:])


def test_a_program_that_tests_nothing_is_refused(tmp_path: Path) -> None:
    file = write_tests(tmp_path, "good.yml")
    with pytest.raises(PromtoolError, match="without testing anything"):
        Promtool("/bin/true", tmp_path, 30).results([file])


def script(folder: Path, text: str) -> str:
    path = folder / "script"
    path.write_text(f"#!/bin/sh\n{text}")
    path.chmod(0o755)
    return str(path)


def test_results_that_are_too_many_are_asked_for_one_by_one(tmp_path: Path) -> None:
    """A text of a test can look like a result; the exit code of a single file cannot."""
    forging = script(
        tmp_path,
        'shift 2; code=0\nfor file; do echo "  SUCCESS"; case $file in bad*)'
        ' echo "  FAILED:"; code=1;; esac; done\nexit $code\n',
    )
    files = [f"{kind}{number}" for kind in ("good", "bad") for number in range(6)]
    assert Promtool(forging, tmp_path, 30).results(files).passing == {f"good{n}" for n in range(6)}


@pytest.mark.parametrize("fault", ["kill -9 $$", "exec sleep 60", "exit 2"])
def test_one_that_crashes_or_hangs_does_not_take_others_with_it(tmp_path: Path, fault: str) -> None:
    crashing = script(
        tmp_path,
        f'shift 2\nfor file; do case $file in bad*) {fault};; esac; echo "  SUCCESS"; done\n',
    )
    files = ["good0", "bad0", "good1", "good2", "bad1", "bad2", "good3"]
    passing = Promtool(crashing, tmp_path, 1).results(files).passing
    assert passing == {"good0", "good1", "good2", "good3"}
    assert not [name for name in os.listdir(tmp_path) if name.startswith("output")]  # noqa: PTH208


def test_features_of_prometheus_are_passed_on(tmp_path: Path) -> None:
    """No promtool of Debian knows one that would change how it tests rules."""
    needing = script(tmp_path, '[ "$1" = --enable-feature=this ] && echo "  SUCCESS"\n')
    assert Promtool(needing, tmp_path, 30, ["this", "that"]).results(["a.yml"]).passing == {"a.yml"}
