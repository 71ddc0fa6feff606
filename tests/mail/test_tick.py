"""What happens by itself, killed at every moment and called twice at once: each thing is done once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mail.configuration import PASSWORD_COMMAND, set_entry
from mail.crash_points import FREEZING, INBOX, TICK
from mail.mailbox import MailboxFault
from mail.outbox import adopt
from mail.tick import tick
from store import Store
from store.backup_files import folder_of
from store.errors import StoreError
from store.heartbeats import last_beat
from store.segments import EVERYONE
from tests.mail.imap_server import PASSWORD, USER, ImapScript, ImapServer
from tests.mail.outgoing import assert_nobody_twice_nobody_lost, queue, set_mailbox
from tests.mail.recorder import Recorder, Script
from tests.mail.returned import answer, bounce, sent, settings
from tests.mail.sender import Forks, Sender
from tests.store.posted import FRANCOIS, ODETTE, email_states, household, state_of

Start = Callable[..., Recorder]


@pytest.fixture
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store) -> Path:
    """The password is there without a person."""
    path = tmp_path / "cabas.toml"
    monkeypatch.setenv("CABAS_CONFIG", str(path))
    set_entry(PASSWORD_COMMAND, store.path, f"echo '{PASSWORD}'")
    return path


def went_out(store: Store, *addresses: str) -> list[int]:
    """Mails that went out from here."""
    ids = sent(store, *(household(store, address) for address in addresses))
    adopt(store)
    return ids


def backups(store: Store) -> list[str]:
    return sorted(path.name for path in folder_of(store.path).iterdir() if not path.name.startswith(".making"))


def test_it_reads_then_sends_then_backs_up(store: Store, recorder: Start, box: ImapServer, configuration: Path) -> None:
    """Who said STOP gets nothing more of what waits."""
    server = recorder(Script(user=USER, password=PASSWORD))
    hard, stop = went_out(store, ODETTE, FRANCOIS)
    store.mailbox.set(settings(box, port=server.port, per_hour=1000, per_day=1000))
    now = store.clock.now()
    box.put("INBOX", bounce(hard, ODETTE), now)
    box.put("INBOX", answer(stop, FRANCOIS, "stop"), now)
    addresses = queue(store, 3)
    done = tick(store)
    assert (done.exit_code, done.faults) == (0, {})
    assert done.inbox is not None
    assert (done.inbox.hard, done.inbox.stop_words) == (1, 1)
    assert done.outbox is not None
    assert done.outbox.sent == 3
    assert done.backup is not None
    assert sorted(mail["to"] for mail in server.accepted()) == sorted(addresses)
    assert state_of(store, hard) == ("bounced", "bounced")
    beat = last_beat(store)
    assert beat is not None
    assert beat.outcome == "done"
    again = tick(store)
    assert (again.exit_code, again.backup, again.outbox and again.outbox.sent) == (0, None, 0)
    assert len(backups(store)) == 1


# The other moments of a run are `test_crashes.py`'s: here it is one of three steps.
@pytest.mark.parametrize("point", [*INBOX, *TICK, "started", "after_dot", "after_commit"])
def test_killed_anywhere_the_next_one_does_the_rest_and_nothing_twice(
    point: str, store: Store, recorder: Start, box: ImapServer, forks: Forks, configuration: Path
) -> None:
    server = recorder(Script(user=USER, password=PASSWORD))
    (hard,) = went_out(store, ODETTE)
    odette = store.members.get(1)
    store.backups.set_keep(weekly=0, monthly=0)
    store.mailbox.set(settings(box, port=server.port, per_hour=1000, per_day=1000))
    box.put("INBOX", bounce(hard, ODETTE), store.clock.now())
    addresses = [*queue(store, 3), ODETTE]
    for day in range(1, 8 if point == "backup_put_away" else 1):
        before = Store(store.path, "automatic", lambda ago=timedelta(days=20 - day): datetime.now(UTC) - ago)
        assert before.backups.make_if_due()
        before.close()
    with Sender(store.path, "automatic", forks=forks, as_tick=configuration) as sender:
        killed = sender.run(point)
        assert killed == 137
        assert sender.run() == 0
        assert sender.run() == 0
    with store.reading() as t:
        states = {row["address"]: row["state"] for row in t.all("SELECT address, state FROM deliveries")}
        noted = t.value("SELECT count(*) FROM came_back")
    accepted = [mail["to"] for mail in server.accepted()]
    assert noted == 1
    assert email_states(store, odette) == ["bounced"]
    assert sorted(states) == sorted(addresses)
    for address in addresses[:3]:
        assert accepted.count(address) == (1 if states[address] == "sent" else 0) or states[address] == "unknown"
        assert accepted.count(address) <= 1
    assert list(states.values()).count("unknown") == (point == "after_dot")
    whole = [one for one in store.backups.all() if one.whole]
    assert len(backups(store)) == len(whole), "nothing is left of one that was cut off"
    assert store.clock.now() - whole[0].at < timedelta(hours=1)
    assert sum(store.clock.now() - one.at < timedelta(hours=1) for one in whole) == 1


@pytest.mark.parametrize("point", FREEZING)
def test_a_message_kept_for_its_hour_goes_once_whenever_it_is_killed(
    point: str, store: Store, recorder: Start, forks: Forks, tmp_path: Path
) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    household(store, ODETTE)
    message = store.messages.new(EVERYONE, "Panier", "Bonjour")
    store.messages.schedule(message, store.clock.wall() + timedelta(minutes=5))
    with Sender(store.path, "automatic", forks=forks, as_tick=tmp_path / "none.toml") as sender:
        assert sender.run(point, ahead=600) == 137
        assert sender.run(ahead=600) == 0
        assert sender.run(ahead=600) == 0
    assert [mail["to"] for mail in server.accepted()] == [ODETTE]
    assert_nobody_twice_nobody_lost(store, server, [ODETTE])


def test_two_at_once_send_once_and_make_one_backup(store: Store, recorder: Start, forks: Forks, tmp_path: Path) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    addresses = queue(store, 30)
    with (
        Sender(store.path, forks=forks, as_tick=tmp_path / "none.toml") as one,
        Sender(store.path, as_tick=tmp_path / "none.toml") as other,
    ):
        one.start()
        other.start()
        codes = {one.ended(), other.ended()}
    assert codes <= {0, 4}
    assert 0 in codes
    assert set(assert_nobody_twice_nobody_lost(store, server, addresses).values()) == {"sent"}
    assert len(backups(store)) == 1


def test_what_goes_wrong_in_one_step_keeps_none_of_the_others_from_being_done(
    store: Store, recorder: Start, box: ImapServer, configuration: Path
) -> None:
    server = recorder(Script(user=USER, password=PASSWORD))
    went_out(store, ODETTE)
    store.mailbox.set(settings(box, port=server.port, per_hour=1000, per_day=1000))
    queue(store, 2)
    folder_of(store.path).write_text("no folder")
    box.follow(ImapScript(rules={"greeting": "BYE too many connections"}))
    done = tick(store)
    assert set(done.faults) == {"inbox", "backup"}
    assert isinstance(done.faults["inbox"], MailboxFault)
    assert isinstance(done.faults["backup"], StoreError)
    assert done.exit_code == 1, "before 3: somebody has to put the folder right"
    assert len(server.accepted()) == 2
    folder_of(store.path).unlink()
    assert tick(store).exit_code == 3


def test_a_refused_password_is_not_offered_every_five_minutes(
    store: Store, box: ImapServer, configuration: Path, recorder: Start
) -> None:
    clock = store.clock
    server = recorder(Script(user=USER, password=PASSWORD))
    went_out(store, ODETTE)
    store.mailbox.set(settings(box, port=server.port))
    box.follow(ImapScript(rules={"login": "NO [AUTHENTICATIONFAILED] no"}))
    assert tick(store).exit_code == 1
    asked = len(box.commands())
    assert tick(store).exit_code == 0
    assert len(box.commands()) == asked
    later = Store(store.path, "marie", lambda: clock.now() + timedelta(hours=7))
    assert "inbox" in tick(later).faults
    later.close()


def test_without_a_mailbox_or_a_password_it_says_nothing_until_something_waits(
    store: Store, box: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CABAS_CONFIG", str(tmp_path / "cabas.toml"))
    assert tick(store).exit_code == 0
    went_out(store, ODETTE)
    store.mailbox.set(settings(box))
    done = tick(store)
    assert (done.exit_code, done.faults, done.inbox) == (0, {}, None)
    queue(store, 1)
    assert set(tick(store).faults) == {"outbox"}
    beat = last_beat(store)
    assert beat is not None
    assert beat.outcome == "password"


def test_of_a_copy_nothing_is_read_and_nothing_sent(
    store: Store, recorder: Start, box: ImapServer, configuration: Path
) -> None:
    server = recorder(Script(user=USER, password=PASSWORD))
    went_out(store, ODETTE)
    store.mailbox.set(settings(box, port=server.port, per_hour=1000, per_day=1000))
    queue(store, 2)
    copy = Store(store.backups.make().path, "automatic")
    done = tick(copy)
    assert (done.exit_code, done.inbox, done.outbox and done.outbox.outcome) == (3, None, "copied")
    copy.close()
    assert server.accepted() == box.commands() == []


def test_a_fault_of_the_program_is_raised_after_the_other_steps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mail.tick.run", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tick(store)
    assert len(backups(store)) == 1


def test_whoever_may_not_take_backups_makes_none(store: Store, recorder: Start) -> None:
    set_mailbox(store, recorder().port)
    queue(store, 1)
    store.operators.add("paul", "Paul", "writer")
    paul = Store(store.path, "paul")
    done = tick(paul)
    assert (done.exit_code, done.backup, done.outbox and done.outbox.sent) == (0, None, 1)
    paul.close()
    assert not folder_of(store.path).exists()
