"""Who may do what: rights, the roles that bundle them, and the operator who acts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from store.errors import NotAllowed


class Right(StrEnum):
    """What an operator can be allowed to do."""

    MEMBERS = "members"
    ORDERS = "orders"
    MESSAGES_SEE = "messages.see"
    MESSAGES_WRITE = "messages.write"
    MESSAGES_SEND = "messages.send"
    RESULTS_MONEY = "results.money"
    ADMIN = "admin"


ROLES: dict[str, tuple[Right, ...]] = {
    "coordinator": tuple(Right),
    "phone_desk": (Right.MEMBERS, Right.ORDERS),
    "writer": (Right.MEMBERS, Right.MESSAGES_SEE, Right.MESSAGES_WRITE, Right.MESSAGES_SEND),
    "producer": (Right.ORDERS,),
    "treasurer": (Right.MEMBERS, Right.MESSAGES_SEE, Right.RESULTS_MONEY),
}
"""The roles that come with cabas and their rights before anybody changes them: see `store.roles`."""
PRODUCER = "producer"
"""The role whose `orders` is given on named catalogues only, never on all."""

Grant = tuple[Right, int | None]
"""A right on one catalogue, or (None) on all."""

INCLUDED_IN: dict[Right, tuple[Right, ...]] = {
    Right.MESSAGES_SEE: (Right.MESSAGES_WRITE, Right.MESSAGES_SEND),
}
"""Rights that come with each of others: who writes or sends messages sees them, or could not see the own draft."""

QUEUES_MAIL = (Right.MESSAGES_SEND, Right.MESSAGES_WRITE, Right.ORDERS)
"""Any of these, on some catalogue at least, lets one start the sending of what is in the outbox.

Each puts mails there: messages, tests, recaps. What waits was put there by somebody who might.
"""


def told(grants: frozenset[Grant]) -> list[str]:
    """Rights as words, for the journal and for programs: "orders:3" on one catalogue."""
    return sorted(right.value if catalogue is None else f"{right.value}:{catalogue}" for right, catalogue in grants)


@dataclass(frozen=True)
class Operator:
    """A person who uses cabas, or `AUTOMATIC`. `grants` are rights, each on one catalogue or (None) on all.

    `role`: the one whose rights these are, now and after it is changed; None for rights of their own. Not `active`:
    removed, and can be brought back.
    """

    id: int | None
    login: str
    name: str
    language: str | None = None
    member_id: int | None = None
    email: str | None = None
    grants: frozenset[Grant] = frozenset()
    role: str | None = None
    active: bool = True

    def may(self, right: Right, catalogue_id: int | None = None) -> bool:
        """Whether the operator has the right, or one that includes it, on this catalogue, or on all with None."""
        return (
            self.id is None
            or (Right.ADMIN, None) in self.grants
            or any((given, None) in self.grants for given in (right, *INCLUDED_IN.get(right, ())))
            or (catalogue_id is not None and (right, catalogue_id) in self.grants)
        )

    def may_somewhere(self, right: Right) -> bool:
        """Whether the operator has the right on at least one catalogue."""
        return self.may(right) or any(r == right for r, _ in self.grants)

    def catalogues(self, right: Right) -> frozenset[int] | None:
        """The catalogues on which the operator has the right; None means all."""
        if self.may(right):
            return None
        return frozenset(c for r, c in self.grants if r == right and c is not None)

    def may_any(self, rights: tuple[Right, ...]) -> bool:
        """Whether the operator has one of these rights on at least one catalogue."""
        return any(self.may_somewhere(right) for right in rights)

    def require_any(self, rights: tuple[Right, ...]) -> None:
        """Raise `NotAllowed` for the first of these rights unless the operator has one of them somewhere."""
        if not self.may_any(rights):
            raise NotAllowed(rights[0].value)

    def require(self, right: Right, catalogue_id: int | None = None) -> None:
        """Raise `NotAllowed` unless the operator has the right."""
        if not self.may(right, catalogue_id):
            raise NotAllowed(right.value, catalogue_id)


AUTOMATIC = Operator(id=None, login="automatic", name="automatic")
"""Who acts when no person does: the scheduler, the outbox."""
