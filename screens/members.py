"""Members: find one as one types, filter, mark several and act on them, open one, take an order for one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.widgets import DataTable

from screens.members_acts import EVERYBODY, Acts, Done, by_hand, tag_question, tags_in
from screens.members_found import FoundScreen
from screens.searching import find_key
from screens.widgets.ask import Ask
from screens.widgets.choices import Choices
from store.rights import Right
from store.segments import EVERYONE, Kind
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store.people import Found, MemberRow
    from store.segments import Choice, Segment


class MembersScreen(FoundScreen):
    """All members, a search line over them, and what can be done with those that are marked or under the cursor."""

    NAME = "members"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Type part of a name, a phone number or an e-mail: the list follows. Words may come in any order, "
        "accents and capitals do not matter.\n"
        "\n"
        "**Enter** opens the first member; when nobody answers it writes a new one down.\n"
        "**↓** or **Tab** leads into the list, where letters act; **/** leads back to the search.\n"
        "\n"
        "**Space** marks a member, **A** all that are listed, **u** takes the marks away; they stay while you search "
        "for others. Star, tag, archive, export and write act on the marked members, or on the one under the cursor "
        "when none is marked. **z** takes the last of it back.\n"
        "\n"
        "A filter shows some members only: those without e-mail, those who have not ordered yet, a saved segment, or "
        "one that you put together. Archived members have a filter of their own. **W** writes to all of the filter."
    )
    BINDINGS = [
        Binding("s", "star", N_("Star"), tooltip=N_("Give the star, or take it away"), id="members.star"),
        Binding("f7", "star", N_("Star"), tooltip=N_("Give the star, or take it away"), id="members.star.f7"),
        Binding("t", "tag", N_("Tag"), tooltip=N_("Give a tag, or take one away"), id="members.tag"),
        Binding("w", "write", N_("Write"), tooltip=N_("Write a message to them"), id="members.write"),
        Binding("W", "write_all", N_("Write to all"), tooltip=N_("Write to all of the filter"), id="members.write.all"),
        Binding("f", "filter", N_("Filter"), tooltip=N_("Show some members only"), id="members.filter"),
        Binding("f4", "filter", N_("Filter"), tooltip=N_("Show some members only"), id="members.filter.f4"),
        Binding("c", "clear", N_("All"), tooltip=N_("Show all members again"), id="members.clear"),
        Binding("o", "order", N_("Order"), tooltip=N_("Take an order for this member"), id="members.order"),
        Binding("f9", "order", N_("Order"), tooltip=N_("Take an order for this member"), id="members.order.f9"),
        Binding("x", "archive", N_("Archive"), tooltip=N_("Take them out of the lists"), id="members.archive"),
        Binding("b", "bring_back", N_("Bring back"), tooltip=N_("Back into the lists"), id="members.back"),
        Binding("z", "undo", N_("Undo"), tooltip=N_("Take the last change back"), id="members.undo"),
        Binding("A,asterisk", "mark_all", N_("Mark all"), tooltip=N_("Mark all that are listed"), id="members.all"),
        Binding("u", "unmark", N_("Unmark"), tooltip=N_("Take all marks away"), id="members.unmark"),
        Binding("n", "new", N_("New"), tooltip=N_("Write a new member down"), id="members.new"),
        Binding("e", "edit", N_("Edit"), tooltip=N_("Change names, phones, address, notes"), id="members.edit"),
        Binding("E", "export", N_("Export"), tooltip=N_("Write them into a file"), id="members.export"),
        Binding("f6", "export", N_("Export"), tooltip=N_("Write them into a file"), id="members.export.f6"),
        Binding("i", "import", N_("Import"), tooltip=N_("Take members over from a file"), id="members.import"),
        find_key("members"),
    ]

    NEEDS = {"write": Right.MESSAGES_WRITE, "write_all": Right.MESSAGES_WRITE, "order": Right.ORDERS}

    def __init__(self, segment: Segment | None = None) -> None:
        super().__init__(segment)
        self._acts = Acts(self)

    def _entered(self, text: str) -> None:
        """Open who the text as typed finds first, whatever the list shows by now."""
        if text.strip():
            self.when_shown(self._open_first)
        else:
            self.action_list()

    def _open_first(self) -> None:
        if self._rows:
            self._open(next(iter(self._rows)))
        elif self._filter.everyone:
            self.action_new()

    # -- marks

    def action_mark(self) -> None:
        """Mark the member under the cursor, or take its mark away, and go on to the next."""
        self.when_shown(self._mark)

    def _mark(self) -> None:
        if (row := self._row) is None:
            return
        if row.id in self._marked:
            del self._marked[row.id]
        else:
            self._marked[row.id] = row.name
        self._show_marks()
        self.table.action_cursor_down()

    def action_mark_all(self) -> None:
        """Mark all that the filter and the search list, those of further pages too."""

        def mark(found: Found) -> None:
            self._marked.update((row.id, row.name) for row in found.rows)
            self._show_marks()

        self.wait_for(self._find(EVERYBODY), mark)

    def action_unmark(self) -> None:
        """Take all marks away; they can be brought back."""
        gone = self.unmark(self._marked)
        said = ngettext("{n} mark is taken away.", "{n} marks are taken away.", len(gone)).format(n=len(gone))
        self._acts.note(Done(said, lambda: None, gone))

    def mark_again(self, marks: Mapping[int, str]) -> None:
        """Bring marks back that were taken away."""
        self._marked.update(marks)
        self._show_marks()

    def unmark(self, ids: Iterable[int]) -> dict[int, str]:
        """Take the marks of these members away, and return those that there were."""
        gone = {i: self._marked.pop(i) for i in list(ids) if i in self._marked}
        self._show_marks()
        return gone

    def _show_marks(self) -> None:
        self.table.show(self._rows.values(), self._marked)
        self._show_figures()
        self.refresh_bindings()

    # -- acting on the marked, or on the one under the cursor

    @property
    def _row(self) -> MemberRow | None:
        key = self.table.current_key
        return self._rows.get(int(key)) if key is not None else None

    @property
    def _who(self) -> dict[int, str]:
        if self._marked or (row := self._row) is None:
            return dict(self._marked)
        return {row.id: row.name}

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open the member."""
        event.stop()
        member_id = int(str(event.row_key.value))
        self.when_shown(lambda: self._open(member_id))

    def _open(self, member_id: int) -> None:
        self.go("member_page", self._came_back, member_id=member_id)

    def _came_back(self, member_id: int | None) -> None:
        if member_id is not None:
            self._wanted = member_id
            self.refresh_list()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key does something only where there is something to do."""
        if action not in ACTIONS:
            return True
        if self.query_one(Ask).display or self.query_one(Choices).display:
            return False
        archived = self._filter.archived
        if action in ("star", "tag", "archive", "bring_back", "order", "edit", "write", "export", "mark", "mark_all"):
            possible = bool(self._rows or self._marked)
            if action in ("order", "edit", "mark", "mark_all"):
                possible = bool(self._rows)
            if archived:
                return possible and action in ("bring_back", "export", "mark", "mark_all")
            return possible and action != "bring_back"
        if action == "write_all":
            return self._filter.segment is not None
        if action == "clear":
            return not self._filter.everyone
        if action == "unmark":
            return bool(self._marked)
        return self._acts.can_undo if action == "undo" else True

    def action_new(self) -> None:
        """Write a new member down, beginning with what was searched for."""
        self.go("member", self._added, prefill="" if self._rows else self._text.strip())

    def _added(self, member_id: int | None) -> None:
        if member_id is not None:
            self.say(_("Saved."))
        self._came_back(member_id)

    def action_order(self) -> None:
        """Take an order for the member under the cursor."""
        self._go_with("order_entry")

    def action_edit(self) -> None:
        """Change the member under the cursor in the form."""
        self._go_with("member", self._added)

    def _go_with(self, route: str, on_result: Callable[[int | None], None] | None = None) -> None:
        def go() -> None:
            if (row := self._row) is not None:
                self.go(route, on_result, member_id=row.id)

        self.when_shown(go)

    def _act(self, act: Callable[[dict[int, str]], object]) -> None:
        def carry_out() -> None:
            if who := self._who:
                act(who)

        self.when_shown(carry_out)

    def action_star(self) -> None:
        """Give the star, or take it away."""
        self._act(self._acts.star)

    def action_archive(self) -> None:
        """Take them out of the lists."""
        self._act(self._acts.archive)

    def action_bring_back(self) -> None:
        """Put archived members back into the lists."""
        self._act(self._acts.bring_back)

    def action_undo(self) -> None:
        """Take the last thing back."""
        self._acts.undo()

    def action_write(self) -> None:
        """Write a message to them."""
        self._act(lambda who: self.go("write", begin=by_hand(who)))

    def action_write_all(self) -> None:
        """Write a message to everybody in the filter: who they are is found again when it goes."""
        if self._filter.segment is not None:
            self.go("write", begin=self._filter.segment)

    def action_export(self) -> None:
        """Write the marked members into a file; without marks, all that are listed."""

        def found(rows: Found) -> None:
            self.go("export", ids=tuple(row.id for row in rows.rows))

        if self._marked:
            self.go("export", ids=tuple(self._marked))
        elif self._text.strip() or self._filter.archived:
            self.wait_for(self._find(EVERYBODY), found)
        else:
            self.go("export", segment=self._filter.segment or EVERYONE)

    def action_import(self) -> None:
        """Take members over from a file."""
        self.go("import")

    def action_tag(self) -> None:
        """Ask for the tags to give or take away, and show those in use."""
        self._act(self._ask_tag)

    def _ask_tag(self, who: dict[int, str], typed: str = "") -> None:
        def ask(choices: tuple[Choice, ...]) -> None:
            known = [choice.text for choice in choices]
            note = _("In use: {tags}").format(tags=", ".join(known)) if known else ""
            self.ask_for(tag_question(list(who.values())), lambda text: self._tag(who, text, known), typed, note)

        self.wait_for(lambda: self.store.segments.choices(Kind.TAG), ask)

    def _tag(self, who: dict[int, str], text: str, known: list[str]) -> None:
        if tags := tags_in(text, known):
            self._acts.tag(who, tags, lambda: self._ask_tag(who, text))
        else:
            self.say(_("No tag was typed: nothing was changed."))


ACTIONS = {binding.action for binding in MembersScreen.BINDINGS if isinstance(binding, Binding)} | {"mark"}
