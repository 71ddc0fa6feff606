"""Everything of the segment picker that is counted and shown; what its keys do is in `screens.picker`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from screens import picker_lines as lines
from screens.base import HouseScreen
from screens.errors import words_for
from screens.picker_entry import LONGEST, Entry, EntryLine
from screens.picker_people import Figures, people_lines, read_figures
from screens.text import fitted
from screens.widgets.line import LineCalls
from screens.widgets.plain import plain
from screens.widgets.steps import Steps
from screens.widgets.still import Still
from store.channels import EMAIL_ONLY
from store.errors import StoreError
from store.rights import Right
from store.segments import NOBODY, SavedSegment, Segment, Start
from templates.words import _

if TYPE_CHECKING:
    from store.overlap import Overlap
    from store.segment_doubts import Doubt

TALL = 30
"""From so many lines on, further messages that the same people get have lines of their own."""


class Middle(Still):
    """What is below the entry line: offers, an answer, or the names; it grows and shrinks with the steps above."""

    def on_resize(self) -> None:
        """Cut every line anew."""
        if isinstance(self.screen, CountingScreen):
            self.screen.show()


class CountingScreen(HouseScreen[Segment | None]):
    """Steps, a line to type the next one into, the names of who is meant, and every count.

    `kind`, `service` and `channels` are the message's: on them it depends who has opted out and who is called.
    `message_id` is that of the message, once it has one; where no message is to be written at all (`writes`), nobody
    asks who got another one.
    """

    def __init__(
        self,
        segment: Segment = NOBODY,
        title: str = "",
        kind: str = "targeted",
        service: bool = False,
        message_id: int | None = None,
        *,
        channels: tuple[str, ...] = EMAIL_ONLY,
        writes: bool = True,
    ) -> None:
        super().__init__()
        self.segment = segment
        self._title = title
        self.kind, self.service, self.channels = kind, service, tuple(channels)
        self._message_id, self.writes = message_id, writes
        self._before: list[Segment] = []
        self.sentences: tuple[str, ...] = ()
        self.saved_name = ""
        self._figures: Figures | None = None
        self._overlaps: tuple[Overlap, ...] = ()
        self._overlaps_of: Segment | None = None
        self._problem = ""
        self._page = 0
        self._leaves = False
        self._wanted: Segment | None = None
        self._weighed: tuple[Segment, int | None] | None = None
        self._weighs = self._kept = False
        self.entry = Entry(self)

    # -- frame

    def heading(self) -> tuple[str, str]:
        return _("Who gets it?") if self.writes else _("Who is meant?"), self._title

    def content(self) -> ComposeResult:
        yield Steps(id="steps")
        with Horizontal(id="asking"):
            yield Still(id="question")
            calls = LineCalls(self.entry.key, self.entry.typed, self.entry.enter, self.entry.pasted)
            yield EntryLine(calls, max_length=LONGEST, id="entry")
            yield Still(id="total")
        yield Middle(id="middle")
        yield Still(id="doubts")
        yield Still(id="overlap")
        yield Still(id="counts")

    def on_mount(self) -> None:
        self.entry.reset()
        self._bring_back()
        self._show_steps(new=True)
        self._count()

    # -- steps that are not used yet

    @property
    def place(self) -> str:
        """Where steps are kept for this operator when the terminal is gone."""
        return f"picker {self._message_id or 'new'}" if self.writes else "picker list"

    def keep(self) -> None:
        """Keep the steps for the next time."""
        if self.keeps():
            try:
                self.store.unfinished.keep(self.place, {"segment": self.segment.to_json()})
            except StoreError:
                return

    def hand_over(self) -> dict[str, Any]:
        self._kept = self._kept or self.keeps()
        return super().hand_over()

    def _bring_back(self) -> None:
        try:
            kept = self.store.unfinished.look(self.place).get("segment")
            segment = Segment.from_json(kept) if kept else self.segment
        except StoreError:
            return
        self._kept = bool(kept)
        if segment != self.segment:
            self._before.append(self.segment)
            self.segment = segment
            self.say(_("The steps that you had begun are back; in the steps, z takes them away again."))

    def forget_kept(self) -> None:
        """What was kept for the next time has been seen, and used or left."""
        if self._kept:
            self._kept = False
            unfinished, place = self.store.unfinished, self.place
            self.write(lambda: unfinished.take(place))

    def on_resize(self, _event: Resize) -> None:
        """A taller terminal has more lines for other messages; the names begin with the first again."""
        self.query_one("#overlap").styles.height = 3 if self.size.height >= TALL else 1
        if self._page:
            self._page = 0
            self._count()

    def changed(self) -> None:
        self._show_steps(new=True)
        self._count()

    @property
    def steps(self) -> Steps:
        """The list of steps."""
        return self.query_one(Steps)

    @property
    def line(self) -> EntryLine:
        """Where a step is typed."""
        return self.query_one(EntryLine)

    # -- the segment

    def put(self, segment: Segment) -> None:
        """Go on with another segment; the one before can be taken back."""
        if segment == self.segment:
            return
        self._before.append(self.segment)
        self._become(segment)

    def take_saved(self, one: SavedSegment) -> None:
        """Go on with a saved segment, and propose its name when this one is saved."""
        self.saved_name = one.name
        self.put(one.segment)

    def _become(self, segment: Segment) -> None:
        self.segment = segment
        self._page = 0
        self._leaves = False
        self._show_steps(new=True)
        self._count()

    def turn_page(self, by: int) -> None:
        """Go so many pages on in the lists of names."""
        if self._figures is not None:
            self._page = max(0, self._page + by)
            self._count()

    # -- counting

    def _count(self) -> None:
        segment, page, rows = self.segment, self._page, self.middle_rows()
        store, kind, service, channels = self.store, self.kind, self.service, self.channels
        self.read(
            lambda: read_figures(store, segment, kind, service=service, page=page, rows=rows, channels=channels),
            self._counted,
            group="figures",
            failed=self._not_counted,
        )
        if self.writes and self.operator.may(Right.MESSAGES_SEE):
            self.look_for_others()

    def look_for_others(self, then: Callable[[], None] | None = None) -> None:
        """Look who of the segment has another message; `then` does what the next keys wait for."""
        segment, message_id = self.segment, self._message_id
        segments, kind, service = self.store.segments, self.kind, self.service

        def found(overlaps: tuple[Overlap, ...]) -> None:
            if segment != self.segment:
                return
            self._overlaps, self._overlaps_of = overlaps, segment
            self._show_overlap()
            self.refresh_bindings()
            if then is not None:
                then()

        self.read(
            lambda: segments.overlap(segment, message_id=message_id, kind=kind, service=service),
            found,
            group="overlap",
            failed=lambda _error: found(()),
            holds=then is not None,
        )

    def _counted(self, figures: Figures) -> None:
        self._figures, self._problem = figures, ""
        self._page = figures.page
        self.show()

    def _not_counted(self, error: BaseException) -> None:
        if not isinstance(error, StoreError):
            self.show_error(error)
            return
        self._problem = words_for(error)
        self.show()

    def weigh(self, segment: Segment | None) -> None:
        """Count what the segment would be, and show it at the end of the line; the last one that is wanted counts."""
        self._wanted = segment if segment != self.segment else None
        self._show_total()
        if self._wanted is not None and not self._weighs and self._weight(self._wanted) is None:
            self._weigh(self._wanted)

    def _weigh(self, segment: Segment) -> None:
        self._weighs = True

        def weighed(total: int | None) -> None:
            self._weighs = False
            self._weighed = segment, total
            if self._wanted is not None and self._wanted != segment:
                self._weigh(self._wanted)
            self._show_total()

        segments = self.store.segments
        self.read(
            lambda: segments.step_counts(segment)[-1], weighed, group="weigh", failed=lambda _error: weighed(None)
        )

    def _weight(self, segment: Segment) -> int | None:
        return self._weighed[1] if self._weighed is not None and self._weighed[0] == segment else None

    # -- showing

    def show(self) -> None:
        """Show steps, names and counts as they are known."""
        self._show_steps()
        self.show_middle()
        self._show_overlap()
        figures = self._figures
        self._show_doubts(figures.doubts if figures is not None and not self._problem else ())
        if self._problem:
            self.query_one("#counts", Static).update(plain(f" ! {self._problem}", "bold"))
        elif figures is not None:
            self.query_one("#counts", Static).update(lines.count_lines(figures.counts, figures.channels))
        self._show_total()

    def _show_total(self) -> None:
        totals = self._known_totals() if not self._problem else ()
        total = totals[-1] if len(totals) == len(self.segment.steps) + 1 else None
        shown = "" if total is None else str(total)
        if self._wanted is not None and (weight := self._weight(self._wanted)) is not None:
            shown = lines.change_words(total, weight)
        self.query_one("#total", Static).update(plain(shown, "bold"))

    def _show_steps(self, new: bool = False) -> None:
        if new:
            self.sentences = self.store.segments.sentences(self.segment)
        self.steps.show(lines.step_lines(self.segment, self.sentences, self._known_totals(), self._cells()))

    def _show_doubts(self, doubts: Sequence[Doubt]) -> None:
        """Steps that find nobody, a line each; they take lines of the names only where there are such steps."""
        line, cells = self.query_one("#doubts", Static), self._cells()
        if doubts:
            from screens.doubt_words import doubt_words

            line.update(Content("\n").join(plain(fitted(f" ! {doubt_words(one)}", cells), "bold") for one in doubts))
        line.display = bool(doubts)

    def _show_overlap(self) -> None:
        from screens.picker_overlap import overlap_lines

        line = self.query_one("#overlap", Static)
        line.update(overlap_lines(self._overlaps, self.store.clock, self._cells(), max(1, line.size.height)))

    def _known_totals(self) -> tuple[int, ...]:
        """The totals as far as the steps are those that were counted last."""
        if self._figures is None or self._figures.segment.start != self.segment.start:
            return ()
        alike = 0
        for mine, counted in zip(self.segment.steps, self._figures.segment.steps, strict=False):
            if mine != counted:
                break
            alike += 1
        return self._figures.steps[: alike + 1]

    def show_middle(self) -> None:
        """What is below the entry line: offers, an answer, or the names."""
        middle, cells, rows = self.query_one(Middle), self._cells(), self.middle_rows()
        if (asked := self.entry.lines(cells, rows)) is not None:
            middle.update(asked)
        elif self._figures is None:
            middle.update("")
        elif not self._figures.counts.members:
            middle.update(plain(" " + _("There are no members yet. F2 m leads to them; n writes the first one down.")))
        elif not self.segment.steps and self.segment.start is Start.NOBODY:
            middle.update(plain(" " + _("Nobody so far. Type the beginning of a rule or a name, or ↓ for all rules.")))
        else:
            middle.update(people_lines(self._figures, self.store.clock, cells, rows))

    def middle_rows(self) -> int:
        """How many lines are below the entry line."""
        return max(2, self.query_one(Middle).size.height)

    def _cells(self) -> int:
        return self.query_one(Middle).size.width or self.app.size.width

    # -- moving between line and steps

    def action_offer(self) -> None:
        """Show all rules."""
        self.entry.key("down", None)

    def action_steps(self) -> None:
        """Go up to the steps, to the last of them."""
        self.steps.highlighted = len(self.segment.steps)
        self.steps.focus()
