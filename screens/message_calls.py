"""The call list of a message: who gets no mail of it, their phone, and what to say to each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import DataTable, Static

from screens.call_lists import CallListScreen, CallsTable, call_keys
from screens.errors import words_for
from screens.message_states import title_of
from screens.widgets.plain import joined, plain
from screens.widgets.prose import Prose
from screens.widgets.still import Still
from store import Store
from store.errors import StoreError
from store.message_calls import STATES
from store.rights import Right
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store.message_records import Call, CallList


def what_to_say(store: Store, message_id: int, member_id: int) -> tuple[str, bool]:
    """The words of a message for a member, and whether there are any; else why there are none."""
    from mail.calls import words_for_call

    try:
        return words_for_call(store, message_id, member_id), True
    except StoreError as error:
        return words_for(error), False


def write_calls(store: Store, form: str, message_id: int) -> Path:
    """Write the list into the exports folder and return where it is."""
    from mail.call_sheet import export_message_calls
    from store.exchange.export_folder import write_export

    return write_export(store, export_message_calls(store, form, message_id))


class WordsBox(VerticalScroll):
    """What to say; has the keys only while there is more of it than fits."""


class MessageCallsScreen(CallListScreen["Call"]):
    """The list with what came of each call; below or beside it, what to say to the marked member."""

    NAME = "message_calls"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    HELP = N_(
        "Who gets this message in no other way, with their number, and what to say: the words for the phone, else "
        "those of the mail, filled for the marked member. Whose mail or SMS came back or failed is called too.\n"
        "\n"
        "**Enter** takes the order of the marked member, and ticks them off once it is confirmed. A letter says what "
        "came of the call: **c** called, **r** not reached, **o** ordered. The same letter again takes it away, **z** "
        "takes the last one back. Your colleagues see it at once. **Tab** goes to the words where they are long."
    )
    NEEDS = {"mark": (Right.MESSAGES_SEND, Right.MEMBERS, Right.ORDERS)}
    STATES = STATES
    BINDINGS = call_keys(
        Binding("o", "mark('ordered')", N_("Ordered"), tooltip=N_("They have ordered"), id="calls.ordered")
    )

    def __init__(self, message_id: int) -> None:
        super().__init__()
        self._message_id = message_id
        self._listed: CallList | None = None
        self._words: dict[int, tuple[str, bool]] = {}

    def heading(self) -> tuple[str, str]:
        if self._listed is None:
            return _("To call"), ""
        left = self._listed.left
        title = title_of(self._listed)
        return _("To call: {name}").format(name=title), ngettext("{n} to call", "{n} to call", left).format(n=left)

    def content(self) -> ComposeResult:
        yield Still(id="calls-empty")
        with Vertical(id="calls-both"):
            yield CallsTable(id="calls")
            with Vertical(id="calls-beside"):
                yield Still(id="calls-who")
                with WordsBox(id="calls-words", can_focus=False):
                    yield Prose(id="words")
        yield from self.printing()

    def on_mount(self) -> None:
        self.columns(("member", _("Member"), 32), ("phone", _("Phone"), 22), ("state", _("Call"), 16))
        self._list()

    def changed(self) -> None:
        self._words.clear()
        self._list(holds=self._listed is None)

    def _list(self, *, holds: bool = True) -> None:
        read = partial(self.store.messages.call_list, self._message_id)
        self.read(read, self._take, group="calls", holds=holds)

    def _take(self, listed: CallList) -> None:
        self._listed = listed
        empty = self.query_one("#calls-empty", Static)
        empty.display = not listed.calls
        self.query_one("#calls-both").display = bool(listed.calls)
        nothing = _("Nobody is to be called for this message.")
        if listed.queued_at is None:
            nothing = _("The list is made when the message goes out.")
        empty.update(plain(f"   {nothing}"))
        self.show_calls(listed.calls)

    def row(self, call: Call) -> list[object]:
        state = _("ordered") if call.ordered_since else _(STATES[call.state]) if call.state else ""
        return [call.name, call.phone or _("no phone"), state]

    # -- what to say

    def show_marked(self, call: Call | None) -> None:
        if call is None:
            return
        who = self.who(call.name, call)
        if call.ordered_since and call.state != "ordered":
            who = joined(who, plain("  " + _("has ordered since")))
        self.query_one("#calls-who", Static).update(who)
        words = self._words.get(call.member_id)
        if words is None:
            read = partial(what_to_say, self.store, self._message_id, call.member_id)
            self.read(read, partial(self._take_words, call.member_id), group="words")
        else:
            self._show_words(*words)

    def _take_words(self, member_id: int, words: tuple[str, bool]) -> None:
        self._words[member_id] = words
        if (call := self._marked) is not None and call.member_id == member_id:
            self._show_words(*words)

    def _show_words(self, words: str, there: bool) -> None:
        shown = plain(words.strip(), lines=True) if there else plain(f"! {words}", "bold")
        self.query_one("#words", Prose).update(shown)
        box = self.query_one(WordsBox)
        box.scroll_home(animate=False)
        self.call_after_refresh(self._see_room, box)

    def _see_room(self, box: WordsBox) -> None:
        box.can_focus = box.max_scroll_y > 0

    # -- keys

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click takes the order; once it is confirmed, the call is ticked off."""
        event.stop()
        call, listed = self._marked, self._listed
        if call is None or listed is None:
            return
        then = partial(self._ordered, call)
        self.go("order_entry", then, member_id=call.member_id, distribution_id=listed.distribution_id)

    def _ordered(self, call: Call, order_id: int | None) -> None:
        if order_id is not None and call.state != "ordered":
            self._before.append((call.member_id, call.state))
            self.save_mark(call.member_id, "ordered")

    def save_mark(self, member_id: int, state: str | None) -> None:
        mark = partial(self.store.messages.mark_call, self._message_id, member_id, state)
        self.write(mark, lambda _none: self._list(holds=False))

    def printing_as(self, form: str) -> Callable[[], Path] | None:
        return None if self._listed is None else partial(write_calls, self.store, form, self._message_id)
