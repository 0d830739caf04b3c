"""A view: the function of the same name as a package of the runtime."""

from typing import assert_type

import typedprom


def view(accept: str | None) -> tuple[bytes, dict[str, str]]:
    body, content_type = typedprom.exposition(accept)
    assert_type(body, bytes)
    assert_type(content_type, str)
    assert_type(typedprom.exposition().content_type, str)
    return body, {"Content-Type": content_type}
