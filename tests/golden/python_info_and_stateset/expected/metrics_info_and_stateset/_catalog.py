"""The catalog of this package, with the external metrics it describes."""

from __future__ import annotations

from typing import Final

from typedprom import Catalog, Environment

CATALOG: Final = Catalog(
    namespace="shop",
    title="Shop",
    description="Infos, statesets, constant labels and names of environment variables.",
    interface=1,
    constant_labels={"region": "eu-west", "tier": '"gold"'},
    environment=Environment(
        metrics_port="SHOP_METRICS_PORT",
        pushgateway_url="SHOP_PUSHGATEWAY_URL",
    ),
)
