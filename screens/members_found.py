"""The members that a text and a filter find: the search line, the list under it, and keys that wait for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Static

from screens.members_filters import ALL, BUILD, Filter, described, offered
from screens.members_list import MembersTable
from screens.members_words import figures_line, nothing_found
from screens.searching import SearchingScreen
from screens.widgets.ask import Ask
from screens.widgets.choices import Choices
from screens.widgets.plain import plain
from screens.widgets.still import Still
from store.segments import EVERYONE, NOBODY
from templates.words import _, ngettext

if TYPE_CHECKING:
    from store.people import Found, MemberRow
    from store.segments import Counts, Segment

T = TypeVar("T")
FRAME_LINES = 7
"""Lines of the screen that are not rows of the list."""
CHOICE_CELLS = 26
CHOICES_FRAME = 6
"""Lines around the filters, which stand in the place of the list."""


class FoundScreen(SearchingScreen[int | None]):
    """A list of members that follows a search line and a filter.

    What is done to its rows goes through `when_shown`, so that it never acts on a list that is out of date.
    """

    def __init__(self, segment: Segment | None = None) -> None:
        super().__init__()
        self._filter = Filter("", segment) if segment is not None else ALL
        self._text = ""
        self._pages = 1
        self._rows: dict[int, MemberRow] = {}
        self._total: int | None = None
        self._counts: Counts | None = None
        self._marked: dict[int, str] = {}
        self._wanted: int | None = None
        self._searching = self._stays = self._to_top = False
        self._then: list[Callable[[], object]] = []
        self._before: Widget | None = None

    def heading(self) -> tuple[str, str]:
        left = _("Members") if self._filter.everyone else _("Members: {filter}").format(filter=self._filter.name)
        if self._total is None:
            return left, ""
        if self._text.strip():
            return left, ngettext("{n} found", "{n} found", self._total).format(n=self._total)
        return left, ngettext("{n} member", "{n} members", self._total).format(n=self._total)

    def content(self) -> ComposeResult:
        yield self.find(_("Find"), "members-line")
        yield Still(id="members-figures")
        yield MembersTable(id="members-list")
        yield Still(id="members-none")
        yield Still(id="members-note")
        yield Ask()
        yield Choices(id="members-filters")

    def on_mount(self) -> None:
        """Show the first page; the cursor is in the search."""
        self._line.placeholder = _("name, phone or e-mail")
        self._line.focus()
        self.table.fit(self.size.width)
        if self._filter.segment is not None:
            self._set_filter(Filter(self._described(self._filter.segment), self._filter.segment))
        else:
            self.refresh_list()

    def on_resize(self) -> None:
        """Give the names and addresses the room there is."""
        key = self.table.current_key
        if self.table.fit(self.size.width) and self._rows:
            self.table.show(self._rows.values(), self._marked)
            self._point_at(int(key) if key is not None else None)
        if self._total is not None:
            self._search()
        self._show_figures()

    @property
    def table(self) -> MembersTable:
        """The list."""
        return self.query_one(MembersTable)

    # -- searching

    def changed(self) -> None:
        """Show what colleagues changed."""
        self.refresh_list()

    def refresh_list(self) -> None:
        """Search and count again; the cursor stays on its member."""
        self._stays = True
        self._search()
        self._count()

    def show_more(self) -> None:
        """Show the next matches, where there are more than are shown."""
        if self._total is not None and len(self._rows) < self._total:
            self._pages += 1
            self._search()

    def when_shown(self, act: Callable[[], object]) -> None:
        """Act once the list shows what was asked for last; keys that come before that wait."""
        if self._searching:
            self.house.hold_keys()
            self._then.append(act)
        else:
            act()

    def wait_for(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Read something that the next keys depend on: they wait for it."""
        self.read(work, done, group="wait", holds=True)

    def _typed(self, text: str) -> None:
        self._text = text
        self._pages = 1
        self._to_top = True
        self._search()

    def _find(self, limit: int) -> Callable[[], Found]:
        members, text, filter_ = self.store.members, self._text, self._filter
        return lambda: members.search(text, limit=limit, segment=filter_.segment, archived=filter_.archived)

    def _search(self) -> None:
        find = self._find(max(5, self.size.height - FRAME_LINES) * self._pages)
        if not self._filter.everyone:
            asked = self._text, self._filter

            def show(found: Found) -> None:
                if asked == (self._text, self._filter):
                    self._show(found)

            self._searching = True
            self.read(find, show, group="members", failed=self._not_found)
            return
        # Two milliseconds at 50,000 members: the way through a thread would take longer.
        try:
            self._show(find())
        except Exception as error:
            self._not_found(error)

    def _not_found(self, error: BaseException) -> None:
        """Rather no list than one that does not belong to what is asked for."""
        self._then.clear()
        self.house.release_keys()
        self._rows, self._total, self._counts = {}, None, None
        self.table.show((), ())
        self._shown()
        self._show_figures()
        self.show_error(error)

    def _show(self, found: Found) -> None:
        if self._pushed_off(found):
            self._pages += 1
            self._stays = False
            self._search()
            return
        table = self.table
        self._rows = {row.id: row for row in found.rows}
        self._total = found.total
        table.show(found.rows, self._marked)
        if self._to_top and table.row_count:
            table.move_cursor(row=0, animate=False)
        self._point_at(self._wanted)
        self._wanted, self._to_top, self._stays = None, False, False
        self.set_class(not found.total, "-empty")
        nothing = nothing_found(self._text.strip(), self._filter, in_list=table.has_focus)
        self.query_one("#members-none", Static).update(plain("" if found.total else nothing))
        self._shown()

    def _pushed_off(self, found: Found) -> bool:
        """Whether members that a colleague added leave no room on the page for the one under the cursor."""
        key = self.table.current_key
        known = {row.id for row in found.rows}
        return self._stays and key is not None and int(key) not in known and len(found.rows) < found.total

    def _shown(self) -> None:
        """The list is as it was asked for: do what waited for it."""
        self._searching = False
        self.show_heading()
        self.refresh_bindings()
        waiting, self._then = self._then, []
        for act in waiting:
            act()
        if waiting:
            self.house.release_keys()

    def _point_at(self, member_id: int | None) -> None:
        if member_id in self._rows:
            self.table.move_cursor(row=self.table.get_row_index(str(member_id)), animate=False)

    def _count(self) -> None:
        filter_ = self._filter
        if filter_.archived:
            self._counts = None
            self._show_figures()
            return

        def counted(counts: Counts) -> None:
            self._counts = counts
            self._show_figures()

        segment = filter_.segment or EVERYONE
        self.read(lambda: self.store.segments.count(segment), counted, group="counts", failed=lambda _error: None)

    def _show_figures(self) -> None:
        line = figures_line(self._counts, self._filter, len(self._marked), self.size.width)
        self.query_one("#members-figures", Static).update(line)

    # -- keys of the search line

    def _pasted(self, lines: list[str]) -> None:
        self._line.put(" ".join(lines))

    def action_list(self) -> None:
        """Go into the list."""
        self.when_shown(lambda: self.table.focus() if self._rows else None)

    # -- filters

    def action_filter(self) -> None:
        """Offer the filters."""
        self._before = self.focused
        things = offered(self.store)
        choices = self.query_one(Choices)
        choices.offer(things, CHOICE_CELLS)
        self.add_class("-choosing")
        choices.styles.height = min(len(things), self.size.height - CHOICES_FRAME)
        names = [value.name for _name, _text, value in things if isinstance(value, Filter)]
        if self._filter.name in names:
            choices.move_cursor(row=names.index(self._filter.name), animate=False)
        self.refresh_bindings()

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Show the members of the filter, or build one."""
        if event.value == BUILD:
            self._go_back()
            begin = self._filter.segment or NOBODY
            self.go("picker", self._built, segment=begin, title=_("Which members?"), writes=False)
        else:
            self._set_filter(event.value)
            self.when_shown(self._go_back)

    def action_clear(self) -> None:
        """Show all members again."""
        self._set_filter(ALL)

    def on_choices_left(self) -> None:
        """Back to where one was."""
        self._go_back()

    def _go_back(self) -> None:
        self.remove_class("-choosing")
        if self._before is self.table:
            self.table.focus()
        else:
            self.action_find()
        self.refresh_bindings()

    def _built(self, segment: Segment | None) -> None:
        if segment is not None:
            self._set_filter(Filter(self._described(segment), segment))

    def _described(self, segment: Segment) -> str:
        try:
            return described(self.store, segment)
        except Exception as error:
            self.show_error(error)
            return ""

    def _set_filter(self, filter_: Filter) -> None:
        """Begin with all that are in the filter: what was searched for before has been found."""
        self._filter = filter_
        self._counts = None
        self._line.put("")
        self._count()
        self._show_figures()

    # -- asking in one line

    def ask_for(self, question: str, answered: Callable[[str], None], typed: str | None = None, note: str = "") -> None:
        """Ask in one line, with a note above it; see `Ask.ask`."""
        self._before = self.focused
        line = self.query_one("#members-note", Static)
        line.update(plain(f" {note}"))
        line.display = bool(note)
        self.query_one(Ask).ask(question, answered, typed)
        self.refresh_bindings()

    def on_ask_left(self) -> None:
        """Back to where one was."""
        self.query_one("#members-note").display = False
        self._go_back()
