"""Messages: drafts, what is going out, and what went out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, Static

from screens.base import HouseScreen
from screens.message_acts import (
    may_have_calls,
    may_put_away,
    may_send,
    may_stop,
    may_wait,
    open_hour,
    open_send,
    stop,
    stop_question,
)
from screens.message_lines import PARTS, list_cells, part_of, row_lines
from screens.message_states import title_of
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.still import Still
from screens.widgets.table import HouseTable, cell
from store.message_records import MessageRow, MessageState
from store.rights import Right
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.limits import Limits

MOST_AUTOMATIC = 300
"""Messages of workflows that are listed, the latest: a welcome to each member makes many."""


class MessageTable(HouseTable):
    """The list; Enter opens the marked message."""

    BINDINGS = [
        Binding(
            "enter", "select_cursor", N_("Open"), tooltip=N_("Go on with it, or see what it did"), id="messages.open"
        )
    ]


@dataclass(frozen=True)
class Listed:
    """Every message, those put away too, and the latest that workflows sent."""

    rows: list[MessageRow]
    limits: Limits
    vouchers: bool = False
    """Whether any message gave one."""


def read_listed(store: Store) -> Listed:
    """Read them; raises `NotAllowed`."""
    written = store.messages.all(archived=None)
    sent = store.messages.all(archived=None, automatic=True, latest=MOST_AUTOMATIC)
    return Listed([*written, *sent], store.settings.limits(), vouchers=bool(store.vouchers.totals()))


class MessagesScreen(HouseScreen[None]):
    """The messages, the last touched first; the views go round those that hold any."""

    NAME = "messages"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Every message of the group: drafts, those kept for their hour, those in the outbox and those that went out.\n"
        "\n"
        "**Enter** goes on with a draft, or shows what became of a message. **v** shows one kind after the other: "
        "drafts, kept, in the outbox, sent, put away. What was sent is never deleted: **a** puts it away, and brings "
        "it back.\n"
        "\n"
        "**s** sends a draft after a last look, **a** keeps it for an hour, or for another one.\n"
        "\n"
        "**x** deletes a draft or what was imported, takes a kept message back, and cancels what has not gone yet; it "
        "asks before.\n"
        "\n"
        "**r** shows what a message brought: who ordered after it, and for how much. **u** lists the vouchers that "
        "messages gave.\n"
        "\n"
        "What workflows sent by themselves is not among them: **b** shows it, and hides it again."
    )
    NEEDS = {
        **dict.fromkeys(("new", "copy", "delete", "put_away", "bring_back"), Right.MESSAGES_WRITE),
        **dict.fromkeys(("stop", "send", "later"), Right.MESSAGES_SEND),
    }
    BINDINGS = [
        Binding("n", "new", N_("New"), tooltip=N_("Write a new message"), id="messages.new"),
        Binding("c", "copy", N_("Copy"), tooltip=N_("A new draft with the same words"), id="messages.copy"),
        Binding("x", "delete", N_("Delete"), tooltip=N_("Delete the draft"), id="messages.delete"),
        Binding("delete", "delete", N_("Delete"), show=False, tooltip=N_("Delete the draft"), id="messages.del"),
        Binding("x", "stop", N_("Stop"), tooltip=N_("Cancel what has not gone yet"), id="messages.stop"),
        Binding("s", "send", N_("Send…"), tooltip=N_("See what goes out, then send it"), id="messages.send"),
        Binding("a", "later", N_("At an hour"), tooltip=N_("Keep it for a day and hour"), id="messages.later"),
        Binding("v", "view", N_("View"), tooltip=N_("Drafts, kept, in the outbox, sent, put away"), id="messages.view"),
        Binding("b", "by_itself", N_("Automatic"), tooltip=N_("What workflows sent"), id="messages.automatic"),
        Binding("k", "calls", N_("To call"), tooltip=N_("Whom to call, and what to say"), id="messages.calls"),
        Binding("a", "put_away", N_("Put away"), tooltip=N_("Out of the list; v shows it"), id="messages.archive"),
        Binding("a", "bring_back", N_("Bring back"), tooltip=N_("Back among the others"), id="messages.unarchive"),
        Binding("i", "show", N_("People"), tooltip=N_("Whom it is for, and what each got"), id="messages.show"),
        Binding("r", "results", N_("Results"), tooltip=N_("Who came back, and what it brought"), id="messages.results"),
        Binding("u", "vouchers", N_("Vouchers"), tooltip=N_("All that messages gave"), id="messages.vouchers"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._listed: Listed | None = None
        self._part = "all"
        self._rows: dict[str, MessageRow] = {}

    def heading(self) -> tuple[str, str]:
        if self._part != "all":
            return _("Messages"), f"{_(PARTS[self._part])}: {len(self._rows)}"
        drafts = sum(row.state is MessageState.DRAFT for row in self._rows.values())
        right = ngettext("{n} draft", "{n} drafts", drafts).format(n=drafts) if drafts else ""
        return _("Messages"), right

    def content(self) -> ComposeResult:
        yield Still(plain(_("No message yet. n writes the first one.")), id="empty")
        yield MessageTable(id="messages")
        yield Still(id="messages-detail")
        yield Ask()

    def on_mount(self) -> None:
        table = self.query_one(HouseTable)
        for key, title, width in (
            ("title", _("Message"), 21),
            ("kind", _("Kind"), 12),
            ("state", _("State"), 13),
            ("date", _("Date"), 8),
            ("mails", _("Mails"), 16),
        ):
            table.add_column(cell(title), width=width, key=key)
        table.grow(title=50, mails=50)
        self.query_one("#empty").display = False
        self._list(holds=True)

    def changed(self) -> None:
        self._list(holds=False)

    def _list(self, *, holds: bool) -> None:
        self.read(partial(read_listed, self.store), self._take, holds=holds)

    def _take(self, listed: Listed) -> None:
        self._listed = listed
        if self._part != "all" and not self._of_part(self._part):
            self._part = "all"
        self._rows = {str(row.id): row for row in self._of_part(self._part)}
        table = self.query_one(HouseTable)
        table.fill((key, list_cells(row, self.store.clock)) for key, row in self._rows.items())
        there = bool(self._rows)
        table.display = self.query_one("#messages-detail").display = there
        empty = self.query_one("#empty", Static)
        empty.display = not there
        empty.update(plain(_nothing(listed)))
        if there and self.focused is None:
            table.focus()
        self._show_detail()
        self.show_heading()
        self.refresh_bindings()

    def _of_part(self, part: str) -> list[MessageRow]:
        rows = self._listed.rows if self._listed is not None else []
        if part == "all":
            return [row for row in rows if row.archived_at is None and not row.workflow]
        return [row for row in rows if part_of(row) == part]

    def _show_detail(self) -> None:
        row, listed = self._marked, self._listed
        lines = [] if row is None or listed is None else row_lines(row, self.store.clock, listed.limits)
        self.query_one("#messages-detail", Static).update(Content("\n").join(lines))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click opens."""
        event.stop()
        self._open()

    def on_data_table_row_highlighted(self) -> None:
        """Say more of it; what can be done with a message depends on which it is."""
        self._show_detail()
        self.refresh_bindings()

    @property
    def _marked(self) -> MessageRow | None:
        found = self.query(HouseTable)
        return self._rows.get(found.first().current_key or "") if found else None

    # -- acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only drafts and what was imported are deleted, what waits is stopped, and what is over is put away."""
        row = self._marked
        if action in ("copy", "show"):
            return row is not None
        if action == "delete":
            return row is not None and _may_delete(row)
        if action in ("send", "later"):
            return row is not None and (may_send(row) if action == "send" else may_wait(row))
        if action == "stop":
            return row is not None and may_stop(row, row.counts)
        if action == "calls":
            return row is not None and may_have_calls(row, row.counts)
        if action == "put_away":
            return row is not None and not row.workflow and may_put_away(row, row.counts)
        if action == "by_itself":
            return self._part == "automatic" or bool(self._of_part("automatic"))
        if action == "bring_back":
            return row is not None and row.archived_at is not None
        if action == "vouchers":
            return self._listed is not None and self._listed.vouchers
        return bool(self._listed and self._listed.rows) if action == "view" else True

    def _open(self) -> None:
        """Go on with a draft, else show the message."""
        row = self._marked
        if row is not None and row.state is MessageState.DRAFT and self.operator.may(Right.MESSAGES_WRITE):
            self.go("compose", message_id=row.id)
        else:
            self.action_show()

    def action_show(self) -> None:
        """Show whom the message is for and what became of it."""
        if (row := self._marked) is not None:
            self.go("message", message_id=row.id)

    def action_send(self) -> None:
        """Look at the draft once more, then send it."""
        if (row := self._marked) is not None:
            open_send(self, row.id)

    def action_later(self) -> None:
        """Keep it for an hour, or for another one."""
        if (row := self._marked) is not None:
            open_hour(self, row, row.id)

    def action_calls(self) -> None:
        """Show whom to call."""
        if (row := self._marked) is not None:
            self.go("message_calls", message_id=row.id)

    def action_results(self) -> None:
        """Show what the marked message brought; of a draft there is nothing, then the list of them."""
        if (row := self._marked) is not None and row.queued_at is not None:
            self.go("result", message_id=row.id)
        else:
            self.go("results")

    def action_vouchers(self) -> None:
        """List the vouchers that messages gave."""
        self.go("vouchers")

    def action_new(self) -> None:
        """Write a new one."""
        self.go("write")

    def action_view(self) -> None:
        """Show the next part that holds any."""
        parts = [part for part in PARTS if part == "all" or self._of_part(part)]
        if self._listed is not None:
            self._part = parts[(parts.index(self._part) + 1) % len(parts)]
            self._take(self._listed)

    def action_by_itself(self) -> None:
        """Show what workflows sent, or the others again."""
        if self._listed is not None:
            self._part = "all" if self._part == "automatic" else "automatic"
            self._take(self._listed)

    def action_copy(self) -> None:
        """Make a draft of the same words and open it."""
        if (row := self._marked) is not None:
            self.write(partial(self.store.messages.duplicate, row.id), lambda copy: self.go("compose", message_id=copy))

    def action_delete(self) -> None:
        """Ask once, then delete the draft, or what was imported."""
        row = self._marked
        if row is None or not _may_delete(row):
            return
        question = _("Delete the draft “{title}” for good? Enter deletes, Esc keeps.")
        if row.imported:
            question = _("Delete “{title}”, its recipients and figures? Enter deletes, Esc keeps.")
        delete = partial(self.store.messages.delete, row.id)
        self.query_one(Ask).ask(
            question.format(title=title_of(row)), lambda _answer: self.write(delete, lambda _done: self.changed())
        )

    def action_stop(self) -> None:
        """Ask once, then hold what has not gone, or make a kept message a draft again."""
        row = self._marked
        if row is None or not may_stop(row, row.counts):
            return
        act = partial(stop, self.store, row.id, row.state)
        self.query_one(Ask).ask(stop_question(row, row.counts), lambda _answer: self.write(act, self._stopped))

    def _stopped(self, said: str) -> None:
        self.say(said)
        self.changed()

    def action_put_away(self) -> None:
        """Put away what is over."""
        row = self._marked
        if row is None:
            return
        said = _("“{name}” is put away: z brings it back.").format(name=title_of(row))

        def done(_none: None) -> None:
            self.offer(said, "z", partial(self._bring_back, row))
            self.changed()

        self.write(partial(self.store.messages.archive, row.id), done)

    def action_bring_back(self) -> None:
        """Bring back what was put away."""
        if (row := self._marked) is not None:
            self._bring_back(row)

    def _bring_back(self, row: MessageRow) -> None:
        def done(_none: None) -> None:
            self.say(_("“{name}” is among the others again.").format(name=title_of(row)))
            self.changed()

        self.write(partial(self.store.messages.unarchive, row.id), done)

    def on_ask_left(self) -> None:
        """Back to the list."""
        self.query_one(HouseTable).focus()


def _may_delete(row: MessageRow) -> bool:
    return row.state is MessageState.DRAFT or row.imported


def _nothing(listed: Listed) -> str:
    """What is said where nobody's message is in the list."""
    if any(not row.workflow for row in listed.rows):
        return _("All are put away: v shows them.")
    return _("No message yet. n writes the first one.")
