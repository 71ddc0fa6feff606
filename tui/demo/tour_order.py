"""The tour's first half: somebody calls, is found, and orders."""

from __future__ import annotations

from store import Store
from store.entry_line import read_line
from store.order_records import Basket, Entry
from store.people import MemberRow
from templates.words import _, dates, ngettext
from templates.words.money import money, quantity, sums
from tui.demo.teller import Teller

CALLER = "mar od"
"""What is typed while Odette Maréchal says her name."""

TYPED = ("3 tomcb", "oeuf", "1,5 nicola", "2 far", "1 poul")
"""Her order as it is typed; the poultry's catalogue has closed already."""


def find_caller(store: Store, teller: Teller) -> MemberRow:
    """Find the member whose name is being said on the phone."""
    teller.step(_("Find a member: “{typed}”").format(typed=CALLER))
    found = store.members.search(CALLER)
    caller = found.rows[0]
    teller.tell(
        _("{name}, {phone}, {email}").format(
            name=caller.name, phone=caller.phone or caller.mobile, email=caller.email or _("no e-mail")
        )
    )
    teller.tell(ngettext("{n} member found", "{n} members found", found.total).format(n=found.total))
    return caller


def take_order(store: Store, teller: Teller, caller: MemberRow) -> None:
    """Take the caller's order by phone, line by line, a late one too."""
    coming = store.distributions.next()
    assert coming is not None  # the example group always has one
    teller.step(
        _("Take the order by phone for {day}, {place}").format(day=dates.day_long(coming.day), place=coming.place)
    )
    offer = store.orders.offer(caller.id, coming.id)
    basket = store.orders.open_basket(caller.id, coming.id)
    for typed in TYPED:
        held = {line.product.id: line.quantity for line in basket.lines}
        reading = read_line(typed, offer, held).rows[0]
        entry = Entry(typed, reading.product.id, reading.before, reading.after)
        basket = store.orders.enter(basket.id, entry, version=basket.version)
        teller.tell(f"{typed:12} {_line(basket, reading.product.id)}")
    teller.tell(_("In all: {total}").format(total=sums(basket.totals, estimated=basket.estimated)))
    confirmation = store.orders.confirm(basket.id, version=basket.version)
    teller.tell(_("Saved: {total}").format(total=sums(confirmation.totals, estimated=basket.estimated)))
    for late in confirmation.late_lines:
        teller.tell(
            _("{product} is late for {catalogue}: the producer has to be told.").format(
                product=late.product_name, catalogue=late.catalogue_name
            )
        )
    kept = store.orders.get(confirmation.order_id)
    teller.expect(len(kept.lines) >= len(TYPED), _("The order does not have all its lines."))
    teller.expect(bool(confirmation.late_lines), _("The late line was not noticed."))


def _line(basket: Basket, product_id: int) -> str:
    line = basket.line(product_id)
    assert line is not None  # it has just been entered
    amount = money(line.amount, line.product.currency)
    name = f"{line.product.name} ({line.product.unit_label})"
    about = f"~{amount}" if line.estimated else amount
    return f"{quantity(line.quantity):>4} × {name:36} {about:>9}"
