"""TP0xx: the catalog's folder, its files, and their YAML."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error

MISSING_FOLDER: Final = error(
    "TP001",
    "missing-catalog-folder",
    """
    The catalog folder in the configuration does not exist, or is not a folder.

    Wrong, where `schema/shop` does not exist:

    ```toml
    [tool.typedprom]
    catalog = "schema/shop"
    ```

    Right: create the folder with a `catalog.yaml` in it, or correct the path, which is relative to
    the configuration file.
    """,
)

NO_FILES: Final = error(
    "TP002",
    "empty-catalog-folder",
    """
    The catalog folder has no `.yaml` files. Files whose names begin with a dot are ignored.

    Right: a `catalog.yaml` with the catalog's namespace and title, and one file per component.

    ```yaml
    catalog: {namespace: shop, title: Web shop}
    ```
    """,
)

UNREADABLE_FILE: Final = error(
    "TP003",
    "unreadable-file",
    """
    A file of the catalog folder cannot be read: its permissions do not allow it, it is a broken
    link, or it is not a regular file.

    Wrong: `orders.yaml -> ../old/orders.yaml`, where the latter was deleted.

    Right: fix the permissions or the link, or remove the file.
    """,
)

NOT_UTF8: Final = error(
    "TP004",
    "not-utf-8",
    """
    Catalog files must be UTF-8. The position is that of the first invalid byte. Usual causes are an
    editor that saves as Latin-1 or UTF-16, and pasted text.

    Wrong: `title: Café` saved as Latin-1.

    Right: the same text saved as UTF-8.
    """,
)

SYNTAX: Final = error(
    "TP005",
    "yaml-syntax",
    """
    The file is not valid YAML. Only the first syntax error of a file is reported, because the rest
    of the file cannot be parsed.

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
    YAML is indented with spaces; tabs are not allowed. Most editors can insert spaces instead.

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
    A catalog file exceeds a limit: 16 MiB, 64 levels of nesting, or a million values, including
    those that aliases repeat. The limits protect against broken or hostile files that would fill
    the memory.

    Wrong: lists of aliases of lists of aliases, nine levels deep.

    Right: split the file by component, and use fewer aliases.
    """,
)

SEVERAL_DOCUMENTS: Final = error(
    "TP009",
    "several-documents",
    """
    A catalog file must be one YAML document. A line `---` between keys begins a second one.

    Wrong:

    ```yaml
    component: {name: orders, title: Orders}
    ---
    metrics:
      placed: {type: counter, help: Orders placed.}
    ```

    Right: remove the line `---`, or move the second document to a file of its own.
    """,
)

UNSUPPORTED_YAML: Final = error(
    "TP010",
    "unsupported-yaml",
    """
    The file uses a feature of YAML that is not supported: merge keys (`<<`), which YAML 1.2 does
    not have; tags (`!!int`, `!name`); or keys that are lists, mappings or aliases.

    Wrong:

    ```yaml
    lost:
      <<: *placed
      help: Orders lost.
    ```

    Right: write the fields out. A whole value can be an alias: `labels: *order_labels`.
    """,
)

BAD_ALIAS: Final = error(
    "TP011",
    "bad-alias",
    """
    An alias (`*name`) repeats the value with the anchor `&name`, which must be earlier in the same
    file. There is no such anchor, or the alias is inside the value itself.

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
    The file contains an invisible character other than ordinary white space: a control character,
    one of the line separators U+0085, U+2028 and U+2029, a byte order mark inside the text, or half
    a surrogate pair. It usually comes from pasted text.

    Wrong: a title that ends with U+2028.

    Right: remove the character, or write it as an escape in double quotes: `"\\u2028"`.
    """,
)

EMPTY_FILE: Final = error(
    "TP013",
    "empty-file",
    """
    A catalog file contains only white space and comments.

    Right: delete the file, or add a `component:` with `metrics:`.

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
    No file of the catalog folder has the key `catalog:` with the namespace and the title.

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
    Two files of the catalog folder have the key `catalog:`. A folder contains one catalog.

    Wrong: `catalog:` in `catalog.yaml` and in `orders.yaml`.

    Right: keep one of them. A second catalog needs a folder of its own.
    """,
)

NO_METRICS: Final = error(
    "TP016",
    "no-metrics",
    """
    The catalog declares no metrics, so there is nothing to compile.

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
    A folder inside the catalog folder contains YAML files. A catalog is one flat folder, with one
    file per component. Folders in it are not read, so their metrics would be missing.

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

    Another catalog needs a folder beside this one, and a configuration of its own.
    """,
)
