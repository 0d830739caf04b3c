"""Keeps connections to a port in flight, of a kind that a server should not suffer from.

`plain` sends GETs, `guess` wrong passwords, `half` a part of a handshake, `giant` a head without
end, `slow` a head byte by byte.

Run as `python flood_program.py KIND COUNT PORT`; prints a line when all have been open once.
"""

from __future__ import annotations

import asyncio
import base64
import random
import resource
import ssl
import sys
from contextlib import suppress

HOST = "127.0.0.1"


def hello() -> bytes:
    """The first words of a TLS client."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def sent(kind: str) -> bytes:
    """What a client of this kind sends."""
    if kind == "giant":
        return b"GET /metrics HTTP/1.1\r\n" + b"X: y\r\n" * 100_000
    if kind == "half":
        return HELLO[: random.randrange(1, len(HELLO))]  # noqa: S311
    guess = base64.b64encode(f"prometheus:{random.random()}".encode()).decode()  # noqa: S311
    header = f"Authorization: Basic {guess}\r\n" if kind == "guess" else ""
    return f"GET /metrics HTTP/1.1\r\nHost: localhost\r\n{header}\r\n".encode()


async def client(kind: str, port: int, opened: asyncio.Semaphore) -> None:
    """One connection after the other."""
    first = True
    while True:
        try:
            reader, writer = await asyncio.open_connection(HOST, port)
            if kind == "slow":
                asyncio.get_running_loop().create_task(trickle(writer))
            else:
                writer.write(sent(kind))
            await writer.drain()
            if first:
                opened.release()
                first = False
            while await reader.read(1 << 16):
                pass
            writer.close()
        except OSError:
            await asyncio.sleep(0.01)


async def trickle(writer: asyncio.StreamWriter) -> None:
    """Send a head that takes for ever."""
    with suppress(OSError):
        while True:
            writer.write(b"X")
            await writer.drain()
            await asyncio.sleep(0.05)


async def main(kind: str, count: int, port: int) -> None:
    """Go on until killed."""
    opened = asyncio.Semaphore(0)
    clients = [asyncio.create_task(client(kind, port, opened)) for _ in range(count)]
    for _ in range(count):
        await opened.acquire()
    print("open", flush=True)
    await asyncio.gather(*clients)


HELLO = hello()

if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, most), most))
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
