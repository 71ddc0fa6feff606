"""One message: its people, what became of each mail, and whom to call."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, Static

from screens.base import HouseScreen
from screens.message_states import DELIVERIES, REACHES, counts_line, sends_by_itself, state_words, tested_words
from screens.widgets.ask import Ask
from screens.widgets.plain import joined, plain
from screens.widgets.table import HouseTable, cell
from store.deliveries import DeliveryCounts
from store.message_records import Message, MessageState, RecipientRow
from store.rights import Right
from templates.words import N_, _, dates, ngettext

VIEWS = ("all", "not_arrived", "to_call")


class Found(NamedTuple):
    """What the screen shows."""

    message: Message
    counts: DeliveryCounts
    recipients: list[RecipientRow]


class RecipientTable(HouseTable):
    """The list; Enter takes the marked member's order."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Order"), tooltip=N_("Take this member's order"), id="message.order")
    ]


class MessageScreen(HouseScreen[None]):
    """A message after it was written. The views go round: everybody, what did not arrive, whom to call."""

    NAME = "message"
    CSS_PATH = Path(__file__).with_name("message.tcss")
    HELP = N_(
        "What became of a message: each recipient with the state of the mail, and the **call list** of those without "
        "e-mail, with their phone.\n"
        "\n"
        "**v** goes from all people to the mails that did not arrive, and to the call list."
    )
    BINDINGS = [
        Binding("v", "view", N_("View"), tooltip=N_("All, not arrived, to call"), id="message.view"),
        Binding("g", "sending", N_("Sending"), tooltip=N_("Follow the sending"), id="message.sending"),
        Binding("p", "preview", N_("Words"), tooltip=N_("The mails as they are"), id="message.preview"),
        Binding("c", "copy", N_("Copy"), tooltip=N_("A new draft with the same words"), id="message.copy"),
        Binding("x", "cancel", N_("Cancel"), tooltip=N_("Hold what has not gone yet"), id="message.cancel"),
    ]

    def __init__(self, message_id: int) -> None:
        super().__init__()
        self._message_id = message_id
        self._found: Found | None = None
        self._view = "all"
        self._rows: dict[str, RecipientRow] = {}

    def heading(self) -> tuple[str, str]:
        if self._found is None:
            return _("Message"), ""
        message = self._found.message
        return _("Message “{name}”").format(name=message.title or _("(no subject)")), state_words(
            message, self._found.counts
        )

    def content(self) -> ComposeResult:
        yield Static(id="summary")
        yield RecipientTable(id="people")
        yield Static(id="empty")
        yield Ask()

    def on_mount(self) -> None:
        table = self.query_one(HouseTable)
        table.add_column(cell(_("Name")), width=27, key="name")
        table.add_column(cell(_("Address or phone")), width=29, key="where")
        table.add_column(cell(_("State")), width=60, key="state")
        table.grow(name=40, where=40)
        self.read(self._read, self._take, holds=True)

    def changed(self) -> None:
        self.read(self._read, self._take)

    def _read(self) -> Found:
        message, number = self.store.messages, self._message_id
        return Found(message.get(number), self.store.deliveries.counts(number), message.recipients(number))

    def _take(self, found: Found) -> None:
        self._found = found
        self.show_heading()
        self.query_one("#summary", Static).update(self._summary(found))
        rows = [row for row in found.recipients if self._fits(row)]
        keys = [f"{place}" for place in range(len(rows))]
        table = self.query_one(HouseTable)
        table.fill((key, self._cells(row)) for key, row in zip(keys, rows, strict=True))
        self._rows = dict(zip(keys, rows, strict=True))
        table.display = bool(rows)
        empty = self.query_one("#empty", Static)
        empty.display = not rows
        empty.update(plain(" " + self._nothing(found)))
        if rows and self.focused is None:
            table.focus()
        self.refresh_bindings()

    def _summary(self, found: Found) -> Content:
        message, clock = found.message, self.store.clock
        lines = [joined(plain(f" {_('Subject')}  "), plain(message.subject or _("(no subject)"), "bold"))]
        if message.queued_at is not None:
            when = dates.moment(clock.to_wall(message.queued_at))
            lines.append(
                plain(" " + _("Put into the outbox {when} by {name}").format(when=when, name=message.queued_by))
            )
            lines.append(plain(" " + self._counted(found), "bold"))
        else:
            lines.append(plain(f" {tested_words(message, clock)}"))
        if message.state is MessageState.SCHEDULED:
            lines.append(plain(f" ! {sends_by_itself()}"))
        views = {"all": _("everybody"), "not_arrived": _("not arrived"), "to_call": _("to call")}
        lines += [plain(""), plain(f" {views[self._view]}", "bold")]
        return Content("\n").join(lines)

    def _counted(self, found: Found) -> str:
        calls = sum(row.reach == "unreachable" for row in found.recipients)
        refused = sum(row.reach == "opted_out" for row in found.recipients)
        parts = [counts_line(found.counts)]
        if calls:
            parts.append(_("{n} to call").format(n=calls))
        if refused:
            parts.append(ngettext("{n} does not want it", "{n} do not want it", refused).format(n=refused))
        return " · ".join(part for part in parts if part)

    def _nothing(self, found: Found) -> str:
        if found.message.state in (MessageState.DRAFT, MessageState.SCHEDULED):
            return _("Nothing of this message has been sent yet.")
        return _("Nobody here: v shows the others.")

    def _fits(self, row: RecipientRow) -> bool:
        if self._view == "to_call":
            return row.reach == "unreachable"
        if self._view == "not_arrived":
            return row.reach == "email" and row.delivery_state != "sent"
        return True

    def _cells(self, row: RecipientRow) -> list[object]:
        state = _(DELIVERIES[row.delivery_state]) if row.delivery_state else _(REACHES[row.reach])
        if row.reason:
            state = _("{name}: {what}").format(name=state, what=row.reason)
        where = row.address or row.phone
        if row.reach == "unreachable" and not where:
            where = _("no phone")
        return [row.name, where, state]

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click takes the member's order."""
        event.stop()
        row = self._rows.get(self.query_one(HouseTable).current_key or "")
        if row is not None and self.operator.may_somewhere(Right.ORDERS):
            self.go("order_entry", member_id=row.member_id)

    # -- acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what there is can be cancelled or followed, by who may."""
        message = self._found.message if self._found else None
        if action == "cancel":
            may = self.operator.may(Right.MESSAGES_SEND)
            waits = bool(self._found and self._found.counts.ready)
            return bool(may and message and (waits or message.state is MessageState.SCHEDULED))
        if action == "copy":
            return self.operator.may(Right.MESSAGES_WRITE)
        if action == "sending":
            return bool(self._found and self._found.counts.total)
        return True

    def action_view(self) -> None:
        """Show the next view."""
        self._view = VIEWS[(VIEWS.index(self._view) + 1) % len(VIEWS)]
        if self._found is not None:
            self._take(self._found)

    def action_sending(self) -> None:
        """Follow the sending."""
        self.go("sending", message_id=self._message_id)

    def action_preview(self) -> None:
        """Walk through the mails."""
        self.go("preview", message_id=self._message_id)

    def action_copy(self) -> None:
        """Make a draft of the same words and open it."""
        self.write(
            partial(self.store.messages.duplicate, self._message_id), lambda copy: self.go("compose", message_id=copy)
        )

    def action_cancel(self) -> None:
        """Ask once, then hold what has not gone."""
        if self._found is None:
            return
        waiting = self._found.counts.ready
        if self._found.message.state is MessageState.SCHEDULED:
            question = _("Take the message back to the drafts? Enter does it, Esc leaves it.")
        else:
            question = ngettext(
                "{n} mail has not gone yet. Hold it? Enter holds it, Esc lets it go.",
                "{n} mails have not gone yet. Hold them? Enter holds them, Esc lets them go.",
                waiting,
            ).format(n=waiting)
        self.query_one(Ask).ask(question, lambda _answer: self._cancel())

    def _cancel(self) -> None:
        self.write(partial(self.store.messages.cancel, self._message_id), lambda _held: self.changed())

    def on_ask_left(self) -> None:
        """Back to the list."""
        self.query_one(HouseTable).focus()
