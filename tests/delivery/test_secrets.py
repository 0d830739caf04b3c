"""Nothing of a secret, four characters of it included, is shown, logged or written anywhere."""

from __future__ import annotations

import html
import json
import logging
import socket
import traceback
from base64 import b32encode, b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, time
from urllib.parse import quote, unquote

import pytest

from tests.delivery.gateway import RECORD_FIVE, Delivering
from tests.delivery.made import one_of_each
from tests.delivery.pushing import GROUP, SOON, push
from tests.delivery.receivers import (
    HOST,
    Behaviour,
    Receiver,
    Request,
    by_family,
    receiver,
    respond,
)
from typedprom.core.misuse import forget
from typedprom.delivery.credentials import Credentials
from typedprom.delivery.deliverer import SinkError, make_sink
from typedprom.delivery.last_push import LastPush
from typedprom.delivery.quarantine import Quarantine
from typedprom.delivery.redaction import WITHHELD, redacted
from typedprom.delivery.settings import Settings
from typedprom.delivery.sinks import Destination, specs
from typedprom.delivery.sinks.pushgateway import Pushgateway
from typedprom.spool.directory import SpoolDirectory

SECRETS = ["Xq7vZk2wPm9L", "gör Ünfug+4711", "h&nt<e'r\"2/2\\xyzq"]
VARIABLES = {"Pushgateway": "SMS_PUSHGATEWAY_URL", "OTLP endpoint": "TYPEDPROM_OTLP_ENDPOINT"}


@pytest.fixture(autouse=True)
def everything_is_logged_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    undo = forget()
    yield
    undo()


def parts(secret: str) -> set[str]:
    """All runs of four characters, as they are and as URLs hold them."""
    forms = (secret, quote(secret, safe=""), b64encode(f"user:{secret}".encode()).decode())
    return {form.casefold()[i : i + 4] for form in forms for i in range(len(form) - 3)}


def assert_hidden(said: str, secret: str) -> None:
    heard = said.casefold()
    assert not [part for part in parts(secret) if part in heard], said


def reversed_case(text: str) -> str:
    return text.swapcase()


def spaced(text: str) -> str:
    return "-".join(text)


def all_escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def numbers(text: str) -> str:
    return "".join(f"&#{ord(one)};" for one in text)


def unicode_escapes(text: str) -> str:
    return "".join(f"\\u{ord(one):04x}" for one in text)


def utf_16(text: str) -> str:
    return text.encode("utf-16-le").decode("latin-1")


def mistaken_for_latin_1(text: str) -> str:
    return text.encode().decode("latin-1")


def in_hexadecimal(text: str) -> str:
    return text.encode().hex()


WRITTEN: list[Callable[[str], str]] = [
    str,
    str.upper,
    str.lower,
    reversed_case,
    spaced,
    quote,
    all_escaped,
    html.escape,
    numbers,
    json.dumps,
    repr,
    unicode_escapes,
    utf_16,
    mistaken_for_latin_1,
    in_hexadecimal,
    *(
        lambda text, more=more: b64encode((more + text).encode()).decode()
        for more in ("", "a", "b:")
    ),
    lambda text: html.escape(numbers(text)),
    lambda text: quote(all_escaped(text)),
    lambda text: "".join(f"\\U{ord(one):08x}" for one in text),
    lambda text: "".join(f"\\u{{{ord(one):x}}}" for one in text),
    lambda text: "".join(f"\\{byte:03o}" for byte in text.encode("latin-1")),
    lambda text: ", ".join(f"0x{byte:02x}" for byte in text.encode("latin-1")),
    lambda text: str([*text.encode("latin-1")]),
    lambda text: b32encode(text.encode()).decode(),
    *(lambda text, size=size: text[:size] for size in (6, 8)),
    *(lambda text, size=size: text[-size:] for size in (6, 8)),
    *(lambda text, size=size: "x " * size + text for size in (240, 248, 249, 250)),
]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_recognised_however_it_is_written(secret: str) -> None:
    for write in WRITTEN:
        text = f"no: {write(secret)}, sorry"
        assert redacted(text, [secret]) == WITHHELD, text


def test_a_short_part_with_other_characters_is_recognised() -> None:
    assert redacted("no: k7#V****", ["K7#vQ!9p"]) == WITHHELD


@pytest.mark.parametrize("secret", ["a b", "pw", "?!", "Xq7vZk2wPm9L", "tk" * 5000, ""])
def test_other_words_are_shown(secret: str) -> None:
    words = "pushed metrics are invalid or inconsistent with existing metrics: x_g 😀"
    assert redacted(words, [secret]) == words


def repeating(status: int, write: Callable[[str], str], where: str) -> Behaviour:
    """A gateway that refuses, and repeats credentials in the body, the first line or a header."""

    def act(_receiver: Receiver, client: socket.socket, request: Request) -> bool:
        sent = request.headers["authorization"].partition(" ")[2]
        password = b64decode(sent).decode().partition(":")[2]
        said = f"wrong: {write(password)}".encode()
        reason = said.replace(b"\n", b" ") if where == "reason" else b"So"
        body = said if where == "body" else b""
        header = (
            b"Location: http://" + quote(said).encode() + b"/" if where == "header" else b"X: y"
        )
        head = b"HTTP/1.1 %d %s\r\nContent-Length: %d\r\n%s\r\n\r\n"
        client.sendall(head % (status, reason, len(body), header) + body)
        return True

    return act


@pytest.mark.parametrize("where", ["body", "reason", "header"])
@pytest.mark.parametrize("status", [307, 400, 401, 503])
def test_what_a_gateway_repeats_is_not_shown(tmp_path: Path, where: str, status: int) -> None:
    secret = SECRETS[0]
    for write in WRITTEN:
        quarantine = Quarantine(tmp_path)
        with receiver(repeating(status, write, where)) as server:
            gateway = Pushgateway(server.url, GROUP, Credentials("user", secret), quarantine)
            outcome = push(gateway, seconds=0.05 if status == 503 else SOON)
        assert not outcome.delivered
        assert_hidden(f"{outcome} {quarantine.held()}", secret)


def test_what_a_gateway_repeats_of_a_refused_family_is_not_written(tmp_path: Path) -> None:
    secret = SECRETS[0]

    def act(server: Receiver, client: socket.socket, request: Request) -> bool:
        bad = b"x_g" in request.body
        behaviour = repeating(400, str.upper, "body") if bad else respond(200)
        return behaviour(server, client, request)

    quarantine = Quarantine(tmp_path / "refused")
    with receiver(act) as server:
        gateway = Pushgateway(server.url, GROUP, Credentials("user", secret), quarantine)
        outcome = push(gateway)
    assert outcome.refused == {"x_g": f"answers 400 Bad Request: {WITHHELD}"}
    assert_hidden((tmp_path / "refused" / "x_g.txt").read_text(), secret)


FORMS = [
    "http://user:SECRET@HOST",
    "http://SECRET@HOST",
    "http://SECRET:@HOST",
    "user:SECRET@HOST",
    "HTTP://user:SECRET@HOST/",
    "//user:SECRET@HOST",
    "http:user:SECRET@HOST",
    "http:/user:SECRET@HOST",
    "http:///user:SECRET@HOST",
    "http:\\\\user:SECRET@HOST",
    "http://http://user:SECRET@HOST",
    "ftp://user:SECRET@HOST",
    "htp//user:SECRET@HOST",
    "http://user:SECRET@@HOST",
    "http://user:#SECRET@HOST",
    "http://user:/SECRET@HOST",
    "http://user:?SECRET@HOST",
    "http://user:12#SECRET@HOST",
    "http://user:12/SECRET@HOST",
    "http://user:12?SECRET@HOST",
    "http://user:[SECRET@HOST",
    "http://[user:SECRET@HOST",
    "http://user:SECRET",
    "http://user:SECRET@",
    "http://user:SECRET@/x",
    "http://user:SECRET@HOST:port",
    "http://user:SECRET%40HOST",
    "http://user%3ASECRET%40HOST",
    "http://us\ner:SECRET@HOST",
    " http://user:SECRET@HOST ",
    "http://user:SECRET@HOST\r\n",
    "http://user\x00:SECRET@HOST",
    "http://user:SECRET＠HOST",
    "http://HOST?token=SECRET",
    "http://HOST/?token=SECRET",
    "http://HOST/a?SECRET",
    "http://HOST/a;token=SECRET",
    "http://HOST/SECRET/",
    "http://HOST#SECRET",
    "http://HOST/#token=SECRET",
    "http://user:SECRET@HOST?token=SECRET",
    "HOST user:SECRET",
    "unix:user:SECRET@HOST",
]


def push_to(destination: Destination, directory: SpoolDirectory) -> str:
    """What a push in vain says, or why there is none."""
    try:
        sink = make_sink(destination, Settings(GROUP), directory)
    except SinkError as error:
        return "".join(traceback.format_exception(error))
    outcome = sink.push(one_of_each(), monotonic() + SOON)
    assert not outcome.delivered, destination.address
    return f"{sink!r} {sink.name} {outcome}"


@pytest.mark.parametrize("secret", ["Xq7vZk2wPm9L", quote(SECRETS[1], safe="")])
@pytest.mark.parametrize("name", VARIABLES)
def test_addresses_of_any_form(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, secret: str
) -> None:
    caplog.set_level(logging.DEBUG)
    directory = SpoolDirectory(tmp_path)
    spec = next(spec for spec in specs() if spec.name == name)
    hidden = unquote(secret)
    with receiver(respond(400, f"no, not {hidden}, {hidden.upper()}")) as server:
        for form in FORMS:
            address = form.replace("HOST", f"{HOST}:{server.port}").replace("SECRET", secret)
            destination = Destination(spec, address, VARIABLES[name])
            settings = Settings(GROUP, destinations=(destination,))
            said = f"{settings!r} {destination!r} {destination.shown}"
            said += push_to(destination, directory)
            LastPush(tmp_path, settings).record(time())
            assert_hidden(said, hidden)
    assert_hidden(caplog.text, hidden)
    names = [path.name for path in tmp_path.rglob("*")]
    assert_hidden(" ".join(names), hidden)


def test_file_names_do_not_depend_on_a_password(tmp_path: Path) -> None:
    spec = next(spec for spec in specs() if spec.name == "Pushgateway")
    with receiver(by_family("x_g", "no")) as server:
        for password in ("one", "two"):
            address = f"http://user:{password}@{HOST}:{server.port}"
            destination = Destination(spec, address, "SMS_PUSHGATEWAY_URL")
            settings = Settings(GROUP, destinations=(destination,))
            sink = make_sink(destination, settings, SpoolDirectory(tmp_path))
            assert sink.push(one_of_each(), monotonic() + SOON).refused
            LastPush(tmp_path, settings).record(time())
    names = [path.name.partition(".")[0] for path in tmp_path.rglob("*")]
    assert sorted(names) == ["pushed", "refused", "x_g"]


def test_a_file_name_that_is_the_secret_is_not_shown() -> None:
    with receiver(respond(200)) as server:
        for secret in (SECRETS[0], f"{SECRETS[0]}/4711"):
            for credentials in (
                Credentials(token_file=secret),
                Credentials("user", password_file=secret),
            ):
                outcome = push(Pushgateway(server.url, GROUP, credentials), seconds=SOON)
                assert "_FILE cannot be used: No such file or directory" in outcome.reason
                assert_hidden(f"{outcome}", secret)


IN_CLEAR = " without encryption; use https, or a proxy on this machine"


@pytest.mark.parametrize(
    ("name", "address", "variables", "warns"),
    [
        ("Pushgateway", "http://u:p@gateway.invalid", {}, True),
        ("Pushgateway", "u@gateway.invalid", {}, True),
        ("Pushgateway", "http://gateway.invalid", {"PUSHGATEWAY_TOKEN_FILE": "/t"}, True),
        (
            "Pushgateway",
            "http://gateway.invalid",
            {"PUSHGATEWAY_USERNAME": "u", "PUSHGATEWAY_PASSWORD": "p"},
            True,
        ),
        ("Pushgateway", "http://gateway.invalid", {}, False),
        ("Pushgateway", "https://u:p@gateway.invalid", {}, False),
        ("Pushgateway", "http://u:p@localhost", {}, False),
        ("Pushgateway", "http://u:p@127.0.0.1:9091", {}, False),
        ("OTLP endpoint", "http://u:p@gateway.invalid", {}, True),
        ("OTLP endpoint", "http://gateway.invalid", {"OTEL_EXPORTER_OTLP_HEADERS": "a=b"}, True),
        ("OTLP endpoint", "http://gateway.invalid", {}, False),
        ("OTLP endpoint", "http://[::1]:4318", {"OTEL_EXPORTER_OTLP_HEADERS": "a=b"}, False),
        ("OTLP endpoint", "https://gateway.invalid", {"OTEL_EXPORTER_OTLP_HEADERS": "a=b"}, False),
    ],
)
def test_credentials_that_others_can_read_are_warned_of_once(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    address: str,
    variables: dict[str, str],
    warns: bool,
) -> None:
    for variable, value in variables.items():
        prefix = "" if variable.startswith("OTEL") else "TYPEDPROM_"
        monkeypatch.setenv(prefix + variable, value)
    spec = next(spec for spec in specs() if spec.name == name)
    destination = Destination(spec, address, VARIABLES[name])
    for _ in range(2):
        make_sink(destination, Settings(GROUP), SpoolDirectory(tmp_path))
    assert len(caplog.messages) == warns
    for message in caplog.messages:
        said, _, _ = message.partition(IN_CLEAR)
        sent = f"{VARIABLES[name]}: credentials are sent to http://gateway.invalid"
        assert said.removesuffix("/v1/metrics") == sent


def test_the_command_repeats_no_address(nowhere: Delivering) -> None:
    nowhere.run(RECORD_FIVE)
    spool, secret = str(nowhere.spool), SECRETS[0]
    url = f"http://user:{secret}@127.0.0.1:9"
    for arguments in (
        (url,),
        ("deliver", url),
        ("status", url),
        ("deliver", spool, url),
        ("deliver", spool, f"--pushgatewy={url}"),
        ("deliver", spool, "--pushgatewy", url),
        ("deliver", spool, "--pushgateway", f"ftp{url}"),
        ("deliver", spool, "--otlp", f"user:{secret}@[host"),
        ("deliver", spool, "--textfile", url),
        ("deliver", spool, "--timeout", url),
        ("deliver", spool, "--timeout", f"user:a {secret} b@host"),
        ("deliver", spool, "--pushgateway", url, "--timeout", "0.1"),
        ("deliver", spool, "--otlp", url, "--timeout", "0.1"),
        ("retire", spool, "x", url),
        ("serve", spool, "--port", url),
    ):
        done = nowhere.spool_command(*arguments)
        assert done.returncode in (1, 2), arguments
        assert_hidden(done.stdout + done.stderr, secret)


def test_a_program_that_pushes_in_vain_shows_and_writes_nothing(nowhere: Delivering) -> None:
    secret = SECRETS[0]
    with receiver(repeating(401, str.upper, "body")) as server:
        url = f"http://user:{secret}@127.0.0.1:{server.port}"
        variables = {"SMS_PUSHGATEWAY_URL": url, "TYPEDPROM_OTLP_ENDPOINT": url}
        pushing = replace(nowhere, more={**nowhere.more, **variables})
        with pushing.start(RECORD_FIVE) as process:
            output, errors = process.communicate(timeout=60)
        done = pushing.spool_command("status", str(nowhere.spool), "--json")
    assert (
        f"push to http://127.0.0.1:{server.port} failed (answers 401 Unauthorized: {WITHHELD}"
        in errors
    )
    files = [path for path in nowhere.spool.rglob("*") if path.is_file()]
    written = b"\n".join([path.read_bytes() for path in files]).decode("latin-1")
    for said in (output, errors, done.stdout, done.stderr, written, " ".join(map(str, files))):
        assert_hidden(said, secret)
