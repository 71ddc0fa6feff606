"""What the desk says: read from the store in a thread, then put into lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from screens.recap_words import told
from screens.text import fitted, visible, width
from screens.widgets.plain import plain
from store.rights import Operator, Right
from templates.words import _, dates, ngettext
from templates.words.money import money

if TYPE_CHECKING:
    from mail.by_itself import ByItself
    from mail.lock import Holder
    from screens.desk_coming import Coming, Planned
    from store import Store
    from store.clock import Clock
    from store.delivery_records import Run
    from store.distributions import Distribution, DistributionCatalogue
    from store.lists.records import RecapState, Telling
    from store.mailbox import MailboxState
    from store.message_records import CallList, MessageRow
    from store.orders import LateLine, OrderRow, Summary

CATALOGUES, BASKETS, MESSAGES, DRAFTS = 7, 2, 3, 2
"""How many of each the desk lists; the rest is counted."""

DOING = 3
"""Lines to do that come before what goes by itself, however little room there is."""

NAME_AT_LEAST, NAME_AT_MOST = 8, 30
"""Cells that a catalogue's name has, whatever is said of it, and however long it is."""

TITLE = 24
"""Cells of a message's title beside its figures."""

Item = tuple[str, str]
"""A text, and the letter that leads to what it speaks of; empty where none does."""


@dataclass(frozen=True)
class Desk:
    """What there is to say; parts that the operator may not see, or that hold nothing, are empty.

    `answers` is how many wait for a decision, `came_back` how many mails came back since yesterday, `unread` that
    the mailbox should be read, `held` how many mails were held by hand lately, `no_backup` that none is made any more.
    `told` is what the producers of the next distribution were told last, by catalogue; `recaps` are the catalogues
    whose producers are to be told something, None while they are not read yet; `calls` is how many to call back.
    `coming` are the messages kept for an hour, `planned_mails` those of workflows; `missed` is how many of these were
    not sent.
    """

    wall: datetime
    distribution: Distribution | None
    planned: bool = True
    counts_members: bool = False
    summary: Summary | None = None
    late: tuple[LateLine, ...] = ()
    told: Mapping[int, Telling] = field(default_factory=dict)
    recaps: tuple[RecapState, ...] | None = None
    calls: int = 0
    message_calls: tuple[CallList, ...] = ()
    baskets: tuple[OrderRow, ...] = ()
    members: int | None = None
    stopped: tuple[MessageRow, ...] = ()
    drafts: tuple[MessageRow, ...] = ()
    too_late: tuple[MessageRow, ...] = ()
    coming: tuple[Coming, ...] = ()
    planned_mails: tuple[Planned, ...] = ()
    missed: int = 0
    facts: ByItself | None = None
    holder: Holder | None = None
    last_run: Run | None = None
    mailbox_state: MailboxState | None = None
    has_mailbox: bool = True
    answers: int = 0
    came_back: int = 0
    unread: str = ""
    held: int = 0
    no_backup: str = ""


def read_orders(store: Store) -> Desk:
    """The first half, which is there sooner: the next distribution, its orders and baskets."""
    me = store.operators.me()
    distribution = store.distributions.next()
    desk = Desk(
        wall=store.clock.wall(),
        distribution=None if distribution is None else own_part(distribution, me),
        planned=distribution is not None or store.distributions.last() is not None,
        counts_members=me.may(Right.MEMBERS),
    )
    if not me.may_somewhere(Right.ORDERS):
        return desk
    return replace(
        desk,
        summary=None if distribution is None else store.orders.summary(distribution.id),
        late=store.orders.late_lines(),
        told={} if distribution is None else store.lists.told(distribution.id),
        baskets=store.orders.open_baskets(),
    )


def read_desk(store: Store) -> Desk:
    """Everything the desk shows, as this operator may see it."""
    desk = replace(read_orders(store), recaps=())
    me = store.operators.me()
    if me.may_somewhere(Right.ORDERS):
        from screens import desk_recaps

        desk = replace(desk, recaps=desk_recaps.to_tell(store, desk), calls=desk_recaps.to_call(store, desk))
    if any(me.may(right) for right in (Right.MEMBERS, Right.ORDERS, Right.MESSAGES_SEE, Right.MESSAGES_SEND)):
        desk = replace(desk, message_calls=store.messages.to_call())
    if me.may(Right.MEMBERS):
        desk = replace(desk, members=store.members.search("", limit=1).total)
    if not me.may(Right.MESSAGES_SEE):
        return desk
    from mail.by_itself import by_itself
    from screens import desk_answers, desk_backups, desk_coming, desk_mails
    from store.came_back_counts import open_count
    from store.held_mails import held_lately

    rows, facts = store.messages.all(), by_itself(store)
    desk = replace(
        desk,
        drafts=tuple(row for row in rows if row.state == "draft"),
        coming=desk_coming.read_coming(store, rows),
        planned_mails=desk_coming.read_planned(store),
        missed=len(store.occurrences.missed()),
        too_late=desk_coming.too_late(rows),
        facts=facts,
        stopped=desk_mails.unfinished(store, rows),
        has_mailbox=store.mailbox.get() is not None,
        answers=open_count(store),
        came_back=desk_answers.came_back_lately(store),
        unread=desk_answers.unread_words(store),
        held=held_lately(store),
        no_backup=desk_backups.no_backup(store, facts),
    )
    if not desk.stopped:
        return desk
    from mail.lock import holder

    state, run = store.mailbox.state(), store.deliveries.last_run()
    return replace(desk, holder=holder(store.path), last_run=run, mailbox_state=state)


def own_part(distribution: Distribution, me: Operator) -> Distribution:
    """The distribution with the catalogues that concern this operator."""
    own = me.catalogues(Right.ORDERS)
    if own is None or not own:
        return distribution
    return replace(distribution, catalogues=tuple(c for c in distribution.catalogues if c.catalogue_id in own))


def lines(desk: Desk, clock: Clock, cells: int, rows: int | None = None) -> list[Content]:
    """The desk in lines of at most `cells` cells.

    Where there are more than `rows` lines, what goes by itself stays in view: it comes before what of the lines to do
    has no room, and before the drafts. The first cell from the right is the scroll bar's then.
    """
    first, next_one = first_steps(desk), coming(desk, clock, cells)
    items, drafted, going = doing(desk, clock), drafts(desk, clock, cells), by_itself(desk, clock, cells)
    shown = _spaced(first, next_one, labelled(_("To do"), items, cells), drafted, going)
    if rows is not None and len(shown) > rows:
        kept = max(DOING, rows - sum(len(part) + 1 for part in (first, next_one, going) if part))
        now, later = (labelled(_("To do"), some, cells - 1) for some in (items[:kept], items[kept:]))
        shown = _spaced(first, coming(desk, clock, cells - 1), now, by_itself(desk, clock, cells - 1), later, drafted)
        cells -= 1
    return [line.truncate(cells, ellipsis=True) for line in shown]


def _spaced(*parts: list[Content]) -> list[Content]:
    """What there is, with an empty line between."""
    shown: list[Content] = []
    for part in parts:
        if part:
            shown += [*([Content("")] if shown else []), *part]
    return shown


def first_steps(desk: Desk) -> list[Content]:
    """What to do in a new group, until all of it is done once."""
    steps = [
        (desk.members != 0, _("members: m, then the name; or all at once from a file: i")),
        (desk.planned, _("what is sold: c; when: p; or all of it from a file: i")),
        (desk.has_mailbox, _("the mailbox that messages go out from: x")),
    ]
    if desk.members is None or all(done for done, _text in steps):
        return []
    title = _("This group is new. What comes first:") if not desk.members else _("Still to be done once:")
    return [plain(f" {title}", "bold"), *(plain(f"   {'✓' if done else '·'} {text}") for done, text in steps)]


def coming(desk: Desk, clock: Clock, cells: int) -> list[Content]:
    """The next distribution: when and where, how many have ordered, and when each catalogue closes."""
    next_one = desk.distribution
    if next_one is None:
        return [with_letter(f" {_('No distribution is planned.')}", "p", cells)] if desk.planned else []
    hours = f"{dates.day(next_one.day)} {next_one.starts_at}-{next_one.ends_at}"
    shown = [Content.assemble(plain(f" {_('Next distribution')}  ", "bold"), plain(f"{hours}  {next_one.place}"))]
    if desk.summary is not None:
        shown.append(plain(f"   {figures(desk.summary, with_members=desk.counts_members)}"))
    late = untold(desk)
    listed = next_one.catalogues[:CATALOGUES]
    said = [
        closing(c, clock, desk.wall, late.get((next_one.id, c.catalogue_id), 0), desk.told.get(c.catalogue_id))
        for c in listed
    ]
    names = min(NAME_AT_MOST, max((width(c.name) for c in listed), default=0))
    for catalogue, state in zip(listed, said, strict=True):
        mark = "!" if late.get((next_one.id, catalogue.catalogue_id)) else " "
        # What is said matters more than the end of a long name; the other lines keep theirs.
        name = fitted(catalogue.name, min(names, max(NAME_AT_LEAST, cells - 9 - width(state))))
        shown.append(with_letter(f" {mark} {name}  {state}", "l" if mark == "!" else "", cells))
    more = len(next_one.catalogues) - CATALOGUES
    if more > 0:
        shown.append(plain("   " + ngettext("and {n} more catalogue", "and {n} more catalogues", more).format(n=more)))
    return shown


def figures(summary: Summary, *, with_members: bool) -> str:
    """The distribution's figures in one line."""
    parts = [ngettext("{n} order", "{n} orders", summary.orders).format(n=summary.orders)]
    about = "~" if summary.estimated else ""
    parts += [about + money(cents, currency) for currency, cents in summary.totals.items()]
    if summary.baskets:
        parts.append(ngettext("{n} open basket", "{n} open baskets", summary.baskets).format(n=summary.baskets))
    if with_members and summary.not_ordered:
        text = ngettext("{n} has not ordered", "{n} have not ordered", summary.not_ordered)
        parts.append(text.format(n=summary.not_ordered))
    return "  ".join(parts)


def untold(desk: Desk) -> dict[tuple[int, int], int]:
    """How many lines producers do not know, by distribution and catalogue."""
    if desk.recaps is not None:
        return {(state.distribution_id, state.catalogue_id): state.untold for state in desk.recaps}
    late: dict[tuple[int, int], int] = {}
    for line in desk.late:
        key = (line.distribution_id, line.catalogue_id)
        late[key] = late.get(key, 0) + 1
    return late


def closing(
    catalogue: DistributionCatalogue, clock: Clock, wall: datetime, late: int, last: Telling | None = None
) -> str:
    """When a catalogue opens, closes or closed; once its producer was told, the `last` time, and what came since."""
    parts = []
    if catalogue.opens is not None and catalogue.opens > wall:
        parts.append(_("opens {moment}").format(moment=dates.moment(catalogue.opens)))
    elif catalogue.closes is None:
        parts.append(_("open, without a closing time"))
    elif not catalogue.closed:
        span = dates.span(catalogue.closes - wall)
        parts.append(_("closes {moment}, {span}").format(moment=dates.moment(catalogue.closes), span=span))
    elif catalogue.recap_sent_at is None:
        parts.append(_("closed {moment}").format(moment=dates.moment(catalogue.closes)))
    if last is not None:
        parts.append(told(last, clock))
    elif catalogue.recap_sent_at is not None:
        when = dates.lately(clock.to_wall(catalogue.recap_sent_at), wall)
        by = catalogue.recap_sent_by or _("automatic")
        parts.append(_("recap sent {when} by {by}").format(when=when, by=by))
    if late:
        parts.append(ngettext("{n} late line since", "{n} late lines since", late).format(n=late))
    return ", ".join(parts)


def doing(desk: Desk, clock: Clock) -> list[Item]:
    """What waits for somebody: messages that should be out, late lines, messages that stopped, baskets left open."""
    if desk.recaps is None:
        return []  # all at once a moment later, so that no line moves another one down
    from screens import desk_answers, desk_coming, desk_mails, desk_recaps

    overdue = desk_coming.to_do(desk, clock)
    told, pickup, to_call = desk_recaps.producers(desk, clock), desk_recaps.today(desk), desk_recaps.calls(desk)
    found: list[Item] = [
        *overdue,
        *told,
        *pickup,
        *baskets(desk, clock),
        *desk_mails.mails(desk, clock),
        *desk_answers.lines(desk),
        *to_call,
    ]
    if desk.no_backup:
        found.append((desk.no_backup, "s"))
    return found


def labelled(label: str, found: list[Item], cells: int) -> list[Content]:
    """The items beside a label; a text too long for its line is cut before its letter."""
    label = f" {label}  "
    blank = " " * width(label)
    shown = []
    for number, (text, letter) in enumerate(found):
        line = with_letter(text, letter, cells - width(label))
        shown.append(Content.assemble(plain(blank if number else label, "bold"), line))
    return shown


def with_letter(text: str, letter: str, cells: int) -> Content:
    """A text and the letter that leads to what it speaks of; the text is cut where both do not fit."""
    key = f" [{letter}]" if letter else ""
    text = visible(text)
    room = cells - width(key)
    return plain((fitted(text, room) if width(text) > room else text) + key)


def baskets(desk: Desk, clock: Clock) -> list[Item]:
    """The baskets left open, the oldest first."""
    found = []
    for number, row in enumerate(desk.baskets[:BASKETS]):
        at = clock.to_wall(row.at)
        since = dates.hour(at) if at.date() == desk.wall.date() else dates.moment(at)
        by = f" ({row.by})" if row.by else ""
        text = _("open basket: {name}, since {since}").format(name=row.member, since=since)
        found.append((f"  {text}{by}", "" if number else "b"))
    more = len(desk.baskets) - BASKETS
    if more > 0:
        text = ngettext("and {n} more open basket", "and {n} more open baskets", more)
        found.append((f"  {text.format(n=more)}", ""))
    return found


def drafts(desk: Desk, clock: Clock, cells: int) -> list[Content]:
    """The drafts that were worked on last."""
    found = []
    for number, row in enumerate(desk.drafts[:DRAFTS]):
        title = row.title or _("without a title")
        ago = dates.ago(max(timedelta(0), desk.wall - clock.to_wall(row.changed_at)))
        by = f" ({row.changed_by})" if row.changed_by else ""
        text = _("“{title}”, changed {ago}").format(title=title, ago=ago)
        found.append((f"{text}{by}", "" if number else "d"))
    return labelled(_("Drafts"), found, cells)


def by_itself(desk: Desk, clock: Clock, cells: int) -> list[Content]:
    """What is kept for an hour, and whether anything will send it."""
    if desk.facts is None:
        return []
    from screens import desk_coming

    return desk_coming.lines(desk, clock, cells)
