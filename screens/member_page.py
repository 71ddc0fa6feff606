"""A member's page: who they are and how to reach them, what they ordered, what was written to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Static

from screens.base import HouseScreen
from screens.member_page_lines import NOTE_LINES, Page, head, message_cells, order_cells, read_page, title
from screens.widgets.plain import plain
from screens.widgets.still import Still
from screens.widgets.table import HouseTable, cell, number
from store.distributions import Distribution
from store.merging import undo_merge
from store.orders import OrderRow
from store.rights import Right
from templates.words import N_, _, dates

if TYPE_CHECKING:
    from store.erasing import Erased
    from store.member_marks import Expected

LINES = 24
"""Lines of the smallest terminal; on a higher one the notes have more room."""
ORDER_WIDTHS = (18, 10, 6, 12, 10)
MESSAGE_WIDTHS = (18, 20)
PADDING = 2


class OrderTable(HouseTable):
    """The member's orders; Enter opens the marked one."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Open"), tooltip=N_("Change the order, or look at it"), id="page.order")
    ]


class MessageTable(HouseTable):
    """What was written to the member; Enter opens the marked message."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Open"), tooltip=N_("What became of the message"), id="page.message")
    ]


class MemberPageScreen(HouseScreen[int | None]):
    """All that one needs to know of a member at a glance; letters act on them.

    Leaves with the member's id when something was changed here, else None.
    """

    NAME = "member_page"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "One member: who they are, the phones as one reads them out, the e-mails and whether mail goes there, what "
        "they refused.\n"
        "\n"
        "Below are the orders and the messages that were meant for them. **Tab** goes from one list to the other, "
        "**Enter** opens what is marked: an order as a change as long as its distribution is to come.\n"
        "\n"
        "**h** lists every mail that was written to them: which one they got, and when. **j** lists what was done "
        "about them, and by whom. **v** lists their vouchers.\n"
        "\n"
        "Letters act on the member. **x** takes somebody out of all lists and messages, and back in."
    )
    NEEDS = {
        "mails": Right.MESSAGES_SEE,
        "order": Right.ORDERS,
        **dict.fromkeys(("edit", "preferences", "star", "merge", "archive", "data", "export"), Right.MEMBERS),
    }
    BINDINGS = [
        Binding("o", "order", N_("Order"), tooltip=N_("Take an order for this member"), id="page.take"),
        Binding("f9", "order", N_("Order"), tooltip=N_("Take an order for this member"), id="page.take.f9"),
        Binding("e", "edit", N_("Edit"), tooltip=N_("Change names, phones, address, notes"), id="page.edit"),
        Binding("f4", "edit", N_("Edit"), tooltip=N_("Change names, phones, address, notes"), id="page.edit.f4"),
        Binding("p", "preferences", N_("Preferences"), tooltip=N_("Which messages each one wants"), id="page.wishes"),
        Binding("h", "mails", N_("Mails"), tooltip=N_("Every mail to this member, and when"), id="page.mails"),
        Binding(
            "j", "journal", N_("Journal"), show=False, tooltip=N_("What was done here, and by whom"), id="page.journal"
        ),
        Binding("v", "vouchers", N_("Vouchers"), tooltip=N_("What was given to them"), id="page.vouchers"),
        Binding("s", "star", N_("Star"), tooltip=N_("Give the star, or take it away"), id="page.star"),
        Binding("f7", "star", N_("Star"), tooltip=N_("Give the star, or take it away"), id="page.star.f7"),
        Binding("g", "merge", N_("Merge"), tooltip=N_("This member is here twice: make them one"), id="page.merge"),
        Binding("z", "undo", N_("Undo merge"), tooltip=N_("Make two members of this one again"), id="page.undo"),
        Binding("x", "archive", N_("Archive"), tooltip=N_("Out of all lists, or back in"), id="page.archive"),
        Binding("d", "data", N_("Everything"), tooltip=N_("All that is stored about this member"), id="page.data"),
        Binding("f5", "data", N_("Everything"), tooltip=N_("All that is stored about this member"), id="page.data.f5"),
        Binding("E", "export", N_("Export"), tooltip=N_("Write this member into a file"), id="page.export"),
        Binding("f6", "export", N_("Export"), tooltip=N_("Write this member into a file"), id="page.export.f6"),
    ]

    def __init__(self, member_id: int) -> None:
        super().__init__()
        self._member_id = member_id
        self._page: Page | None = None
        self._touched = False
        self._rows: dict[str, OrderRow] = {}

    @property
    def _limited(self) -> bool:
        """Whether the operator sees names and phones only."""
        return not (self.operator.may(Right.MEMBERS) or self.operator.may(Right.ORDERS))

    def heading(self) -> tuple[str, str]:
        if self._page is None:
            return _("Member"), ""
        joined = self._page.member.joined_on
        since = _("member since {day}").format(day=dates.day(joined, year=True)) if joined else ""
        return title(self._page.member), since

    def content(self) -> ComposeResult:
        yield Still(id="member-page-head")
        yield OrderTable(id="member-page-orders")
        yield Still(id="member-page-no-orders", classes="member-page-none")
        yield MessageTable(id="member-page-messages")
        yield Still(id="member-page-no-messages", classes="member-page-none")

    def on_mount(self) -> None:
        """Show the member at once, and the lists as soon as they are read."""
        orders, messages = self.query_one(OrderTable), self.query_one(MessageTable)
        for key, text in zip(
            ("day", "state", "lines", "total", "channel", "by"),
            (_("Orders"), _("State"), _("Lines"), _("Total"), _("Channel"), _("By")),
            strict=True,
        ):
            orders.add_column(number(text) if key in ("lines", "total") else cell(text), key=key, width=1)
        for key, text in (("day", _("Messages")), ("title", _("Subject")), ("state", _("State"))):
            messages.add_column(cell(text), key=key, width=1)
        self._fit()
        for widget in (orders, messages, *self.query(".member-page-none")):
            widget.display = False
        try:
            self._show_head(Page(self.store.members.get(self._member_id)))
        except Exception as error:
            self.show_error(error)
            return
        self.changed()

    def on_resize(self) -> None:
        """Give the lists and the notes the room there is."""
        self._fit()
        if self._page is not None:
            self._show_head(self._page)

    def _fit(self) -> None:
        for table, widths, place in (
            (self.query_one(OrderTable), ORDER_WIDTHS, 5),
            (self.query_one(MessageTable), MESSAGE_WIDTHS, 1),
        ):
            columns = list(table.columns.values())
            if not columns:
                return
            room = max(79, self.size.width - 1) - sum(widths) - PADDING * len(columns)
            for column, wide in zip(columns, (*widths[:place], room, *widths[place:]), strict=True):
                column.width = wide
            table.refresh(layout=True)

    def changed(self) -> None:
        self.read(lambda: read_page(self.store, self._member_id), self._take, group="page")

    def _take(self, page: Page) -> None:
        if page.member.id is not None and page.member.id != self._member_id:
            self._member_id = page.member.id
            self.say(_("Merged with another one: this is the member that stayed."))
        self._show_head(page)
        self._rows = {str(row.id): row for row in page.orders}
        currency, clock = self.house.group.currency, self.store.clock
        orders, messages = self.query_one(OrderTable), self.query_one(MessageTable)
        orders.fill((key, order_cells(row, currency)) for key, row in self._rows.items())
        messages.fill((str(row.message_id), message_cells(row, clock)) for row in page.messages or ())
        self._show_list(orders, "orders", bool(page.orders), self._no_order())
        if page.messages is not None:
            self._show_list(messages, "messages", bool(page.messages), _("No message was written to them yet."))
        if self.focused is None:
            for table in (orders, messages):
                if table.display:
                    table.focus()
                    break

    def _no_order(self) -> str:
        if self.operator.may_somewhere(Right.ORDERS):
            return _("No order yet. o takes the first one.")
        from screens.rights_words import why_not

        return why_not(self.store, (Right.ORDERS,))

    def _show_list(self, table: HouseTable, name: str, filled: bool, nothing: str) -> None:
        empty = self.query_one(f"#member-page-no-{name}", Static)
        empty.update(plain(nothing))
        empty.display, table.display = not filled, filled

    def _show_head(self, page: Page) -> None:
        self._page = page
        more = max(0, self.size.height - LINES)
        lines = head(page, self.store.clock, self._limited, max(79, self.size.width - 1), NOTE_LINES + more // 3)
        self.query_one("#member-page-head", Static).update(lines)
        self.show_heading()
        self.refresh_bindings()

    # -- what is marked

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click opens the order, or the message."""
        event.stop()
        key = str(event.row_key.value)
        if isinstance(event.data_table, MessageTable):
            self.go("message", message_id=int(key))
        elif (row := self._rows.get(key)) is not None:
            self._open_order(row)

    def _open_order(self, row: OrderRow) -> None:
        """As a change as long as its distribution is to come; else, and when it was cancelled, it is shown."""
        distribution = self.store.distributions.get(row.distribution_id)
        open_ = row.state == "confirmed" and self._may_order and not self._over(distribution)
        if row.state == "basket" or open_:
            self.go("order_entry", member_id=row.member_id, distribution_id=row.distribution_id)
        else:
            self.go("order", order_id=row.id)

    def _over(self, distribution: Distribution) -> bool:
        end = f"{distribution.day.isoformat()}T{distribution.ends_at}"
        return distribution.cancelled or end <= self.store.clock.wall().isoformat(timespec="minutes")

    # -- acts

    @property
    def _may_order(self) -> bool:
        archived = self._page is not None and self._page.member.archived
        return self.operator.may_somewhere(Right.ORDERS) and not archived

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What can be done with a member who is there."""
        if action == "order":
            return self._page is not None and not self._page.member.archived
        if action == "mails":
            return self._page is not None
        if action == "vouchers":
            return self._page is not None and bool(self._page.vouchers)
        if action == "undo":
            return self._page is not None and self._page.merge is not None
        if action in ("edit", "preferences", "star", "merge", "archive", "data", "export"):
            return self._page is not None and not self._page.member.erased
        return True

    def action_leave(self) -> None:
        """Leave, with the member's id when something was changed."""
        self.dismiss(self._member_id if self._touched else None)

    def action_order(self) -> None:
        """Take an order."""
        self.go("order_entry", member_id=self._member_id)

    def action_edit(self) -> None:
        """Change the member in the form."""
        self.go("member", self._saved, member_id=self._member_id)

    def _saved(self, member_id: int | None) -> None:
        if member_id is not None:
            self._touch(_("Saved."))

    def action_preferences(self) -> None:
        """Which messages each person wants."""
        self.go("member_preferences", self._saved, member_id=self._member_id)

    def action_mails(self) -> None:
        """Every mail that was written to the member."""
        self.go("mails", member_id=self._member_id)

    def action_vouchers(self) -> None:
        """What messages gave to the member, and what became of it."""
        self.go("vouchers", member_id=self._member_id)

    def action_journal(self) -> None:
        """What was done about the member, and by whom."""
        self.go("journal", member_id=self._member_id)

    def action_data(self) -> None:
        """Everything that is stored about the member."""
        self.go("member_data", self._erased, member_id=self._member_id)

    def _erased(self, erased: Erased | None) -> None:
        """Of a household that was erased there is no page; one person less is shown."""
        if erased is None:
            return
        from screens.member_erase import erased_words

        self._touched = True
        if not erased.whole:
            self._touch(erased_words(erased))
            return
        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        self.action_leave()
        if isinstance(below, HouseScreen):
            below.say(erased_words(erased))

    def action_merge(self) -> None:
        """Make this member and another one."""
        self.go("member_merge", self._merged, member_id=self._member_id)

    def _merged(self, kept_id: int | None) -> None:
        if kept_id is not None:
            self._member_id = kept_id
            self._touch(_("Merged. z undoes it."))

    def action_undo(self) -> None:
        """Make two members of this one again, as they were."""
        merge = self._page.merge if self._page is not None else None
        if merge is None:
            return
        text = _("{name} is a member again, as before.").format(name=merge.gone_name)
        self.write(lambda: undo_merge(self.store, merge.id), lambda _merge: self._touch(text))

    def action_export(self) -> None:
        """Write the member into a file."""
        self.go("export", ids=(self._member_id,))

    def action_star(self) -> None:
        """Give the star, or take it away."""
        if self._page is None:
            return
        member, on = self._page.member, not self._page.member.vip
        words = _("{name} has the star.") if on else _("{name} has no star any more.")
        self.write(
            lambda: self.store.members.star(self._member_id, on), lambda _r: self._touch(words.format(name=member.name))
        )

    def action_archive(self) -> None:
        """Out of all lists and messages, or back in."""
        if self._page is None:
            return
        member, on = self._page.member, not self._page.member.archived
        store, member_id = self.store, self._member_id

        def archive() -> tuple[Expected, ...]:
            store.members.archive(member_id, on)
            return store.members.expected((member_id,)) if on else ()

        self.write(archive, lambda expected: self._archived(member.name, on, expected))

    def _archived(self, name: str, on: bool, expected: tuple[Expected, ...]) -> None:
        """Say what that means; an order that is still to be prepared is named."""
        words = _("{name} is archived: in no list, in no message. x brings them back.")
        self._touch((words if on else _("{name} is back in all lists.")).format(name=name))
        if expected:
            days = ", ".join(dates.day(coming.day) for coming in expected)
            self.warn(_("Archived, but the order for {days} stays. x brings them back.").format(days=days))

    def _touch(self, text: str) -> None:
        """Say what was changed, and show the member as it is now."""
        self._touched = True
        self.say(text)
        self.changed()
