"""What a report about an undelivered mail says, and which mail it is about (RFC 3464, 6522, 3463).

Only a report that is made for programs is believed. What a server says in words alone is for a person to read.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from mail.answers import ENHANCED, safe
from mail.incoming import addresses, attached, body_text, header, message_ids, own_parts, part_text, patiently
from store.folding import fold


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report. `kind` is "hard" (the address does not work), "soft" (this mail did not arrive), "unclear" (a person
    has to read it) or "delayed" (nothing is lost yet: the server took the mail and goes on trying).

    Which mail: `token` (the envelope's id), `message_ref` (its Message-ID), `ref` (its X-Cabas-Ref), else the
    `address` it was for, or one of `others`, which are named besides. `foreign`: it brings a mail's headers, and they
    bear no X-Cabas-Ref. `status` is as 5.1.1, empty where none is given; `said` the server's words.
    """

    kind: str
    status: str = ""
    address: str = ""
    message_ref: str = ""
    ref: str = ""
    token: str = ""
    said: str = ""
    others: tuple[str, ...] = ()
    foreign: bool = False


_MOST_SAID = 240

_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_FEEDBACK = "message/feedback-report"
_COMPLAINTS = ("abuse", "fraud", "opt-out", "opt-out-list")
_RETURNED = ("message/rfc822", "message/global")
_RETURNED_HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")

# No such address, box or host, or a box that is closed; 5.1.7 to 5.1.9 are about the sender (RFC 3463, 3.2 and 3.3).
_HARD = re.compile(r"5\.1\.(?:0|1|2|3|4|6|10)|5\.2\.1")
# Servers give the codes above for these too.
_NOT_THE_ADDRESS = re.compile(
    r"\b(?:rate|quota|full|exceed\w*|too many|spam\w*|block\w*|blacklist\w*|listed|reputation|policy|sender"
    r"|spf|dkim|dmarc|greylist\w*|temporar\w*|try again)\b",
    re.IGNORECASE,
)
# No longer than addresses are (RFC 5321, 4.5.3.1), or a long text takes minutes.
_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}@[\w.-]{1,190}\.[\w-]{2,63}")
_REF = re.compile(r"^[> \t]*X-Cabas-Ref:\s*(\S{3,80})", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(r"^[> \t]*Original-Envelope-Id:\s*(\S{3,80})", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(r"^[> \t]*Message-ID:\s*(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)
_FOR_PROGRAMS = re.compile(
    r"^[> \t]*(?:X-Cabas-Ref|Message-ID|(?:Original-Envelope|Arrival|Reporting|Received|Content|MIME)[A-Za-z-]*):.*$",
    re.IGNORECASE | re.MULTILINE,
)
_POSTMASTERS = ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "mdaemon", "mail.daemon")
_UNDELIVERED = re.compile(
    r"undeliver|delivery (?:status|fail|has failed|problem|error|incomplete)|mail delivery|failure notice|returned"
    r"|could not be (?:sent|delivered)|not delivered|mail system error"
    r"|non (?:remis|distribu|delivr|achemin)|echec de (?:la )?(?:remise|distribution|l.envoi)|etat de (?:la )?remise"
    r"|retour(?:ne)? a l.expediteur|mancata consegna|mancato recapito|mancato inoltro|impossibile recapitare"
    r"|non (?:e stato )?(?:consegnat|recapitat|recapitabile)|errore di consegna|notifica .*consegna|unzustellbar",
    re.IGNORECASE,
)
_DELAYED = re.compile(r"\bdelay|\bwarning\b|\bretard|\bdiffere\b|\britard|still (?:being )?(?:retried|trying)")


@patiently(None)
def read_bounce(message: Message) -> Bounce | None:
    """What a report says; None for any other mail. Of several recipients in one report the worst news count."""
    blocks = next((found for part in own_parts(message) if (found := _blocks(part))), None)
    if blocks is None:
        return _in_words(message) if _looks_like_report(message) else None
    returned = _returned(message)
    to = next(iter(addresses(returned, "To")), "") if returned is not None else ""
    token = next((value for block in blocks if (value := header(block, "Original-Envelope-Id"))), "")
    original = [found for block in blocks for found in message_ids(block, "X-Original-Message-ID")]  # Gmail's
    bounces = [_of_recipient(block, to) for block in blocks if "Action" in block or "Status" in block]
    if not bounces:
        return _in_words(message)
    failed = [one for one in bounces if one.kind != "delayed"]
    worst = min(failed or bounces, key=lambda one: ("unclear", "soft", "hard", "delayed").index(one.kind))
    return Bounce(
        # Where some of an alias's addresses were reached, the mail may have arrived.
        "unclear" if failed and len(failed) < len(bounces) else worst.kind,
        worst.status,
        to or worst.address,
        _first(message_ids(returned, "Message-ID")) if returned is not None else _first(original),
        header(returned, "X-Cabas-Ref") if returned is not None else "",
        token,
        worst.said or (_around(body_text(message), worst.address) if worst.kind == "unclear" else ""),
        tuple(dict.fromkeys(one.address for one in bounces if one.address)),
        returned is not None and "Message-ID" in returned and "X-Cabas-Ref" not in returned,
    )


@patiently(None)
def read_complaint(message: Message) -> Bounce | None:
    """Which mail somebody called spam at their provider, that tells it to the sender (RFC 5965); None for others.

    It bears what tells the mail, and nothing else counts.
    """
    if str(message.get_param("report-type", "")).lower() != "feedback-report":
        return None
    fields = [inner for part in own_parts(message) if part.get_content_type() == _FEEDBACK for inner in attached(part)]
    returned = _returned(message)
    if returned is None or not any(header(block, "Feedback-Type").lower() in _COMPLAINTS for block in fields):
        return None
    token = _first([header(block, "Original-Envelope-Id") for block in fields])
    return Bounce(
        "complaint",
        message_ref=_first(message_ids(returned, "Message-ID")),
        ref=header(returned, "X-Cabas-Ref"),
        token=token,
    )


@patiently(True)
def may_be_report(message: Message) -> bool:
    """Whether a mail's headers are such that it is worth looking for a report in it."""
    kind = message.get_content_type()
    return kind == "multipart/report" or "X-Failed-Recipients" in message or kind in _REPORTS or _from_machine(message)


def _looks_like_report(message: Message) -> bool:
    """Whether a mail without a report for programs tells of an undelivered mail, by its headers."""
    if message.get_content_type() == "multipart/report":
        return str(message.get_param("report-type", "delivery-status")).lower() == "delivery-status"
    if "X-Failed-Recipients" in message:
        return True
    return _from_machine(message) and bool(_UNDELIVERED.search(fold(header(message, "Subject"))))


def _from_machine(message: Message) -> bool:
    """Whether a mail server wrote it: it says so, or takes no answer (RFC 5321, 4.5.5)."""
    senders = [*addresses(message, "From", "Sender"), str(message.get("From", "")).strip()]
    if any(sender.lower().startswith(_POSTMASTERS) for sender in senders):
        return True
    return "Return-Path" in message and header(message, "Return-Path") == "<>"


def _blocks(part: Message) -> list[Message]:
    """The blocks of a report for programs: one about the mail, one for each recipient. Empty for other parts."""
    if part.get_content_type() not in _REPORTS:
        return []
    blocks = [block for block in attached(part) if block.keys()]
    if any("Action" in block or "Status" in block for block in blocks):
        return blocks
    # Encoded, or without the empty lines that the standard library looks for.
    text = "\n".join(str(inner.get_payload()) for inner in attached(part)) or str(part.get_payload())
    if header(part, "Content-Transfer-Encoding").lower() == "base64":
        try:
            text = base64.b64decode(text).decode("utf-8", "replace")
        except (ValueError, binascii.Error):
            return []
    parsed = (HeaderParser().parsestr(block) for block in re.split(r"\r?\n\s*\r?\n", text.strip()))
    return [block for block in parsed if block.keys()]


def _of_recipient(block: Message, to: str) -> Bounce:
    """What a report says of one recipient; `to` is whom the mail was for, where that is known."""
    action = header(block, "Action").lower().split(" ")[0]
    said = _typed(header(block, "Diagnostic-Code"))
    status = _status(header(block, "Status"), said)
    final, original = (_address(header(block, name)) for name in ("Final-Recipient", "Original-Recipient"))
    address = original or final or _first(_ADDRESS.findall(said))
    if action in ("delayed", "delivered", "relayed", "expanded") or status.startswith("2."):
        return Bounce("delayed", status, address, said=said)
    if action != "failed" and not status.startswith("5."):
        return Bounce("unclear", status, address, said=said)
    kind = "hard" if _HARD.fullmatch(status) and not _NOT_THE_ADDRESS.search(said) else "soft"
    if kind == "hard" and to and address and to.lower() != address.lower():
        # It was forwarded: the address works, and where it leads to does not.
        return Bounce("unclear", status, address, said=said)
    return Bounce(kind, status, address, said=said)


def _status(status: str, said: str) -> str:
    """The more exact one of the report's own code and that in the server's words: some always write 5.0.0."""
    own = ENHANCED.search(status)
    told = ENHANCED.search(said)
    if own is None or (own.group(2) == "0" and told is not None and told.group(1) == own.group(1)):
        own = told
    return "" if own is None else ".".join(own.groups())


def _returned(message: Message) -> Message | None:
    """The headers of the mail that came back."""
    for part in own_parts(message):
        kind = part.get_content_type()
        if kind in _RETURNED:
            for inner in attached(part):
                return inner
        if kind in _RETURNED_HEADERS:
            text = part_text(part) or "".join(str(inner) for inner in attached(part))
            return HeaderParser().parsestr(text.lstrip("\r\n"))
    return None


def _in_words(message: Message) -> Bounce:
    """A report that only people can read: what it names is found, what it means is not guessed."""
    text = body_text(message)
    returned = _returned(message)
    ref = header(returned, "X-Cabas-Ref") if returned is not None else ""
    message_ref = _first(message_ids(returned, "Message-ID")) if returned is not None else ""
    subject = header(message, "Subject")
    named = [*addresses(message, "X-Failed-Recipients"), *_ADDRESS.findall(text)]
    others = tuple(dict.fromkeys(address.strip(".").lower() for address in named))[:20]
    found_status = ENHANCED.search(text)
    return Bounce(
        "delayed" if _DELAYED.search(fold(subject)) else "unclear",
        ".".join(found_status.groups()) if found_status else "",
        _first(others),
        message_ref or _first(_MESSAGE_ID.findall(text)),
        ref or _first(_REF.findall(text)),
        _first(_TOKEN.findall(text)),
        said=_around(text, _first(others)) or subject,
        others=others,
    )


def _around(text: str, address: str) -> str:
    """What a text for people says from the address on, which is where it names the reason; else its beginning.

    Lines that are made for programs say nothing to people.
    """
    text = _FOR_PROGRAMS.sub("", text)
    at = max(0, text.lower().find(address.lower())) if address else 0
    return safe(" ".join(text[at:].partition("\n---")[0].split()))[:_MOST_SAID]


def _address(value: str) -> str:
    """The address in `rfc822; odette@example.org`."""
    found = _ADDRESS.search(_typed(value))
    return found.group(0) if found else ""


def _typed(value: str) -> str:
    """What stands behind the type in `smtp; 550 …`."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and kind.strip().isascii() and len(kind) < 20 else value


def _first(found: list[str] | tuple[str, ...]) -> str:
    return next(iter(found), "")
