"""The sentences around the list of orders: where one is, what is in the marked row, what to do when there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from screens.order_words import total_text
from screens.orders_views import VIEWS, Item, Kind, Where
from screens.text import width
from screens.widgets.plain import joined, plain
from store.lists.line_records import DayLine, ListGroup
from store.orders import OrderRow
from templates.words import _, dates, ngettext
from templates.words.money import money, quantity, sums
from templates.words.names import NBSP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from screens.orders_reading import Listed
    from store.clock import Clock
    from store.distributions import Distribution
    from store.orders import LateLine, OrderLine


def heading(listed: Listed, currency: str) -> tuple[str, str]:
    """What the title line says: the distribution, and how many orders for how much in the group's currency."""
    d = listed.distribution
    orders = [row for row in listed.rows if row.state == "confirmed"]
    counted = ngettext("{n} order", "{n} orders", len(orders)).format(n=len(orders))
    totals = _totals(listed)
    first = {currency: totals.get(currency, 0)} if totals else {}
    total = total_text(first, currency, estimated=any(row.estimated for row in orders))
    left = _("Orders for {day}, {place}").format(day=dates.day(d.day), place=d.place)
    return left, f"{counted}  {total}"


def _totals(listed: Listed) -> dict[str, int]:
    """Cents per currency of what is confirmed."""
    totals: dict[str, int] = {}
    for row in listed.rows:
        for code, cents in row.totals.items() if row.state == "confirmed" else ():
            totals[code] = totals.get(code, 0) + cents
    return totals


def view_line(listed: Listed, where: Where, currency: str, cells: int) -> Content:
    """How the orders are seen, and which product or catalogue is open; what is ordered in other currencies."""
    line = _view(listed, where)
    others = [money(cents, code) for code, cents in _totals(listed).items() if code != currency]
    said = " + ".join(["", *others]).strip()
    room = cells - 2 - width(line.plain)
    return joined(line, " " * (room - width(said)), said) if others and width(said) < room else line


def _view(listed: Listed, where: Where) -> Content:
    opened = trail(listed, where)
    parts: list[Content | str] = [" "]
    if opened:
        parts.append(plain(" > ".join([_(VIEWS[where.by]), *opened]), "bold"))
    else:
        for view, name in VIEWS.items():
            marked = view is where.by
            parts += [plain(f"[{_(name)}]" if marked else f" {_(name)} ", "bold" if marked else ""), " "]
    if where.late:
        parts += ["  ", plain(_("only what is late"), "bold")]
    return joined(*parts)


def trail(listed: Listed, where: Where) -> list[str]:
    """The names of the catalogue and the product that were opened."""
    products = {line.product.id: line.product for line in listed.day.lines}
    catalogue = listed.distribution.catalogue(where.catalogue_id) if where.catalogue_id is not None else None
    product = products.get(where.product_id) if where.product_id is not None else None
    return [found.name for found in (catalogue, product) if found is not None]


def called_off(distribution: Distribution) -> str:
    """That the distribution was cancelled, why and by whom; empty where it was not."""
    if not distribution.cancelled:
        return ""
    by = distribution.cancelled_by or _("automatic")
    said = _("This distribution was cancelled ({by}): {why}") if distribution.cancelled_reason else ""
    return (said or _("This distribution was cancelled ({by}).")).format(by=by, why=distribution.cancelled_reason)


def nothing(listed: Listed | None, where: Where) -> str:
    """What to do where the list is empty."""
    if listed is None:
        return _("There is no distribution yet. p leads to where one is planned.")
    if where.late:
        return _("Nothing here is late. l shows all orders.")
    if where.outside() is not None:
        return _("Nothing of it is ordered any more. Esc leads back.")
    if listed.distribution.cancelled:
        return _("Nobody had ordered for this distribution.")
    if listed.rows:
        return _("Nothing is confirmed yet: the open baskets are seen by member (Tab).")
    return _("Nobody has ordered yet. n takes the first order.")


# -- the marked row


def detail(
    listed: Listed, item: Item | None, kind: Kind, lines: Sequence[OrderLine | DayLine], clock: Clock
) -> Content:
    """What is in the marked row: a title, what it holds, and what a producer does not know of it."""
    if isinstance(item, OrderRow):
        return _order(listed, item, lines, clock)
    if isinstance(item, ListGroup):
        title = plain(
            " · ".join(part for part in (item.name, item.aside, _counted(item), _weighed(item, kind)) if part), "bold"
        )
        return Content("\n").join([title, plain(_inside(item, kind)), *_untold(listed, item)])
    if isinstance(item, DayLine):
        return _line(listed, item, clock)
    return Content("")


def _order(listed: Listed, row: OrderRow, lines: Sequence[OrderLine | DayLine], clock: Clock) -> Content:
    at = dates.moment(clock.to_wall(row.at))
    opened = _("open since {at} ({by})") if row.state == "basket" else _("confirmed {at} ({by})")
    state = opened.format(at=at, by=row.by or _("automatic"))
    if row.changed_at is not None:
        when = dates.moment(clock.to_wall(row.changed_at))
        state = _("changed {when} by {name}").format(when=when, name=row.changed_by or _("automatic"))
    title = _("{name}: {what}").format(name=row.member, what=state)
    texts = [f"{_many(line.quantity, line.product.name)}{NBSP + '!' if line.late else ''}" for line in lines]
    told = [plain(f"! {_unknown(line)}") for line in listed.late if line.order_id == row.id]
    several = [plain(sums(row.totals))] * (len(row.totals) > 1)
    return Content("\n").join([plain(title, "bold"), *several, *_paid(row), plain(" · ".join(texts)), *told])


def _paid(row: OrderRow) -> list[Content]:
    """What vouchers take off the order, and what is left to pay; nothing where there are none."""
    if not row.vouchers:
        return []
    left = total_text(row.to_pay, "", estimated=row.estimated)
    return [plain(_("Voucher −{amount} · to pay: {left}").format(amount=sums(row.vouchers), left=left))]


def _line(listed: Listed, line: DayLine, clock: Clock) -> Content:
    at = dates.moment(clock.to_wall(line.at))
    text = _("{quantity} {name}, entered {at} ({by})").format(
        quantity=quantity(line.quantity), name=line.product.name, at=at, by=line.by or _("automatic")
    )
    others = [_many(o.quantity, o.product.name) for o in listed.lines_of(line.order_id) if o is not line]
    rest = plain(_("also: {lines}").format(lines=" · ".join(others)) if others else "")
    told = [u for u in listed.late if u.order_id == line.order_id and u.product_id == line.product.id]
    title = plain(_("{name}: {what}").format(name=line.member, what=text), "bold")
    return Content("\n").join([title, rest, *(plain(f"! {_unknown(late)}") for late in told)])


def _many(n: int, name: str) -> str:
    """A quantity and what of, that stay together where a line breaks."""
    return f"{quantity(n)}{NBSP}{name}"


def _counted(group: ListGroup) -> str:
    return ngettext("{n} order", "{n} orders", group.orders).format(n=group.orders)


def _weighed(group: ListGroup, kind: Kind) -> str:
    """What a product's lines weighed at pick-up, and how many of them have been weighed; empty for none."""
    found = [line.settled_weight for line in group.lines if line.settled_weight is not None]
    if kind is not Kind.PRODUCTS or not found:
        return ""
    weight = f"{quantity(sum(found))} {group.lines[0].product.unit}"
    return _("{weight}, {n} of {total} weighed").format(weight=weight, n=len(found), total=len(group.lines))


def _inside(group: ListGroup, kind: Kind) -> str:
    """Who ordered a product, or what was ordered of a catalogue."""
    if kind is Kind.PRODUCTS:
        return " · ".join(
            f"{line.member}{NBSP}{quantity(line.quantity)}{NBSP + '!' if line.late else ''}" for line in group.lines
        )
    sums: dict[int, int] = {}
    names: dict[int, str] = {}
    for line in group.lines:
        sums[line.product.id] = sums.get(line.product.id, 0) + line.quantity
        names[line.product.id] = line.product.name
    return " · ".join(_many(n, names[product_id]) for product_id, n in sums.items())


def _untold(listed: Listed, group: ListGroup) -> list[Content]:
    """That the producer does not know of all of it."""
    orders = {(line.order_id, line.product.id) for line in group.lines}
    late = [line for line in listed.late if (line.order_id, line.product_id) in orders]
    if not late:
        return []
    text = ngettext(
        "! {n} line: the producer does not know", "! {n} lines: the producer does not know", len(late)
    ).format(n=len(late))
    return [plain(text)]


def _unknown(line: LateLine) -> str:
    return _("{name} {before} → {after}: {producer} does not know").format(
        name=line.product_name, before=quantity(line.before), after=quantity(line.after), producer=line.producer_name
    )
