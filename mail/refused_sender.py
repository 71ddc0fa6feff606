"""Which sender a server refused: said in front of the server's own words, as it may be none of the mailbox's by now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.ledger import Outgoing

_NAMED = re.compile(r"<([^<>\s]+@[^<>\s]+)>: ?(.*)", re.DOTALL)

UNTRIED = ("data", "answer")
"""The phases of the talk that are not reached without sending a mail."""


def named(mail: Outgoing, phase: str, answer: str) -> str:
    """The server's words behind the address that they are about: the envelope's, or once the text is there its From."""
    address = (_author(mail.mime) if phase == "answer" else "") or mail.envelope_from
    return f"<{address}>: {'' if answer == address else answer}".rstrip()


def apart(answer: str) -> tuple[str, str]:
    """The refused address, "" where none is named, and the server's words."""
    found = _NAMED.match(answer)
    return (found[1], found[2]) if found else ("", answer)


def _author(mime: bytes) -> str:
    from email.parser import BytesHeaderParser
    from email.utils import parseaddr

    return parseaddr(str(BytesHeaderParser().parsebytes(mime)["From"] or ""))[1]
