"""What came back: mails that could not be delivered, and answers that say STOP."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import DataTable

from screens.base import HouseScreen
from screens.came_back_lines import PAGE, Listed, answer_to, cells, detail, nothing, read_listed, reading
from screens.came_back_words import found_words
from screens.inbox_reading import is_being_read, read_now
from screens.start_sending import ask_password
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell
from store.rights import QUEUES_MAIL, Right
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from mail.inbox import InboxResult
    from store.came_back_records import CameBack


class CameBackTable(HouseTable):
    """What came back; Enter does what is usual with the marked one."""

    BINDINGS = [
        Binding("enter", "screen.answer('stop')", N_("No more"), tooltip=N_("They get no more of it"), id="back.stop"),
        Binding(
            "enter", "screen.answer('hard')", N_("Address wrong"), tooltip=N_("No mail arrives there"), id="back.hard"
        ),
        Binding("w", "screen.works", N_("Works again"), tooltip=N_("Mail arrives there after all"), id="back.works"),
        Binding("enter", "screen.open", N_("Member"), tooltip=N_("Their page: correct the address"), id="back.open"),
    ]


class CameBackScreen(HouseScreen[None]):
    """The list, what waits for a decision first; below it the marked one in full, with the question."""

    NAME = "came_back"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    HELP = N_(
        "Which mails came back, and who answered STOP. What begins with **!** waits for you: one key decides, and the "
        "next one follows.\n"
        "\n"
        "- Somebody's answer may mean STOP: **Enter** ends such messages for them, **x** leaves it. Who wants "
        "no mails at all: **m** for the member, **p** for the wishes, **s** for STOP.\n"
        "- A mail seems to have come back: **Enter** says that the address does not work, **x** leaves it.\n"
        "\n"
        "**z** takes the last decision back. The rest was done by itself: an address that does not work gets no more "
        "mail, and **Enter** or **m** shows the member, to call them and correct it. If it is right and works again, "
        "say so with **w**.\n"
        "\n"
        "**r** reads the mailbox now. Nothing in it is changed or deleted, and of other mails nothing is kept."
    )
    NEEDS = {
        "read": QUEUES_MAIL,
        **dict.fromkeys(("answer", "let_be", "undo"), Right.MESSAGES_SEND),
        "works": (Right.MEMBERS, Right.MESSAGES_SEND),
    }
    BINDINGS = [
        Binding("x", "let_be", N_("No change"), tooltip=N_("Leave it as it is"), id="back.let_be"),
        Binding("m", "member", N_("Member"), show=False, tooltip=N_("The member's page"), id="back.member"),
        Binding("r", "read", N_("Read now"), tooltip=N_("Look into the mailbox now"), id="back.read"),
        Binding("z", "undo", N_("Undo"), tooltip=N_("Take the last decision back"), id="back.undo"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="back.leave"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._listed: Listed | None = None
        self._rows: dict[str, CameBack] = {}
        self._decided: list[int] = []
        self._written: set[int] = set()
        self._decides = False
        self._rests_on = ""
        self._limit = PAGE
        self._reads_mailbox = False

    def heading(self) -> tuple[str, str]:
        waits = self._listed.waits if self._listed is not None else 0
        right = ngettext("{n} to look at", "{n} to look at", waits).format(n=waits) if waits else ""
        return _("What came back"), right

    def content(self) -> ComposeResult:
        yield Prose(id="back-reading")
        with Vertical(id="back-both"):
            yield CameBackTable(id="back")
            yield Prose(id="back-detail")
        yield Ask()

    def on_mount(self) -> None:
        table = self.query_one(CameBackTable)
        for key, title, width in (("waits", "", 1), ("when", _("When"), 12), ("who", _("Who"), 22)):
            table.add_column(cell(title), width=width, key=key)
        table.add_column(cell(_("What")), width=36, key="what")
        self._list()

    def changed(self) -> None:
        self._list()

    def _list(self) -> None:
        # Without holding keys: one that is pressed before the list is there decides nothing unseen.
        self.read(partial(read_listed, self.store, self._limit), self._take, group="back")

    def _take(self, listed: Listed) -> None:
        self._listed = listed
        self._rows = {str(came.id): came for came in listed.all}
        # What somebody else opened again can be decided again.
        self._decided = [one for one in self._decided if one not in self._written & {came.id for came in listed.open}]
        table = self.query_one(CameBackTable)
        table.fill((key, self._cells(came)) for key, came in self._rows.items())
        if self._decides:
            self._decides, self._rests_on = False, table.current_key or ""
        table.display = bool(self._rows)
        if self._rows and self.focused is None:
            table.focus()
        self._show_reading()
        self._show_marked()
        self.show_heading()
        self.refresh_bindings()

    def _show_reading(self) -> None:
        if (listed := self._listed) is not None:
            now = self._reads_mailbox or is_being_read(self.store)
            text = plain(" " + _("The mailbox is being read…")) if now else reading(listed, self.store.clock)
            self.query_one("#back-reading", Prose).update(text)

    def _cells(self, came: CameBack) -> list[object]:
        return cells(came, self.store.clock)

    @property
    def _marked(self) -> CameBack | None:
        found = self.query(CameBackTable)
        return self._rows.get(found.first().current_key or "") if found else None

    def on_data_table_row_highlighted(self, _event: DataTable.RowHighlighted) -> None:
        """Show the marked one in full; at the end of the list there is more."""
        if not self._decides and self.query_one(CameBackTable).current_key != self._rests_on:
            self._rests_on = ""
        self._show_marked()
        self.refresh_bindings()
        table, listed = self.query_one(CameBackTable), self._listed
        if listed is not None and listed.more and table.cursor_row >= table.row_count - 1:
            self._limit += PAGE
            self._list()

    def _show_marked(self) -> None:
        shown, came = self.query_one("#back-detail", Prose), self._marked
        if came is None:
            shown.update(plain(f" {nothing(self._listed)}") if self._listed is not None else plain(""))
            return
        shown.update(detail(came, self.store.clock))

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key does something only where there is something to do."""
        came = self._marked
        waits = came is not None and came.state == "open"
        if action == "answer":
            return came is not None and waits and answer_to(came) == parameters[0]
        if action == "let_be":
            return waits
        if action == "open" and came is not None and (waits or self._decides or self._rests_on == str(came.id)):
            return False  # an Enter too many, behind the last decision: the next key would act on a member unseen
        if action in ("member", "open"):
            return came is not None and came.member_id is not None
        if action == "read":
            return self._listed is not None and self._listed.is_read
        if action == "works":
            return came is not None and came.unreached and came.state == "done"
        return self._to_undo is not None if action == "undo" else True

    @property
    def _to_undo(self) -> CameBack | None:
        """What was decided here last; where nothing was, the marked one, if somebody decided about it."""
        if self._decided:
            return self._rows.get(str(self._decided[-1]))
        return came if (came := self._marked) is not None and came.undoable else None

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """A click decides nothing."""
        event.stop()

    def action_answer(self, what: Literal["stop", "hard"]) -> None:
        """Say that it is so: no more such messages, or an address that does not work."""
        if (came := self._marked) is not None:
            self._decide(came, partial(self.store.came_back.accept, came.id, what))

    def action_let_be(self) -> None:
        """Leave it: nothing changes, and nobody is asked again."""
        if (came := self._marked) is not None:
            self._decide(came, partial(self.store.came_back.dismiss, came.id))

    def _decide(self, came: CameBack, decision: Callable[[], object]) -> None:
        """Write a decision down, once, and go on to the next one at once."""
        if came.id in self._decided:
            return
        self._decided.append(came.id)
        self._decides = True
        self.query_one(CameBackTable).action_cursor_down()
        self._written.discard(came.id)
        self.write(decision, lambda _came: self._decision_made(came), partial(self._not_decided, came))

    def _decision_made(self, came: CameBack) -> None:
        self._written.add(came.id)
        if self._listed is not None and {one.id for one in self._listed.open} <= set(self._decided):
            self.say(_("That was all: nothing waits here any more. z takes the last one back."))
        self._list()

    def _not_decided(self, came: CameBack, error: BaseException) -> None:
        self._decided = [other for other in self._decided if other != came.id]
        self.show_error(error)
        self._list()

    def action_undo(self) -> None:
        """Take back the last decision that was made here, or the one about what is marked."""
        if (came := self._to_undo) is None:
            return
        self._decided = [other for other in self._decided if other != came.id]
        table = self.query_one(CameBackTable)
        table.move_cursor(row=table.get_row_index(str(came.id)), animate=False)
        self.say("")  # "That was all" is so no more
        self.write(partial(self.store.came_back.reopen, came.id), lambda _back: self._list())

    def action_works(self) -> None:
        """Mail arrives at the address after all."""
        if (came := self._marked) is None or came.person_id is None:
            return
        said = _("{address} gets mail again.").format(address=came.address)

        def done(_people: int) -> None:
            self.say(said)
            self._list()

        self.write(partial(self.store.came_back.works_again, came.person_id), done)

    def action_open(self) -> None:
        """Show the page of the member whom what is done is about."""
        self.action_member()

    def action_member(self) -> None:
        """Show the member's page."""
        if (came := self._marked) is not None and came.member_id is not None:
            self.go("member_page", member_id=came.member_id)

    # -- reading the mailbox

    def action_read(self) -> None:
        """Look into the mailbox now; asks for the password where nothing else gives it."""
        if self._reads_mailbox or is_being_read(self.store):
            return
        self._reads_mailbox = True
        self._show_reading()
        self.read(partial(read_now, self.store), self._was_read, "mailbox", self._not_read)

    def _was_read(self, result: InboxResult | None) -> None:
        self._reads_mailbox = False
        if result is None:
            self._list()
            self.say("")
            settings = self._listed.settings if self._listed is not None else None
            ask_password(self.query_one(Ask), self.store, settings, self.action_read)
            return
        self.say(found_words(result))
        self._list()

    def _not_read(self, error: BaseException) -> None:
        from mail.mailbox import MailboxFault

        self._reads_mailbox = False
        if isinstance(error, MailboxFault):
            self.warn(_("The mailbox could not be read: above stands why."))
        else:
            self.show_error(error)
        self._list()

    def on_ask_left(self) -> None:
        """The question is closed: the letters act again."""
        self.query_one(CameBackTable).focus()
