"""What a merge of two members looks like outside the store: before it is done, and afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from store.exchange.report import FieldChange
from store.people import Member, Person


@dataclass(frozen=True, slots=True)
class MovedOrder:
    """An order ("confirmed", "cancelled") or open basket ("basket") that goes over.

    `joined`: the member that stays has one for the same distribution, and their lines are put together.
    """

    distribution_id: int
    day: date
    state: str
    joined: bool


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would do: `other` goes into `keep`, which becomes `becomes`.

    `changes` are the fields of `keep` that change, named as in the member's form (`email2`: of the second person;
    `people`: somebody comes or goes). `left_out` is what the other one says differently and what is not taken over:
    `before` stays, `after` is lost. `people` are all the different people of both. Where they are more than two
    (`choose`) the caller names the two that stay, by their ids; `becomes` shows the first two until then.

    `messages` counts those received that go over, `vouchers` those not used yet, `held` the mails that wait and are
    held back, because the household gets the same one already. `refusals` are (person, "email targeted") that come to
    hold for somebody who stays. `external_ids` are (source, id). `picked` names saved segments and drafts in which the
    other one is picked by hand, `roles` the operators, producers and catalogues that the other one is linked to.
    """

    keep: Member
    other: Member
    becomes: Member
    changes: tuple[FieldChange, ...]
    left_out: tuple[FieldChange, ...]
    people: tuple[Person, ...]
    choose: bool
    orders: tuple[MovedOrder, ...]
    messages: int
    vouchers: int
    held: int
    refusals: tuple[tuple[str, str], ...]
    external_ids: tuple[tuple[str, str], ...]
    picked: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge that was done; `at` and `undone_at` are UTC stamps, `by` the operator's name (empty: by itself)."""

    id: int
    kept_id: int
    gone_id: int
    gone_name: str
    at: str
    by: str
    undone_at: str | None
