"""Reading the mailbox: bounces and STOPs are noted once whatever breaks, and nothing in it is changed."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from mail.crash_points import INBOX
from mail.imap import Inbox
from mail.inbox import InboxResult, read_inbox
from mail.mailbox import MailboxFault
from mail.refused import NoInbox, NoMailbox
from mail.trust import fingerprint
from store import Store
from store.came_back_records import Kind
from store.erasing import erase
from store.errors import NotAllowed
from tests.mail.certificates import Authority, Certificate, self_signed
from tests.mail.imap_server import PASSWORD, ImapScript, ImapServer
from tests.mail.returned import answer, bounce, sent, settings, token
from tests.store.conftest import Hands
from tests.store.posted import FRANCOIS, ODETTE, email_states, household, post, state_of

FOUND = InboxResult


@pytest.fixture
def store(timed_store: Store) -> Store:
    return timed_store


def read(store: Store, timeout: float = 10.0) -> InboxResult:
    return read_inbox(store, lambda: PASSWORD, timeout=timeout)


def test_what_came_back_is_noted_with_what_follows_and_nothing_is_changed(store: Store, box: ImapServer) -> None:
    odette, francois = household(store, ODETTE), household(store, FRANCOIS)
    hard, soft = sent(store, odette, francois)
    (doubt,) = sent(store, household(store, "anne@exemple.fr"), state="unknown")
    (waits,) = sent(store, household(store, "luc@exemple.fr"), state="unknown")
    store.mailbox.set(settings(box))
    assert store.inbox.last_read() is None
    box.put("INBOX", b"Subject: Les clefs\r\nFrom: paul@exemple.fr\r\n\r\nstop\r\n")
    box.put("INBOX", bounce(hard, ODETTE))
    box.put("INBOX", answer(doubt, "anne@exemple.fr", "Merci, à jeudi"))
    box.put("INBOX", answer(soft, FRANCOIS, "Je suis absent : stop", Auto_Submitted="auto-replied"))
    box.put("INBOX", bounce(waits, "luc@exemple.fr", "4.4.1", "delayed"))
    box.folder("Spam", "\\Junk")
    box.put("Spam", bounce(soft, FRANCOIS, "5.2.2", number=2))
    assert read(store) == FOUND(read=6, hard=1, soft=1, answers=1)
    assert (state_of(store, hard), state_of(store, soft)) == (("bounced", "bounced"), ("bounced", "bounced_soft"))
    assert (email_states(store, odette), email_states(store, francois)) == (["bounced"], ["has"])
    assert state_of(store, doubt) == state_of(store, waits) == ("sent", ""), (
        "what is answered, or tried still, went out"
    )
    last = store.inbox.last_read()
    assert last is not None
    assert (last.outcome, last.done_at) == ("done", store.clock.stamp())
    assert read(store) == FOUND(), "the bookmark is behind them"
    box.put("INBOX", bounce(hard, ODETTE, number=3))
    assert read(store) == FOUND(read=1, hard=1)
    box.put("INBOX", b"X-Spam-Status: No\r\n" + bounce(hard, ODETTE, number=3))
    assert read(store) == FOUND(read=1), "the same one, moved by the provider"
    verbs = {command.partition(" ")[0] for command in box.commands()}
    assert verbs == {"CAPABILITY", "AUTHENTICATE", "LIST", "EXAMINE", "UID", "LOGOUT"}
    assert all("PEEK" in command for command in box.commands() if "FETCH" in command)
    whole = [command for command in box.commands() if "BODY.PEEK[]" in command]
    assert len(whole) == 6, "of absences and other people's mails only the headers are fetched"


def test_the_last_three_that_did_not_arrive_end_an_address(store: Store, box: ImapServer, hands: Hands) -> None:
    odette = household(store, ODETTE)
    store.mailbox.set(settings(box))
    for number in range(3):
        (one,) = sent(store, odette, title=f"News {number}")
        hands.at += timedelta(days=1)
        box.put("INBOX", bounce(one, ODETTE, "5.2.2", number=number), hands.at)
        assert email_states(store, odette) == ["has"]
        assert read(store) == FOUND(read=1, soft=1)
    assert email_states(store, odette) == ["bounced"]


def test_a_stop_with_its_token_counts_for_whom_it_was_given_to(store: Store, box: ImapServer) -> None:
    odette, francois = household(store, ODETTE), household(store, FRANCOIS)
    one, other = sent(store, odette, francois)
    (waiting, others) = post(store, odette, francois, title="More", state="ready")
    store.mailbox.set(settings(box))
    box.put("INBOX", answer(one, "niece@exemple.org", "", subject=f"STOP {token(one)}"))
    forged = f"From: forger@exemple.org\r\nSubject: STOP {'z' * 16}\r\n\r\n\r\n".encode()
    box.put("INBOX", forged)
    box.put("INBOX", answer(other, FRANCOIS, "", subject=f"STOP {'z' * 16}"))
    assert read(store) == FOUND(read=3, stops=1, stop_words=1), "a wrong token opts out nobody"
    assert state_of(store, waiting) == ("held", "opted_out")
    assert state_of(store, others) == ("ready", "")
    came = {one.kind: (one.address, one.state) for one in store.came_back.list()}
    assert came == {Kind.STOP: (ODETTE, "done"), Kind.STOP_WORD: (FRANCOIS, "open")}


def test_a_stop_word_is_a_question(store: Store, box: ImapServer) -> None:
    odette = household(store, ODETTE)
    (one,) = sent(store, odette)
    (waiting,) = post(store, odette, title="More", state="ready")
    store.mailbox.set(settings(box))
    box.put("INBOX", answer(one, ODETTE, "stop svp\r\n\r\n> STOP"))
    box.put("INBOX", f"From: {ODETTE}\r\nSubject: STOP\r\nMessage-ID: <new@exemple.fr>\r\n\r\n\r\n".encode())
    box.put("INBOX", b"From: nobody@exemple.org\r\nSubject: STOP\r\nMessage-ID: <other@exemple.fr>\r\n\r\n\r\n")
    fresh = f"From: {ODETTE}\r\nSubject: hello\r\nMessage-ID: <%s@exemple.fr>\r\n\r\nHello,\r\n\r\n%s\r\n"
    box.put("INBOX", (fresh % ("words", "please unsubscribe me")).encode())
    box.put("INBOX", (fresh % ("news", "how is your mother?")).encode())
    box.put("INBOX", b"Auto-Submitted: auto-replied\r\n" + (fresh % ("away", "stop")).encode())
    assert read(store) == FOUND(read=6, stop_words=3)
    assert state_of(store, waiting) == ("ready", "")
    came = store.came_back.list("open")
    assert {(one.name, one.said) for one in came} == {
        ("Odette Maréchal", said) for said in ("stop svp", "STOP", "please unsubscribe me")
    }
    erase(store, odette.id or 0)
    box.put("INBOX", answer(one, "niece@exemple.org", "stop"))
    assert read(store) == FOUND(read=1), "of whom nothing is known any more nothing waits to be looked at"


def test_who_calls_a_mail_spam_is_asked_about(store: Store, box: ImapServer) -> None:
    (one,) = sent(store, household(store, ODETTE))
    store.mailbox.set(settings(box))
    kind = "Content-Type: multipart/report; report-type=feedback-report; boundary=b"
    blocks = "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n\r\n--b\r\n"
    for number, which in enumerate((token(one), "z" * 16)):
        returned = f"Content-Type: message/rfc822\r\n\r\nMessage-ID: <{which}.1@exemple.fr>\r\n\r\nNews\r\n--b--\r\n"
        head = f"From: staff@exemple.org\r\nMessage-ID: <{number}@exemple.org>\r\n{kind}\r\n\r\n"
        box.put("INBOX", f"{head}{blocks}{returned}".encode())
    assert read(store) == FOUND(read=2, stop_words=1)
    (came,) = store.came_back.list("open")
    assert (came.name, came.address, came.status, came.topic) == ("Odette Maréchal", ODETTE, "spam", "targeted")


def test_what_is_not_about_our_mails_leaves_no_trace(store: Store, box: ImapServer) -> None:
    (one,) = sent(store, household(store, ODETTE))
    store.mailbox.set(settings(box))
    by_hand = bounce(one, ODETTE).replace(f"Original-Envelope-Id: {token(one)}\r\n".encode(), b"")
    headers = b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <hand@exemple.fr>\r\n\r\n--b--"
    by_hand = by_hand.replace(b"--b--", headers)
    box.put("INBOX", by_hand)
    box.put("INBOX", bounce(one, "cousin@exemple.org", number=2).replace(token(one).encode(), b"z" * 16))
    box.put(
        "INBOX",
        answer(one, ODETTE, "stop").replace(token(one).encode(), b"z" * 16).replace(ODETTE.encode(), b"a@b.org"),
    )
    assert read(store) == FOUND(read=3)
    assert store.came_back.list() == ()


def test_a_report_that_only_names_an_address_acts_on_nothing(store: Store, box: ImapServer) -> None:
    """Whoever knows an address could end it otherwise."""
    odette = household(store, ODETTE)
    (one,) = sent(store, odette)
    store.mailbox.set(settings(box))
    for number, status in enumerate(("5.1.1", "5.2.2")):
        box.put("INBOX", bounce(one, ODETTE, status, number=number).replace(token(one).encode(), b"z" * 16))
    assert read(store) == FOUND(read=2, unclear=2)
    assert (state_of(store, one), email_states(store, odette)) == (("sent", ""), ["has"])
    assert {(came.state, came.member_id, came.delivery_id) for came in store.came_back.list()} == {
        ("open", odette.id, one)
    }


def test_mails_from_before_the_first_sending_are_not_read(store: Store, box: ImapServer, hands: Hands) -> None:
    store.mailbox.set(settings(box))
    box.put("INBOX", b"Subject: old\r\n\r\n\r\n", hands.at - timedelta(days=30))
    assert read(store) == FOUND()
    assert box.commands() == [], "nothing was sent, so nothing can have come back"
    (one,) = sent(store, household(store, ODETTE))
    box.put("INBOX", bounce(one, ODETTE))
    assert read(store) == FOUND(read=1, hard=1)


def test_new_numbers_for_all_mails_count_nothing_twice(store: Store, box: ImapServer) -> None:
    ids = sent(store, household(store, ODETTE), household(store, FRANCOIS))
    store.mailbox.set(settings(box))
    box.put("INBOX", bounce(ids[0], ODETTE))
    assert read(store) == FOUND(read=1, hard=1)
    box.folder("INBOX", uidvalidity=8)
    box.put("INBOX", bounce(ids[1], FRANCOIS, number=2))
    assert read(store) == FOUND(read=2, hard=1)
    assert len(store.came_back.list()) == 2


def test_a_giant_mail_is_not_fetched_whole(store: Store, box: ImapServer) -> None:
    (one,) = sent(store, household(store, ODETTE))
    store.mailbox.set(settings(box))
    box.put("INBOX", answer(one, ODETTE, "stop svp\r\n" + "x" * 5_000_000))
    box.put("INBOX", b"X-Long: " + b"y" * 300_000 + b"\r\n" + bounce(one, ODETTE))
    assert read(store).stop_words == 1
    assert all(
        int(command.rpartition("<0.")[2].rstrip(">)")) <= 1 << 20 for command in box.commands() if "FETCH" in command
    )


def test_a_mail_that_the_server_cannot_hand_out_stops_no_other(store: Store, box: ImapServer) -> None:
    ids = sent(store, household(store, ODETTE), household(store, FRANCOIS))
    store.mailbox.set(settings(box))
    for number, (one, address) in enumerate(zip(ids, (ODETTE, FRANCOIS), strict=True)):
        box.put("INBOX", bounce(one, address, number=number))
    box.follow(ImapScript(rules={"fetch 1": "NO it cannot be converted to RFC 822"}))
    assert read(store) == FOUND(read=1, hard=1)
    assert read(store) == FOUND()


READ = """
import sys
from pathlib import Path
from mail.inbox import read_inbox
from store.handle import Store
from tests.mail.imap_server import PASSWORD
store = Store(Path(sys.argv[1]), "marie")
print(read_inbox(store, lambda: PASSWORD))
"""


@pytest.mark.parametrize("point", [*INBOX, "inbox_noted:2"])
def test_a_reading_that_is_killed_counts_nothing_twice(point: str, store: Store, box: ImapServer, hands: Hands) -> None:
    ids = sent(store, household(store, ODETTE), household(store, FRANCOIS), household(store, "anne@exemple.fr"))
    store.mailbox.set(settings(box))
    for number, (one, address) in enumerate(zip(ids, (ODETTE, FRANCOIS, "anne@exemple.fr"), strict=True)):
        box.put("INBOX", bounce(one, address, number=number))
    killed = subprocess.run(
        [sys.executable, "-c", READ, store.path], env={**os.environ, "CABAS_CRASH": point}, capture_output=True
    )
    assert killed.returncode == 137, killed.stderr
    noted = len(store.came_back.list())
    assert noted == {"inbox_noted": 1, "inbox_noted:2": 2, "inbox_batch": 3}[point]
    assert read(store).hard == 3 - noted
    assert len(store.came_back.list()) == 3
    with store.reading() as t:
        assert t.value("SELECT count(*) FROM attempts WHERE phase = 'bounce'") == 3


def test_two_who_read_at_once_count_nothing_twice(store: Store, box: ImapServer) -> None:
    people = [household(store, f"p{number}@exemple.fr") for number in range(8)]
    ids = sent(store, *people)
    store.mailbox.set(settings(box))
    for number, one in enumerate(ids):
        box.put("INBOX", bounce(one, f"p{number}@exemple.fr", number=number))
    found: list[InboxResult] = []

    def run() -> None:
        other = Store(store.path, "marie", store.clock.now)
        found.append(read(other))
        other.close()

    readers = [threading.Thread(target=run) for _reader in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert sum(result.hard for result in found) == 8
    assert len(store.came_back.list()) == 8


FAULTS = {
    "greeting": {"drop": "lost", "BYE too many connections": "busy"},
    "capability": {"drop": "lost"},
    "login": {
        "drop": "lost",
        "NO [AUTHENTICATIONFAILED] no": "login",
        "NO [UNAVAILABLE] later": "busy",
        "BAD what": "session",
    },
    "list": {"drop": "lost"},
    "examine": {"drop": "lost", "NO pas aujourd\xa0hui \xe9": "session", "BYE shutting down": "busy"},
    "search": {"drop": "lost", "BAD what": "session"},
    "fetch": {"drop": "lost", "half": "lost", "NO not today": "session"},
}
LOGGED_IN = ("list", "examine", "search", "fetch")


def test_every_fault_is_named_and_nothing_is_lost_by_it(
    store: Store, box: ImapServer, caplog: pytest.LogCaptureFixture
) -> None:
    """One after the other: a line that breaks, a refusal, silence; then all is read as if nothing had been."""
    (one,) = sent(store, household(store, ODETTE))
    store.mailbox.set(settings(box))
    box.put("INBOX", bounce(one, ODETTE))
    for at, replies in FAULTS.items():
        for reply, kind in {**replies, "silent": "timeout"}.items():
            box.follow(ImapScript(rules={at: reply}))
            with pytest.raises(MailboxFault) as fault:
                read(store, timeout=0.2 if reply == "silent" else 10.0)
            expected = "silent" if reply == "silent" and at in LOGGED_IN else kind
            assert fault.value.kind == expected, (at, reply, fault.value.trace)
            assert fault.value.where == "imap"
    last = store.inbox.last_read()
    assert last is not None
    assert (last.outcome, last.done_at) == ("silent", None)
    box.follow(ImapScript(rules={"list": "NO not today"}))
    assert read(store) == FOUND(read=1, hard=1), "without a list of folders the INBOX is there still"
    assert caplog.records == [], "what is logged would be written over the app's screen"


def test_a_wrong_password_is_tried_once(store: Store, box: ImapServer) -> None:
    for script in (ImapScript(), ImapScript(login="LOGIN")):
        box.follow(script)
        before = len(box.commands())
        with pytest.raises(MailboxFault) as fault:
            Inbox(settings(box), "wrong")
        assert (fault.value.kind, fault.value.trace.answer) == (
            "login",
            "[AUTHENTICATIONFAILED] Authentication failed.",
        )
        assert [c for c in box.commands()[before:] if c in ("LOGIN", "AUTHENTICATE")] == [
            "AUTHENTICATE" if script.login == "PLAIN" else "LOGIN"
        ]
    with pytest.raises(MailboxFault) as fault:
        Inbox(settings(box), PASSWORD)
    assert fault.value.kind == "no_login", "LOGIN takes no accents"


def test_a_token_that_has_run_out_is_asked_for_once_more(box: ImapServer) -> None:
    box.follow(ImapScript(login="XOAUTH2", tokens=["fresh"]))
    tokens = iter(["old", "fresh", "unused"])
    Inbox(settings(box, login="xoauth2"), lambda: next(tokens)).close()
    assert next(tokens) == "unused"
    with pytest.raises(MailboxFault) as fault:
        Inbox(settings(box, login="xoauth2"), lambda: "old")
    assert fault.value.kind == "login"


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    tls: str, box: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This test stays: a library that trusts any certificate gives passwords away."""
    authority, alone = Authority(tmp_path), self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))

    def meet(certificate: Certificate, pin: str | None = None, **changes: object) -> str:
        files = {"certificate": str(certificate.certificate), "key": str(certificate.key)}
        box.follow(ImapScript(tls=tls, **files, **changes))
        before = len(box.commands())
        try:
            Inbox(settings(box, imap_host="localhost", imap_tls=tls), PASSWORD, pin, 0.3 if changes else 10).close()
        except MailboxFault as fault:
            assert not {"LOGIN", "AUTHENTICATE"} & set(box.commands()[before:]), "a password was sent"
            return fault.kind
        return "ok"

    assert meet(alone) == "certificate_unknown"
    assert meet(authority.issue("elsewhere.example")) == "certificate_name"
    good = authority.issue()
    assert meet(good) == "ok"
    assert meet(good, rules={"tls": "silent"}) == "timeout", "a handshake that never ends"
    pin = fingerprint(ssl.PEM_cert_to_DER_cert(alone.certificate.read_text()))
    assert meet(alone, pin) == "ok", "a bridge on this machine"
    assert meet(good, pin) == "certificate_changed"


def test_without_encryption_nothing_is_said(box: ImapServer) -> None:
    with pytest.raises(MailboxFault) as fault:
        Inbox(settings(box, imap_tls="starttls"), PASSWORD)
    assert fault.value.kind == "no_starttls"
    with pytest.raises(MailboxFault) as fault:
        Inbox(settings(box, imap_host="imap.exemple.fr"), PASSWORD)
    assert fault.value.kind == "tls"
    box.follow(ImapScript(tls="starttls", rules={"greeting": "PREAUTH come in"}))
    with pytest.raises(MailboxFault) as fault:
        Inbox(settings(box, imap_tls="starttls"), PASSWORD)
    assert fault.value.kind == "no_starttls", "somebody in between pretends that we are in"
    assert not {"AUTHENTICATE", "LOGIN"} & set(box.commands())


def test_without_a_mailbox_that_can_be_read_it_says_so(store: Store, box: ImapServer) -> None:
    with pytest.raises(NoMailbox):
        read(store)
    store.mailbox.set(settings(box, imap_host=""))
    with pytest.raises(NoInbox):
        read(store)


def test_reading_is_for_those_who_send(store: Store, box: ImapServer, hands: Hands) -> None:
    sent(store, household(store, ODETTE))
    store.mailbox.set(settings(box))
    store.operators.add("paul", "Paul", "treasurer")
    with pytest.raises(NotAllowed):
        read(Store(store.path, "paul", hands))
    assert box.commands() == []
