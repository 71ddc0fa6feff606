"""What is in doubt is looked for in the Sent folder: found counts as sent, missing proves only what it proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mail.imap import Inbox
from mail.mailbox import MailboxFault
from mail.refused import NoInbox
from mail.sent_folder import Found, look_up
from store import Store
from store.mailbox import MailboxSettings
from tests.mail.imap_server import PASSWORD, USER, ImapScript, ImapServer
from tests.mail.outgoing import queue
from tests.store.conftest import Hands


@pytest.fixture
def settings(box: ImapServer) -> MailboxSettings:
    imap = {"imap_host": "127.0.0.1", "imap_port": box.port, "imap_tls": "none"}
    return MailboxSettings("127.0.0.1", 25, "none", USER, USER, **imap)


@pytest.fixture
def store(timed_store: Store, settings: MailboxSettings) -> Store:
    """Four mails in doubt: p0 to p3."""
    timed_store.mailbox.set(settings)
    queue(timed_store, 4)
    with timed_store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'unknown', state_at = ?", (t.stamp,))
    return timed_store


def look(store: Store) -> Found:
    return look_up(store, lambda: PASSWORD, timeout=10)


def states(store: Store) -> dict[str, str]:
    with store.reading() as t:
        return {row["token"]: row["state"] for row in t.all("SELECT token, state FROM deliveries")}


def test_what_is_found_counts_as_sent(store: Store, box: ImapServer, settings: MailboxSettings, hands: Hands) -> None:
    box.folder("Envoyés", "\\Sent")
    box.put("Envoyés", b"Message-ID: <p0@exemple.fr>\r\nSubject: Panier\r\n\r\n")
    # A provider that writes Message-IDs of its own.
    box.put("Envoyés", b"Message-ID: <own@provider.example>\r\nX-Cabas-Ref: 1-p1\r\n\r\n")
    box.put("INBOX", b"Message-ID: <p2@exemple.fr>\r\n\r\n")
    hands.at += timedelta(minutes=1)
    assert look(store) == Found(too_early=4)
    assert box.commands() == [], "the provider may still be filing them"
    hands.at += timedelta(minutes=1)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state_at = ? WHERE token = 'p3'", (t.stamp,))
    assert look(store) == Found(found=2, missing=1, too_early=1, folder="Envoyés")
    assert states(store) == {"p0": "sent", "p1": "sent", "p2": "unknown", "p3": "unknown"}
    story = [(attempt.phase, attempt.answer) for attempt in store.deliveries.story(1).attempts]
    assert story == [("found", "Envoyés")], "the history says how it is known"
    store.mailbox.set(replace(settings, files_sent=True))
    assert look(store) == Found(missing=1, too_early=1, folder="Envoyés", proves=True)


@pytest.mark.parametrize(
    "name", ["Sent", "Sent Items", "INBOX/Sent", "[Gmail]/Messages envoyés", "Éléments envoyés", "Posta inviata"]
)
def test_the_folder_is_known_by_its_name_where_no_mark_tells(
    name: str, box: ImapServer, settings: MailboxSettings
) -> None:
    box.follow(ImapScript(special_use=False))
    for other in ("Brouillons", "Sent by Paul", "Junk E-mail"):
        box.folder(other)
    with Inbox(settings, PASSWORD) as inbox:
        assert inbox.sent_folder() == ""
    box.folder(name, "\\Sent")
    with Inbox(settings, PASSWORD) as inbox:
        assert (inbox.sent_folder(), inbox.junk_folder()) == (name, "Junk E-mail")
        assert inbox.open(name).uidvalidity == 7


def test_where_nothing_can_be_looked_for_all_stays_in_doubt(
    store: Store, box: ImapServer, settings: MailboxSettings, hands: Hands
) -> None:
    hands.at += timedelta(minutes=2)
    assert look(store) == Found(missing=4), "there is no Sent folder"
    box.folder("Sent", "\\Sent")
    box.put("Sent", b"Message-ID: <p0@exemple.fr>\r\n\r\n")
    box.follow(ImapScript(rules={"search": "drop"}))
    with pytest.raises(MailboxFault) as fault:
        look(store)
    assert (fault.value.kind, fault.value.where) == ("lost", "imap")
    store.mailbox.set(replace(settings, imap_host=""))
    with pytest.raises(NoInbox):
        look(store)
    assert set(states(store).values()) == {"unknown"}
