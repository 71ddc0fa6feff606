"""What there is to know about a draft beside its words: whom it reaches, and what they got from others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from screens.advice import Advice
from screens.channel_beside import first_by_channel
from screens.channel_counts import counted
from screens.text import fitted, width
from store.rights import Right
from templates.words import _, dates, ngettext, speaking

if TYPE_CHECKING:
    from datetime import datetime

    from store import Store
    from store.clock import Clock
    from store.distributions import Distribution
    from store.message_advice import AdviceFacts
    from store.message_records import Message
    from store.overlap import Overlap
    from store.segments import Counts, Segment
    from store.voucher_records import Offer
    from templates.render.fields import Fit

MOST_OVERLAPS = 3
"""So many other messages are worth a word."""
TITLE = 24
"""Cells of another message's title, in a sentence."""


@dataclass(frozen=True)
class Around:
    """What was read for a draft as it was then. `message` is as the file has it, `fits` tells which fields suit.

    `distribution` is the day that the message speaks of, "" where none is planned, `values` what fields say that are
    the same for all; `first` the first member who gets it, None for nobody; `address` the one it comes from.
    """

    message: Message
    counts: Counts
    facts: AdviceFacts
    overlaps: tuple[Overlap, ...]
    fits: tuple[Fit, ...]
    distribution: str
    values: Mapping[str, str]
    address: str
    first: int | None
    offer: Offer | None = None
    """The voucher that everybody gets with it."""
    firsts: Mapping[str, int] = field(default_factory=dict)
    """The first member whom each further channel reaches, and who is called first."""


def read_around(store: Store, message: Message, *, first: bool) -> Around:
    """Read it all, for a message as it is typed; `first` tells whether the first recipient is wanted.

    May take a while in a large group: call it from a thread. Raises what a segment raises, and `NotFound`.
    """
    from mail.first_mail import first_member
    from store.message_advice import advice_facts

    segment, kind, own = message.segment, message.kind, message.id or 0
    service = bool(message.service_reason)
    mailbox = store.mailbox.get()
    spoken_of = _distribution(store, message)
    offer = store.vouchers.offer(own)
    return Around(
        message=store.messages.get(own),
        counts=counted(store, message),
        facts=advice_facts(
            store, segment, kind, message.text, service=service, message_id=own, channels=message.channels
        ),
        overlaps=overlaps(store, message),
        fits=fits(segment, spoken_of, coming=store.distributions.next(), message=message, voucher=offer is not None),
        distribution=dates.day(spoken_of.day) if spoken_of is not None else "",
        values=_values(store, message, spoken_of),
        address=message.from_address or (mailbox.address if mailbox else ""),
        first=first_member(store, message) if first else None,
        offer=offer,
        firsts=first_by_channel(store, message) if first else {},
    )


def fits(
    segment: Segment,
    spoken_of: Distribution | None,
    *,
    coming: Distribution | None,
    message: Message | None = None,
    voucher: bool = False,
) -> tuple[Fit, ...]:
    """Every field, and whether all people of a segment have something to say for it.

    Who ordered for another distribution than the one that the message speaks of has ordered before, and no more.
    """
    from templates.render.fields import ORDERED, fitting, holding

    meant: set[object] = set()
    if spoken_of is not None:
        meant = {spoken_of.id, spoken_of.day.isoformat()}
        if coming is not None and coming.id == spoken_of.id:
            meant.add("next")
    steps = [
        (step.verb.value, "orders" if name in ORDERED and step.rule.get("distribution") not in meant else name)
        for step in segment.steps
        for name in [step.rule.name]
    ]
    return fitting(
        holding(segment.start.value, steps),
        distribution=spoken_of is not None,
        catalogue=message is not None and (message.catalogue_id, message.promotion_id) != (None, None),
        promotion=message is not None and message.promotion_id is not None,
        voucher=voucher,
    )


def _distribution(store: Store, message: Message) -> Distribution | None:
    if message.distribution_id is not None:
        return store.distributions.get(message.distribution_id)
    return store.distributions.next()


def _values(store: Store, message: Message, spoken_of: Distribution | None) -> dict[str, str]:
    """As the mails say them: in the language of the text."""
    from mail.fields import text_language

    group = store.settings.group()
    values = {"group": group.name, "sender": message.from_name or group.name}
    if spoken_of is not None:
        with speaking(text_language(message, group)):
            day = dates.day_long(spoken_of.day)
            closes = _("{day} at {hour}").format(day=day, hour="20:00")
        hours = {"distribution.from": spoken_of.starts_at, "distribution.to": spoken_of.ends_at}
        values |= {"distribution.day": day, "distribution.place": spoken_of.place, "closes": closes, **hours}
    return values


# -- advice


def about_people(store: Store, message: Message) -> list[Advice]:
    """What there is to say of the people of a stored message: what they got from others, lately or soon.

    Nothing to who may not see messages. Raises what a segment raises.
    """
    from store.message_advice import advice_facts

    if not store.operators.me().may(Right.MESSAGES_SEE):
        return []
    segment, kind, own = message.segment, message.kind, message.id or 0
    service, channels = bool(message.service_reason), message.channels
    return advise_around(
        advice_facts(store, segment, kind, message.text, service=service, message_id=own, channels=channels),
        overlaps(store, message),
        store.clock,
    )


def overlaps(store: Store, message: Message) -> tuple[Overlap, ...]:
    """Other messages to the same people, the most people first."""
    return store.segments.overlap(
        message.segment,
        message_id=message.id or 0,
        kind=message.kind,
        service=bool(message.service_reason),
        limit=MOST_OVERLAPS,
    )


def advise_around(facts: AdviceFacts, overlaps: Sequence[Overlap], clock: Clock) -> list[Advice]:
    """Advice on the people: what they got from others, lately or soon."""
    found = [_overlapping(other, clock) for other in overlaps]
    # Whom one of these names already is not counted a second time.
    if facts.recent > max((other.members for other in overlaps if other.kind == "targeted"), default=0):
        found.append(_recent(facts))
    named = {other.message_id for other in overlaps}
    found += [advice for advice in _automatic(facts, clock) if advice.about not in named]
    return [*found, *_same(facts, clock)]


def _overlapping(other: Overlap, clock: Clock) -> Advice:
    sentence = _("{n} of {all} get “{title}” {when}") if other.kept else _("{n} of {all} got “{title}” {when}")
    return Advice(
        False,
        sentence.format(n=other.members, all=other.selected, title=_cut(other.title), when=_when(other.at, clock)),
        _("Who gets one message after the other reads none of them."),
        "leave_out",
        ngettext("leave them out ({n} member)", "leave them out ({n} members)", other.members).format(n=other.members),
        other.message_id,
    )


def _recent(facts: AdviceFacts) -> Advice:
    people = ngettext("{n} of them got a message", "{n} of them got a message", facts.recent).format(n=facts.recent)
    days = facts.recent_days
    ago = ngettext("{n} day ago", "{n} days ago", days).format(n=days) if days else _("today")
    reason = ngettext(
        "One message in {n} day is enough for a person; it can wait, or go to others.",
        "One message in {n} days is enough for a person; it can wait, or go to others.",
        facts.limits.targeted_days,
    )
    return Advice(False, f"{people} {ago}", reason.format(n=facts.limits.targeted_days), "people", _("choose people"))


def _automatic(facts: AdviceFacts, clock: Clock) -> Iterator[Advice]:
    for mail in facts.automatic[:MOST_OVERLAPS]:
        sentence = _("{n} of them get “{title}” {when}") if mail.kept else _("{n} of them got “{title}” {when}")
        yield Advice(
            False,
            sentence.format(n=mail.members, title=_cut(mail.title), when=_when(mail.at, clock)),
            _("That mail goes by its date; this one had better come some days before or after it."),
            "later",
            _("choose an hour"),
            mail.message_id,
        )


def _same(facts: AdviceFacts, clock: Clock) -> Iterator[Advice]:
    same = facts.same_text
    if same is not None:
        yield Advice(
            False,
            _("the same text as “{title}” {when}").format(title=_cut(same.title), when=_when(same.at, clock)),
            _("It went to other people then. Words that speak to these people are read more."),
        )


def _cut(title: str) -> str:
    return title if width(title) <= TITLE else fitted(title, TITLE).rstrip()


def _when(at: datetime, clock: Clock) -> str:
    wall = clock.to_wall(at)
    return _("today") if wall.date() == clock.today() else dates.day(wall)
