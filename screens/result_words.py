"""What a message brought, in sentences: beside the list, and on its own page with what it is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.channel_words import many_words
from screens.member_words import KINDS
from screens.message_states import counted, title_of
from screens.result_curves import quantity_words
from screens.text import labelled
from screens.widgets.plain import plain
from templates.words import N_, _, dates, ngettext
from templates.words.money import money, number, quantity, sums

if TYPE_CHECKING:
    from datetime import date

    from textual.content import Content

    from store.clock import Clock
    from store.delivery_records import DeliveryCounts
    from store.result_records import Figure, Group, Money, Reach, ResultRow, Results, Span

FIGURES = {
    "members": N_("members"),
    "selected": N_("selected"),
    "email": N_("e-mail"),
    "mobile": N_("mobile"),
    "sent": N_("sent"),
    "failed": N_("failed"),
    "bounced": N_("bounced"),
    "opted_out": N_("opted out"),
    "opened": N_("opened"),
    "clicked": N_("clicked"),
    "came_back": N_("who came back"),
    "orders": N_("orders"),
    "turnover": N_("turnover"),
    "margin": N_("margin"),
    "quantity": N_("quantity"),
    "vouchers": N_("vouchers"),
    "voucher_sum": N_("sum of the vouchers"),
    "unmatched": N_("not found here"),
}
"""The figures that files of old mailings bring, in the order in which they are told."""


def list_day(day: date | None, clock: Clock) -> str:
    """A day in eight cells: "26 Nov", of another year "28.03.27"; empty where there is none."""
    if day is None:
        return ""
    return dates.day_number(day) if day.year == clock.today().year else f"{day:%d.%m.%y}"


def beside_list(results: Results) -> list[Content]:
    """The figures in forty cells and few lines; the amounts stand above their curves."""
    reach, written = results.reach, results.written
    people = [_("{n} of {all}").format(n=number(reach.selected), all=number(reach.members))]
    people += [f"{_('e-mail')} {number(reach.email)}", f"{_('mobile')} {number(reach.mobile)}"]
    if to_nobody := _to_nobody(results):
        people = [to_nobody]
    lines = [plain(title_of(results.row), "bold"), plain(_days(results.span))]
    lines += [plain(" · ".join(part)) for part in (people, _ways(reach), _arrived(results)) if part]
    lines.append(plain(_first_sentence(results), "bold"))
    if known := _known_since(results):
        lines.append(plain(known))
    if written.members and results.compared:
        lines.append(plain(labelled(_before(results.span), _part(results.before))))
    if written.members and results.others.members and results.counted:
        lines.append(plain(labelled(_("Not written to"), _part(results.others, of=True))))
    return [*lines, plain(_of_its_file(results) or _("imported"))] if results.row.imported else lines


def page(results: Results) -> list[Content]:
    """All of it for a whole line each; without the amounts for who may not see them."""
    lines = [plain(f" {_went_out(results.row)} · {labelled(_('orders counted'), _days(results.span))}")]
    lines += [plain(f" {line}") for line in imported_lines(results)]
    lines.append(plain(f" {_to_nobody(results) or _selected(results.reach)}"))
    lines.append(plain(" " + " · ".join(_arrived(results, always=True))))
    lines += _brought(results) if results.counted else [plain(f" {_first_sentence(results)}", "bold")]
    if known := _known_since(results):
        what = N_("{known}: the days before cannot be compared.")
        if not results.counted:
            what = N_("{known}: what was ordered in these days is not here.")
        lines.append(plain(f" {known}." if results.known_since is None else f" {_(what).format(known=known)}"))
    return lines + ([plain(f" {_measured(results)}")] if results.measured.people else [])


def _brought(results: Results) -> list[Content]:
    """What was ordered in the days that count, beside what was ordered without the message."""
    written, others, lines = results.written, results.others, []
    if written.members:
        orders = ngettext("{n} order", "{n} orders", written.orders).format(n=number(written.orders))
        lines.append(plain(f" {_sentence(f'{_came_back(written)}, {orders}', written)}", "bold"))
    else:
        lines.append(plain(f" {_first_sentence(results)}", "bold"))
    if written.members and results.compared:
        lines.append(plain(f" {_sentence(_ordered_before(results), results.before)}"))
    if others.members:
        who = ngettext("Of {n} not written to", "Of {n} not written to", others.members)
        lines.append(plain(f" {_sentence(_ordered(who, others), others)}"))
    who = ngettext("Of all {n} member", "Of all {n} members", results.everybody.members)
    lines.append(plain(f" {_sentence(_ordered(who, results.everybody), results.everybody)}"))
    return lines + [plain(f" {line}") for line in (*map(_amounts, results.money or ()), *_quantities(results))]


def _selected(reach: Reach) -> str:
    """Who was selected out of whom, how they hear of it, and whether that was counted when it went out."""
    parts = [_("{n} of {all} members selected"), f"{_('e-mail')} {number(reach.email)}"]
    parts[0] = parts[0].format(n=number(reach.selected), all=number(reach.members))
    mobile = f"{_('mobile')} {number(reach.mobile)}"
    parts.append(mobile if reach.then else _("{what} (as of now)").format(what=mobile))
    return " · ".join([*parts, *_ways(reach)])


def imported_lines(results: Results) -> list[str]:
    """What cannot be known of an old mailing, and what its file said; nothing for others."""
    if not results.row.imported:
        return []
    unknown = _("Imported: whom it was meant for and what became of each mail cannot be known.")
    return [unknown, *([said] if (said := _of_its_file(results)) else [])]


def _of_its_file(results: Results) -> str:
    names = list(FIGURES)
    figures = sorted(results.figures, key=lambda one: names.index(one.name) if one.name in names else len(names))
    said = " · ".join(map(figure_words, figures))
    return labelled(_("Its file says"), said) if said else ""


def figure_words(figure: Figure) -> str:
    """A figure of an old mailing: "sent 41", "turnover 1 284,50 €"."""
    name = _(FIGURES[figure.name]) if figure.name in FIGURES else figure.name
    if figure.currency:
        return f"{name} {money(figure.value, figure.currency)}"
    return f"{name} {quantity(figure.value) if figure.name == 'quantity' else number(figure.value)}"


def percent_words(part: int, whole: int) -> str:
    """A part in percent, half of one rounded up."""
    return _("{n}%").format(n=(200 * part + whole) // (2 * whole)) if whole else ""


# The parts


def _days(span: Span) -> str:
    """The days in one line: "3 Nov – 26 Nov · 24 days"."""
    if not span.days and span.over:
        return _("none, its last day was before it went")
    if not span.days:
        return _("from {day} on").format(day=dates.day(span.since))
    days = ngettext("{n} day", "{n} days", span.days).format(n=span.days)
    since, until = dates.day_number(span.since), dates.day_number(span.until)
    return f"{since} – {until} · {days if span.over else _('{days} so far').format(days=days)}"


def _went_out(row: ResultRow) -> str:
    kind = _("workflow “{name}”").format(name=row.workflow) if row.workflow else _(KINDS[row.kind])
    return f"{dates.day(row.day, year=True)} · {kind}"


def _ways(reach: Reach) -> list[str]:
    """How many of the selected hear of it in which other way than by e-mail."""
    found = {"letter": reach.letters, "csv": reach.csv, "call": reach.calls}
    ways = [f"{_('by SMS')} {number(reach.sms)}"] if reach.sms else []  # members: the SMS stand with what arrived
    ways += [many_words(channel, n) for channel, n in found.items() if n]
    if out := reach.opted_out:
        ways.append(ngettext("{n} does not want it", "{n} do not want it", out).format(n=number(out)))
    return ways


def _arrived(results: Results, *, always: bool = False) -> list[str]:
    """What became of the mails and SMS, and who has opted out since."""
    parts = _states(results.mails)
    if results.sms.total:
        parts.append(labelled(_("SMS"), " · ".join(_states(results.sms))))
    since = results.opted_out_since
    if since or always:
        parts.append(ngettext("{n} opted out since", "{n} opted out since", since).format(n=number(since)))
    return parts


def _states(counts: DeliveryCounts) -> list[str]:
    """The states that hold any; a mail that came back is "bounced" here, as members come back too."""
    order = ("sent", "sending", "ready", "unknown", "failed", "held")
    said = [counted(state, getattr(counts, state)) for state in order if getattr(counts, state)]
    if counts.bounced:
        said.append(ngettext("{n} bounced", "{n} bounced", counts.bounced).format(n=number(counts.bounced)))
    return said


def _first_sentence(results: Results) -> str:
    """Who came back; where that is not known, or not yet, how many were written to."""
    written = results.written
    if not written.members and results.row.imported:
        return _("Who came back cannot be known.")
    if not written.members:
        return _("Nobody was written to.")
    if results.counted:
        return _came_back(written)
    words = ngettext("{n} member was written to.", "{n} members were written to.", written.members)
    return words.format(n=number(written.members))


def _known_since(results: Results) -> str:
    """Since when there are orders here, where that leaves something out."""
    if results.compared or not results.span.days or not results.written.members:
        return ""
    if results.known_since is None:
        return _("No orders are known yet")
    return _("Orders are known since {day}").format(day=dates.day(results.known_since, year=True))


def _to_nobody(results: Results) -> str:
    """That nobody is known whom an old mailing went to; empty where somebody is, and for what cabas sent."""
    if not results.row.imported or results.reach.selected:
        return ""
    if any(one.name == "unmatched" for one in results.figures):
        return _("Nobody whom its file names was found among the members.")
    return _("Its file does not say to whom it went.")


def _part(group: Group, *, of: bool = False) -> str:
    """So many, in percent of the members; with `of`, out of how many."""
    words = _("{n} of {all} ({percent})") if of else _("{n} ({percent})")
    return _filled(words, group)


def _came_back(group: Group) -> str:
    words = ngettext("{n} of {all} came back ({percent})", "{n} of {all} came back ({percent})", group.came_back)
    return _filled(words, group)


def _before(span: Span) -> str:
    return ngettext("In the day before", "In the {n} days before", span.days).format(n=span.days)


def _ordered_before(results: Results) -> str:
    words = ngettext("{n} of the same {all} ({percent})", "{n} of the same {all} ({percent})", results.before.came_back)
    return labelled(_before(results.span), _filled(words, results.before))


def _ordered(who: str, group: Group) -> str:
    """How many of these ordered: "Of 42 not written to: 22 ordered (52%)"."""
    words = ngettext("{n} ordered ({percent})", "{n} ordered ({percent})", group.came_back)
    return labelled(who.format(n=number(group.members)), _filled(words, group))


def _filled(words: str, group: Group) -> str:
    percent = percent_words(group.came_back, group.members)
    return words.format(n=number(group.came_back), all=number(group.members), percent=percent)


def _sentence(said: str, group: Group) -> str:
    """With what the orders came to, and what that is for each of the members."""
    if not group.turnover:
        return f"{said}."
    each = _("{amount} a member").format(amount=sums(group.per_member or {}))
    return f"{said}, {sums(group.turnover)}, {each}."


def _amounts(one: Money) -> str:
    """The margin in one currency, then everybody's, each with what is not or not surely in it."""
    no_cost = _("{amount} sold at no known cost")
    parts = [labelled(_("Margin"), money(one.margin, one.currency))]
    if one.uncosted:
        parts.append(no_cost.format(amount=money(one.uncosted, one.currency)))
    if one.estimated:
        parts.append(_("{amount} estimated").format(amount=money(one.estimated, one.currency)))
    parts.append(_("everybody's {amount}").format(amount=money(one.group_margin, one.currency)))
    if one.group_uncosted:
        parts.append(no_cost.format(amount=money(one.group_uncosted, one.currency)))
    return " · ".join(parts)


def _quantities(results: Results) -> list[str]:
    said = [quantity_words(one.quantity, one.unit) for one in results.quantities]
    return [labelled(_("Quantity"), " · ".join(said))] if said else []


def _measured(results: Results) -> str:
    """Opens and clicks, of those only of whom they may be counted."""
    found = results.measured
    words = ngettext(
        "Of the {n} person measured, opened: {opened} · clicked: {clicked}",
        "Of the {n} people measured, opened: {opened} · clicked: {clicked}",
        found.people,
    )
    opened, clicked = (
        f"{number(count)} ({percent_words(count, found.people)})" for count in (found.opened, found.clicked)
    )
    return words.format(n=number(found.people), opened=opened, clicked=clicked)
