"""Where a push goes: URLs of gateways, and grouping keys."""

from __future__ import annotations

import pytest

from tests.delivery.pushing import DELIVERED, GROUP, push
from tests.delivery.receivers import (
    receiver,
    respond,
)
from typedprom.delivery.group_url import group_path, read_url, without_secrets
from typedprom.delivery.sinks.pushgateway import Pushgateway


class TestURLs:
    @pytest.mark.parametrize(
        ("url", "shown"),
        [
            ("gateway:9091", "http://gateway:9091"),
            ("gateway", "http://gateway"),
            ("https://gateway/", "https://gateway"),
            ("http://gateway:80/a/b/", "http://gateway:80/a/b"),
            ("[::1]:9091", "http://[::1]:9091"),
            ("http://u:p@gateway:1/x y", "http://gateway:1/x%20y"),
        ],
    )
    def test_read(self, url: str, shown: str) -> None:
        assert read_url(url).shown == shown
        assert "u:p" not in repr(read_url(url))

    @pytest.mark.parametrize(
        "url",
        [
            "ftp://u:secret@gateway",
            "http://",
            "http://u:secret/x@gateway",
            "http://u:secret@gateway:port",
            "http://u:secret@gateway/?a=b",
            "http://u:secret@gateway/#a",
            "http://u:secret@[::1",
            "",
        ],
    )
    def test_refused(self, url: str) -> None:
        with pytest.raises(ValueError, match="Pushgateway") as caught:
            Pushgateway(url, GROUP)
        assert "secret" not in str(caught.value)
        assert caught.value.__cause__ is None

    @pytest.mark.parametrize(
        ("url", "shown"),
        [
            ("ftp://u:secret@gateway:9091/x", "gateway:9091/x"),
            ("ftp://gateway:9091", "ftp://gateway:9091"),
            ("http://u:secret", "http://u:***"),
            ("u:secret/@gateway?token=secret", "gateway"),
            ("http://u:a@secret:x@[::1", "[:***"),
        ],
    )
    def test_what_is_shown_of_one_that_is_wrong(self, url: str, shown: str) -> None:
        assert without_secrets(url) == shown

    def test_a_port_that_is_none_is_said(self) -> None:
        for port in ("port", "65536"):
            with pytest.raises(ValueError, match=r"the port .* is not a number up to 65535"):
                read_url(f"http://gateway:{port}")

    @pytest.mark.parametrize(
        "grouping",
        [
            {},
            {"job": ""},
            {"instance": "a", "job": "b"},
            {"job": "a", "a-b": "c"},
            {"job": "a", "__a": "c"},
            {"job": "a", "x@base64": "c"},
        ],
    )
    def test_grouping_keys_that_are_refused(self, grouping: dict[str, str]) -> None:
        with pytest.raises(ValueError, match="grouping key"):
            group_path(grouping)

    def test_a_prefix_is_kept(self) -> None:
        with receiver(respond(200)) as server:
            assert push(Pushgateway(f"{server.url}/push/", {"job": "a/b"})) == DELIVERED
        assert server.requests[0].path == "/push/metrics/job@base64/YS9i"
