"""A volunteer's SSH key: read strictly, and put into the account's list of keys without losing anything of it."""

from __future__ import annotations

import base64
import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from store import Store
from store.handle import unix_login
from tui.keys.lines import read_lines
from tui.keys.public import BadKey, read_public_key

Cabas = Callable[..., str]
pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


def new(folder: Path, name: str, *kind: str) -> Path:
    """A new public key of somebody's."""
    command = ["ssh-keygen", "-q", *(kind or ("-t", "ed25519")), "-N", "", "-C", f"{name}@example.org"]
    subprocess.run([*command, "-f", folder / name], check=True)
    return folder / f"{name}.pub"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    weak = ("-t", "rsa", "-b", "1024")
    kinds = {"rsa": ("-t", "rsa", "-b", "2048"), "weak": weak, "ecdsa": ("-t", "ecdsa", "-b", "384")}
    return {name: new(folder, name, *kinds.get(name, ())) for name in ("marie", "paul", *kinds)}


@pytest.fixture
def account(tmp_path: Path) -> Path:
    """The account's list of keys, which is not there yet."""
    return tmp_path / "account" / ".ssh" / "authorized_keys"


def fingerprint(key: Path) -> str:
    said = subprocess.run(["ssh-keygen", "-l", "-f", key], capture_output=True, text=True, check=True).stdout
    return said.split()[1]


@pytest.mark.parametrize("name", ["marie", "rsa", "ecdsa"])
def test_keys_are_read_as_openssh_reads_them_also_as_puttygen_saves_them(keys: dict[str, Path], name: str):
    read = read_public_key(keys[name].read_bytes())
    assert read.fingerprint == fingerprint(keys[name])
    assert str(read) == keys[name].read_text().strip()
    saved = subprocess.run(["ssh-keygen", "-e", "-m", "RFC4716", "-f", keys[name]], capture_output=True, check=True)
    assert read_public_key(saved.stdout.replace(b"\n", b"\r\n")).blob == read.blob
    assert str(read_public_key(keys[name].read_text().replace("\n", "\r\n").encode("utf-16"))) == str(read)


def crafted(*fields: bytes, kind: str = "ssh-ed25519", extra: bytes = b"") -> bytes:
    blob = b"".join(len(field).to_bytes(4) + field for field in fields) + extra
    return f"{kind} {base64.b64encode(blob).decode()} x".encode()


POINT = bytes(32)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"# only a comment\n", "empty"),
        pytest.param(b"x" * 20_000, "large", id="large"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\n", "private"),
        (b"PuTTY-User-Key-File-3: ssh-ed25519\n", "private"),
        (b'command="/bin/sh" {key}', "options"),
        (b"no-pty {key}", "options"),
        (b"cert-authority {key}", "options"),
        (b"{key}\n{key}", "several"),
        (b'{key}\ncommand="/bin/sh" {key}', "several"),
        (b"{key}\rssh-ed25519 AAAA", "bare"),
        (b"ssh-dss AAAA x", "kind"),
        (b"ssh-ed25519-cert-v01@openssh.com AAAA x", "kind"),
        (b"ssh-ed25519 AAAA!AAA x", "damaged"),
        (b"ssh-ed25519", "damaged"),
        (b"ssh-ed25519 AAAAC3NzaC1lZDI1\nNTE5AAAA x", "damaged"),
        (b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2Vw\n-----END PUBLIC KEY-----\n", "kind"),
        (crafted(b"ssh-rsa", POINT), "damaged"),
        (crafted(b"ssh-ed25519", POINT[1:]), "damaged"),
        (crafted(b"ssh-ed25519", POINT, b"more"), "damaged"),
        (crafted(b"ssh-ed25519", POINT, extra=b"\0"), "damaged"),
        (crafted(b"ssh-rsa", b"\3", b"\0" + b"\xff" * 128, kind="ssh-rsa"), "weak"),
        (crafted(b"ssh-rsa", b"\1", b"\0" + b"\xff" * 256, kind="ssh-rsa"), "damaged"),
        (crafted(b"ecdsa-sha2-nistp256", b"nistp384", b"\4" + bytes(64), kind="ecdsa-sha2-nistp256"), "damaged"),
    ],
)
def test_what_is_no_single_good_public_key_is_refused(keys: dict[str, Path], content: bytes, reason: str):
    content = content.replace(b"{key}", keys["marie"].read_bytes().strip())
    if reason == "bare":  # the rest of the line is its comment, in which nothing can begin a line
        assert "\r" not in str(read_public_key(content))
        return
    with pytest.raises(BadKey) as refused:
        read_public_key(content)
    assert refused.value.reason == reason


def test_a_weak_key_and_a_private_one_are_refused_in_words(cabas: Cabas, store: Store, keys: dict[str, Path]):
    store.operators.add("marie", "Marie", "coordinator")
    assert "1024 bits is too weak" in cabas("operator", "key", "marie", keys["weak"], code=1)
    assert "private key" in cabas("operator", "key", "marie", keys["marie"].with_suffix(""), code=1)


def test_the_line_of_a_key_opens_cabas_by_absolute_paths_and_nothing_else(
    cabas: Cabas, store: Store, keys: dict[str, Path]
):
    store.operators.add("marie", "Marie", "coordinator")
    (line,) = read_lines(cabas("operator", "key", "Marie", keys["marie"]))
    assert (line.opens, line.operator, line.file, line.narrow) == ("cabas", "marie", store.path, True)
    assert line.fingerprint == fingerprint(keys["marie"])
    assert line.options[:2] == ("restrict", "pty")
    assert line.options[2].startswith('command="/')


def test_a_key_is_installed_once_replaced_and_removed_and_the_former_file_is_kept(
    cabas: Cabas, store: Store, keys: dict[str, Path], account: Path
):
    def operator(*arguments: object, code: int = 0) -> str:
        return cabas("operator", *arguments, "--keys-file", account, code=code)

    account.parent.parent.mkdir()
    store.operators.add("marie", "Marie", "coordinator")
    store.operators.add("paul", "Paul", "phone_desk")
    assert "would be added" in operator("key", "marie", keys["marie"], "--install", "--dry-run")
    assert not account.exists()
    operator("key", "marie", keys["marie"], "--install")
    assert stat.S_IMODE(account.stat().st_mode) == 0o600
    assert stat.S_IMODE(account.parent.stat().st_mode) == 0o700
    assert "already" in operator("key", "marie", keys["marie"], "--install")
    assert "This key opens cabas as Marie already" in operator("key", "paul", keys["marie"], "--install", code=1)

    admin = f"# of the admin\n{keys['rsa'].read_text()}"
    moved = account.read_text().replace(str(store.path), "/former/amap.cabas")
    account.write_text(f"{admin}{moved}")
    assert "opens a shell" in operator("key", "paul", keys["rsa"], "--install", code=1)
    assert "is kept as authorized_keys.2" in operator("key", "marie", keys["marie"], "--install")
    assert [one.file for one in read_lines(account.read_text())] == [None, store.path]
    assert account.read_text().startswith(admin)
    (kept,) = account.parent.glob("authorized_keys.*")
    assert "/former/amap.cabas" in kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600

    account.write_text(account.read_text().replace(str(store.path), str(keys["paul"])))  # any file that is there
    assert "another group" in operator("key", "marie", keys["marie"], "--install", code=1)
    account.write_text(account.read_text().replace(str(keys["paul"]), str(store.path)))
    store.operators.describe("paul", new_login="polo")
    account.write_text(account.read_text().replace("--operator marie", "--operator paul"))
    operator("key", "marie", keys["marie"], "--install")  # nobody is called paul any more
    store.operators.remove("marie")
    listed = operator("keys")
    assert "A SHELL" in listed
    assert "there is no such operator" in listed
    assert "has no key" in operator("key", "paul", "--remove", fingerprint(keys["marie"]), code=1)
    operator("key", "marie", "--remove", fingerprint(keys["marie"]))
    assert account.read_text() == admin
    rows = [row for row in store.journal.entries() if row.action.startswith("operator.key")]
    assert [row.action for row in rows] == ["operator.key_removed", *["operator.key"] * 3]
    assert {row.detail["fingerprint"] for row in rows} == {fingerprint(keys["marie"])}


def test_only_an_admin_installs_and_a_link_or_anothers_folder_is_left_alone(
    cabas: Cabas, store: Store, keys: dict[str, Path], account: Path, tmp_path: Path
):
    store.operators.add("marie", "Marie", "coordinator")
    store.operators.add("paul", "Paul", "phone_desk")
    arguments = ("operator", "key", "paul", keys["paul"], "--install", "--keys-file", account)
    account.parent.mkdir(parents=True)
    cabas("--operator", "paul", *arguments, code=1)
    assert not account.exists()
    (tmp_path / "shadow").write_text("secret\n")
    account.symlink_to(tmp_path / "shadow")
    assert "leads elsewhere" in cabas("--operator", "marie", *arguments, code=1)
    assert (tmp_path / "shadow").read_text() == "secret\n"
    account.unlink()
    if os.geteuid() == 0:
        os.chown(account.parent, 65534, 65534)
        assert "belongs to nobody" in cabas("--operator", "marie", *arguments, code=1)
        assert not account.exists()
        os.chown(account.parent, 0, 0)
        os.chown(store.path, 65534, 65534)  # root would let Paul's cabas run as root
        assert "belongs to nobody" in cabas("--operator", "marie", *arguments, code=1)
        assert not account.exists()


def test_the_line_leads_through_the_link_that_updates_move(
    cabas: Cabas, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store.operators.add("marie", "Marie", "coordinator")
    installed = tmp_path / "versions" / "0.3.0-1"
    (installed / "bin").mkdir(parents=True)
    (installed / "bin" / "cabas").touch()
    monkeypatch.setattr("sys.argv", [str(installed / "bin" / "cabas")])
    assert f'command="{installed}/bin/cabas ' in cabas("operator", "key", "marie")
    (tmp_path / "current").symlink_to(installed)
    assert f'command="{tmp_path}/current/bin/cabas ' in cabas("operator", "key", "marie")


@pytest.mark.parametrize(
    ("line", "opens", "operator", "narrow"),
    [
        ("{key}", "shell", None, False),
        ("pty,no-port-forwarding {key}", "shell", None, False),
        ("restrict,pty,command=\"/usr/bin/cabas --file '/a b/c' --operator=marie\" {key}", "cabas", "marie", True),
        ('command="/usr/bin/cabas --operator marie" {key}', "cabas", "marie", False),
        ('restrict,port-forwarding,command="cabas --operator marie" {key}', "cabas", "marie", False),
        ('restrict,command="sh -c \\"cabas --operator marie\\"" {key}', "command", None, True),
        ('restrict,command="cabas" {key}', "command", None, True),
        ('restrict,command="rsync --server" {key}', "command", None, True),
        ("what is this", "unread", None, False),
    ],
)
def test_lines_that_others_wrote_are_told_by_what_they_open(
    keys: dict[str, Path], line: str, opens: str, operator: str | None, narrow: bool
):
    (read,) = read_lines(line.replace("{key}", keys["marie"].read_text()))
    assert (read.opens, read.operator, read.narrow) == (opens, operator, narrow)


@pytest.mark.parametrize("name", ['a"b', "a'b", "a b", "à", "$(id)", ";id", "`id`"])
def test_whatever_the_path_of_the_file_the_line_says_it(cabas: Cabas, keys: dict[str, Path], tmp_path: Path, name: str):
    path = tmp_path / name / "x.cabas"
    cabas("init", path, "--name", "Amap", "--language", "en")
    said = cabas("--file", path, "operator", "key", unix_login(), keys["marie"])
    (line,) = read_lines(said)
    assert line.file == path


@pytest.mark.parametrize("name", ["a\\b", "a\x07b"])
def test_a_path_that_sshd_would_hand_on_otherwise_is_refused(
    cabas: Cabas, keys: dict[str, Path], tmp_path: Path, name: str
):
    path = tmp_path / name / "x.cabas"
    cabas("init", path, "--name", "Amap", "--language", "en")
    assert "reads otherwise" in cabas("--file", path, "operator", "key", unix_login(), keys["marie"], code=1)
