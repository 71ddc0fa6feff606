"""One message: its people, what became of each mail, and whom to call."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, Static

from screens.base import HouseScreen
from screens.message_acts import (
    may_put_away,
    may_send,
    may_stop,
    may_wait,
    open_hour,
    open_send,
    stop,
    stop_question,
)
from screens.message_handing import handed_state, last_written, members_by, write_handed, written_words
from screens.message_lines import Found, read_found, refused_words, summary
from screens.message_states import DELIVERIES, REACHES, state_words, title_of
from screens.outbox_words import reason_words
from screens.text import labelled
from screens.widgets.ask import Ask
from screens.widgets.plain import joined, plain
from screens.widgets.prose import Prose
from screens.widgets.still import Still
from screens.widgets.table import HouseTable, cell
from store.handing import HANDED
from store.message_calls import STATES
from store.message_records import MessageState, RecipientRow
from store.rights import Right
from templates.words import N_, _, dates, ngettext

VIEWS = {
    "all": N_("everybody"),
    "not_arrived": N_("not arrived"),
    "sms": N_("by SMS"),
    "letter": N_("letters"),
    "csv": N_("CSV file"),
    "to_call": N_("to call"),
    "opted_out": N_("do not want it"),
}


ACTS = frozenset(
    "stop send later copy sending mails calls results letters rows vouchers put_away bring_back view".split()
)
"""What there is to do once the message is read."""
ARRIVED = ("sent", "bounced")
"""The states of a mail of which one asks since when: of the others the sending says more."""


class RecipientTable(HouseTable):
    """The list; Enter takes the marked member's order."""

    NEEDS = {"select_cursor": Right.ORDERS}
    BINDINGS = [
        Binding("enter", "select_cursor", N_("Order"), tooltip=N_("Take this member's order"), id="message.order")
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nobody's order is taken from an empty list."""
        return bool(self.row_count) if action == "select_cursor" else super().check_action(action, parameters)


class MessageScreen(HouseScreen[None]):
    """A message after it was written. The views go round those that hold anybody."""

    NAME = "message"
    CSS_PATH = Path(__file__).with_name("message.tcss")
    HELP = N_(
        "What became of a message: each recipient with the state of the mail and since when it is so, those to call, "
        "and those who do not want it, with the day they said so.\n"
        "\n"
        "**v** goes from everybody to the mails that did not arrive, to those to call, and to those who do not want "
        "it. **k** is the **call list**: the number, what to say, and what came of each call.\n"
        "\n"
        "**p** shows the words of each mail, **g** follows the sending, **m** lists the mails one by one: when each "
        "was sent, what the server said, and what can be done about it. "
        "**r** shows what the message brought, **u** lists the vouchers that it gave. **Enter** takes the order of the "
        "marked member.\n"
        "\n"
        "Where it goes by letter or to another tool, **l** writes the letters as one file to print, and **t** the "
        "table: into the folder `exports` beside the group's file. It asks before it does so again.\n"
        "\n"
        "**s** sends a draft after a last look, **a** keeps it for an hour, or for another one.\n"
        "\n"
        "**x** takes a kept message back, or cancels what has not gone yet; it asks before. **c** makes a new draft of "
        "the same words. **a** puts a message that has gone away, out of the list, and brings it back."
    )
    NEEDS = {
        **dict.fromkeys(("stop", "send", "later", "letters", "rows"), Right.MESSAGES_SEND),
        **dict.fromkeys(("copy", "put_away", "bring_back"), Right.MESSAGES_WRITE),
    }
    BINDINGS = [
        Binding("v", "view", N_("View"), tooltip=N_("All, not arrived, to call, refused"), id="message.view"),
        Binding("k", "calls", N_("To call"), tooltip=N_("Whom to call, and what to say"), id="message.calls"),
        Binding("g", "sending", N_("Sending"), tooltip=N_("Follow the sending"), id="message.sending"),
        Binding("m", "mails", N_("Mails"), tooltip=N_("Each mail, and what was tried"), id="message.mails"),
        Binding("r", "results", N_("Results"), tooltip=N_("Who came back, and what it brought"), id="message.results"),
        Binding(
            "l", "letters", N_("Letters"), tooltip=N_("Write the letters as a file to print"), id="message.letters"
        ),
        Binding("t", "rows", N_("CSV file"), tooltip=N_("Write the table for another tool"), id="message.rows"),
        Binding("u", "vouchers", N_("Vouchers"), tooltip=N_("Those it gave, and their use"), id="message.vouchers"),
        Binding("p", "preview", N_("Words"), tooltip=N_("The mails as they are"), id="message.preview"),
        Binding("s", "send", N_("Send…"), tooltip=N_("See what goes out, then send it"), id="message.send"),
        Binding("a", "later", N_("At an hour"), tooltip=N_("Keep it for a day and hour"), id="message.later"),
        Binding("c", "copy", N_("Copy"), tooltip=N_("A new draft with the same words"), id="message.copy"),
        Binding("x", "stop", N_("Stop"), tooltip=N_("Cancel what has not gone yet"), id="message.stop"),
        Binding("a", "put_away", N_("Put away"), tooltip=N_("Out of the list of messages"), id="message.archive"),
        Binding("a", "bring_back", N_("Bring back"), tooltip=N_("Back among the others"), id="message.unarchive"),
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
        state = state_words(message, self._found.counts, wall=self.store.clock.wall())
        return _("Message “{name}”").format(name=title_of(message)), state

    def content(self) -> ComposeResult:
        yield Prose(id="summary")
        yield Still(id="views")
        yield RecipientTable(id="people")
        yield Still(id="empty")
        yield Ask()

    def on_mount(self) -> None:
        table = self.query_one(HouseTable)
        for key, title, width in (
            ("name", _("Name"), 25),
            ("where", _("Address or phone"), 23),
            ("state", _("State"), 26),
        ):
            table.add_column(cell(title), width=width, key=key)
        table.grow(name=30, where=30, state=40)
        self._list(holds=True)

    def changed(self) -> None:
        self._list(holds=False)

    def _list(self, *, holds: bool) -> None:
        self.read(partial(read_found, self.store, self._message_id), self._take, holds=holds)

    def _take(self, found: Found) -> None:
        self._found = found
        self.show_heading()
        self.query_one("#summary", Prose).update(Content("\n").join(summary(found, self.store.clock)))
        rows = self._of_view(self._view)
        if not rows and self._view != "all":
            self._view, rows = "all", found.recipients
        self._rows = {f"{place}": row for place, row in enumerate(rows)}
        table = self.query_one(HouseTable)
        table.fill((key, self._cells(row)) for key, row in self._rows.items())
        table.display = bool(rows)
        views = self.query_one("#views", Static)
        views.display = bool(rows)
        views.update(self._views())
        empty = self.query_one("#empty", Static)
        empty.display = not rows
        empty.update(plain(" " + self._nothing(found)))
        if rows and self.focused is None:
            table.focus()
        self.refresh_bindings()

    def _of_view(self, view: str) -> list[RecipientRow]:
        found = self._found
        if found is None:
            return []
        if view == "to_call":
            return [row for row in found.recipients if row.member_id in found.calls]
        if view == "opted_out":
            return [row for row in found.recipients if row.reach == "opted_out"]
        if view == "not_arrived":
            if found.message.imported:  # what became of its mails nobody here knows
                return []
            return [row for row in found.recipients if _is_sent(row) and row.delivery_state != "sent"]
        if view in ("sms", *HANDED):
            return [row for row in found.recipients if row.channel == view]
        return found.recipients

    def _views(self) -> Content:
        """The views that hold anybody, with how many; the one that is shown stands in brackets."""
        parts = []
        for view, name in VIEWS.items():
            number = len(self._of_view(view))
            text = f"{_(name)} {number}"
            if view == "to_call" and self._found is not None:
                done = sum(not call.left for call in self._found.calls.values())
                text += _(" ({n} done)").format(n=done) if done else ""
            if number:
                parts.append(plain(f"[{text}]", "bold") if view == self._view else plain(f" {text} "))
        return joined(*(part for one in parts for part in (plain(" "), one)))

    def _nothing(self, found: Found) -> str:
        if found.message.queued_at is None:
            return _("Nothing of this message has been sent yet.")
        return _("Nobody was meant to get it.")

    def _cells(self, row: RecipientRow) -> list[object]:
        where = row.address or row.phone
        if row.reach == "unreachable" and not where:
            where = _("no phone")
        return [row.name, where, self._state(row)]

    def _state(self, row: RecipientRow) -> str:
        clock, call = self.store.clock, self._found.calls.get(row.member_id) if self._found else None
        if row.reach == "opted_out":
            return refused_words(row.refused, clock) or _(REACHES[row.reach])
        if row.channel in HANDED:
            return handed_state(row, clock)
        if row.delivery_state:
            state = _(DELIVERIES[row.delivery_state])
            if row.reason:
                state = _("{name}: {what}").format(name=state, what=reason_words(row.reason))
            elif row.at is not None and row.delivery_state in ARRIVED:
                state = f"{state} {dates.lately(clock.to_wall(row.at), clock.wall())}"
            return labelled(_("SMS"), state) if row.channel == "sms" else state
        if call is not None and call.ordered_since:
            return _(STATES["ordered"])
        if call is not None and call.state is not None and call.at is not None:
            return f"{_(STATES[call.state])} {dates.lately(clock.to_wall(call.at), clock.wall())}"
        return _(REACHES[row.reach])

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click takes the member's order."""
        event.stop()
        row = self._rows.get(self.query_one(HouseTable).current_key or "")
        if row is not None and self.operator.may_somewhere(Right.ORDERS):
            self.go("order_entry", member_id=row.member_id)

    # -- acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what there is can be followed, called, stopped or put away."""
        if self._found is None:
            return action not in ACTS
        message, counts = self._found.message, self._found.counts
        possible = {
            "send": may_send(message),
            "later": may_wait(message),
            "stop": may_stop(message, counts),
            "sending": counts.total > 0,
            "mails": counts.total > 0,
            "calls": bool(self._found.calls),
            "results": message.queued_at is not None,
            "vouchers": bool(self._found.vouchers),
            "put_away": message.occurrence_id is None and may_put_away(message, counts),
            "bring_back": message.archived_at is not None,
            "letters": message.state is not MessageState.CANCELLED and self._has("letter"),
            "rows": message.state is not MessageState.CANCELLED and self._has("csv"),
            "preview": not message.imported,
            "view": bool(self._found.recipients),
        }
        return possible.get(action, True)

    def _has(self, channel: str) -> bool:
        return self._found is not None and bool(members_by(self._found.recipients, channel))

    def action_view(self) -> None:
        """Show the next view that holds anybody."""
        views = [view for view in VIEWS if view in ("all", self._view) or self._of_view(view)]
        self._view = views[(views.index(self._view) + 1) % len(views)]
        if self._found is not None:
            self._take(self._found)

    def action_calls(self) -> None:
        """Show whom to call, and what to say."""
        self.go("message_calls", message_id=self._message_id)

    def action_sending(self) -> None:
        """Follow the sending."""
        self.go("sending", message_id=self._message_id)

    def action_mails(self) -> None:
        """List the mails one by one."""
        self.go("mails", message_id=self._message_id)

    def action_results(self) -> None:
        """Show who came back and what it brought."""
        self.go("result", message_id=self._message_id)

    def action_vouchers(self) -> None:
        """List the vouchers that it gave."""
        self.go("vouchers", message_id=self._message_id)

    def action_preview(self) -> None:
        """Walk through the mails, or what its first channel says."""
        from screens.channel_preview import open_preview

        if self._found is not None:
            open_preview(self, self._found.message)

    def action_letters(self) -> None:
        """Write the letters as one file to print, and say where it is."""
        self._hand_over("letter")

    def action_rows(self) -> None:
        """Write the table for another tool, and say where it is."""
        self._hand_over("csv")

    def _hand_over(self, channel: str) -> None:
        """Ask first where they are written already: a colleague may have printed and posted them."""
        last = last_written(self._found.recipients, channel) if self._found is not None else None
        if last is None:
            self._write_file(channel)
            return
        when = dates.lately(self.store.clock.to_wall(last), self.store.clock.wall())
        question = _("Written {when} already: Enter writes all again, Esc leaves it.").format(when=when)
        self.query_one(Ask).ask(question, lambda _answer: self._write_file(channel))

    def _write_file(self, channel: str) -> None:
        self.say(_("Writing…"))
        work = partial(write_handed, self.store, self._message_id, channel)
        self.write(work, lambda made: self._file_written(written_words(*made, channel)), holds=True)

    def _file_written(self, said: str) -> None:
        """Keys that were typed meanwhile find it written, and ask."""
        self.say(said)
        self._list(holds=True)

    def action_send(self) -> None:
        """Look at it once more, then send it."""
        open_send(self, self._message_id)

    def action_later(self) -> None:
        """Keep it for an hour, or for another one."""
        if self._found is not None:
            open_hour(self, self._found.message, self._message_id)

    def action_copy(self) -> None:
        """Make a draft of the same words and open it."""
        self.write(
            partial(self.store.messages.duplicate, self._message_id), lambda copy: self.go("compose", message_id=copy)
        )

    def action_stop(self) -> None:
        """Ask once, then hold what has not gone, or make a kept message a draft again."""
        if self._found is None:
            return
        message, counts = self._found.message, self._found.counts
        act = partial(stop, self.store, self._message_id, message.state)
        self.query_one(Ask).ask(stop_question(message, counts), lambda _answer: self.write(act, self._stopped))

    def action_put_away(self) -> None:
        """Put the message away."""
        said = _("Put away: it is among the others no more. a brings it back.")
        self.write(partial(self.store.messages.archive, self._message_id), lambda _none: self._carried_out(said))

    def action_bring_back(self) -> None:
        """Bring it back."""
        said = _("It is among the others again.")
        self.write(partial(self.store.messages.unarchive, self._message_id), lambda _none: self._carried_out(said))

    def _stopped(self, said: str) -> None:
        """What has gone has been read: its vouchers stay good until somebody cancels them."""
        unused = self._found.unused if self._found is not None else 0
        text = ngettext("{n} voucher can be used still: u.", "{n} vouchers can be used still: u.", unused)
        self._carried_out(f"{said} {text.format(n=unused)}" if unused else said)

    def _carried_out(self, said: str) -> None:
        self.say(said)
        self.changed()

    def on_ask_left(self) -> None:
        """Back to the list."""
        self.query_one(HouseTable).focus()


def _is_sent(row: RecipientRow) -> bool:
    """Whether the member is written to by what is sent from here."""
    return row.reach == "email" or row.channel == "sms"
