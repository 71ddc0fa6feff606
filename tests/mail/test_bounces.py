"""What a report about an undelivered mail is taken for: the styles of providers, and what only people can read."""

from __future__ import annotations

import random
from email.message import Message
from pathlib import Path

import pytest

from mail.bounces import Bounce, may_be_report, read_bounce, read_complaint
from mail.incoming import parse
from mail.replies import Answer, by_hand, read_reply

REPORTS = Path(__file__).parent / "reports"
TOKEN, MESSAGE_ID = "abcdefghij234567", "<abcdefghij234567.12@exemple.fr>"
REF, ODETTE = "12-abcdefghij234567", "odette.marechal@exemple.org"


def read(name: str) -> Bounce:
    message = parse((REPORTS / f"{name}.eml").read_bytes())
    assert may_be_report(message)
    found = read_bounce(message)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "kind", "status", "said"),
    [
        ("exim", "hard", "5.1.1", "does not exist"),  # its Status is 5.0.0 always
        ("microsoft", "hard", "5.1.10", "RecipientNotFound"),
        ("gmail", "hard", "5.1.1", "does not exist"),
        ("postfix", "hard", "5.1.1", "no such user here"),
        ("ovh", "soft", "5.2.2", "over quota"),
        ("orange", "soft", "5.7.1", "OFR_506"),
        ("delayed", "delayed", "4.4.1", "timed out"),
        ("encoded", "hard", "5.1.1", ""),
        ("forwarded", "unclear", "5.1.1", "User unknown"),
        ("partly", "unclear", "5.1.1", ""),
        ("libero", "unclear", "", "casella non disponibile"),
        ("qmail", "unclear", "5.1.1", "no mailbox here by that name"),
    ],
)
def test_each_style_is_taken_for_what_it_says(name: str, kind: str, status: str, said: str) -> None:
    bounce = read(name)
    assert (bounce.kind, bounce.status) == (kind, status)
    assert said in bounce.said
    assert bounce.address.lower() == ODETTE
    assert not bounce.foreign


def test_the_mail_is_told_by_all_that_a_report_has_of_it() -> None:
    ovh = read("ovh")
    assert (ovh.token, ovh.message_ref, ovh.ref) == (TOKEN, MESSAGE_ID, REF)
    assert read("gmail").message_ref == MESSAGE_ID
    assert read("encoded").token == TOKEN
    microsoft = read("microsoft")
    assert microsoft.message_ref != MESSAGE_ID, "this provider writes its own"
    assert microsoft.ref == REF
    assert (read("qmail").message_ref, read("qmail").ref) == (MESSAGE_ID, REF)


def test_what_came_back_of_a_mail_that_somebody_wrote_by_hand_is_not_ours() -> None:
    assert read("not_ours").foreign


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        ("5.1.1", "550 5.1.1 unknown", "hard"),
        ("5.1.2", "550 5.1.2 no such domain", "hard"),
        ("5.2.1", "550 5.2.1 The account is disabled", "hard"),
        ("5.2.1", "550 5.2.1 The user is receiving mail at a rate that prevents additional messages", "soft"),
        ("5.1.0", "550 5.1.0 Sender denied", "soft"),
        ("5.1.8", "550 5.1.8 bad sender", "soft"),
        ("5.1.1", "550 5.1.1 blocked using a blacklist", "soft"),
        ("5.0.0", "550 nobody here by that name", "soft"),  # words alone are not believed
        ("4.4.7", "delivery time expired", "soft"),
        ("5.7.26", "550 5.7.26 unauthenticated (DMARC)", "soft"),
    ],
)
def test_an_address_is_given_up_only_for_codes_that_are_about_it(status: str, said: str, kind: str) -> None:
    raw = (REPORTS / "ovh.eml").read_bytes()
    raw = raw.replace(b"Status: 5.2.2", f"Status: {status}".encode())
    raw = raw.replace(b"smtp; 552 5.2.2 sorry, that recipient mailbox is over quota", f"smtp; {said}".encode())
    found = read_bounce(parse(raw))
    assert found is not None
    assert found.kind == kind


def test_a_report_whose_parts_cannot_be_told_apart_is_for_a_person() -> None:
    raw = (REPORTS / "ovh.eml").read_bytes()
    headers, _blank, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    kept = [b"Content-Type: multipart/report" if b"boundary" in line.lower() else line for line in headers.split(b"\n")]
    found = read_bounce(parse(b"\n".join(kept) + b"\n\n" + body))
    assert found is not None
    assert (found.kind, found.token, found.ref, found.message_ref) == ("unclear", TOKEN, REF, MESSAGE_ID)


@pytest.mark.parametrize(
    ("feedback", "found"),
    [("abuse", Bounce("complaint", message_ref=MESSAGE_ID, ref=REF)), ("not-spam", None), ("auth-failure", None)],
)
def test_who_calls_a_mail_spam_is_told_from_other_reports(feedback: str, found: Bounce | None) -> None:
    raw = f"""\
From: feedback@exemple.org
Subject: Complaint
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: message/feedback-report

Feedback-Type: {feedback}
User-Agent: Feedback/1.0

--b
Content-Type: message/rfc822

Message-ID: {MESSAGE_ID}
X-Cabas-Ref: {REF}

Hello
--b--
"""
    message = parse(raw.encode())
    assert (may_be_report(message), read_bounce(message), read_complaint(message)) == (True, None, found)
    assert read_complaint(parse((REPORTS / "ovh.eml").read_bytes())) is None


def test_parts_in_parts_without_end_are_read_as_text() -> None:
    for depth in (40, 1100):
        nested = b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(depth)
        )
        raw = b"From: MAILER-DAEMON@exemple.org\r\nSubject: Undelivered Mail\r\n" + nested
        found = read_bounce(parse(raw + f"\r\n{ODETTE}: moved\r\n".encode()))
        assert found is not None
        assert (found.kind, ODETTE in found.others or depth > 1000) == ("unclear", True)


HOSTILE = {
    "charset": f'Content-Type: text/plain; charset="x-\0unknown"\r\n\r\n{ODETTE}: moved',
    "charsets": "Content-Type: text/plain; charset*0*=utf-8''x; charset*1*=y; charset*=utf-8''z\r\n"
    f"\r\n{ODETTE}: moved",
    "sender": f"From: {'(' * 20_000}\r\n\r\n{ODETTE}: moved",
    "nested": "Content-Type: message/rfc822\r\n\r\n" * 2000,
    # These took up to minutes each.
    "tags": f"Content-Type: text/html\r\n\r\n{ODETTE}: moved{'<a ' * 20_000}",
    "comments": f"Content-Type: text/html\r\n\r\n{ODETTE}: moved{'<!--' * 15_000}",
    "word": f"\r\n{ODETTE}: moved{'a' * 60_000}",
    "address": f"\r\n{ODETTE}: moved {'a@a.a.a.' * 8_000}",
    "lines": f"\r\n{ODETTE}: moved" + "\r\n> " * 20_000,
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_mail_that_is_made_to_stop_a_program_is_read_as_any_other(hostile: str) -> None:
    raw = f"Return-Path: <>\r\nSubject: Undelivered Mail\r\n{HOSTILE[hostile]}".encode()
    found = read_bounce(parse(raw))
    assert found is not None
    assert (found.kind, found.address) == ("unclear", "" if hostile == "nested" else ODETTE)
    by_reply = parse(raw.replace(b"Return-Path: <>", b"In-Reply-To: <a@b.c>"))
    assert read_reply(by_reply) == Answer(("<a@b.c>",), "")


def test_a_mail_that_cannot_be_read_at_all_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise TypeError

    message = parse((REPORTS / "ovh.eml").read_bytes())
    monkeypatch.setattr(Message, "get", fail)
    monkeypatch.setattr(Message, "get_all", fail)
    assert (may_be_report(message), read_bounce(message), read_reply(message)) == (True, None, None)


def test_lines_for_programs_are_not_what_a_server_says() -> None:
    raw = f"From: mailer-daemon@exemple.org\nSubject: Undelivered\n\nX-Cabas-Ref: {REF} sorry\n{ODETTE}: moved\n"
    found = read_bounce(parse(raw.encode()))
    assert found is not None
    assert (found.ref, found.said) == (REF, f"{ODETTE}: moved")
    unnamed = read_bounce(parse(raw.replace(f"{ODETTE}: moved", "").encode()))
    assert unnamed is not None
    assert unnamed.said == "Undelivered"


@pytest.mark.parametrize(
    "headers",
    [
        "From: Odette <odette.marechal@exemple.org>\r\nSubject: Re: Fromages\r\n",
        "From: odette.marechal@exemple.org\r\nReturn-Path: <>\r\nSubject: Absence du bureau\r\n",
        "From: odette.marechal@exemple.org\r\nSubject: Undelivered\r\n",
        "From: postmaster@exemple.fr\r\nSubject: Votre nouvelle adresse\r\n",
        "From: odette.marechal@exemple.org\r\nSubject: Lu\r\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="x"\r\n',
    ],
)
def test_other_mails_are_no_reports(headers: str) -> None:
    assert read_bounce(parse(f"{headers}\r\nBonjour\r\n".encode())) is None


def test_nothing_that_arrives_ends_the_reading() -> None:
    """Cut off anywhere, or with octets changed, each mail is still read as one or as none."""
    chance = random.Random(6)
    for path in sorted(REPORTS.glob("*.eml")):
        raw = path.read_bytes()
        for _round in range(40):
            octets = bytearray(raw[: chance.randrange(1, len(raw))])
            for _change in range(chance.randrange(30)):
                octets[chance.randrange(len(octets))] = chance.randrange(256)
            message = parse(bytes(octets))
            may_be_report(message)
            read_bounce(message)
            read_complaint(message)
            read_reply(message)
            by_hand(message)
