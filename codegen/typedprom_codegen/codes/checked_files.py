"""TP54x: dashboards and rule files that are checked against the catalog, and the baseline."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error, warning

UNREADABLE_QUERY_FILE: Final = error(
    "TP540",
    "unreadable-query-file",
    """
    A file that `--dashboards` or `--rules` names cannot be read: its permissions do not allow it,
    it is a broken link or no regular file, it is larger than 16 MiB, or it is not UTF-8.

    Wrong: `dashboards/shop.json -> ../old/shop.json`, where the latter was deleted.

    Right: fix the permissions or the link, save the file as UTF-8, or use a pattern that does not
    match it.
    """,
)

STALE_BASELINE: Final = warning(
    "TP541",
    "stale-baseline",
    """
    The baseline lists a finding that is not reported any more. Left in the file, it would hide the
    next one that is the same. Only files that this run reads are considered.

    Wrong: after the query of panel "Orders" was fixed, its entry is still in the baseline.

    Right: write the baseline again, with the same patterns:

    ```
    typedprom check --dashboards 'grafana/*.json' --write-baseline typedprom-baseline.json
    ```
    """,
)

QUERY_FILE_SYNTAX: Final = error(
    "TP542",
    "query-file-syntax",
    """
    A file that `--dashboards` or `--rules` names is not JSON, or, by its suffix, not YAML. Of JSON
    only the first error of a file is reported. `NaN` is not JSON, and more than 200 levels of
    nesting are not read. The templates of a Helm chart are not YAML until they are rendered.

    Wrong, because of the last comma:

    ```json
    {"title": "Orders", "panels": [],}
    ```

    Right:

    ```json
    {"title": "Orders", "panels": []}
    ```

    Wrong, because of the second `: `:

    ```yaml
    - alert: OrdersStuck: prod
    ```

    Right:

    ```yaml
    - alert: "OrdersStuck: prod"
    ```
    """,
)

NOT_A_DASHBOARD: Final = warning(
    "TP543",
    "not-a-dashboard",
    """
    A file that `--dashboards` names is neither a dashboard nor a library panel of Grafana. These
    are read: what the pages "JSON model" and "Export" of a dashboard show, with or without
    `"dashboard"` around it, library panels with their `"model"`, and resources of
    `dashboard.grafana.app` in all versions.

    Wrong, where the folder contains a `package.json` as well:

    ```
    typedprom check --dashboards 'grafana/*.json'
    ```

    Right:

    ```
    typedprom check --dashboards 'grafana/dashboards/*.json'
    ```
    """,
)
