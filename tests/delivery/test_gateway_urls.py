"""Where a push goes: URLs of gateways, and grouping keys."""

from __future__ import annotations

import pytest

from tests.delivery.pushing import DELIVERED, GROUP, push
from tests.delivery.receivers import (
    receiver,
    respond,
)
from typedprom.delivery.group_url import group_path
from typedprom.delivery.server_url import read_url
from typedprom.delivery.sinks.pushgateway import Pushgateway


class TestURLs:
    @pytest.mark.parametrize(
        ("url", "shown", "path"),
        [
            ("gateway:9091", "http://gateway:9091", ""),
            ("gateway", "http://gateway", ""),
            ("http:9091", "http://http:9091", ""),
            ("https://gateway/", "https://gateway", ""),
            ("http://gateway:80/a/b/", "http://gateway:80/...", "/a/b"),
            ("http://gateway/;auth=secret", "http://gateway/...", "/;auth=secret"),
            ("[::1]:9091", "http://[::1]:9091", ""),
            ("http://u:p@gateway:1/x y", "http://gateway:1/...", "/x%20y"),
            ("u:p%40@gäteway", "http://gäteway", ""),
            ("http://gateway?token=secret", "http://gateway/...", ""),
        ],
    )
    def test_read(self, url: str, shown: str, path: str) -> None:
        read = read_url(url, "receiver")
        assert (read.shown, read.path) == (shown, path)
        assert repr(read) == f"ServerURL({shown!r})"

    @pytest.mark.parametrize(
        "url",
        [
            "ftp://u:secret@gateway",
            "http://",
            "http://u:secret/x@gateway",
            "http://u:12/secret@gateway",
            "http://u:12?secret@gateway",
            "http://u:12#secret@gateway",
            "http://u:secret@gateway:port",
            "http://u:secret@gateway/?a=b",
            "http://u:secret@gateway/#a",
            "http://u:secret@[::1",
            "http://u:secret@[secret]",
            "http://u:secret",
            "http://u%3asecret%40gateway",
            "http://u secret gateway",
            "http://u:secret＠gateway",
            "//u:secret@gateway",
            "https:/u:secret@gateway",
            "https:u:secret@gateway",
            "http:\\\\u:secret@gateway",
            "u:secret://x@gateway",
            "",
        ],
    )
    def test_refused(self, url: str) -> None:
        with pytest.raises(ValueError, match="Pushgateway") as caught:
            Pushgateway(url, GROUP)
        assert "secret" not in str(caught.value)
        assert caught.value.__cause__ is None

    def test_a_port_that_is_none_is_said(self) -> None:
        for port in ("port", "65536"):
            with pytest.raises(ValueError, match=r"the port .* is not a number up to 65535"):
                read_url(f"http://gateway:{port}", "Pushgateway")

    @pytest.mark.parametrize(
        ("url", "is_in_clear"),
        [
            ("http://gateway", True),
            ("http://10.0.0.1:80", True),
            ("http://[::]", True),
            ("http://localhost.example", True),
            ("https://gateway", False),
            ("localhost:9091", False),
            ("http://a.localhost", False),
            ("http://127.3.2.1", False),
            ("http://[::1]:1", False),
        ],
    )
    def test_what_others_can_read(self, url: str, is_in_clear: bool) -> None:
        assert read_url(url, "receiver").is_in_clear == is_in_clear

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
