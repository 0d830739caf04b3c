"""The file of users: its lines, what is wrong with one, what checking a password costs."""

from __future__ import annotations

import os
from base64 import b64encode
from hashlib import pbkdf2_hmac
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typedprom.exposition import users
from typedprom.exposition.gate import credentials

QUICK = 1000  # iterations

names = st.text(
    st.characters(categories=("L", "M", "N", "P", "S"), exclude_characters=":#"), min_size=1
)
passwords = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1)


def file_of(folder: Path, *lines: str) -> Path:
    path = folder / "users"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    path.chmod(0o600)
    return path


def test_a_line_lets_its_user_in(tmp_path: Path) -> None:
    path = file_of(
        tmp_path,
        "# who scrapes",
        "",
        users.line("prometheus", "correct horse: battery", iterations=QUICK),
        "  " + users.line("zoë", "pässwörd", iterations=QUICK) + "\r",
    )
    found = users.read(path)
    assert found.verify(b"prometheus:correct horse: battery")
    assert found.verify("zoë:pässwörd".encode())
    for wrong in ("prometheus:correct horse", "prometheus:", "zoë:correct horse: battery", ":", ""):
        assert not found.verify(wrong.encode())
        assert not found.knows(wrong.encode())


@given(names.filter(str.isprintable), passwords.filter(lambda text: "\x7f" not in text))
def test_any_name_and_password(name: str, password: str) -> None:
    line = users.line(name, password, iterations=1)
    found = users.Users(users.parsed([line]))
    assert found.verify(f"{name}:{password}".encode())
    assert found.knows(f"{name}:{password}".encode())
    assert not found.knows(f"{name}:{password} ".encode())
    assert password in line.split(":")[0] or password not in line or len(password) < 9


def test_the_form_is_the_documented_one() -> None:
    line = users.line("u", "secret", iterations=QUICK)
    name, _, rest = line.partition(":")
    kind, iterations, salt, hash = rest.split("$")
    assert (name, kind, iterations) == ("u", "pbkdf2_sha256", "1000")
    assert hash == b64encode(pbkdf2_hmac("sha256", b"secret", salt.encode(), QUICK)).decode()
    assert users.line("u", "secret", iterations=QUICK) != line  # another salt
    assert f"${users.ITERATIONS}$" in users.line("u", "secret")


def test_a_line_that_django_wrote() -> None:
    hash = "pbkdf2_sha256$20000$seasalt$oBSd886ysm3AqYun62DOdin8YcfbU1z9cksZSuLP9r0="
    found = users.Users(users.parsed([f"d:{hash}"]))
    assert found.verify("d:lètmein".encode())
    assert not found.verify("d:lètmeinz".encode())


@pytest.mark.parametrize("name", ["", "a:b", "#a", " a", "a ", "a\nb", "\x00"])
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(ValueError, match="a user's name is printable, without colons"):
        users.line(name, "secret")


@pytest.mark.parametrize("password", ["", "a\n", "\x7f"])
def test_passwords_that_cannot_be(password: str) -> None:
    with pytest.raises(ValueError, match="a password is not empty and has no control characters"):
        users.line("u", password)


# The password is `secret`.
GOOD = "good:pbkdf2_sha256$1000$sQmq5UNY4ri8oNyGfnYRLQ$FNAGmiapSm2PFdkA6MHLAEP8BfaT9u+0Xf2/ixVaDRg="


@pytest.mark.parametrize(
    "line",
    [
        "alice:hunter2",
        "hunter2",
        ":" + GOOD.partition(":")[2],
        GOOD.replace("pbkdf2_sha256", "pbkdf2_sha1"),
        GOOD.replace("$1000$", "$0$"),
        GOOD.replace("$1000$", "$-1$"),
        GOOD.replace("$1000$", "$10000001$"),
        GOOD.replace("$1000$", "$1e3$"),
        GOOD[:-2],
        GOOD + "x",
        GOOD + ":x",
        "a\x01b" + GOOD,
        "alice:$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",  # bcrypt
    ],
)
def test_a_line_that_is_wrong_is_named_by_its_number(line: str, tmp_path: Path) -> None:
    path = file_of(tmp_path, "# a comment", users.line("first", "x", iterations=1), line)
    with pytest.raises(ValueError, match="line 3: this is not user:pbkdf2_sha256") as raised:
        users.read(path)
    assert str(path) in str(raised.value)
    for secret in ("hunter2", "alice", "N9qo8", GOOD[30:]):
        assert secret not in str(raised.value)


def test_files_that_are_wrong(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="absent cannot be read: No such file"):
        users.read(tmp_path / "absent")
    with pytest.raises(ValueError, match="has no users: write lines like user:pbkdf2_sha256"):
        users.read(file_of(tmp_path, "# nobody"))
    with pytest.raises(ValueError, match="line 2: this user has a line already"):
        users.read(file_of(tmp_path, GOOD, users.line("good", "other", iterations=QUICK)))
    (tmp_path / "latin").write_bytes(b"\xe9:x\n")
    with pytest.raises(ValueError, match="latin is not UTF-8"):
        users.read(tmp_path / "latin")


@pytest.mark.skipif(os.name != "posix", reason="no modes here")
@pytest.mark.usefixtures("lenient")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_open_to_others_is_said_once(
    mode: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = file_of(tmp_path, GOOD)
    users.read(path)
    assert caplog.messages == []
    path.chmod(mode)
    users.read(path)
    users.read(path)
    (message,) = caplog.messages
    assert message.startswith(f"{path} has mode {mode:04o}, so that others than its owner can")
    assert f"chmod 600 {path}" in message


def test_nothing_secret_in_a_repr(tmp_path: Path) -> None:
    found = users.read(file_of(tmp_path, GOOD))
    found.verify(b"good:secret")
    for one in (found, vars(found)["_secrets"]):
        assert "secret" not in repr(one).replace("<a secret>", "")
        assert GOOD[30:] not in repr(one)


def test_what_is_unknown_costs_as_much_as_what_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = users.read(
        file_of(
            tmp_path,
            users.line("quick", "secret", iterations=QUICK),
            users.line("slow", "secret", iterations=40 * QUICK),
        )
    )
    really, iterations = users._hash, []

    def counting(password: bytes, salt: bytes, count: int) -> bytes:
        iterations.append(count)
        return really(password, salt, count)

    monkeypatch.setattr(users, "_hash", counting)
    for tried in (b"quick:wrong", b"slow:wrong", b"nobody:wrong", b":", b"quick:secret"):
        iterations.clear()
        found.verify(tried)
        assert sum(iterations) == 40 * QUICK
    iterations.clear()
    assert found.knows(b"quick:secret")
    assert not found.knows(b"nobody:secret")
    assert iterations == []


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Basic dTpw", b"u:p"),
        ("basic dTpw", b"u:p"),
        ("BASIC   dTpw  ", b"u:p"),
        ("Basic Og==", b":"),
        ("", None),
        ("Basic", None),
        ("Basic dQ==", None),  # no colon
        ("Basic dTp", None),
        ("Basic dTp w", None),
        ("Basic dTpw,Basic dTpw", None),
        ("Bearer dTpw", None),
        ("Basic é", None),
    ],
)
def test_headers(header: str, expected: bytes | None) -> None:
    assert credentials(header) == expected


@given(st.text())
def test_no_header_breaks_it(header: str) -> None:
    credentials(header)
    credentials("Basic " + header)
