"""Web configuration files, as exporters take them."""

from __future__ import annotations

import json
from pathlib import Path

import bcrypt

from tests.support.certificates import Authority, Issued

COST = 4  # the quickest there is


def hash_of(password: str, cost: int = COST) -> str:
    """A hash as `htpasswd -B` writes it: bcrypt, called 2y."""
    salt = b"$2b$%02d$%s" % (cost, b"N9qo8uLOickgx2ZMRZoMye")  # always one, to name tests alike
    made = bcrypt.hashpw(password.encode()[:72], salt).decode()
    return made.replace("$2b$", "$2y$", 1)


def web_config(
    path: Path, issued: Issued | None = None, clients: Authority | None = None, **users: str
) -> Path:
    """Write a file with TLS and users, as far as they are given; each user has a password."""
    content: dict[str, object] = {}
    if issued is not None:
        tls = {"cert_file": str(issued.certificate), "key_file": str(issued.key)}
        content["tls_server_config"] = tls
        if clients is not None:
            tls["client_auth_type"] = "RequireAndVerifyClientCert"
            tls["client_ca_file"] = str(clients.own.certificate)
    if users:
        content["basic_auth_users"] = {name: hash_of(users[name]) for name in users}
    path.write_text(json.dumps(content), encoding="utf-8")  # JSON is YAML
    return path
