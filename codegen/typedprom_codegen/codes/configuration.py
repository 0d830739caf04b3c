"""TP6xx: the configuration of a project."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error

CONFIGURATION_SYNTAX: Final = error(
    "TP601",
    "configuration-syntax",
    """
    The configuration is not TOML in UTF-8, or it cannot be read.

    Wrong:

    ```toml
    catalog = schema/sms
    ```

    Right, with the string in quotes:

    ```toml
    catalog = "schema/sms"
    ```
    """,
)

UNKNOWN_SETTING: Final = error(
    "TP602",
    "unknown-setting",
    """
    The configuration has an unknown key. Besides `catalog` there are settings about the project's
    Prometheus (`prometheus-version`, `features`, `scrape-interval`, `evaluation-interval`,
    `target-labels` and `packs`), and one table for each output target, such as `python` or
    `grafana`, with `directory` and its options.

    Wrong:

    ```toml
    [tool.typedprom.python]
    directory = "src/shop_metrics"
    line_length = 100
    ```

    Right, with a dash:

    ```toml
    [tool.typedprom.python]
    directory = "src/shop_metrics"
    line-length = 100
    ```
    """,
)

SETTING_TYPE: Final = error(
    "TP603",
    "setting-type",
    """
    A setting has a value of the wrong type.

    Wrong:

    ```toml
    line-length = "100"
    ```

    Right:

    ```toml
    line-length = 100
    ```
    """,
)

MISSING_SETTING: Final = error(
    "TP604",
    "missing-setting",
    """
    A required setting is missing: the `catalog` folder, the `directory` of a target, or a required
    option of a target. `typedprom generate` needs at least one target.

    Wrong:

    ```toml
    [tool.typedprom]
    catalog = "schema"

    [tool.typedprom.grafana]
    ```

    Right:

    ```toml
    [tool.typedprom]
    catalog = "schema"

    [tool.typedprom.grafana]
    directory = "generated/grafana"
    ```
    """,
)

SETTING_VALUE: Final = error(
    "TP605",
    "setting-value",
    """
    A setting has the right type but an invalid value.

    Wrong, because Python cannot import this name:

    ```toml
    package = "shop-metrics"
    ```

    Right:

    ```toml
    package = "shop_metrics"
    ```
    """,
)

OUTSIDE_PROJECT: Final = error(
    "TP606",
    "outside-project",
    """
    A folder is outside the project's folder: its path is absolute, has too many `..`, or contains a
    symbolic link to a place outside. typedprom reads and writes inside the project only, and prints
    paths relative to it.

    Wrong:

    ```toml
    directory = "../dashboards"
    ```

    Right, with the configuration in the folder that contains both:

    ```toml
    directory = "dashboards"
    ```
    """,
)

FOLDERS_OVERLAP: Final = error(
    "TP607",
    "folders-overlap",
    """
    Two targets have the same folder, or the folder of one is inside that of another or inside the
    catalog. Files that a target no longer generates are removed from its folder, so each target
    needs a folder of its own.

    Wrong:

    ```toml
    [tool.typedprom.python]
    directory = "generated"

    [tool.typedprom.grafana]
    directory = "generated/grafana"
    ```

    Right:

    ```toml
    [tool.typedprom.python]
    directory = "generated/python"

    [tool.typedprom.grafana]
    directory = "generated/grafana"
    ```
    """,
)

CONFIGURED_TWICE: Final = error(
    "TP608",
    "configured-twice",
    """
    The project has both a `typedprom.toml` and a table `[tool.typedprom]` in its
    `pyproject.toml`. Keep one and delete the other.
    """,
)
