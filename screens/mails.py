"""The mails of a message, of a member, or of the whole outbox: where each stands, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, Static

from screens import delivery_acts as acts
from screens.base import HouseScreen
from screens.delivery_words import kind_of, since, state_cell
from screens.export_words import where_words
from screens.message_states import DELIVERIES, title_of
from screens.text import labelled
from screens.widgets.ask import Ask
from screens.widgets.plain import joined, plain
from screens.widgets.prose import Prose
from screens.widgets.still import Still
from screens.widgets.table import HouseTable, cell
from store.delivery_lists import ListedMail, MailList, listed_mails
from templates.words import N_, _, ngettext
from templates.words.money import number

if TYPE_CHECKING:
    from store import Store
    from store.delivery_records import DeliveryRow

VIEWS = ("sending", "ready", "unknown", "failed", "bounced", "held", "sent")


class MailTable(HouseTable):
    """The list; Enter shows what became of the marked mail."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("History"), tooltip=N_("All that was tried, and when"), id="mails.history")
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """An empty list has no history."""
        return bool(self.row_count) if action == "select_cursor" else super().check_action(action, parameters)


@dataclass(frozen=True, slots=True)
class Found:
    """What was read: the mails, and the name of the message or member whose they are."""

    listed: MailList
    name: str


def read_mails(store: Store, message_id: int | None, member_id: int | None, state: str, text: str) -> Found:
    """Read them; in a state that holds none any more, those in all. Raises `NotFound`."""
    name = ""
    if message_id is not None:
        name = title_of(store.messages.get(message_id))
    elif member_id is not None:
        member = store.members.get(member_id)  # of one that was merged, the one that stayed
        member_id, name = member.id, member.name
    listed = listed_mails(store, message_id, member_id=member_id, state=state, text=text)
    return Found(listed, name)


def write_attempts(store: Store, message_id: int | None, member_id: int | None) -> str:
    """Write all that was tried for the mails of a message, of a member or of all into the exports folder; say where."""
    from store.exchange.attempts_export import export_attempts
    from store.exchange.export_folder import write_export

    path = write_export(store, export_attempts(store, "csv", message_id=message_id, member_id=member_id))
    return where_words(path)


class MailsScreen(HouseScreen[None]):
    """Of a message, a member or all; it opens on those in one `state` where one is named."""

    NAME = "mails"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Mails one by one, with the state of each and since when it is so. **Enter** shows all that was tried for a "
        "mail, and what the server said: who got it, and when.\n"
        "\n"
        "**v** goes from all to those in one state, **f** finds a name or an address. Of a long list the first are "
        "shown.\n"
        "\n"
        "**h** holds a mail that waits and lets go one that is held, **r** tries one again that failed. **E** writes "
        "all that was tried into a file for a spreadsheet."
    )
    NEEDS = acts.NEEDS
    BINDINGS = [
        Binding("v", "view", N_("View"), tooltip=N_("All, or those in one state"), id="mails.view"),
        Binding("f", "find", N_("Find"), tooltip=N_("Find a name or an address"), id="mails.find"),
        Binding("h", "act('hold')", N_("Hold"), tooltip=N_("Keep this mail from being sent"), id="mails.hold"),
        Binding("h", "act('release')", N_("Let go"), tooltip=N_("Let this mail be sent"), id="mails.release"),
        Binding("r", "act('retry')", N_("Retry"), tooltip=N_("Try this mail again"), id="mails.retry"),
        Binding("g", "sending", N_("Sending"), tooltip=N_("See what goes out"), id="mails.sending"),
        Binding("E", "export", N_("Export"), tooltip=N_("Write all that was tried into a file"), id="mails.export"),
        Binding("f6", "export", N_("Export"), show=False, tooltip=N_("Write it into a file"), id="mails.export.f6"),
    ]

    def __init__(self, message_id: int | None = None, member_id: int | None = None, state: str = "") -> None:
        super().__init__()
        self._message_id, self._member_id = message_id, member_id
        self._state, self._text = state, ""
        self._found: Found | None = None
        self._rows: dict[str, ListedMail] = {}

    def heading(self) -> tuple[str, str]:
        found = self._found
        if found is None:
            return _("Mails"), ""
        total = ngettext("{n} mail", "{n} mails", found.listed.total).format(n=number(found.listed.total))
        if self._message_id is not None:
            return _("Mails of “{title}”").format(title=found.name), total
        return (_("Mails to {name}").format(name=found.name) if found.name else _("All mails")), total

    def content(self) -> ComposeResult:
        yield Prose(id="mails-views")
        yield MailTable(id="mails")
        yield Still(id="mails-empty")
        yield Prose(id="mails-detail")
        yield Ask()

    def on_mount(self) -> None:
        table = self.query_one(HouseTable)
        who, where, state = ("name", _("Name")), ("address", _("Address")), ("state", _("State"))
        title, when = ("title", _("Message")), ("when", _("Since"))
        columns: Sequence[tuple[str, str]] = (who, where, state, when)
        widths = (17, 19, 24, 11)
        if self._member_id is not None:
            columns, widths = (when, title, where, state), (11, 23, 19, 18)
        elif self._message_id is None:
            columns, widths = (when, who, title, state), (11, 17, 19, 24)
        for (key, name), width in zip(columns, widths, strict=True):
            table.add_column(cell(name), width=width, key=key)
        table.grow(**{key: 33 for key, _name in columns if key != "when"})
        self._list(holds=True)

    def changed(self) -> None:
        self._list(holds=False)

    def _list(self, *, holds: bool) -> None:
        of = (self._message_id, self._member_id, self._state, self._text)
        self.read(partial(read_mails, self.store, *of), self._take, holds=holds)

    def _take(self, found: Found) -> None:
        self._found = found
        if self._state and not getattr(found.listed.counts, self._state):
            self._state = ""  # the last one has left this state
            self._list(holds=False)
            return
        self._rows = {str(mail.delivery.id): mail for mail in found.listed.mails}
        table = self.query_one(HouseTable)
        table.fill((key, self._cells(mail)) for key, mail in self._rows.items())
        table.display = bool(self._rows)
        views = self.query_one("#mails-views", Prose)
        views.display = found.listed.counts.total > 0
        views.update(self._views(found))
        empty = self.query_one("#mails-empty", Static)
        empty.display = not self._rows
        empty.update(plain(f" {self._nothing(found)}"))
        if self._rows and self.focused is None:
            table.focus()
        self._show_detail()
        self.show_heading()
        self.refresh_bindings()

    def _nothing(self, found: Found) -> str:
        if self._text:
            return _("No mail to “{text}”: f finds another name.").format(text=self._text)
        if self._member_id is not None:
            return _("No mail was ever written to {name}.").format(name=found.name)
        return _("No mail has gone into the outbox yet.")

    def _views(self, found: Found) -> Content:
        """The states that hold any, with how many; the one that is shown stands in brackets."""
        counts = found.listed.counts
        parts = [("", _("all"), counts.total)]
        parts += [(state, _(DELIVERIES[state]), getattr(counts, state)) for state in VIEWS if getattr(counts, state)]
        shown = []
        for state, name, many in parts:
            text = f"{name} {number(many)}".replace(" ", "\N{NO-BREAK SPACE}")
            shown.append(plain(f" [{text}]", "bold") if state == self._state else plain(f"  {text}"))
        first, total = len(found.listed.mails), found.listed.total
        if self._text:
            shown.append(plain("  " + _("with “{text}”").format(text=self._text)))
        if first < total:
            shown.append(
                plain("  " + _("the first {n} of {total}").format(n=number(first), total=number(total)), "dim")
            )
        return joined(*shown)

    def _cells(self, mail: ListedMail) -> list[object]:
        row = mail.delivery
        cells = {"name": row.name, "address": row.address, "state": state_cell(row), "title": self._title(mail)}
        cells["when"] = since(row.state_at, self.store.clock)
        return [cells[str(key.value)] for key in self.query_one(HouseTable).columns]

    def _title(self, mail: ListedMail) -> str:
        title = mail.title if mail.delivery.kind == "message" and mail.title else kind_of(mail.delivery)
        return labelled(_("SMS"), title) if mail.delivery.channel == "sms" and mail.title else title

    @property
    def _marked(self) -> DeliveryRow | None:
        found = self.query(HouseTable)
        mail = self._rows.get(found.first().current_key or "") if found else None
        return mail.delivery if mail is not None else None

    def _show_detail(self) -> None:
        row = self._marked
        said = [row.address, row.answer] if row is not None else []
        detail = self.query_one("#mails-detail", Prose)
        detail.display = row is not None
        detail.update(plain(" " + " · ".join(part for part in said if part)))

    def on_data_table_row_highlighted(self) -> None:
        """Say more of it; what can be done depends on its state."""
        self._show_detail()
        self.refresh_bindings()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click shows its history."""
        event.stop()
        if (row := self._marked) is not None:
            self.go("delivery", delivery_id=row.id)

    # -- acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what says anything about the marked mail."""
        found = self._found
        if action == "act":
            return acts.may(str(parameters[0]), self._marked)
        if action in ("view", "find", "export"):
            return found is not None and found.listed.counts.total > 0
        return True

    def action_view(self) -> None:
        """Show the next state that holds any."""
        if self._found is not None:
            counts = self._found.listed.counts
            views = ["", *(state for state in VIEWS if getattr(counts, state))]
            place = views.index(self._state) if self._state in views else 0
            self._state = views[(place + 1) % len(views)]
            self._list(holds=True)

    def action_find(self) -> None:
        """Ask for a name or an address."""
        self.query_one(Ask).ask(_("Name or address"), self._look_for, typed=self._text)

    def _look_for(self, text: str) -> None:
        self._text = text
        self._list(holds=True)

    def action_act(self, act: str) -> None:
        """Hold the marked mail, let it go, or try it again."""
        if (row := self._marked) is not None and acts.may(act, row):
            self.write(acts.doing(self.store, act, row), self._carried_out)

    def _carried_out(self, said: str) -> None:
        self.say(said)
        self._list(holds=False)

    def action_sending(self) -> None:
        """See what goes out."""
        self.go("sending", message_id=self._message_id)

    def action_export(self) -> None:
        """Write all that was tried into a file."""
        self.say(_("Writing…"))
        self.write(partial(write_attempts, self.store, self._message_id, self._member_id), self.say)

    def on_ask_left(self) -> None:
        """Back to the list."""
        table = self.query_one(HouseTable)
        if table.display:
            table.focus()
        else:
            self.set_focus(None)
