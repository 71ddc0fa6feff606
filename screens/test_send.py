"""A test mail: to oneself, to the people of the test segment, or to an address that is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.events import Key, Paste
from textual.widgets import DataTable, Input

from screens.base import HouseScreen
from screens.message_states import tested_words
from screens.start_sending import start_sending
from screens.text import fitted, labelled
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell
from store.errors import Invalid
from store.rights import Right
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.message_records import Message

NAME = 20
ADDRESSES = 3
"""How many addresses are named."""


@dataclass(frozen=True)
class Testers:
    """The message, the operator's own address (may be empty), and all of the test segment where those are several."""

    message: Message
    own: str
    several: tuple[str, ...]


def read_testers(store: Store, message_id: int) -> Testers:
    """To whom tests of a message can go."""
    from mail.trials import test_addresses

    found = test_addresses(store)
    several = found if len(found) > 1 else ()
    return Testers(store.messages.get(message_id), found[0] if found else "", several)


def open_test(
    screen: HouseScreen[Any],
    message_id: int,
    member_id: int | None = None,
    whom: str = "",
    sent: Callable[[], None] = lambda: None,
    *,
    on: str = "",
) -> None:
    """Ask to whom a test goes, send it, and say so on `screen`; as the member gets it, who is called `whom`.

    `on` is the occasion that the words of a workflow's step are shown on.
    """
    if "email" not in screen.store.messages.get(message_id).channels:
        screen.say(_("Only mails can be tested, and this message has none: p shows what each of them gets."))
        return

    def told(said: str | None) -> None:
        if said:
            sent()
            screen.say(said)

    also = {"on": on} if on else {}
    screen.go("test_send", told, message_id=message_id, member_id=member_id, whom=whom, **also)


class TestersTable(HouseTable):
    """To whom; Enter sends, a letter begins an address."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Send the test"), tooltip=N_("Send the test there"), id="test.send"),
    ]
    NEEDS = {"select_cursor": Right.MESSAGES_WRITE}

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Letters begin an address instead of doing what the screen binds them to."""
        return bool(character and (character.isalnum() or character in "._-+"))

    def on_key(self, event: Key) -> None:
        """A letter begins an address."""
        if self.check_consume_key(event.key, event.character) and isinstance(self.screen, TestSendScreen):
            event.stop()
            self.screen.ask_address(event.character or "")


class TestSendScreen(HouseScreen[str | None]):
    """To whom the test goes. Leaves with a sentence that says what was done, or None."""

    NAME = "test_send"
    HELP = N_(
        "A test is one mail as a recipient will get it, with [test] before its subject. Nobody of the recipients "
        "gets anything by it, and the message remembers who tested which words.\n"
        "\n"
        "**Enter** sends it to the marked ones. To send it elsewhere, just type the address."
    )
    BINDINGS = [
        Binding("f3", "leave", N_("Back"), tooltip=N_("Send no test"), id="test.back"),
    ]
    AUTO_FOCUS = "TestersTable"

    def __init__(self, message_id: int, member_id: int | None = None, whom: str = "", on: str = "") -> None:
        """`on` is the occasion that the words of a workflow's step are shown on; the most fitting one without."""
        super().__init__()
        self._on = on
        self._message_id = message_id
        self._member_id = member_id
        self._whom = whom
        self._testers: Testers | None = None
        self._busy = False

    def heading(self) -> tuple[str, str]:
        title = self._testers.message.title if self._testers else ""
        left = _("Test of “{name}”").format(name=title) if title else _("Test")
        return left, _("as {name} gets it").format(name=self._whom) if self._whom else ""

    def content(self) -> ComposeResult:
        yield Prose(id="test-head")
        yield TestersTable(id="testers", header=False)
        yield Ask()

    def on_mount(self) -> None:
        table = self.query_one(TestersTable)
        table.add_column(cell(""), width=NAME, key="who")
        table.add_column(cell(""), width=max(20, self.size.width - NAME - 5), key="where")
        self.read(lambda: read_testers(self.store, self._message_id), self._take, failed=self._refused, holds=True)

    def changed(self) -> None:
        if not self._busy:
            self.read(lambda: read_testers(self.store, self._message_id), self._take, failed=self._refused)

    def _refused(self, error: BaseException) -> None:
        self.dismiss(None)
        self.house.show_error(error)

    def _take(self, testers: Testers) -> None:
        self._testers = testers
        self.show_heading()
        tested = tested_words(testers.message, self.store.clock)
        head = (
            plain(" " + _("One mail, with [test] before its subject. No recipient gets anything.")),
            plain(" " + labelled(_("These words"), tested), "" if testers.message.tested_same else "bold"),
            plain(""),
        )
        self.query_one("#test-head", Prose).update(Content("\n").join(head))
        rows: list[tuple[str, list[object]]] = []
        if testers.own:
            rows.append(("own", [cell(f" {_('Yourself')}", "bold"), testers.own]))
        if testers.several:
            rows.append(("several", [cell(f" {_('All your addresses')}", "bold"), self._named(testers.several)]))
        rows.append(("typed", [cell(f" {_('Another address')}", "bold"), _("type it")]))
        self.query_one(TestersTable).fill(rows)

    def _named(self, addresses: tuple[str, ...]) -> str:
        number = ngettext("{n} mail", "{n} mails", len(addresses)).format(n=len(addresses))
        more = ", …" if len(addresses) > ADDRESSES else ""
        return fitted(labelled(number, ", ".join(addresses[:ADDRESSES]) + more), max(20, self.size.width - NAME - 5))

    # -- acts

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Send it there."""
        event.stop()
        chosen, testers = self.query_one(TestersTable).current_key, self._testers
        if testers is None:
            return
        if chosen == "typed":
            self.ask_address("")
        else:
            self._send((testers.own,) if chosen == "own" else testers.several)

    def on_paste(self, event: Paste) -> None:
        """An address that is pasted."""
        event.stop()
        self.ask_address(" ".join(event.text.split()))

    def ask_address(self, typed: str) -> None:
        """Ask for an address that begins with what is `typed`."""
        ask = self.query_one(Ask)
        line = ask.query_one(Input)
        line.select_on_focus = False
        ask.ask(_("Test to"), self._typed, typed=typed)
        line.cursor_position = len(typed)  # go on typing behind it

    def _typed(self, address: str) -> None:
        if address:
            self._send((address,))

    def _send(self, addresses: tuple[str, ...]) -> None:
        if self._busy:
            return
        self._busy = True
        store, message_id, member_id, on = self.store, self._message_id, self._member_id, self._on

        def queue() -> bool:
            from mail.trials import queue_tests

            queue_tests(store, message_id, addresses, member_id, on=on)
            return start_sending(store)

        def failed(error: BaseException) -> None:
            self._busy = False
            self.show_error(error)
            if isinstance(error, Invalid):
                self.ask_address(addresses[0])  # to be corrected

        # What is typed next is meant for the screen below.
        self.write(queue, lambda started: self._sent(addresses, started), failed, holds=True)

    def _sent(self, addresses: tuple[str, ...], started: bool) -> None:
        if not started:  # the password has to be typed first
            from screens.routes import screen_for

            self.app.switch_screen(screen_for("sending"))
        elif len(addresses) == 1:
            self.dismiss(_("The test is on its way to {address}.").format(address=addresses[0]))
        else:
            self.dismiss(_("{n} tests are on their way.").format(n=len(addresses)))

    def on_ask_left(self) -> None:
        """Back to the list, unless an address is asked for again by now."""
        if not self.query_one(Ask).display:
            self.query_one(TestersTable).focus()
