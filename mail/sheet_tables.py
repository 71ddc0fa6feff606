"""Each list of a distribution as the tables that are printed."""

from __future__ import annotations

from store.distributions import Distribution, DistributionCatalogue
from store.exchange.list_export import GROUPINGS, Printed
from store.lists.day import totals
from store.lists.line_records import (
    CallBacks,
    DayLine,
    DayList,
    ListGroup,
    PickupMember,
    PickupSheet,
    Recap,
    RecapLine,
    Supplement,
)
from store.lists.records import CallBack
from store.products import Product
from templates.render.sheets import Block, Column, Sheet, Table
from templates.words import _, dates, ngettext, pgettext
from templates.words.money import quantity, sums


def sheet_of(found: Printed, by: str) -> Sheet:
    """A list as a sheet, in the language spoken now."""
    if isinstance(found, DayList):
        return _day(found, by)
    if isinstance(found, Recap):
        return _recap(found)
    if isinstance(found, Supplement):
        return _supplement(found)
    if isinstance(found, PickupSheet):
        return _pickup(found)
    return _calls(found)


# What several of them say


def _when(distribution: Distribution) -> tuple[str, ...]:
    when = _("{day}, {start} to {end}, {place}").format(
        day=dates.day_long(distribution.day, year=True),
        start=distribution.starts_at,
        end=distribution.ends_at,
        place=distribution.place,
    )
    if not distribution.cancelled:
        return (when,)
    if distribution.cancelled_reason:
        return when, _("This distribution is cancelled: {reason}").format(reason=distribution.cancelled_reason)
    return when, _("This distribution is cancelled.")


def _amount(line: DayLine | RecapLine) -> str:
    return sums({line.product.currency: line.amount}, estimated=line.estimated)


def _orders(number: int) -> str:
    return ngettext("{n} order", "{n} orders", number).format(n=number)


def _estimated(found: bool) -> tuple[str, ...]:
    return (_("~ is estimated: it is weighed at pick-up."),) if found else ()


def _to_pay(one: ListGroup | PickupMember | PickupSheet) -> tuple[str, ...]:
    """What vouchers take off, and so what is left to pay; nothing where there are none."""
    if not one.vouchers:
        return ()
    left = sums(one.to_pay, estimated=one.estimated)
    return (_("Voucher −{amount} · to pay: {left}").format(amount=sums(one.vouchers), left=left),)


def _marks(line: DayLine) -> str:
    return _("not told") if line.untold else _("late") if line.late else ""


# One function a list


def _day(day: DayList, by: str) -> Sheet:
    titles = {"member": _("Orders by member"), "product": _("Orders by product"), "producer": _("Orders by producer")}
    if not day.lines:
        return Sheet(titles[by], _when(day.distribution), (), (_("Nobody has ordered."),))
    groups = GROUPINGS[by](day)
    marked = any(line.late or line.untold for line in day.lines)
    columns = [Column(_("Qty"), right=True)]
    if by != "product":
        columns += [Column(_("Product"), wide=True), Column(_("Unit"))]
    columns.append(Column(_("Catalogue") if by == "member" else _("Member"), wide=True))
    columns += [Column()] if marked else []
    columns.append(Column(_("Amount"), right=True))
    blocks = tuple(_day_block(group, by, marked) for group in groups)
    estimated = any(line.estimated for line in day.lines)
    orders = _orders(len({line.order_id for line in day.lines}))
    about = f"{orders} · {sums(totals(day.lines), estimated=estimated)}"
    notes = _estimated(estimated)
    if any(line.untold for line in day.lines):
        notes += (_("not told: the producer does not know yet."),)
    return Sheet(titles[by], (*_when(day.distribution), about), (Table(tuple(columns), blocks),), notes)


def _day_block(group: ListGroup, by: str, marked: bool) -> Block:
    rows = []
    for line in group.lines:
        row = [quantity(line.quantity)]
        if by != "product":
            row += [line.product.name, line.product.unit_label]
        row.append(line.product.catalogue_name if by == "member" else line.member)
        row += [_marks(line)] if marked else []
        rows.append((*row, _amount(line)))
    detail = group.aside
    if by == "product" and group.quantity is not None:
        detail = _("{unit} · {quantity} in {orders}").format(
            unit=group.aside, quantity=quantity(group.quantity), orders=_orders(group.orders)
        )
    notes = _to_pay(group) if by == "member" else ()
    return Block(tuple(rows), group.name, detail, sums(group.totals, estimated=group.estimated), notes)


def _recap(recap: Recap) -> Sheet:
    title = _("Recap: {catalogue}").format(catalogue=recap.catalogue.name)
    total = sums({recap.currency: recap.amount}, estimated=recap.estimated)
    whose = _of(recap.catalogue)
    if not recap.lines:
        return Sheet(title, (*whose, *_when(recap.distribution)), (), (_("Nothing is ordered."),))
    about = (*whose, *_when(recap.distribution), f"{_orders(recap.orders)} · {total}")
    in_all = Table(
        (
            Column(_("Qty"), right=True),
            Column(_("Product"), wide=True),
            Column(_("Unit")),
            Column(_("Reference"), wide=True),
            Column(_("Orders"), right=True),
            Column(_("Amount"), right=True),
        ),
        (Block(tuple(map(_recap_row, recap.lines))),),
        total=("", _("Total"), "", "", "", total),
    )
    return Sheet(title, about, (in_all, _for_whom(recap)), _estimated(recap.estimated))


def _of(catalogue: DistributionCatalogue) -> tuple[str, ...]:
    """The producer, where the catalogue is called otherwise."""
    return () if catalogue.producer_name == catalogue.name else (catalogue.producer_name,)


def _recap_row(line: RecapLine) -> tuple[str, ...]:
    product = line.product
    return (
        quantity(line.quantity),
        product.name,
        product.unit_label,
        product.reference,
        quantity(line.orders * 1000),
        _amount(line),
    )


def _for_whom(recap: Recap) -> Table:
    """The same by member, by name, so that each one's can be put together."""
    names: dict[int, str] = {}
    rows: dict[int, list[tuple[str, ...]]] = {}
    for line in recap.lines:
        for share in line.members:
            names[share.member_id] = share.member
            row = (quantity(share.quantity), f"{line.product.name}, {line.product.unit_label}")
            rows.setdefault(share.member_id, []).append(row)
    members = sorted(rows, key=lambda member_id: _sorted_by(names[member_id]))
    blocks = tuple(Block(tuple(rows[member_id]), names[member_id]) for member_id in members)
    return Table((Column(right=True), Column(wide=True)), blocks, title=_("For whom"))


def _sorted_by(name: str) -> str:
    from store.folding import folded

    return folded(name)


def _supplement(supplement: Supplement) -> Sheet:
    title = _("Changes: {catalogue}").format(catalogue=supplement.catalogue.name)
    about = (*_of(supplement.catalogue), *_when(supplement.distribution))
    if not supplement.lines:
        return Sheet(title, about, (), (_("Nothing has changed since the producer was told."),))
    words = {"added": _("added"), "changed": _("changed"), "removed": _("removed")}
    changes = Table(
        (
            Column(),
            Column(_("Product"), wide=True),
            Column(_("Unit")),
            Column(_("For whom"), wide=True),
            Column(pgettext("quantity", "before"), right=True),
            Column(pgettext("quantity", "now"), right=True),
        ),
        (Block(tuple((words[x.kind], *_change(x.product, x.before, x.after, x.member)) for x in supplement.lines)),),
    )
    in_all = Table(
        (
            Column(_("Product"), wide=True),
            Column(_("Unit")),
            Column(pgettext("quantity", "before"), right=True),
            Column(pgettext("quantity", "now"), right=True),
        ),
        (Block(tuple(_change(*sum_) for sum_ in supplement.products)),),
        title=_("These products in all"),
    )
    return Sheet(title, about, (changes, in_all))


def _change(product: Product, before: int, after: int, member: str | None = None) -> tuple[str, ...]:
    whom = () if member is None else (member,)
    return (product.name, product.unit_label, *whom, quantity(before), quantity(after))


def _pickup(sheet: PickupSheet) -> Sheet:
    lines = [line for member in sheet.members for line in member.lines]
    weighed = any(line.to_weigh or line.settled_weight is not None for line in lines)
    columns = [
        Column(_("Qty"), right=True),
        Column(_("Product"), wide=True),
        Column(_("Unit")),
        Column(_("Catalogue"), wide=True),
        *([Column(_("Weight"))] if weighed else []),
        Column(_("Amount"), right=True),
    ]
    members = len(sheet.members)
    about = ngettext("{n} member", "{n} members", members).format(n=members)
    about = f"{about} · {sums(sheet.totals, estimated=sheet.estimated)}"
    notes = (*_to_pay(sheet), *_estimated(sheet.estimated))
    if any(line.untold for line in lines):
        notes += (_("! The producer was not told of this line."),)
    if sheet.unconfirmed:
        notes += (_("Not confirmed, and not in this list: {names}").format(names=", ".join(sheet.unconfirmed)),)
    if not members:
        return Sheet(_("Pick-up sheet"), _when(sheet.distribution), (), (_("Nobody has ordered."), *notes))
    blocks = tuple(_pickup_block(member, weighed) for member in sheet.members)
    table = Table(tuple(columns), blocks, boxes=True)
    return Sheet(_("Pick-up sheet"), (*_when(sheet.distribution), about), (table,), notes)


def _pickup_block(member: PickupMember, weighed: bool) -> Block:
    rows = []
    for line in member.lines:
        product = line.product
        name = f"{product.name} !" if line.untold else product.name
        row = [quantity(line.quantity), name, product.unit_label, product.catalogue_name]
        if weighed:
            row.append(_weight(line))
        rows.append((*row, _amount(line)))
    note = (_("Note: {note}").format(note=member.note),) if member.note else ()
    notes = (*note, *_to_pay(member))
    phones = " / ".join(member.phones)
    return Block(tuple(rows), member.name, phones, sums(member.totals, estimated=member.estimated), notes)


def _weight(line: DayLine) -> str:
    if line.settled_weight is not None:
        return f"{quantity(line.settled_weight)} {line.product.unit}"
    return f"_____ {line.product.unit}" if line.to_weigh else ""


def _calls(calls: CallBacks) -> Sheet:
    title, when = _("Members to call back"), _when(calls.distribution)
    if not calls.members:
        return Sheet(title, when, (), (_("Whoever ordered by phone last time has ordered."),))
    last = dates.day(calls.members[0].last_day)
    columns = (
        Column(_("Member"), wide=True),
        Column(_("Phone"), wide=True),
        Column(_("{day}: ordered").format(day=last), wide=True),
        Column(_("Call")),
    )
    rows = tuple(_call(call) for call in calls.members)
    about = _("Ordered by phone last time, not yet this time.")
    return Sheet(title, (*when, about), (Table(columns, (Block(rows),), boxes=True),))


def _call(call: CallBack) -> tuple[str, ...]:
    words = {"called": _("called"), "not_reached": _("not reached"), "nothing": _("wants nothing")}
    said = words.get(call.state or "", _("basket open") if call.basket else "")
    phones = " / ".join(dict.fromkeys(number for number in (call.phone, call.mobile) if number))
    last = ", ".join(f"{quantity(n)} {product.name}" for product, n in call.last)
    return (call.member, phones, last, said)
