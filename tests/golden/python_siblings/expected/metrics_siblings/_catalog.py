"""The catalog of this package, with the external metrics it describes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from typedprom import Catalog


class AnnouncingCatalog(Catalog):
    """The catalog, with the labels whose values can be announced."""

    __slots__ = ()

    def announce(
        self,
        *,
        shop: Iterable[str] = (),
        class_: Iterable[str] = (),
        self_: Iterable[str] = (),
    ) -> None:
        """Begin counters at zero for these values, before they are recorded."""
        self._announce({"shop": shop, "class": class_, "self": self_})


CATALOG: Final = AnnouncingCatalog(
    namespace="shop",
    title="Shop",
    description="Counters that begin at zero for new values of labels.",
    interface=1,
)
