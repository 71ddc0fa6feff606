"""The vouchers: of a message, of a member, or all; which were used, on which order, and what they came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable

from screens import voucher_words as words
from screens.base import HouseScreen
from screens.text import fitted
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell, number
from store.folding import fold
from store.rights import Right
from store.voucher_records import UNUSED, VoucherState
from templates.words import N_, _, dates, ngettext
from templates.words.money import money
from templates.words.money import number as number_of

if TYPE_CHECKING:
    from store import Store
    from store.voucher_records import StillTold, Voucher, VoucherTotal

VIEWS = (None, *VoucherState)
"""All, then those in each state: v goes round those that hold any."""
MOST = 500
"""So many are listed at once: / finds the others."""
NAME_CELLS = 30
"""Cells for a name in the title."""


@dataclass(frozen=True)
class Listed:
    """The vouchers, what became of them in sum, and of what they are: "" for all."""

    vouchers: tuple[Voucher, ...]
    totals: tuple[VoucherTotal, ...]
    of: str


def read_vouchers(store: Store, message_id: int | None, member_id: int | None) -> Listed:
    """The vouchers of a message, of a member, or all; raises `NotFound`, `NotAllowed`."""
    vouchers = store.vouchers.all(message_id, member_id)
    if member_id is not None:
        return Listed(vouchers, (), store.members.get(member_id).name)
    of = vouchers[0].title if message_id is not None and vouchers else ""
    return Listed(vouchers, store.vouchers.totals(message_id), of)


class VoucherTable(HouseTable):
    """The list; Enter opens the order of the marked one."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Open"), tooltip=N_("Its order, else the member"), id="vouchers.open"),
    ]


class VouchersScreen(HouseScreen[None]):
    """Each voucher with whose it is and how it stands; the views go round those that hold any."""

    NAME = "vouchers"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "The vouchers that messages gave: whose they are, what they are worth, and what became of each.\n"
        "\n"
        "**Enter** opens the order that one was used for; where there is none, its member. **v** shows those that were "
        "not used, used, expired and cancelled, one after the other. **/** finds a code as it is read out, or a "
        "name.\n"
        "\n"
        "**x** cancels the marked one: it cannot be used any more. **X** cancels all of its message that were not "
        "used. Both ask before. One that was used is taken off in the order: it can be used another time then."
    )
    NEEDS = dict.fromkeys(("cancel", "cancel_all"), (Right.ORDERS, Right.MESSAGES_SEND))
    EVERYWHERE = frozenset(("cancel", "cancel_all"))
    BINDINGS = [
        Binding("v", "view", N_("View"), tooltip=N_("Not used, used, expired, cancelled"), id="vouchers.view"),
        Binding("slash", "find", N_("Find"), key_display="/", tooltip=N_("A code, or a name"), id="vouchers.find"),
        Binding("x", "cancel", N_("Cancel"), tooltip=N_("It cannot be used any more"), id="vouchers.cancel"),
        Binding("X", "cancel_all", N_("Cancel all"), tooltip=N_("Of this message, not used"), id="vouchers.all"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="vouchers.leave"),
    ]

    def __init__(self, message_id: int | None = None, member_id: int | None = None) -> None:
        """Those of one message or one member where it is named."""
        super().__init__()
        self._message_id = message_id
        self._member_id = member_id
        self._view: VoucherState | None = None
        self._listed: Listed | None = None
        self._rows: dict[str, Voucher] = {}
        self._count = self._begin = 0
        self._unused: Counter[int | None] = Counter()
        """How many of a message can be cancelled; of a member's list nothing is said of whole messages."""

    def heading(self) -> tuple[str, str]:
        listed = self._listed
        title = _("Vouchers")
        if listed is not None and listed.of:
            of = fitted(listed.of, NAME_CELLS).rstrip()
            title = _("Vouchers of {name}") if self._member_id is not None else _("Vouchers of “{name}”")
            title = title.format(name=of)
        if not self._rows:
            return title, ""
        if self._view is not None:
            return title, f"{_(words.STATES[self._view])}: {number_of(self._count)}"
        return title, ngettext("{n} voucher", "{n} vouchers", self._count).format(n=number_of(self._count))

    def content(self) -> ComposeResult:
        yield VoucherTable(id="vouchers-list")
        yield Prose(id="vouchers-none")
        yield Prose(id="vouchers-detail")
        yield Prose(id="vouchers-totals")
        yield Ask()

    def on_mount(self) -> None:
        """Show them."""
        table = self.query_one(VoucherTable)
        of_member = self._member_id is not None
        for key, title, width in (
            ("code", _("Code"), 9),
            ("who", _("Message") if of_member else _("Member"), 18),
            ("worth", _("Worth"), 10),
            ("state", _("State"), 20),
            ("order", _("Order of"), 12),
        ):
            table.add_column(number(title) if key == "worth" else cell(title), width=width, key=key)
        table.grow(who=70, state=30)
        self._list(holds=True)

    def on_resize(self) -> None:
        """Say of the marked one what there is room for."""
        self._show_detail()

    def changed(self) -> None:
        self._list(holds=False)

    def _list(self, *, holds: bool) -> None:
        self.read(partial(read_vouchers, self.store, self._message_id, self._member_id), self._take, holds=holds)

    def _take(self, listed: Listed) -> None:
        self._listed = listed
        of_messages = listed.vouchers if self._member_id is None else ()
        self._unused = Counter(one.message_id for one in of_messages if one.state in UNUSED and one.message_id)
        if self._view is not None and not words.of_state(listed.vouchers, self._view):
            self._view = None
        found = words.of_state(listed.vouchers, self._view)
        self._count = len(found)
        self._begin = min(self._begin, max(0, self._count - MOST))
        self._rows = {str(one.id): one for one in found[self._begin : self._begin + MOST]}
        table = self.query_one(VoucherTable)
        table.fill((key, self._row(one)) for key, one in self._rows.items())
        self.set_class(not self._rows, "-empty")
        self.query_one("#vouchers-none", Prose).update(plain("" if self._rows else self._nothing()))
        hidden = _("{n} more: / finds them").format(n=number_of(self._count - len(self._rows)))
        parts = [words.totals_words(listed.totals), hidden if self._count > len(self._rows) else ""]
        self.query_one("#vouchers-totals", Prose).update(plain(" · ".join(part for part in parts if part)))
        if self._rows and self.focused is None:
            table.focus()
        self.show_heading()
        self._show_detail()
        self.refresh_bindings()

    def _row(self, one: Voucher) -> list[object]:
        style = "" if one.state in (VoucherState.OPEN, VoucherState.REDEEMED) else "dim"
        return [
            cell(one.code, style),
            cell(words.came_words(one, self.store.clock) if self._member_id is not None else one.member, style),
            number(money(one.amount, one.currency), style),
            cell(words.state_words(one, self.store.clock), style),
            cell("" if one.order_day is None else dates.day_number(one.order_day), style),
        ]

    def _nothing(self) -> str:
        if self._member_id is not None:
            return _("This member got no voucher.")
        if self._message_id is not None:
            return _("This message gave no voucher.")
        return _("There is no voucher yet. A message gives them: v in a draft says what everybody gets.")

    @property
    def _marked(self) -> Voucher | None:
        found = self.query(VoucherTable)
        return self._rows.get(found.first().current_key or "") if found else None

    def on_data_table_row_highlighted(self) -> None:
        """Say more of the marked one; what can be done depends on it."""
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        one = self._marked
        said = plain("") if one is None else words.described(one, self.store.clock, max(60, self.size.width - 4))
        self.query_one("#vouchers-detail", Prose).update(said)

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What was not used can be cancelled."""
        one = self._marked
        if action == "cancel":
            return one is not None and one.state in UNUSED
        if action == "cancel_all":
            return one is not None and self._unused[one.message_id] > 0
        return bool(self._listed and self._listed.vouchers) if action in ("view", "find") else True

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open the order, or the open basket; where there is none, the member."""
        event.stop()
        one = self._marked
        if one is None:
            return
        if one.order_id is None and self._member_id is None:
            self.go("member_page", member_id=one.member_id)
        elif one.order_id is None:
            self.say(_("{code} is on no order.").format(code=one.code))
        elif one.in_basket:
            read = partial(self.store.orders.basket, one.order_id)
            self.read(
                read,
                lambda found: self.go("order_entry", member_id=found.member_id, distribution_id=found.distribution_id),
                group="basket",
                holds=True,
            )
        else:
            self.go("order", order_id=one.order_id)

    def action_view(self) -> None:
        """Show the next view that holds any."""
        if self._listed is None:
            return
        views = [view for view in VIEWS if view is None or words.of_state(self._listed.vouchers, view)]
        self._view = views[(views.index(self._view) + 1) % len(views)]
        self._begin = 0
        self._take(self._listed)

    def action_find(self) -> None:
        """Ask for a code, or a name."""
        self.query_one(Ask).ask(_("Code or name"), self._find, typed="")

    def _find(self, typed: str) -> None:
        """Mark the voucher with the code, or the first of whom the name may mean."""
        if not typed or self._listed is None:
            return
        from store.voucher_codes import as_kept

        parts, code = fold(typed).split(), as_kept(typed).upper()
        found = next((one for one in self._listed.vouchers if one.code.upper() == code), None) or next(
            (one for one in self._listed.vouchers if all(part in fold(one.member) for part in parts)), None
        )
        if found is None:
            self.warn(_("“{text}”: no voucher here has this code, and nobody this name.").format(text=typed))
            return
        if str(found.id) not in self._rows:
            self._view, self._begin = None, self._listed.vouchers.index(found)
            self._take(self._listed)
        table = self.query_one(VoucherTable)
        table.move_cursor(row=table.get_row_index(str(found.id)), animate=False)

    def action_cancel(self) -> None:
        """Cancel the marked one; asks once."""
        if (one := self._marked) is None:
            return
        self.house.drop_keys()  # what was typed ahead, Enter too, is no answer to what nobody has read yet
        amount = money(one.amount, one.currency)
        question = _("Cancel {code}, {amount}? Enter: yes, Esc: no").format(code=one.code, amount=amount)
        self.query_one(Ask).ask(question, lambda _yes: self._cancel(one))

    def _cancel(self, one: Voucher) -> None:
        def done(_voucher: Voucher) -> None:
            self.say(_("{code} is cancelled: it cannot be used any more.").format(code=one.code))
            self._list(holds=False)

        self.write(partial(self.store.vouchers.cancel, one.id), done, holds=True)

    def action_cancel_all(self) -> None:
        """Cancel all of the marked one's message that were not used; asks once."""
        one = self._marked
        if one is None or one.message_id is None:
            return
        told = partial(self.store.vouchers.still_told, one.message_id)
        self.read(told, partial(self._ask_all, one.message_id), group="waiting", holds=True)

    def _ask_all(self, message_id: int, told: StillTold) -> None:
        n = self._unused[message_id]
        if not n:
            return
        self.house.drop_keys()
        question = ngettext(
            "Cancel the {n} unused voucher of this message? Enter: yes, Esc: no",
            "Cancel the {n} unused vouchers of this message? Enter: yes, Esc: no",
            n,
        )
        self.query_one(Ask).ask(question.format(n=n), lambda _yes: self._cancel_all(message_id))
        if said := words.still_going(told):
            self.warn(said)

    def _cancel_all(self, message_id: int) -> None:
        def done(number: int) -> None:
            text = ngettext("{n} voucher is cancelled.", "{n} vouchers are cancelled.", number)
            self.say(text.format(n=number))
            self._list(holds=False)

        self.write(partial(self.store.vouchers.cancel_open, message_id), done, holds=True)

    def on_ask_left(self) -> None:
        """Back to the list."""
        self.query_one(VoucherTable).focus()
