"""A row of the journal as everyone above the store sees it, and what kind of thing each action is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = {
    "member": "member",
    "call": "member",
    "order": "order",
    "basket": "order",
    "delivery": "delivery",
    "came_back": "came_back",
    "message": "message",
    "starter": "starter",
    "segment": "segment",
    "workflow": "workflow",
    "distribution": "distribution",
    "recap": "distribution",
    "supplement": "distribution",
    "orders": "distribution",
    "catalogue": "catalogue",
    "producer": "producer",
    "product": "product",
    "promotion": "promotion",
    "operator": "operator",
    "export.orders": "distribution",
    "export.recap": "distribution",
    "export.supplement": "distribution",
    "export.pickup": "distribution",
    "export.calls": "distribution",
    "export.message": "message",
    "export.message_calls": "message",
    "export.message_letters": "message",
    "export.message_rows": "message",
    "export.mail": "message",
    "export.results": "message",
    "export.result_recipients": "message",
    "export.member": "member",
}
"""What the `subject_id` of an action is the id of: by the whole action, else by the word before its dot."""

FOLDED = (
    "basket.opened",
    "basket.entered",
    "basket.undone",
    "basket.noted",
    "basket.channel",
    "basket.repeated",
    "basket.typed",
    "basket.voucher_on",
    "basket.voucher_off",
    "unfinished.kept",
    "unfinished.taken",
    "inbox.read",
)
"""Steps on the way to something that has a row of its own: not listed unless asked for."""


def kind_of(action: str) -> str:
    """The kind of thing that an action is about; "" for one that is about the whole group, or unknown here."""
    return KINDS.get(action) or KINDS.get(action.partition(".")[0], "")


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: when (`at`, a UTC stamp), by whom, what.

    `operator` is the name of who did it, "automatic" where nobody did. `kind` says what `subject_id` is the id of;
    `subject` is what that thing is called now, a distribution by its ISO day, "" where it is gone or may not be seen;
    `also` the second thing that the change is about: a catalogue, a product, the distribution of an order (ISO day),
    the member who was called for a message. `member_id` is the member that it is about, if it is about one.
    `detail` never holds what was typed, only what was touched.
    """

    id: int
    at: str
    operator: str
    login: str
    action: str
    subject_id: int | None
    detail: Mapping[str, Any] = field(default_factory=dict)
    member_id: int | None = None
    kind: str = ""
    subject: str = ""
    also: str = ""


@dataclass(frozen=True, slots=True)
class Doer:
    """Somebody who did something: an operator, also one who is gone (not `active`), or "automatic"."""

    login: str
    name: str
    active: bool
