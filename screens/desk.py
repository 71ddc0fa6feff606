"""The desk: what is coming, and what waits to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import ScreenResume
from textual.widgets import Static

from screens.base import HouseScreen
from screens.widgets.still import Still
from store.rights import Right
from templates.words import N_, _, dates

if TYPE_CHECKING:
    from screens.desk_lines import Desk

REMIND = "everyone - ordered(distribution=next)"
MINUTE = 60


class DeskPage(VerticalScroll):
    """The lines; where a notice takes some of their room they are put together anew."""

    def on_mount(self) -> None:
        """One cell is enough to see where one is; a line that it takes a cell from does not become two."""
        self.styles.scrollbar_size_vertical = 1
        self.query_one("#desk-lines").styles.text_wrap = "nowrap"

    def on_resize(self) -> None:
        """Fit them in."""
        if isinstance(self.screen, DeskScreen):
            self.screen.fit()


class DeskScreen(HouseScreen[None]):
    """The first screen. Its lines name the letters that lead to what they speak of."""

    NAME = "desk"
    HELP = N_(
        "The desk shows the next distribution, and what waits to be done.\n"
        "\n"
        "A letter in brackets at the end of a line leads to what the line speaks of.\n"
        "A line that begins with **!** asks for somebody's attention:\n"
        "- a producer is to be told what was ordered, or what came since: **l** shows it, and sends or prints it;\n"
        "- a message stopped: some mails have not gone out, or nobody knows whether they arrived;\n"
        "- somebody's answer may mean STOP, or a mail seems to have come back: **a** shows it, one key decides.\n"
        "\n"
        "**v** shows what goes out by itself, **u** the pick-up sheet of the day. **k** lists whom to call back: who "
        "ordered by phone last time and not yet this time, **t** whom no mail of a message reaches, with what to say.\n"
        "\n"
        "What colleagues change appears here within two seconds."
    )
    NEEDS = {"remind": Right.MESSAGES_WRITE}
    BINDINGS = [
        Binding("n", "app.goto('order_entry')", N_("New order"), tooltip=N_("Take an order by phone"), id="desk.new"),
        Binding("m", "app.goto('members')", N_("Members"), tooltip=N_("Find a member"), id="desk.members"),
        Binding("o", "app.goto('orders')", N_("Orders"), tooltip=N_("The orders of a distribution"), id="desk.orders"),
        Binding("w", "app.goto('write')", N_("Write"), tooltip=N_("Write a message to members"), id="desk.write"),
        Binding(
            "f", "app.goto('workflows')", N_("Workflows"), tooltip=N_("What goes out by itself"), id="desk.workflows"
        ),
        Binding("r", "remind", N_("Remind"), tooltip=N_("Write to those who have not ordered"), id="desk.remind"),
        Binding("l", "recaps", N_("Recaps"), tooltip=N_("What the producers are told"), id="desk.recaps"),
        Binding("e", "app.goto('messages')", N_("Messages"), tooltip=N_("Messages and drafts"), id="desk.messages"),
        Binding(
            "k", "calls", N_("Call back"), show=False, tooltip=N_("Who ordered by phone last time"), id="desk.calls"
        ),
        Binding(
            "t", "message_calls", N_("To call"), show=False, tooltip=N_("Whom no mail reaches"), id="desk.message_calls"
        ),
        Binding("u", "sheet", N_("Pick-up sheet"), show=False, tooltip=N_("Who collects what"), id="desk.pickup"),
        Binding("b", "basket", N_("Basket"), show=False, tooltip=N_("Go on with the open basket"), id="desk.basket"),
        Binding("d", "drafts", N_("Drafts"), show=False, tooltip=N_("Go on with the draft"), id="desk.drafts"),
        Binding("g", "sending", N_("Sending"), show=False, tooltip=N_("See what goes out"), id="desk.sending"),
        Binding(
            "v", "app.goto('calendar')", N_("Calendar"), show=False, tooltip=N_("What goes out"), id="desk.calendar"
        ),
        Binding("q", "app.quit", N_("Quit"), show=False, tooltip=N_("End the program"), id="desk.quit"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._desk: Desk | None = None
        self._stale = False

    def heading(self) -> tuple[str, str]:
        return self.house.group.name, f"{dates.moment(self.store.clock.wall())}   {self.operator.name}"

    def content(self) -> ComposeResult:
        with DeskPage(id="desk", can_focus=False):
            yield Still(id="desk-lines")

    def on_mount(self) -> None:
        from screens.desk_lines import read_orders

        self.read(lambda: read_orders(self.store), self._take_first, group="desk")
        self.set_interval(MINUTE, self._each_minute)

    def _each_minute(self) -> None:
        # What it draws under another screen would be sent with all of that one.
        if self.is_active:
            self.changed()
        else:
            self._stale = True

    def on_screen_resume(self, _event: ScreenResume) -> None:
        """Say how late it is now, where a minute passed while another screen was on top."""
        if self._stale:
            self._stale = False
            self.changed()

    def fit(self) -> None:
        """Put the lines into the room there is now."""
        self._show()

    def changed(self) -> None:
        from screens.desk_lines import read_desk

        self.read(lambda: read_desk(self.store), self._take, group="desk")

    def _take_first(self, desk: Desk) -> None:
        self._take(desk)
        self.changed()

    def _take(self, desk: Desk) -> None:
        self._desk = desk
        self._show()
        self.refresh_bindings()

    def _show(self) -> None:
        from screens.desk_lines import lines

        self.show_heading()
        if self._desk is not None:
            shown = lines(self._desk, self.store.clock, self.size.width, self.query_one(DeskPage).outer_size.height)
            self.query_one("#desk-lines", Static).update(Content("\n").join(shown))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A letter does something only while its line is there."""
        desk = self._desk
        if action == "remind":
            return bool(desk and desk.summary and desk.summary.not_ordered)
        if action in ("recaps", "calls", "sheet"):
            return bool(desk and (desk.distribution or desk.recaps)) and self.operator.may_somewhere(Right.ORDERS)
        if action in ("basket", "drafts", "message_calls"):
            there = {"basket": "baskets"}.get(action, action)
            return bool(desk and getattr(desk, there))
        if action == "sending":
            return self.operator.may(Right.MESSAGES_SEE)
        return True

    def action_remind(self) -> None:
        """Write to those who have not ordered for the next distribution; asks where a last call goes already."""
        from screens.desk_coming import reminder

        going = reminder(self._desk) if self._desk is not None else None
        if going is None:
            self._remind()
            return
        said = _("“{title}” goes {moment} already. r once more writes another one.")
        self.offer(said.format(title=going[0], moment=dates.moment(going[1])), "r", self._remind, warns=True)

    def _remind(self) -> None:
        from store.segments import parse

        self.go("write", segment=parse(REMIND))

    def action_recaps(self) -> None:
        """Show what the producers are told: of the distribution that waits for it, else of the next one."""
        first = self._desk.recaps[0] if self._desk is not None and self._desk.recaps else None
        if first is not None:
            self.go("recaps", distribution_id=first.distribution_id, catalogue_id=first.catalogue_id)
        else:
            self.go("recaps")

    def action_calls(self) -> None:
        """Show whom to call back."""
        self.go("calls")

    def action_message_calls(self) -> None:
        """Show whom to call for the latest message whose calls are not done."""
        if self._desk is not None:
            self.go("message_calls", message_id=self._desk.message_calls[0].message_id)

    def action_sheet(self) -> None:
        """Show the pick-up sheet of the next distribution."""
        self.go("pickup")

    def action_basket(self) -> None:
        """Go on with the basket that has been open longest."""
        if self._desk is not None:
            row = self._desk.baskets[0]
            self.go("order_entry", member_id=row.member_id, distribution_id=row.distribution_id)

    def action_drafts(self) -> None:
        """Go on with the only draft, or show them all."""
        if self._desk is None:
            return
        if len(self._desk.drafts) == 1 and self.operator.may(Right.MESSAGES_WRITE):
            self.go("compose", message_id=self._desk.drafts[0].id)
        else:
            self.house.action_goto("messages")

    def action_sending(self) -> None:
        """Show what goes out: the one message that is not over, or all."""
        stopped = self._desk.stopped if self._desk is not None else ()
        self.go("sending", message_id=stopped[0].id if len(stopped) == 1 else None)
