"""The words of the scales: what a line shows, whose it is, and what Enter will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from screens.order_words import total_text
from screens.settle_weights import ESTIMATE, is_weight, read_weight
from screens.text import fitted, width
from screens.widgets.table import cell, number
from store.products import amount
from templates.words import _, ngettext, pgettext
from templates.words.money import money, quantity

if TYPE_CHECKING:
    from screens.settle_sheet import SettleLine, SettleSheet
    from store.orders import Weighed


def ordered(found: Weighed) -> str:
    """What was ordered: "2 × ~1,8 kg", "1,5 kg" where the weight itself was ordered."""
    if found.product.estimated_weight:
        return f"{quantity(found.quantity)} × {found.product.unit_label}"
    return _measured(found.quantity, found)


def cells(line: SettleLine) -> list[Text]:
    """A line of the list."""
    found = line.found
    weight = f"~{quantity(found.estimated_weight)}" if line.weight is None else quantity(line.weight)
    state = "…" if line.being_stored else ""
    money_text = money(line.amount, found.currency)
    return [
        cell(found.member),
        cell(found.product.name),
        cell(ordered(found)),
        number(f"! {line.refused}" if line.refused else f"{weight}{state}"),
        number(f"~{money_text}" if line.weight is None else money_text),
    ]


def whose(line: SettleLine | None, room: int) -> str:
    """Whom the scales are busy for, with what was ordered and the price, in so many cells."""
    if line is None:
        return ""
    found = line.found
    price = _("{price} the {unit}").format(price=money(found.price, found.currency), unit=found.product.unit)
    parts = [ordered(found), price]
    if found.to_pay:
        left = total_text(dict(found.to_pay), found.currency, estimated=found.estimated)
        parts.append(_("order: {amount} to pay").format(amount=left))
    tail = "  ".join(parts)
    left = _("{name}: {what}").format(name=found.member, what=found.product.name)
    return f" {fitted(left, max(10, room - width(tail) - 4))}  {tail}"


def what_enter_does(line: SettleLine | None, text: str, found: int, room: int) -> str:
    """What Enter will do with what is typed, in at most so many cells; empty where it will only say why it does not."""
    if line is None:
        return ""
    if not text:
        said = _weighed(line) if line.weight is not None else _("⏎ keeps the estimate")
    elif not is_weight(text):
        others = ngettext("+{n} other ↓", "+{n} others ↓", found - 1).format(n=found - 1) if found > 1 else ""
        said = _("⏎ goes to this line {others}").format(others=others) if found else ""
    elif text == ESTIMATE:
        said = _("⏎ back to the estimate: ~{weight}").format(weight=_measured(line.found.estimated_weight, line.found))
    else:
        said = _takes(line, text)
    return fitted(said, room).rstrip() if width(said) > room else said.rstrip()


def _takes(line: SettleLine, text: str) -> str:
    value = read_weight(text, line.found.product).value
    if value is None:
        return ""
    costs = money(amount(value, line.found.price), line.found.currency)
    return f"⏎ {_measured(value, line.found)}  {costs}"


def _weighed(line: SettleLine) -> str:
    weight = _measured(line.weight or 0, line.found)
    return _("weighed {weight}  ⏎ next  - estimate").format(weight=weight)


def _measured(value: int, found: Weighed) -> str:
    return f"{quantity(value)} {found.product.unit}"


def keys(sheet: SettleSheet, typed: str) -> list[tuple[str, str]]:
    """The keys that act now, for the last line."""
    if not sheet.lines:
        return [(_("Esc"), _("Leave")), ("?", _("Help"))]
    enter = _("Store") if is_weight(typed) else _("Go there") if typed else _("Next")
    return [
        (_("Enter"), enter),
        ("↑↓", _("Other line")),
        (_("a-z"), pgettext("key", "Find a member")),
        (_("Tab"), _("By member") if sheet.by_product else _("By product")),
        (_("Esc"), _("Leave")),
        ("?", _("Help")),
    ]
