"""Why mails came back, in plain words; whatever the server writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mail.inbox import InboxResult
from screens.came_back_lines import answer_to, detail
from screens.came_back_words import found_words, reason_words
from screens.outbox_words import fault_words
from store.came_back_records import CameBack, Kind
from store.clock import Clock
from store.mailbox import MailboxSettings

YVES = "yves@exemple.fr"

CLOCK = Clock("Europe/Paris", lambda: datetime(2026, 11, 21, 20, 4, tzinfo=UTC))
AT = "2026-11-20T17:12:00.000000Z"
CAME = CameBack(
    1, Kind.HARD, AT, AT, 1, 1, "Rappel", 1, 1, "Yves", YVES, "5.1.1", "", "", "done", None, "", unreached=True
)


@pytest.mark.parametrize(
    ("status", "said", "words"),
    [
        ("5.1.1", "User unknown", "no such address"),
        ("5.1.2", "", "exemple.fr does not exist"),
        ("5.1.10", "", "exemple.fr takes no mail"),
        ("5.1.99", "", "the address does not work"),
        ("5.2.1", "", "the mailbox is closed"),
        ("5.2.2", "552 mailbox full", "the mailbox is full"),
        ("4.2.2", "Over quota", "the mailbox is full"),
        ("4.4.1", "Connection timed out", "exemple.fr does not answer"),
        ("4.4.7", "", "exemple.fr did not take it in time"),
        ("5.7.1", "Relaying denied", "refused by exemple.fr"),
        ("5.7.1", "Message rejected as SPAM", "refused as spam by exemple.fr"),
        ("5.7.26", "unauthenticated mail", "exemple.fr does not believe that it is ours"),
        ("", "554 blocked using Spamhaus", "refused as spam by exemple.fr"),
        ("", "casella piena", ""),
        ("5.9.9", "", ""),
        ("5", "", ""),
        ("nonsense", "", ""),
    ],
)
def test_why_a_mail_came_back(status: str, said: str, words: str):
    assert reason_words(status, said, YVES) == words


def test_a_bounce_that_names_no_address():
    assert reason_words("5.7.1", "", "") == "refused by their provider"


def test_what_a_reading_found():
    assert found_words(InboxResult()) == "0 mails read: nothing that concerns our mails."
    found = InboxResult(read=12, hard=1, soft=1, unclear=1, stops=1, stop_words=2, answers=6)
    assert found_words(found) == "12 mails read: 2 mails came back, 1 STOP, 3 answers to look at."


def test_what_keeps_the_mailbox_from_being_read_speaks_of_the_server_that_is_read():
    settings = MailboxSettings(
        "smtp.exemple.fr", 465, "implicit", "amap", "amap@exemple.fr", imap_host="imap.exemple.fr"
    )
    assert "imap.exemple.fr answers, but not on port 993" in fault_words("refused", "", settings, "imap")
    login = fault_words("login", "535 no\x1b[31m", settings, "imap")
    assert login.startswith("imap.exemple.fr refuses the login of amap.")
    assert login.endswith("(535 no)")
    assert "outbox" not in fault_words("busy", "", settings, "imap")


@pytest.mark.parametrize(
    ("came", "answer", "words"),
    [
        (CAME, "hard", "No more mail goes there. Call them"),
        (replace(CAME, unreached=False), "hard", "another address since, or this one works again."),
        (replace(CAME, kind=Kind.SOFT, unreached=False), "hard", "The next mail is tried again"),
        (replace(CAME, member_id=None), "hard", "Call them, and correct the address."),
        (
            replace(CAME, state="dismissed", by="Paul", decided_at=AT),
            "hard",
            "The address works again. (Paul, Fri 18:12)",
        ),
        (replace(CAME, kind=Kind.UNCLEAR, state="open", address=""), "", "It does not say whom it is about"),
        (replace(CAME, kind=Kind.UNCLEAR, state="open"), "hard", "this address does not work, they are called"),
        (replace(CAME, kind=Kind.STOP, state="open", title=""), "", "a mail that people cannot refuse"),
        (replace(CAME, kind=Kind.STOP_WORD, state="open", topic="last_call"), "stop", "Enter: no more “last call”"),
        (
            replace(CAME, kind=Kind.STOP_WORD, status="spam", state="open", topic="targeted"),
            "stop",
            "is spam, Fri 18:12.",
        ),
        (replace(CAME, kind=Kind.STOP, topic="targeted"), "stop", "They get no more “news”."),
    ],
)
def test_what_is_asked_and_what_was_done(came: CameBack, answer: str, words: str):
    assert answer_to(came) == answer
    assert words in detail(came, CLOCK).plain
    endless = detail(replace(came, title="long " * 30, address=f"{'x' * 90}@exemple.fr"), CLOCK)
    assert len(endless.plain) < 320, "what is asked stays in view"
