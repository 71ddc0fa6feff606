"""A mailbox with mails that came back in it: bounces of mails that went out, and answers to them."""

from __future__ import annotations

from store import Store
from store.mailbox import MailboxSettings
from store.people import Member
from tests.mail.imap_server import USER, ImapServer
from tests.store.posted import post

TOKEN = "abcdefghij23456"


def settings(box: ImapServer, **changes: object) -> MailboxSettings:
    usual = {"host": "127.0.0.1", "port": 25, "tls": "none", "username": USER, "address": USER}
    imap = {"imap_host": "127.0.0.1", "imap_port": box.port, "imap_tls": "none"}
    return MailboxSettings(**{**usual, **imap, **changes})


def sent(store: Store, *members: Member, **changes: str) -> list[int]:
    """Mails that went out, with tokens as real ones are."""
    ids = post(store, *members, **changes)
    with store.writing() as t:
        for one in ids:
            token = f"{TOKEN}{'abcdefgh'[one % 8]}"
            t.execute(
                "UPDATE deliveries SET token = ?, message_ref = ? WHERE id = ?", (token, f"<{token}.1@exemple.fr>", one)
            )
    return ids


def token(delivery_id: int) -> str:
    return f"{TOKEN}{'abcdefgh'[delivery_id % 8]}"


def bounce(delivery_id: int, address: str, status: str = "5.1.1", action: str = "failed", number: int = 1) -> bytes:
    text = f"""\
Return-Path: <>
From: MAILER-DAEMON@exemple.org
To: {USER}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce{number}@exemple.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; exemple.org
Original-Envelope-Id: {token(delivery_id)}

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} nobody of that name

--b--
"""
    return text.replace("\n", "\r\n").encode()


def answer(delivery_id: int, sender: str, text: str, subject: str = "Re: News", **headers: str) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return (
        f"From: {sender}\r\nTo: {USER}\r\nSubject: {subject}\r\nMessage-ID: <{text[:5].strip()}{sender}>\r\n"
        f"In-Reply-To: <{token(delivery_id)}.1@exemple.fr>\r\n{more}\r\n{text}\r\n"
    ).encode()
