"""What an answer to one of our mails asks for: no more such mails, for certain or perhaps, or something else.

A token says for certain whom a STOP is for. A word alone is shown to a person: "stop" can mean many things. Looked at
is the first line that its writer wrote, never what is quoted: our own footer says STOP.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from mail.answers import safe
from mail.incoming import addresses, body_text, header, message_ids, patiently
from mail.stop_words import is_greeting, says_stop
from store.folding import fold, folded_words

TOKEN = "[a-z2-7]{16}"
"""What `mail.mime.new_token` makes."""


@dataclass(frozen=True, slots=True)
class StopWord:
    """The first line says STOP; `refs` are the Message-IDs it answers, the nearest first, `sender` who wrote."""

    line: str
    refs: tuple[str, ...]
    sender: str


@dataclass(frozen=True, slots=True)
class Stop:
    """STOP with a recipient's token: whoever sent it, it is about the mail with this token.

    `word`: what it says all the same where nobody was given that token, as one that was typed from paper with a slip;
    None where a program wrote it.
    """

    token: str
    word: StopWord | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An ordinary answer: it shows that the mail it answers (`refs`) arrived."""

    refs: tuple[str, ...]
    sender: str


_STOP_TOKEN = re.compile(rf"\bstop(?:%20|[\s:+=_.-])*({TOKEN})(?![a-z0-9])")
_LOCAL_TOKEN = re.compile(rf"(?:^|[+._-])stop[+._=-]({TOKEN})$")

_ATTRIBUTION = re.compile(
    r"^\W*(?:le|on|il|in data|el|am|da|de)\b.{4,300}(?:ecrit|wrote|scritto|scrisse|schrieb)\s*:\s*$"
)
# What begins the mail that is answered, unmarked: Outlook's rule and header lines, the mark of a signature.
_REST_IS_QUOTED = re.compile(
    r"^(?:-{2}\s?$|_{5,}|-{3,}.{0,60}(?:original|origine|transfere|forwarded|inoltrat|initial)"
    r"|\*?(?:de|from|da|envoye|sent|inviato|date)\s?\*?\s?:.{0,200}(?:@|$))"
)
_LONGEST = 1000
_AUTOMATIC_PRECEDENCE = frozenset({"bulk", "junk", "list", "auto_reply"})
_AUTOMATIC = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id", "X-Autoresponder")


@patiently(None)
def read_reply(message: Message) -> Stop | StopWord | Answer | None:
    """What a mail asks for; None where no person wrote it, or where it is neither an answer nor a STOP.

    Its headers alone tell as much, but for what its first line says.
    """
    if "X-Cabas-Ref" in message:
        return None  # one of our own, to ourselves
    subject = header(message, "Subject")
    refs = tuple(dict.fromkeys([*message_ids(message, "In-Reply-To"), *reversed(message_ids(message, "References"))]))
    sender = _sender(message)
    automatic = is_automatic(message)
    if token := _token(message, subject):
        return Stop(token, None if automatic else StopWord(safe(subject), refs, sender))
    if automatic:
        return None
    line = first_line(body_text(message))
    if found := _STOP_TOKEN.search(fold(line)):
        return Stop(found.group(1), StopWord(safe(line), refs, sender))
    for said in (line, subject):
        if says_stop(said):
            return StopWord(safe(said), refs, sender)
    return Answer(refs, sender) if refs else None


@patiently("")
def by_hand(message: Message) -> str:
    """Who wrote a mail, by its headers; empty where no person did, or it is one of ours."""
    return "" if "X-Cabas-Ref" in message or is_automatic(message) else _sender(message)


def _sender(message: Message) -> str:
    return next(iter(addresses(message, "From")), "")


def _token(message: Message, subject: str) -> str:
    if found := _STOP_TOKEN.search(fold(subject)):
        return found.group(1)
    for address in addresses(message, "To", "Delivered-To", "X-Original-To"):
        if found := _LOCAL_TOKEN.search(address.rpartition("@")[0].lower()):
            return found.group(1)
    return ""


def is_automatic(message: Message) -> bool:
    """Whether a program wrote it: an absence, a list, a report (RFC 3834, and what came before it)."""
    auto = header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if auto not in ("", "no"):
        return True
    if "Return-Path" in message and header(message, "Return-Path") in ("<>", ""):
        return True
    if header(message, "Precedence").lower() in _AUTOMATIC_PRECEDENCE:
        return True
    return any(header(message, name).lower() not in ("", "no", "none") for name in _AUTOMATIC)


def first_line(text: str) -> str:
    """The first line that the mail's writer wrote, greetings apart; empty where there is none."""
    lines = [line.strip()[:_LONGEST].replace("\xa0", " ").strip("\u200b\ufeff") for line in text.splitlines()[:400]]
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line or line.startswith((">", "|")):
            at += 1
            continue
        if over := _attribution(lines, at):
            at = over
            # The quoted lines that follow are marked, or everything that follows is quoted.
            if not next((later for later in lines[at:] if later), "").startswith((">", "|")):
                return ""
            continue
        if _REST_IS_QUOTED.match(fold(line)):
            return ""
        if not folded_words(line) or (is_greeting(line) and not says_stop(line)):
            at += 1
            continue
        return line
    return ""


def _attribution(lines: list[str], at: int) -> int:
    """The line after an attribution ("On … wrote:", on up to three lines) that begins here; 0 where none does."""
    for length in (1, 2, 3):
        if _ATTRIBUTION.match(fold(" ".join(lines[at : at + length]))):
            return at + length
    return 0
