"""TLS: contexts out of certificate files. OpenSSL is imported when one is made, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path
    from ssl import SSLContext


class TLS(NamedTuple):
    """Files in PEM to serve https with, TLS 1.2 or newer.

    `certificate` is the server's, followed by the intermediate ones; `key` has no password. With
    `clients` a client needs a certificate which the authorities in that file have signed. Files
    that are replaced are read again, without a restart.
    """

    certificate: Path
    key: Path
    clients: Path | None = None


def context_of(tls: TLS) -> SSLContext:
    """The context for a server; a ValueError says what is wrong with the files."""
    import ssl

    from typedprom.serving.reload import read

    class Socket(ssl.SSLSocket):
        """Closes itself: `wrap_socket` leaves it open where the client has just vanished."""

        def __del__(self) -> None:
            self.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sslsocket_class = Socket
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.num_tickets = 0  # scrapers do not resume sessions
    context.set_alpn_protocols(["http/1.1"])
    for path in filter(None, tls):
        read(path)  # because OpenSSL does not say which of them cannot be read

    def no_password() -> str:  # else OpenSSL asks at the terminal
        raise ValueError(f"{tls.key} needs a password: give a key without one")

    wrong = f"{tls.certificate} and {tls.key} are not a certificate and its key in PEM"
    try:
        context.load_cert_chain(tls.certificate, tls.key, no_password)
        if tls.clients is not None:
            wrong = f"{tls.clients} has no certificates of authorities in PEM"
            context.load_verify_locations(tls.clients)
            context.verify_mode = ssl.CERT_REQUIRED
    except OSError as error:  # ssl.SSLError is one
        reason = error.reason if isinstance(error, ssl.SSLError) else error.strerror
        reason = (reason or "unreadable").replace("_", " ").lower()
        raise ValueError(f"{wrong}: {reason}") from None
    return context
