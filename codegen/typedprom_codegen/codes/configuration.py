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

    Right, a text stands in quotes:

    ```toml
    catalog = "schema/sms"
    ```
    """,
)

UNKNOWN_SETTING: Final = error(
    "TP602",
    "unknown-setting",
    """
    A key of the configuration is none that typedprom knows. Beside `catalog` there is one table
    for each output target; a target's table holds `directory` and the target's own options.

    Wrong:

    ```toml
    [tool.typedprom.python]
    directory = "src/shop_metrics"
    line_length = 100
    ```

    Right, options are written with dashes:

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
    A setting is missing that has no default: the `catalog` folder, the `directory` of a target,
    or an option that the target cannot do without. `typedprom generate` needs one target at
    least.

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
    A setting has the right type, and a value that cannot be used.

    Wrong, a package's name is a Python name:

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
    A folder lies outside the project's folder: its path is absolute, climbs out through `..`, or
    goes through a symbolic link that leads out. typedprom reads and writes inside the project
    only, and every path it prints starts there.

    Wrong:

    ```toml
    directory = "../dashboards"
    ```

    Right, with the configuration in the folder that holds both:

    ```toml
    directory = "dashboards"
    ```
    """,
)

FOLDERS_OVERLAP: Final = error(
    "TP607",
    "folders-overlap",
    """
    Two targets share a folder, or one lies inside the other, or inside the catalog. What a target
    no longer makes is removed from its folder, so each needs one of its own.

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
    `pyproject.toml`. Neither wins: keep one and delete the other.
    """,
)
