"""The same, in a program that uses uWSGI's decorators.

They are imported before or after its metrics. Each process that was forked counts once too.
"""

import os
from importlib import import_module

if os.environ["DECORATORS"] == "first":
    import_module("uwsgidecorators")

from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS
from tests.workers.uwsgi_program import application

__all__ = ["application"]


def _count() -> None:
    SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")


import_module("uwsgidecorators").postfork(_count)
