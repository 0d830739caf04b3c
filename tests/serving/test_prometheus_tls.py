"""A real Prometheus scrapes https, with a user, a password and a certificate of its own."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.exposition.scraping import Job, configure
from tests.serving.asking import Fixed
from tests.serving.web_files import web_config
from tests.support.certificates import authority
from tests.support.needs import require_servers
from tools.promql_api import Api, wait_until
from tools.running import HOST, prometheus
from typedprom.serving.server import MetricsServer


class Text(Fixed):
    """A metric, as text."""

    def render(self, accept: str, names: object) -> tuple[str, bytes]:
        del names
        self.asked.append((accept, []))
        return "text/plain; version=0.0.4; charset=utf-8", b"x_jobs_total 5\n"


def test_prometheus_scrapes_with_certificate_user_and_password(tmp_path: Path) -> None:
    require_servers()
    ours = authority(tmp_path)
    file = web_config(tmp_path / "web.yml", ours.issue("server"), ours, prometheus="correct horse")
    own = ours.issue("prometheus")
    password = tmp_path / "password"
    password.write_text("correct horse", encoding="utf-8")
    source = Text(b"")
    with (
        MetricsServer(HOST, 0, source, web_config=file) as server,
        prometheus(tmp_path, {}) as scraper,
    ):
        trusting = {"ca_file": str(ours.own.certificate)}
        certified = {**trusting, "cert_file": str(own.certificate), "key_file": str(own.key)}
        right = {"username": "prometheus", "password_file": str(password)}
        jobs: dict[str, Job] = {
            "right": {"scheme": "https", "tls_config": certified, "basic_auth": right},
            "no_user": {"scheme": "https", "tls_config": certified},
            "wrong_password": {
                "scheme": "https",
                "tls_config": certified,
                "basic_auth": {"username": "prometheus", "password": "guess"},
            },
            "no_certificate": {"scheme": "https", "tls_config": trusting, "basic_auth": right},
            "doubting": {"scheme": "https", "basic_auth": right},
            "http": {"basic_auth": right},
        }
        configure(tmp_path / "prometheus.yml", jobs, server.port)
        scraper.process.send_signal(signal.SIGHUP)
        api = Api(scraper.port)
        wait_until(lambda: api.value("count(up)") == len(jobs), seconds=30, what="every scrape")
        wait_until(lambda: api.value("sum(up)") == 1, seconds=30, what="one good scrape")
        assert {a.labels["job"]: a.value for a in api.query("up")} == {
            job: float(job == "right") for job in jobs
        }
        assert [a.labels["job"] for a in api.query("x_jobs_total")] == ["right"]
        assert api.value("x_jobs_total") == 5
    assert all("openmetrics-text" in accept for accept, _ in source.asked)
