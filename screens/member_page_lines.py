"""What a member's page shows: the people with their phones first, then what is known of the household."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from screens.channel_words import way_words
from screens.member_form import LABELS
from screens.member_words import email_state, phones, refusals
from screens.message_states import DELIVERIES, title_of
from screens.order_vouchers import conditions, header
from screens.order_words import CHANNELS, ORDER_STATES, total_text
from screens.text import fitted
from screens.widgets.plain import joined, plain
from screens.widgets.prose import wrapped
from screens.widgets.table import number
from store.clock import unstamp
from store.merging import Merge, merges_of
from store.rights import Right
from store.voucher_records import VoucherState
from store.vouchers import SEES
from templates.words import _, dates

if TYPE_CHECKING:
    from store import Store
    from store.clock import Clock
    from store.message_records import ReceivedRow
    from store.orders import OrderRow
    from store.people import Member, MemberRow, Person, Preference
    from store.voucher_records import Voucher

LABEL_CELLS = 18
NOTE_LINES = 2
"""Lines of the notes on a terminal of 24; more where there is more room."""


@dataclass(frozen=True)
class Page:
    """A member with all that the page shows; `messages` and `vouchers` are None where the operator may not see them.

    `merge` is the latest that can be undone. Who was merged into another member is that other one.
    """

    member: Member
    said: tuple[tuple[Person, tuple[Preference, ...]], ...] = ()
    alike: tuple[MemberRow, ...] = ()
    orders: tuple[OrderRow, ...] = ()
    messages: tuple[ReceivedRow, ...] | None = None
    merge: Merge | None = None
    vouchers: tuple[Voucher, ...] | None = None


def read_page(store: Store, member_id: int) -> Page:
    """All of a member that this operator may see; raises `NotFound`."""
    me = store.operators.me()
    merge = None
    if me.may(Right.MEMBERS):
        member_id, merge = _merge(store, member_id)
    member = store.members.get(member_id)
    said = []
    if me.may(Right.MEMBERS):
        said = [(p, store.members.all_preferences(p.id)) for p in member.people if p.id is not None]
    orders = store.orders.of_member(member_id, cancelled=True) if me.may_somewhere(Right.ORDERS) else ()
    return Page(
        member=member,
        said=tuple(said),
        alike=() if member.archived else store.members.alike(member),
        orders=tuple(sorted(orders, key=lambda row: (row.day, row.at), reverse=True)),
        messages=store.messages.of_member(member_id) if me.may(Right.MESSAGES_SEE) else None,
        merge=merge,
        vouchers=store.vouchers.all(member_id=member_id) if any(map(me.may, SEES)) else None,
    )


def _merge(store: Store, member_id: int) -> tuple[int, Merge | None]:
    """The member who is meant, and the latest merge into it that was not undone."""
    merges = [merge for merge in merges_of(store, member_id) if merge.undone_at is None]
    into = next((merge.kept_id for merge in merges if merge.gone_id == member_id), None)
    if into is not None:
        return _merge(store, into)
    return member_id, next(iter(merges), None)


def title(member: Member) -> str:
    """The household, with its star, and that it is archived."""
    star = " ★" if member.vip else ""
    archived = member.archived and not member.erased
    return f"{member.name}{star}{_('  (archived)') if archived else ''}"


def head(page: Page, clock: Clock, limited: bool, cells: int, note_lines: int = NOTE_LINES) -> Content:
    """The lines above the lists; `limited` for who sees names and phones only."""
    if page.member.erased:
        return plain(" " + _("This member was erased. The orders stay, without a name."))
    lines: list[Content] = []
    for person in page.member.people:
        lines += _person(person, limited, cells)
    if not limited:
        lines += _household(page, cells, note_lines)
    if page.merge is not None:
        at = dates.day(clock.to_wall(unstamp(page.merge.at)).date(), year=True)
        merged = _("Merged with {name} on {day} by {by}: z undoes it").format(
            name=page.merge.gone_name, day=at, by=page.merge.by or _("automatic")
        )
        lines.append(plain(fitted(f"   {merged}", cells).rstrip()))
    if page.alike:
        names = _("Perhaps here twice: {names}").format(names=alike_names(page.alike))
        lines.append(plain(fitted(f" ! {names}", cells).rstrip(), "bold"))
    return Content("\n").join(lines)


def alike_names(alike: Sequence[MemberRow]) -> str:
    """Who may be the same household, each with a phone or e-mail."""
    return "; ".join(", ".join(part for part in (row.name, row.phone or row.email) if part) for row in alike[:3])


def _person(person: Person, limited: bool, cells: int) -> list[Content]:
    name = " " + fitted(person.name or person.listed, LABEL_CELLS - 2) + " "
    lines = [joined(plain(name), plain(phones(person) or _("no phone"), "bold" if phones(person) else "dim"))]
    if not limited:
        state = email_state(person)
        said = _("{name}: {what}").format(name=person.email, what=state) if person.email else state
        lines.append(plain(" " * LABEL_CELLS + fitted(said, cells - LABEL_CELLS).rstrip()))
    return lines


def _household(page: Page, cells: int, note_lines: int) -> list[Content]:
    member, room = page.member, cells - LABEL_CELLS - 1
    town = f"{member.postal_code} {member.city}".strip()
    language = _("{name}: {what}").format(name=_(LABELS["language"]), what=member.language) if member.language else ""
    place = " · ".join(part for part in (member.pickup_place or "–", language) if part)
    lines = [
        _labelled(_(LABELS["address1"]), ", ".join(p for p in (member.address1, member.address2, town) if p), room),
        _labelled(_(LABELS["pickup_place"]), place if member.pickup_place or language else "", room),
        _labelled(_(LABELS["tags"]), ", ".join(member.tags), room),
        _labelled(_("Refused"), refusals(page.said), room),
        _labelled(_("Vouchers"), _vouchers(page.vouchers or ()), room),
    ]
    if member.notes:
        notes = wrapped(plain(" ".join(member.notes.split())), room).split("\n")
        if len(notes) > note_lines:
            notes = [*notes[: note_lines - 1], plain(fitted(notes[note_lines - 1].plain + " …", room))]
        label = fitted(f" {_(LABELS['notes'])}", LABEL_CELLS)
        lines += [
            joined(plain(label if place == 0 else " " * LABEL_CELLS, "dim"), note) for place, note in enumerate(notes)
        ]
    return [line for line in lines if line is not None]


def _vouchers(vouchers: Sequence[Voucher]) -> str:
    """What the member can still use; of a single one until when."""
    usable = [one for one in vouchers if one.state is VoucherState.OPEN]
    parts = (header(usable), conditions(usable[0]) if len(usable) == 1 else "")
    return ", ".join(part for part in parts if part)


def _labelled(label: str, text: str, room: int) -> Content | None:
    if not text:
        return None
    return joined(plain(fitted(f" {label}", LABEL_CELLS), "dim"), plain(fitted(text, room).rstrip()))


def order_cells(row: OrderRow, currency: str) -> list[object]:
    """An order in the list: day, state, lines, total, channel, by whom."""
    return [
        dates.day(row.day, year=True),
        _("change") if row.changes_order_id is not None else _(ORDER_STATES[row.state]),
        number(row.lines),
        number(total_text(row.totals, currency, estimated=row.estimated)),
        _(CHANNELS.get(row.channel, row.channel)),
        row.by or _("automatic"),
    ]


def message_cells(row: ReceivedRow, clock: Clock) -> list[object]:
    """A message in the list: day, title, what became of the mail."""
    states = " · ".join(_(DELIVERIES[state]) for state in row.states)
    states = states or (_("imported") if row.imported else way_words(row.reach, row.channel))
    return [dates.day(clock.to_wall(row.at).date(), year=True), title_of(row), states]
