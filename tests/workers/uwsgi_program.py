"""A WSGI application for uWSGI that counts once while it is imported, as a warm-up may."""

from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS
from tests.workers.wsgi_program import application

__all__ = ["application"]

SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
