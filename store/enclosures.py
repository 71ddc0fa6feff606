"""What all mails of a message end with: its images and attachments, kept once and not once for each recipient.

A mail is its delivery's own part and, where it has one, this tail; nothing else reads `deliveries.mime` to send or show
a mail.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.transaction import Transaction


def keep_tail(t: Transaction, tail: bytes) -> int:
    """Store a tail, unless the same is stored already, and return its id; part of the transaction that queues mails.

    It is never changed, since mails may be sent again, and stays as long as one refers to it. Its lines end with CRLF,
    and none begins with a dot: it goes out as it stands. Raises ValueError for others.
    """
    if tail[:1] == b"." or b"\n." in tail or tail.count(b"\n") != tail.count(b"\r\n") or not tail.endswith(b"\r\n"):
        raise ValueError("a tail that cannot be sent as it stands")
    digest = hashlib.sha256(tail).hexdigest()
    found = t.value("SELECT id FROM enclosures WHERE digest = ?", (digest,))
    return int(found) if found is not None else t.insert("enclosures", digest=digest, tail=tail)


def forget_tests(t: Transaction, message_id: int) -> None:
    """Let go of the files of a message's tests that were sent: they never go again, and nobody looks at them."""
    t.execute(
        "UPDATE deliveries SET enclosure_id = NULL WHERE message_id = ? AND kind = 'test' AND state = 'sent'",
        (message_id,),
    )
    drop_unused(t)


def drop_unused(t: Transaction) -> None:
    """Delete the tails that no mail refers to any more."""
    used = "SELECT enclosure_id FROM deliveries WHERE enclosure_id IS NOT NULL"
    t.execute(f"DELETE FROM enclosures WHERE id NOT IN ({used})")


def tail_of(t: Transaction, enclosure_id: int | None) -> bytes:
    """The octets after a mail's own part; none for a mail without files."""
    if enclosure_id is None:
        return b""
    return bytes(t.value("SELECT tail FROM enclosures WHERE id = ?", (enclosure_id,)))


def whole_mime(t: Transaction, delivery_id: int) -> bytes | None:
    """A mail as it is sent, all but its Date; empty when its text was erased, None where there is no such delivery."""
    row = t.one("SELECT mime, enclosure_id FROM deliveries WHERE id = ?", (delivery_id,))
    if row is None:
        return None
    return row["mime"] + tail_of(t, row["enclosure_id"]) if row["mime"] else b""
