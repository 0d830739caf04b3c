"""TP55x: rules that are mutated, their tests, and the survivors that are accepted."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error, warning

NOT_TESTS: Final = error(
    "TP550",
    "not-tests",
    """
    A file that `--tests` names has no tests for `promtool test rules`: it has no list `tests:`.

    Wrong, where the folder contains rule files as well:

    ```
    typedprom mutate --rules 'rules/*.yml' --tests 'rules/*.yml'
    ```

    Right:

    ```
    typedprom mutate --rules 'rules/*.rules.yml' --tests 'rules/*.test.yml'
    ```
    """,
)

TESTS_WITHOUT_RULES: Final = error(
    "TP551",
    "tests-without-rules",
    """
    A test file names no rule file, or only such that do not exist. What it names is relative to
    the test file. promtool runs such a file, and its tests say nothing about any rule.

    Wrong, in `tests/shop.test.yml`, where the rules are in `rules/`:

    ```yaml
    rule_files: [shop.rules.yml]
    ```

    Right:

    ```yaml
    rule_files: [../rules/shop.rules.yml]
    ```
    """,
)

RULES_WITHOUT_TESTS: Final = warning(
    "TP552",
    "rules-without-tests",
    """
    No test file names this rule file, so no test can notice a change of its rules.

    Wrong:

    ```
    typedprom mutate --rules 'rules/*.yml' --tests tests/shop.test.yml
    ```

    Right, where each rule file has its tests:

    ```
    typedprom mutate --rules 'rules/*.yml' --tests 'tests/*.test.yml'
    ```
    """,
)

FAILING_TESTS: Final = error(
    "TP553",
    "failing-tests",
    """
    The tests fail before anything is changed. What promtool says follows. Tests that fail anyway
    cannot tell a mutant from the rule.

    Wrong: `typedprom mutate` while `promtool test rules tests/*.yml` fails.

    Right: fix the rules or the tests first.
    """,
)

UNUSABLE_TESTS: Final = warning(
    "TP556",
    "unusable-tests",
    """
    A mutant is run with groups of tests that are reduced to the cases that see its rule, and to the
    rules and series that these need. Such a group fails, although the tests pass as they are. It is
    left out, and mutants that only its cases notice survive.

    Wrong: nothing that is known; the fault is ours.

    Right: report it, with the test file and its rule files.
    """,
)

STALE_ACCEPTANCE: Final = warning(
    "TP554",
    "stale-acceptance",
    """
    The file of accepted survivors lists a change that no survivor has: tests notice it by now, or
    the rule has changed. Left in the file, it would hide the next survivor that looks the same.

    Wrong, after a test for the boundary was added:

    ```yaml
    - rule: OrdersStuck
      change: operator `>` to `>=`
      reason: the number of orders is never exactly 100
    ```

    Right: remove the entry.
    """,
)

INVALID_ACCEPTANCE: Final = error(
    "TP555",
    "invalid-acceptance",
    """
    The file that `--accept` names is a list of survivors, each with `rule`, `change` as it is
    reported, and a `reason`. In `rule` and `change`, `*` stands for any text. `file` and `within`,
    a part of the query around the change, restrict an entry to fewer survivors.

    Wrong, without a reason:

    ```yaml
    - rule: OrdersStuck
      change: operator `>` to `>=`
    ```

    Right:

    ```yaml
    - rule: OrdersStuck
      change: operator `>` to `>=`
      reason: the number of orders is never exactly 100
    ```
    """,
)
