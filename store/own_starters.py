"""The group's own starters: words that somebody keeps to begin other messages with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import Invalid, NotFound
from store.folding import fold
from store.message_records import Message, OwnStarter
from store.message_rows import one_line

if TYPE_CHECKING:
    from store.transaction import Transaction

LABEL_LIMIT = 60
"""Characters of a label: a line of the list."""
_SAY_NOTHING = ("everyone", "nobody", "member")
"""Rules that say nothing about whom a text suits."""


def all_starters(t: Transaction) -> tuple[OwnStarter, ...]:
    """The starters by label, accents and case apart."""
    rows = t.all("SELECT id, label, kind, fits, subject, text, language, version FROM starters ORDER BY label")
    found = (OwnStarter(**{**row, "fits": frozenset(row["fits"].split())}) for row in rows)
    return tuple(sorted(found, key=lambda starter: fold(starter.label)))


def keep(t: Transaction, label: str, message: Message, *, replace: bool) -> int:
    """Keep the words of a message under a label; see `Messages.keep_starter`."""
    label = one_line(label)
    if not label:
        raise Invalid("label", "", "empty")
    if len(label) > LABEL_LIMIT:
        raise Invalid("label", str(len(label)), "too_long")
    same = next((starter for starter in all_starters(t) if fold(starter.label) == fold(label)), None)
    if same is not None and not replace:
        raise Invalid("label", label, "taken")
    rules = dict.fromkeys(step.rule.name for step in message.segment.steps)
    values = {
        "label": label,
        "kind": message.kind,
        "fits": " ".join(rule for rule in rules if rule not in _SAY_NOTHING),
        "subject": message.subject,
        "text": message.text,
        "language": message.language,
        "changed_at": t.stamp,
        "changed_by": t.actor.id,
    }
    if same is None:
        return t.insert("starters", **values)
    t.execute(
        f"UPDATE starters SET {', '.join(f'{name} = :{name}' for name in values)}, version = version + 1"
        " WHERE id = :id",
        {**values, "id": same.id},
    )
    return same.id


def forget(t: Transaction, starter_id: int) -> None:
    """Delete a starter; raises `NotFound`."""
    if not t.execute("DELETE FROM starters WHERE id = ?", (starter_id,)).rowcount:
        raise NotFound("starter", str(starter_id))
