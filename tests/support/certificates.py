"""Certificates for tests, made by the `openssl` program."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.needs import require_program
from typedprom.serving import TLS

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = IP:127.0.0.1, DNS:localhost
"""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its key."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Authority:
    """Signs certificates and writes them to a folder."""

    folder: Path
    own: Issued

    def issue(self, name: str) -> Issued:
        """Issue a certificate for this machine, valid for servers and clients."""
        own = self.own
        signer = ("-CA", str(own.certificate), "-CAkey", str(own.key))
        return _made(self.folder, name, "leaf", *signer)

    def client(self, issued: Issued | None = None) -> ssl.SSLContext:
        """Make the context of a client that trusts this authority; `issued` is its certificate."""
        context = ssl.create_default_context(cafile=self.own.certificate)
        if issued is not None:
            context.load_cert_chain(issued.certificate, issued.key)
        return context


def authority(folder: Path, name: str = "authority") -> Authority:
    """Make a new authority, which is not trusted by default."""
    return Authority(folder, _made(folder, name, "authority"))


def tls_of(issued: Issued, clients: Authority | None = None) -> TLS:
    """Return the options of `serve`."""
    return TLS(issued.certificate, issued.key, clients.own.certificate if clients else None)


def _made(folder: Path, name: str, section: str, *signer: str) -> Issued:
    config, issued = folder / f"{name}.cnf", Issued(folder / f"{name}.pem", folder / f"{name}.key")
    config.write_text(_CONFIG.format(name=name), encoding="utf-8")
    asked = (require_program("openssl"), "req", "-x509", "-days", "2", "-config", str(config))
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    files = ("-keyout", str(issued.key), "-out", str(issued.certificate))
    command = (*asked, *curve, *files, "-extensions", section, *signer)
    subprocess.run(command, check=True, capture_output=True)
    return issued
