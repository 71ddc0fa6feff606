"""`cabas demo`: the main job plays from an empty home without a terminal, and the mails are really there."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from store import Store
from store.handle import unix_login
from store.message_records import MessageState
from store.settings import Group
from tests.terminal import Terminal
from tui.demo.folder import Folder, opened, running
from tui.demo.maildir import letters
from tui.demo.tour import play
from tui.output import BUSY, Ended

DAY = date(2026, 11, 21)
CABAS = Path(sys.executable).with_name("cabas")


def demo(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """`cabas demo` with an empty home, no terminal and hardly an environment."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TMPDIR": str(home), "LANG": "C.UTF-8"}
    return subprocess.run(
        [CABAS, "demo", *arguments],
        env=environment | more,
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        timeout=100,
        check=False,
    )


def test_the_tour_ends_well_and_leaves_nothing(tmp_path: Path) -> None:
    """The README's one command: exit 0, each step told, no trace in the home or among the temporary files."""
    played = demo(tmp_path, "--tour")
    assert (played.returncode, played.stderr) == (0, "")
    for told in (
        "Maréchal Odette",
        "Poulet fermier is late for Volailles Rigaud",
        "[test] AMAP des Oiseaux",
        "Maildir",
    ):
        assert told in played.stdout
    assert [path for path in tmp_path.rglob("*") if not path.is_dir()] == []
    assert not list(tmp_path.glob("cabas-demo-*"))


def test_a_kept_demo_goes_on_where_it_was(tmp_path: Path) -> None:
    """With --dir the mails lie in the Maildir, each once; the same folder again keeps them and the orders.

    Whoever ran it may use every command on the kept file under their own name.
    """
    folder = Folder(tmp_path / "kept")
    assert demo(tmp_path, "--tour", "--dir", str(folder.path)).returncode == 0
    first = [letter.path for letter in letters(folder.maildir)]
    with closing(Store(folder.file, "marie")) as store:
        sent = next(row for row in store.messages.all() if row.queued_at)
        addresses = [row.address for row in store.deliveries.of_message(sent.id)]
        orders = store.orders.of_member(store.members.resolve("Odette Maréchal"))
    assert Counter(letter.recipient for letter in letters(folder.maildir)) == Counter([*addresses, "marie@exemple.fr"])
    assert len(addresses) > 20
    assert folder.path.stat().st_mode & 0o777 == 0o700

    with closing(Store(folder.file, unix_login())) as store:
        assert store.members.search("maréchal").total == 1

    again = demo(tmp_path, "--tour", "--dir", str(folder.path), "--language", "fr")
    assert again.returncode == 0, again.stdout
    assert [letter.path for letter in letters(folder.maildir)][: len(first)] == first
    assert len(letters(folder.maildir)) == 2 * len(first)
    with closing(Store(folder.file, "marie")) as store:
        assert len(store.orders.of_member(store.members.resolve("Odette Maréchal"))) == len(orders)
        assert store.operators.me().language == "fr"


def test_without_a_terminal_the_screens_are_refused_in_words(tmp_path: Path) -> None:
    """And before anything is filled."""
    refused = demo(tmp_path, "--dir", str(tmp_path / "demo"))
    assert refused.returncode == 1
    assert "terminal" in refused.stderr
    assert not (tmp_path / "demo").exists()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A folder for a demo inside this process, whose traces in the environment are undone."""
    monkeypatch.setenv("CABAS_CONFIG", "")
    monkeypatch.setenv("CABAS_FILE", "")
    (tmp_path / "demo").mkdir()
    return Folder(tmp_path / "demo")


def test_the_tour_is_not_pleased_by_a_mailbox_that_refuses_the_login(folder: Folder) -> None:
    """It says what is missing: no shortcut leads around the outbox."""
    told: list[str] = []
    with running(folder, 20, "en", DAY):
        folder.password.write_text("not this one\n")
        assert not play(folder, told.append)
    assert "   The test mail is not in the Maildir." in told
    assert letters(folder.maildir) == []


def test_the_tour_notices_a_mail_that_got_lost(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that said 250 and threw one away: the count and the address are named."""
    told: list[str] = []
    real = letters

    def all_but_one(maildir: Path) -> list[object]:
        return [letter for letter in real(maildir) if letter.recipient != lost]

    with running(folder, 20, "en", DAY):
        with closing(Store(folder.file, "marie")) as store:
            segment = store.messages.get(store.messages.all(MessageState.DRAFT)[0].id).segment
            lost = store.segments.people(segment).reached[0].addresses[0]
        monkeypatch.setattr("tui.demo.tour_mail.letters", all_but_one)
        assert not play(folder, told.append)
    assert any(line.strip().startswith(f"{lost} should have 1 mails and has 0") for line in told)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").write_text("years of work")
    with pytest.raises(Ended, match="not the folder of a demo"), opened(tmp_path):
        pass
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.odt"]


def test_a_real_group_is_never_connected_to_the_demos_mailbox(folder: Folder) -> None:
    """Somebody keeps the real group under the demo's file name: its mailbox must stay as it is."""
    Store.create(folder.file, Group("AMAP du Gué"), "marie").close()
    with pytest.raises(Ended, match="not an example group"), running(folder, 20, "en", DAY):
        pass
    with closing(Store(folder.file, "marie")) as store:
        assert store.mailbox.get() is None


def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    with opened(tmp_path / "demo"):
        with pytest.raises(Ended) as refused, opened(tmp_path / "demo"):
            pass
    assert refused.value.code == BUSY


def test_the_desk_opens_on_the_example_group_and_leaves_nothing(tmp_path: Path) -> None:
    """As a person does it: open, look, end; the temporary folder and the mailbox go with it."""
    environment = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "LANG": "C.UTF-8"}
    with Terminal([str(CABAS), "demo", "--language", "it"], environment) as terminal:
        terminal.wait("Treillières")
        terminal.wait("nulla esce")
        (place,) = tmp_path.glob("cabas-demo-*")
        # Where the mails are is said whole, on as many lines as the name of the place needs.
        assert f"{place}/Maildir" in "".join(terminal.text.split())
        assert place.stat().st_mode & 0o777 == 0o700
        with closing(Store(place / "oiseaux.cabas", "marie")) as store:
            port = store.mailbox.get().port
            assert store.operators.me().language == "it"
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        terminal.write("q")
        assert terminal.end() == 0
    assert not place.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_hung_up_demo_leaves_no_mailbox_and_no_folder_behind(tmp_path: Path) -> None:
    """The SSH line drops: the mail server notices that its demo is gone, and clears up."""
    environment = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "LANG": "C.UTF-8"}
    with Terminal([str(CABAS), "demo"], environment) as terminal:
        terminal.wait("Treillières")
        (place,) = tmp_path.glob("cabas-demo-*")
        with closing(Store(place / "oiseaux.cabas", "marie")) as store:
            port = store.mailbox.get().port
        terminal.hang_up()
        terminal.end()
    deadline = time.monotonic() + 20
    while place.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not place.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
