"""Two real Python programs with many metrics, each in an environment of its own.

Synapse is a server of the Matrix protocol; the Django site is ours and as small as possible, its
metrics are those of django-prometheus. Both are used a little, so that their series have labels.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tools import servers
from tools.running import HOST, running

SYNAPSE = ("matrix-synapse==1.163.2",)
DJANGO = ("django==5.2.19", "django-prometheus==2.5.0")

_HOMESERVER = """\
server_name: localhost
report_stats: false
enable_metrics: true
enable_registration: true
enable_registration_without_verification: true
signing_key_path: {folder}/signing.key
media_store_path: {folder}/media
pid_file: {folder}/pid
trusted_key_servers: []
suppress_key_server_warning: true
federation_domain_whitelist: []
caches: {{track_memory_usage: false}}
database: {{name: sqlite3, args: {{database: {folder}/homeserver.db}}}}
listeners:
- bind_addresses: [127.0.0.1]
  port: {port}
  tls: false
  type: http
  resources: [{{names: [client, federation, metrics]}}]
"""

_SITE = '''\
"""A site with one model, whose pages are counted by django-prometheus."""

import sys

from django.conf import settings

settings.configure(
    SECRET_KEY="only for a proof",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="site_of_the_proof",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_prometheus"],
    MIDDLEWARE=[
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ],
    DATABASES={"default": {"ENGINE": "django_prometheus.db.backends.sqlite3", "NAME": "site.db"}},
    CACHES={
        "default": {
            "BACKEND": "django_prometheus.cache.backends.locmem.LocMemCache",
            "LOCATION": "proof",
        }
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {"page": "page"})]},
        }
    ],
)

import django

django.setup()

from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.db import models
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django_prometheus.models import ExportModelOperationsMixin


class Book(ExportModelOperationsMixin("book"), models.Model):
    title = models.CharField(max_length=10)

    class Meta:
        app_label = "django_prometheus"


def page(request):
    cache.set("page", cache.get("page", 0) + 1)
    book = Book.objects.create(title="proof")
    book.save()
    book.delete()
    return render(request, "page")


def fails(request):
    raise ValueError("as planned")


urlpatterns = [
    path("", include("django_prometheus.urls")),
    path("-/ready", page, name="page"),
    path("fails", fails, name="fails"),
]

if __name__ == "__main__":
    sys.modules["site_of_the_proof"] = sys.modules["__main__"]
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("runserver", sys.argv[1], use_reloader=False)
'''


def python_with(name: str, requirements: tuple[str, ...]) -> Path:
    """Return the Python of an environment with these packages, made when it is first needed."""
    folder = servers.FOLDER / "python" / name
    done = folder / "installed"
    if not done.is_file() or done.read_text() != " ".join(requirements):
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            [str(folder / "bin" / "pip"), "install", "--quiet", *requirements],
        ):
            subprocess.run(command, check=True, capture_output=True)
        done.write_text(" ".join(requirements))
    return folder / "bin" / "python"


def answer(port: int, path: str, body: object = None, token: str = "", method: str = "") -> bytes:
    """Return the answer to a request, which posts `body` if there is one."""
    connection = HTTPConnection(HOST, port, timeout=30)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method or ("GET" if body is None else "POST"), path, sent, headers)
        return connection.getresponse().read()
    finally:
        connection.close()


@contextmanager
def synapse(folder: Path) -> Iterator[int]:
    """Run Synapse with one user who writes in one room; yield its port."""
    python = python_with("synapse", SYNAPSE)

    def arguments(port: int) -> list[str]:
        config = folder / "homeserver.yaml"
        config.write_text(_HOMESERVER.format(folder=folder, port=port))
        return [*("-m", "synapse.app.homeserver"), "--config-path", str(config)]

    keys = ["-m", "synapse._scripts.generate_signing_key", "-o", str(folder / "signing.key")]
    subprocess.run([str(python), *keys], check=True, cwd=folder)
    with running("synapse", arguments, folder, binary=python, ready="/health") as server:
        _write_in_a_room(server.port)
        yield server.port


def _write_in_a_room(port: int) -> None:
    api = "/_matrix/client/v3"
    user = {"username": "ann", "password": "of-a-proof", "auth": {"type": "m.login.dummy"}}
    token = json.loads(answer(port, f"{api}/register", user))["access_token"]
    room = json.loads(answer(port, f"{api}/createRoom", {"name": "proof"}, token))["room_id"]
    for number in range(3):
        path = f"{api}/rooms/{room}/send/m.room.message/{number}"
        message = {"msgtype": "m.text", "body": "hello"}
        answer(port, path, message, token, "PUT")
    answer(port, f"{api}/sync", token=token)
    answer(port, f"{api}/no-such-path")


@contextmanager
def django(folder: Path) -> Iterator[int]:
    """Run the site, ask for each of its pages, yield its port."""
    python = python_with("django", DJANGO)
    (folder / "site_of_the_proof.py").write_text(_SITE)

    def arguments(port: int) -> list[str]:
        return [str(folder / "site_of_the_proof.py"), f"{HOST}:{port}"]

    with running("django", arguments, folder, binary=python) as server:
        for path in ("/-/ready", "/fails", "/none"):
            answer(server.port, path)
        yield server.port
