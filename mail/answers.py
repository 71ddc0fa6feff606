"""What a mail server's answer means: for the recipient, or for the whole mailbox.

A 5xx is not always "this recipient is bad": providers say that the day's quota is used up with 4xx and with 5xx, and
refuse a wrong login or From address at any command. Taking one for the other loses mails, or writes off good addresses.
Codes: RFC 5321 (three digits), RFC 3463 (enhanced ones, such as 5.1.1); the providers' habits: MAIL.md 3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whom an answer concerns, and for how long."""

    TAKEN = "taken"
    RECIPIENT_LATER = "recipient_later"
    RECIPIENT_NEVER = "recipient_never"
    GREYLISTED = "greylisted"
    LOGIN = "login"
    QUOTA = "quota"
    BUSY = "busy"
    SENDER = "sender"
    BLOCKED = "blocked"
    SESSION = "session"


RECIPIENT = frozenset({Verdict.RECIPIENT_LATER, Verdict.RECIPIENT_NEVER, Verdict.GREYLISTED})
"""The verdicts that say something about one recipient; the others, but for TAKEN, are about the mailbox."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer: `phase` is the command it answers, `text` its words, made safe to show."""

    phase: str
    code: int
    text: str


ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
"""An enhanced code (RFC 3463): class, subject, detail."""

_QUOTA = re.compile(
    r"\b(quotas?|limite?s?|exceed(s|ed|ing)?|too many|rate|throttl\w*|superat\w*|dépass\w*|maximum number)\b",
    re.IGNORECASE,
)
_GREYLIST = re.compile(r"gr[ea]y[- ]?list", re.IGNORECASE)
_SENDER = re.compile(
    r"sender (address )?(rejected|refused|denied|mismatch)|not owned by|relay(ing)?( access)? (denied|not)"
    r"|unable to relay|authentication (is )?required|not authenticated|must authenticate|send as",
    re.IGNORECASE,
)
_BLOCKED = re.compile(
    r"\b(your|sender|sending|outgoing|outbound)\b.{0,40}\b(suspended|blocked|disabled|locked)\b"
    r"|\bclient host\b.{0,80}\b(blocked|rejected)\b"
    r"|\b(blocked|listed|rejected)\b.{0,30}\b(using|by|on|in)\b.{0,30}\b(spamhaus|spamcop|\w*[bdx]bl|\w+lists?)\b",
    re.IGNORECASE,
)
_OUT_OF_ORDER = re.compile(
    r"\b4\.3\.[12]\b|\binsufficient system\b|\bsystem (storage|resources)\b|\bdisk\b", re.IGNORECASE
)
_SIZE = re.compile(r"\b(size|too (big|large))\b", re.IGNORECASE)
_FULL_BOX = re.compile(
    r"\b(mail ?box|mail folder|inbox|user|recipient)\b.{0,40}\b(full|quota)\b|\bover ?quota\b", re.IGNORECASE
)
_OUR_SENDING = re.compile(r"\b(sending|outgoing|hourly|daily|messages|mails)\b", re.IGNORECASE)
# Asked too often, which is over in minutes; not sent too much.
_HASTE = re.compile(
    r"\btoo many (\w+ ){0,2}(log-?ins?|auth\w*|attempts|errors?|connections?|sessions?|commands)\b", re.IGNORECASE
)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]+")

_LOGIN_CODES = (530, 534, 535, 538)
_BUSY_CODES = (421, 454)
_SESSION_CODES = (500, 502, 503, 504, 555)
_RECIPIENT_PHASES = ("rcpt", "answer")


def safe(text: bytes | str) -> str:
    """A server's words as one short line without control characters."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return _UNPRINTABLE.sub(" ", text).strip()[:500]


def judge(answer: Answer) -> Verdict:
    """What an answer means.

    Phases: "greeting", "ehlo", "starttls", "login", "mail", "rcpt", "data", and "answer" (after the final dot).
    """
    code, text = answer.code, answer.text
    if answer.phase == "data":
        if code == 354:
            return Verdict.TAKEN
    elif 200 <= code < 300:
        return Verdict.TAKEN
    if answer.phase == "login":
        return _judge_login(code, text)
    if code in _LOGIN_CODES:
        return Verdict.LOGIN
    if code in _BUSY_CODES or (code < 500 and _OUT_OF_ORDER.search(text)):
        return _judge_busy(text)
    if code >= 500 and _subject(text) not in ("1", "2") and _BLOCKED.search(text):
        return Verdict.BLOCKED
    if answer.phase in _RECIPIENT_PHASES and _is_about_recipient(answer):
        return _recipient(code)
    if answer.phase in ("mail", "data") and code >= 500 and _is_size(text):
        return Verdict.RECIPIENT_NEVER
    if _GREYLIST.search(text) and 400 <= code < 500:
        return Verdict.GREYLISTED
    if _quota(text):
        return Verdict.QUOTA
    if code in _SESSION_CODES or not 400 <= code < 600:
        return Verdict.SESSION
    if _SENDER.search(text):
        return Verdict.SENDER
    if answer.phase in _RECIPIENT_PHASES:
        return _recipient(code, greylisting="4.7.1" in text and code in (450, 451))
    if code < 500:
        return Verdict.BUSY
    return Verdict.SENDER if answer.phase == "mail" else Verdict.SESSION


def _is_about_recipient(answer: Answer) -> bool:
    """Whether the answer can only be about the address (x.1.x), the recipient's own box (x.2.x) or this one mail."""
    subject = _subject(answer.text)
    if answer.phase == "rcpt" and subject == "1":
        return not _SENDER.search(answer.text)
    if subject == "2" or (answer.phase == "answer" and answer.code >= 500 and _is_size(answer.text)):
        return True
    return bool(_FULL_BOX.search(answer.text)) and not _OUR_SENDING.search(answer.text) and subject != "4"


def _judge_busy(text: str) -> Verdict:
    if _SENDER.search(text):
        return Verdict.SENDER
    return _judge_pause(text)


def _judge_pause(text: str) -> Verdict:
    return Verdict.QUOTA if _quota(text) and not _HASTE.search(text) else Verdict.BUSY


def _judge_login(code: int, text: str) -> Verdict:
    if 400 <= code < 500 or (code not in _LOGIN_CODES and "5.4.5" in text):
        return _judge_pause(text)
    return Verdict.LOGIN if 500 <= code < 600 and code not in _SESSION_CODES else Verdict.SESSION


def _recipient(code: int, *, greylisting: bool = False) -> Verdict:
    if code >= 500:
        return Verdict.RECIPIENT_NEVER
    return Verdict.GREYLISTED if greylisting else Verdict.RECIPIENT_LATER


def _quota(text: str) -> bool:
    if _is_size(text):
        return False
    return bool(re.search(r"\b[45]\.4\.5\b", text) or _QUOTA.search(text))


def _is_size(text: str) -> bool:
    return "5.3.4" in text or "5.2.3" in text or bool(_SIZE.search(text))


def _subject(text: str) -> str:
    found = ENHANCED.search(text)
    return found.group(2) if found else ""
