"""The lists of a distribution as tables for spreadsheets and programs: one row a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from store.clock import stamp
from store.exchange.own_files import ENCODING, decimal_text, own_table
from store.lists.day import by_member, by_producer, by_product
from store.lists.line_records import CallBacks, DayList, ListGroup, PickupSheet, Recap, Supplement
from store.products import Product

Row = dict[str, Any]
Printed = DayList | Recap | Supplement | PickupSheet | CallBacks
"""What can be printed, mailed and exported."""

GROUPINGS: dict[str, Callable[[DayList], tuple[ListGroup, ...]]] = {
    "member": by_member,
    "product": by_product,
    "producer": by_producer,
}
"""What the orders of a distribution can be listed by."""

_PRODUCT = ("catalogue", "producer", "reference", "product", "unit")
_MEMBER = ("member_id", "member")
_PRICED = ("amount", "currency", "estimated")
COLUMNS: dict[type, tuple[str, ...]] = {
    DayList: (
        *("day", *_MEMBER, *_PRODUCT, "quantity", "weight", "price", *_PRICED),
        *("late", "untold", "channel", "by", "at", "vouchers"),
    ),
    Recap: ("day", *_PRODUCT, "quantity", "orders", *_PRICED),
    Supplement: ("day", *_PRODUCT, "change", *_MEMBER, "before", "after", "by", "at"),
    PickupSheet: ("day", *_MEMBER, "phone", *_PRODUCT, "quantity", "weight", *_PRICED, "untold", "note", "vouchers"),
    CallBacks: ("day", *_MEMBER, "phone", "mobile", "last_day", "last", "basket", "state", "by", "at"),
}
"""The columns of each kind of list."""

_CENTS = ("price", "amount")
_THOUSANDTHS = ("quantity", "weight", "before", "after")


def as_csv(lists: Sequence[Printed], by: str = "member") -> bytes:
    """The rows of the lists, at least one and all of a kind, as our own CSV: decimal numbers, formulas defused."""
    columns = COLUMNS[type(lists[0])]
    rows = ([_cell(name, row[name]) for name in columns] for row in list_rows(lists, by))
    return own_table(columns, rows).encode(ENCODING)


def as_json(lists: Sequence[Printed], by: str = "member") -> bytes:
    """The rows of the lists as JSON: money in cents, quantities as numbers."""
    rows = [
        {name: value / 1000 if name in _THOUSANDTHS and value is not None else value for name, value in row.items()}
        for row in list_rows(lists, by)
    ]
    return f"{json.dumps(rows, ensure_ascii=False, indent=2)}\n".encode()


def list_rows(lists: Iterable[Printed], by: str = "member") -> Iterator[Row]:
    """One row a line of each list; of orders in the order that `by` says."""
    for found in lists:
        if isinstance(found, DayList):
            yield from _day_rows(found, by)
        elif isinstance(found, Recap):
            yield from _recap_rows(found)
        elif isinstance(found, Supplement):
            yield from _supplement_rows(found)
        elif isinstance(found, PickupSheet):
            yield from _pickup_rows(found)
        else:
            yield from _call_rows(found)


def _day_rows(day: DayList, by: str) -> Iterator[Row]:
    for group in GROUPINGS[by](day):
        for line in group.lines:
            yield {
                "day": day.distribution.day.isoformat(),
                "member_id": line.member_id,
                "member": line.member,
                **_product(line.product),
                "quantity": line.quantity,
                "weight": line.settled_weight,
                "price": line.price,
                "amount": line.amount,
                "currency": line.product.currency,
                "estimated": line.estimated,
                "late": line.late,
                "untold": line.untold,
                "channel": line.channel,
                "by": line.by or "",
                "at": stamp(line.at),
                "vouchers": vouchers_note(day.vouchers.get(line.member_id, {})),
            }


def _recap_rows(recap: Recap) -> Iterator[Row]:
    for line in recap.lines:
        yield {
            "day": recap.distribution.day.isoformat(),
            **_product(line.product),
            "quantity": line.quantity,
            "orders": line.orders,
            "amount": line.amount,
            "currency": recap.currency,
            "estimated": line.estimated,
        }


def _supplement_rows(supplement: Supplement) -> Iterator[Row]:
    for line in supplement.lines:
        yield {
            "day": supplement.distribution.day.isoformat(),
            **_product(line.product),
            "change": line.kind,
            "member_id": line.member_id,
            "member": line.member,
            "before": line.before,
            "after": line.after,
            "by": line.by or "",
            "at": stamp(line.at),
        }


def _pickup_rows(sheet: PickupSheet) -> Iterator[Row]:
    for member in sheet.members:
        for line in member.lines:
            yield {
                "day": sheet.distribution.day.isoformat(),
                "member_id": member.member_id,
                "member": member.name,
                "phone": " / ".join(member.phones),
                **_product(line.product),
                "quantity": line.quantity,
                "weight": line.settled_weight,
                "amount": line.amount,
                "currency": line.product.currency,
                "estimated": line.estimated,
                "untold": line.untold,
                "note": member.note,
                "vouchers": vouchers_note(member.vouchers),
            }


def _call_rows(calls: CallBacks) -> Iterator[Row]:
    for call in calls.members:
        yield {
            "day": calls.distribution.day.isoformat(),
            "member_id": call.member_id,
            "member": call.member,
            "phone": call.phone,
            "mobile": call.mobile,
            "last_day": call.last_day.isoformat(),
            "last": ", ".join(f"{decimal_text(quantity, 3)} {product.name}" for product, quantity in call.last),
            "basket": call.basket,
            "state": call.state or "",
            "by": call.by or "",
            "at": "" if call.at is None else stamp(call.at),
        }


def vouchers_note(vouchers: Mapping[str, int]) -> str:
    """What vouchers take off the whole order of a line, as a note beside it: "5.00 EUR"; "" where there are none."""
    return " + ".join(f"{decimal_text(cents, 2)} {currency}" for currency, cents in vouchers.items())


def _product(product: Product) -> Row:
    return {
        "catalogue": product.catalogue_name,
        "producer": product.producer_name,
        "reference": product.reference,
        "product": product.name,
        "unit": product.unit_label,
    }


def _cell(name: str, value: Any) -> str:
    if name in _CENTS:
        return decimal_text(value, 2)
    if name in _THOUSANDTHS:
        return decimal_text(value, 3)
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value)
