"""Messages: drafts, what is going out, and what went out."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Static

from screens.base import HouseScreen
from screens.message_states import counts_line, state_words
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.table import HouseTable, cell
from store.message_records import MessageRow, MessageState
from store.rights import Right
from templates.words import N_, _, dates, ngettext

OPEN = (MessageState.DRAFT,)


class MessageTable(HouseTable):
    """The list; Enter opens the marked message."""

    BINDINGS = [
        Binding(
            "enter", "select_cursor", N_("Open"), tooltip=N_("Go on with it, or see what it did"), id="messages.open"
        )
    ]


class MessagesScreen(HouseScreen[None]):
    """The messages, the last touched first."""

    NAME = "messages"
    HELP = N_(
        "Every message of the group: drafts, those kept for later, those in the outbox and those that went out.\n"
        "\n"
        "**Enter** goes on with a draft, or shows what became of a message. What was sent is never deleted."
    )
    BINDINGS = [
        Binding("n", "new", N_("New"), tooltip=N_("Write a new message"), id="messages.new"),
        Binding("c", "copy", N_("Copy"), tooltip=N_("A new draft with the same words"), id="messages.copy"),
        Binding("x", "delete", N_("Delete"), tooltip=N_("Delete the draft"), id="messages.delete"),
        Binding("delete", "delete", N_("Delete"), show=False, tooltip=N_("Delete the draft"), id="messages.del"),
        Binding("i", "show", N_("People"), tooltip=N_("Whom it is for, and what each got"), id="messages.show"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, MessageRow] = {}

    def heading(self) -> tuple[str, str]:
        drafts = sum(row.state is MessageState.DRAFT for row in self._rows.values())
        right = ngettext("{n} draft", "{n} drafts", drafts).format(n=drafts) if drafts else ""
        return _("Messages"), right

    def content(self) -> ComposeResult:
        yield Static(plain(_("No message yet. n writes the first one.")), id="empty")
        yield MessageTable(id="messages")
        yield Ask()

    def on_mount(self) -> None:
        table = self.query_one(HouseTable)
        table.add_column(cell(_("Message")), width=22, key="title")
        table.add_column(cell(_("State")), width=13, key="state")
        table.add_column(cell(_("Date")), width=10, key="date")
        table.add_column(cell(_("Mails")), width=80, key="mails")
        table.grow(title=60)
        self.query_one("#empty").display = False
        self.read(self.store.messages.all, self._take, holds=True)

    def changed(self) -> None:
        self.read(self.store.messages.all, self._take)

    def _take(self, rows: list[MessageRow]) -> None:
        self._rows = {str(row.id): row for row in rows}
        table = self.query_one(HouseTable)
        table.fill((key, self._cells(row)) for key, row in self._rows.items())
        table.display = bool(rows)
        self.query_one("#empty").display = not rows
        if rows and self.focused is None:
            table.focus()
        self.show_heading()
        self.refresh_bindings()

    def _cells(self, row: MessageRow) -> list[object]:
        when = self.store.clock.to_wall(row.queued_at or row.changed_at)
        said = counts_line(row.counts) if row.counts.total else ""
        if row.state in OPEN:
            said = _("changed by {name}").format(name=row.changed_by)
        elif row.unreachable:
            said += _(" · {n} to call").format(n=row.unreachable)
        if row.state is MessageState.SCHEDULED and row.send_at is not None:
            said = _("for {moment}").format(moment=dates.moment(row.send_at))
        return [row.title or _("(no subject)"), state_words(row, row.counts, short=True), dates.day_number(when), said]

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click opens."""
        event.stop()
        self._open()

    def on_data_table_row_highlighted(self) -> None:
        """Whether a message can be deleted depends on which it is."""
        self.refresh_bindings()

    @property
    def _marked(self) -> MessageRow | None:
        found = self.query(HouseTable)
        return self._rows.get(found.first().current_key or "") if found else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only drafts are deleted; writing needs its right."""
        row, may = self._marked, self.operator.may(Right.MESSAGES_WRITE)
        if action == "new":
            return may or None
        if action in ("copy", "delete"):
            return (may or None) if row is not None and (action == "copy" or row.state in OPEN) else False
        if action == "show":
            return row is not None
        return True

    def _open(self) -> None:
        """Go on with a draft, else show the message."""
        row = self._marked
        if row is not None and row.state in OPEN and self.operator.may(Right.MESSAGES_WRITE):
            self.go("compose", message_id=row.id)
        else:
            self.action_show()

    def action_show(self) -> None:
        """Show whom the message is for and what became of it."""
        if (row := self._marked) is not None:
            self.go("message", message_id=row.id)

    def action_new(self) -> None:
        """Write a new one."""
        self.go("write")

    def action_copy(self) -> None:
        """Make a draft of the same words and open it."""
        if (row := self._marked) is not None:
            self.write(partial(self.store.messages.duplicate, row.id), lambda copy: self.go("compose", message_id=copy))

    def action_delete(self) -> None:
        """Ask once, then delete the draft."""
        row = self._marked
        if row is None or row.state not in OPEN:
            return
        question = _("Delete the draft “{title}” for good? Enter deletes, Esc keeps.")
        self.query_one(Ask).ask(
            question.format(title=row.title or _("(no subject)")), lambda _answer: self._delete(row.id)
        )

    def _delete(self, message_id: int) -> None:
        self.write(partial(self.store.messages.delete, message_id), lambda _done: self.changed())

    def on_ask_left(self) -> None:
        """Back to the list."""
        self.query_one(HouseTable).focus()
