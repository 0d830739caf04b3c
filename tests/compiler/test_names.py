"""Names derived from the catalog: exposed names, constants, label stems and parameters."""

from __future__ import annotations

import builtins
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typedprom_codegen import names

words = st.from_regex(r"[a-z][a-z0-9_]*", fullmatch=True)
keys = st.from_regex(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", fullmatch=True)


@pytest.mark.parametrize(
    ("namespace", "key", "unit", "suffix", "name"),
    [
        ("sms", "sources.requests.error", None, "_total", "sms_sources_requests_error_total"),
        ("sms", "sources.request.duration", "seconds", "", "sms_sources_request_duration_seconds"),
        ("sms", "sources.payload.bytes", "bytes", "", "sms_sources_payload_bytes"),
        ("", "bytes", "bytes", "", "bytes"),
        ("", "kilobytes", "bytes", "", "kilobytes_bytes"),
        ("", "up", None, "", "up"),
        ("shop", "bytes.total", "bytes", "_total", "shop_bytes_total"),
        ("shop", "cpu.total", "seconds", "_total", "shop_cpu_seconds_total"),
        ("shop", "heartbeat", None, "_total", "shop_heartbeat_total"),
    ],
)
def test_metric_names(namespace: str, key: str, unit: str | None, suffix: str, name: str) -> None:
    assert names.metric_name(namespace, key, unit, suffix=suffix) == name


@given(words, keys, st.sampled_from([None, "seconds", "bytes"]), st.sampled_from(["", "_total"]))
def test_a_metric_name_ends_in_its_unit_and_suffix_once(
    namespace: str, key: str, unit: str | None, suffix: str
) -> None:
    name = names.metric_name(namespace, key, unit, suffix=suffix)
    assert name.startswith(namespace)
    assert name.endswith((f"_{unit}" if unit else "") + suffix)
    assert names.metric_name("", name, unit, suffix=suffix) == name


def test_constants_are_what_the_catalog_of_the_pipeline_expects() -> None:
    assert names.metric_constant("sources.requests.success") == "SOURCES_REQUESTS_SUCCESS"
    assert names.metric_constant("ingest_log.current_file.size") == "INGEST_LOG_CURRENT_FILE_SIZE"
    assert names.full_key("", "heartbeat") == "heartbeat"
    assert names.full_key("sources", "requests.error") == "sources.requests.error"


def test_labels_of_components_carry_the_component_in_their_names() -> None:
    stem = names.label_stem("error_type", "sources")
    assert names.label_alias(stem) == "SourcesErrorType"
    assert names.label_values(stem) == "SOURCES_ERROR_TYPE_VALUES"
    assert names.label_narrowing(stem) == "is_sources_error_type"
    assert names.label_stem("source_id", None) == "source_id"


@pytest.mark.parametrize("word", [*keyword.kwlist, "self"])
def test_names_that_a_call_cannot_use_get_an_underscore(word: str) -> None:
    assert names.label_parameter(word) == f"{word}_"


@pytest.mark.parametrize("word", ["type", "id", "filter", "match", "case"])
def test_builtins_and_soft_keywords_are_legal_parameters(word: str) -> None:
    assert hasattr(builtins, word) or keyword.issoftkeyword(word)
    assert names.label_parameter(word) == word


@given(words)
def test_every_derived_name_is_an_identifier(word: str) -> None:
    derived = [
        names.module(word),
        names.metric_constant(word),
        names.label_parameter(word),
        names.label_constant(word),
        names.label_alias(word),
        names.label_values(word),
        names.label_narrowing(word),
    ]
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in derived)


@pytest.mark.parametrize("stem", ["counter", "histogram", "none", "final", "literal", "true"])
def test_an_alias_never_hides_an_import_of_generated_modules(stem: str) -> None:
    assert names.label_alias(stem) == f"{stem.capitalize()}_"


def test_module_names_are_valid_file_names_everywhere() -> None:
    assert names.module("import") == "import_"
    assert names.module("aux") == "aux_"
    assert names.module("sources") == "sources"


def test_a_metric_named_catalog_does_not_replace_the_catalog() -> None:
    assert names.metric_constant("catalog") == "CATALOG_"


@pytest.mark.parametrize("stem", ["import_error", "exception", "timeout_error", "exception_group"])
def test_an_alias_does_not_hide_a_builtin(stem: str) -> None:
    assert names.label_alias(stem) == "".join(map(str.capitalize, stem.split("_"))) + "_"
