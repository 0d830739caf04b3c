"""TP0xx: the catalog's folder, its files, and the YAML in them."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error

MISSING_FOLDER: Final = error(
    "TP001",
    "missing-catalog-folder",
    """
    The folder that the configuration names as the catalog does not exist, or is not a folder.

    Wrong, where `schema/shop` does not exist:

    ```toml
    [tool.typedprom]
    catalog = "schema/shop"
    ```

    Right: create the folder with a `catalog.yaml` in it, or correct the path. It is relative to the
    file that holds the configuration.
    """,
)

NO_FILES: Final = error(
    "TP002",
    "empty-catalog-folder",
    """
    The catalog folder holds no `.yaml` file. Files whose names begin with a dot are not read.

    Right: a `catalog.yaml` with the catalog's namespace and title, and one file a component.

    ```yaml
    catalog: {namespace: shop, title: Web shop}
    ```
    """,
)

UNREADABLE_FILE: Final = error(
    "TP003",
    "unreadable-file",
    """
    A file of the catalog folder cannot be read: permissions forbid it, it is a link to nothing, or
    it is not a file.

    Wrong: `orders.yaml -> ../old/orders.yaml`, where the latter was deleted.

    Right: mend or remove the file.
    """,
)

NOT_UTF8: Final = error(
    "TP004",
    "not-utf-8",
    """
    Catalog files are UTF-8. The position is that of the first byte that is not. The usual causes
    are an editor that saves as Latin-1 or UTF-16, and text pasted from elsewhere.

    Wrong: `title: Café` saved as Latin-1.

    Right: the same text saved as UTF-8.
    """,
)

SYNTAX: Final = error(
    "TP005",
    "yaml-syntax",
    """
    The file is not valid YAML. Only the first such error of a file is reported, because what
    follows it cannot be understood.

    Wrong, because of the second `: `:

    ```yaml
    help: Orders: placed and paid
    ```

    Right:

    ```yaml
    help: "Orders: placed and paid"
    ```
    """,
)

TAB: Final = error(
    "TP006",
    "tab-indentation",
    """
    YAML is indented with spaces; a tab is an error. Most editors can be told to insert spaces.

    Wrong, where → is a tab:

    ```yaml
    catalog:
    →namespace: shop
    ```

    Right:

    ```yaml
    catalog:
      namespace: shop
    ```
    """,
)

DUPLICATE_KEY: Final = error(
    "TP007",
    "duplicate-key",
    """
    A mapping has the same key twice. Most YAML readers silently keep the last one; here both places
    are reported.

    Wrong:

    ```yaml
    metrics:
      placed: {type: counter, help: Orders placed.}
      placed: {type: gauge, help: Orders open now.}
    ```

    Right: rename or remove one of the two.
    """,
)

TOO_LARGE: Final = error(
    "TP008",
    "too-large",
    """
    A catalog file exceeds a limit that no written catalog reaches: 16 MiB, 64 levels of nesting, or
    a million values, with what aliases repeat counted each time. The limits keep a broken or
    hostile file from filling the memory.

    Wrong: lists of aliases of lists of aliases, nine levels deep.

    Right: split the file by component, and write out what the aliases repeat.
    """,
)

SEVERAL_DOCUMENTS: Final = error(
    "TP009",
    "several-documents",
    """
    A catalog file is one YAML document. A line `---` between keys begins a second one, which would
    be ignored.

    Wrong:

    ```yaml
    component: {name: orders, title: Orders}
    ---
    metrics:
      placed: {type: counter, help: Orders placed.}
    ```

    Right: remove the line `---`, or put the second document into a file of its own.
    """,
)

UNSUPPORTED_YAML: Final = error(
    "TP010",
    "unsupported-yaml",
    """
    A feature of YAML that catalogs do not use: merge keys (`<<`), which YAML 1.2 dropped; tags
    (`!!int`, `!name`); and keys that are lists, mappings or aliases.

    Wrong:

    ```yaml
    lost:
      <<: *placed
      help: Orders lost.
    ```

    Right: write the fields out. A whole value may still be an alias: `labels: *order_labels`.
    """,
)

BAD_ALIAS: Final = error(
    "TP011",
    "bad-alias",
    """
    An alias (`*name`) stands for the value that carries the anchor `&name`, earlier in the same
    file. This one names no such value, or stands inside the value itself.

    Wrong:

    ```yaml
    labels: *order_labels
    ```

    Right:

    ```yaml
    placed: {type: counter, help: Orders placed., labels: &order_labels [country]}
    lost: {type: counter, help: Orders lost., labels: *order_labels}
    ```
    """,
)

FORBIDDEN_CHARACTER: Final = error(
    "TP012",
    "forbidden-character",
    """
    The file holds a character that cannot be seen and is not plain white space: a control
    character, one of the line separators U+0085, U+2028 and U+2029, a byte order mark inside the
    text, or half a surrogate pair. It usually comes from pasted text.

    Wrong: a title with a U+2028 behind it.

    Right: remove the character. Where it is meant, escape it in double quotes: `"\\u2028"`.
    """,
)

EMPTY_FILE: Final = error(
    "TP013",
    "empty-file",
    """
    A catalog file holds nothing but white space and comments.

    Right: delete it, or give it a `component:` with `metrics:`.

    ```yaml
    component: {name: orders, title: Orders}
    metrics:
      placed: {type: counter, help: Orders placed.}
    ```
    """,
)

NO_CATALOG: Final = error(
    "TP014",
    "missing-catalog-key",
    """
    No file of the catalog folder has the key `catalog:`, which gives the namespace and the title.

    Right, usually in `catalog.yaml`:

    ```yaml
    catalog:
      namespace: shop
      title: Web shop
    ```
    """,
)

SECOND_CATALOG: Final = error(
    "TP015",
    "second-catalog-key",
    """
    Two files of the catalog folder have the key `catalog:`. A folder is one catalog.

    Wrong: `catalog:` in `catalog.yaml` and in `orders.yaml`.

    Right: keep one of them. A second catalog lives in a folder of its own.
    """,
)

NO_METRICS: Final = error(
    "TP016",
    "no-metrics",
    """
    The catalog declares no metric, so there is nothing to compile.

    Right: add a file with a component and its metrics.

    ```yaml
    component: {name: orders, title: Orders}
    metrics:
      placed: {type: counter, help: Orders placed.}
    ```
    """,
)

NESTED_FOLDER: Final = error(
    "TP017",
    "nested-catalog-folder",
    """
    A folder inside the catalog folder holds YAML files. A catalog is one flat folder, one file a
    component: what lies deeper is not read, so its metrics would be missing without a word.

    Wrong:

    ```text
    schema/catalog.yaml
    schema/shipping/parcels.yaml
    ```

    Right:

    ```text
    schema/catalog.yaml
    schema/parcels.yaml
    ```

    Another catalog lives in a folder beside this one, and is a project of its own.
    """,
)
