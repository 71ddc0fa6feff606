"""The segment picker: who gets it, step by step, with every count in view."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import OptionList, Static

from screens import picker_lines as lines
from screens.base import HouseScreen
from screens.errors import words_for
from screens.picker_entry import Entry, EntryLine
from screens.picker_lines import Figures
from screens.widgets.line import LineCalls
from screens.widgets.plain import plain
from screens.widgets.steps import Steps
from store.errors import StoreError
from store.rules import REGISTRY
from store.segments import EVERYONE, NOBODY, Segment, Start, Step, Verb
from templates.words import N_, _

PAGE = 100
"""How many names of each list are read at once; a screen shows fewer."""
TURNED = {Verb.ADD: Verb.KEEP, Verb.KEEP: Verb.REMOVE, Verb.REMOVE: Verb.ADD}


class Middle(Static):
    """What is below the entry line: offers, an answer, or the names; it grows and shrinks with the steps above."""

    def on_resize(self) -> None:
        """Cut every line anew."""
        if isinstance(self.screen, PickerScreen):
            self.screen.show()


class PickerScreen(HouseScreen[Segment | None]):
    """Leaves with the segment when it is used, with None otherwise.

    `kind` and `service` are the message's: on them it depends who has opted out.
    """

    NAME = "picker"
    CSS_PATH = "picker.tcss"
    AUTO_FOCUS = "#entry"
    HELP = N_(
        "Choose who gets it: begin with nobody or everyone, then add, keep only or remove members in steps.\n"
        "\n"
        "Type the beginning of a rule and press Enter; what else has to be known is asked for. On the empty line, "
        "**+** adds, **&** keeps only and **-** removes; ↓ shows all rules. A segment in words can be typed or pasted, "
        "too: `everyone - ordered(distribution=next)`.\n"
        "\n"
        "↑ on the empty line leads to the steps, where letters act. Page down and page up turn the pages of names.\n"
        "\n"
        "Selected is e-mail, not reachable and opted out together. Mails are fewer than people where two share an "
        "address, and more where both people of a household get one."
    )
    BINDINGS = [
        Binding("f8", "use", N_("Use it"), tooltip=N_("Take these members and go on"), id="picker.use"),
        Binding("a,plus", "ask('add')", N_("Add"), tooltip=N_("Add members by a rule"), id="picker.add"),
        Binding("k,ampersand", "ask('keep')", N_("Keep only"), tooltip=N_("Keep only some members"), id="picker.keep"),
        Binding("r,minus", "ask('remove')", N_("Remove"), tooltip=N_("Remove members by a rule"), id="picker.remove"),
        Binding("x,delete", "delete", N_("Delete"), tooltip=N_("Delete the marked step"), id="picker.delete"),
        Binding("z", "undo", N_("Undo"), tooltip=N_("Take the last change back"), id="picker.undo"),
        Binding("v", "turn", N_("Turn"), tooltip=N_("Add, keep only or remove by the marked step"), id="picker.turn"),
        Binding("f4", "why", N_("Why?"), tooltip=N_("Why is somebody in or out?"), id="picker.why"),
        Binding("f6", "load", N_("Saved"), tooltip=N_("Take a segment that was saved"), id="picker.load"),
        Binding("f7", "save", N_("Save"), tooltip=N_("Save this segment under a name"), id="picker.save"),
        Binding("u", "use", N_("Use it"), show=False, tooltip=N_("Take these members and go on"), id="picker.u"),
        Binding("y", "why", N_("Why?"), show=False, tooltip=N_("Why is somebody in or out?"), id="picker.y"),
        Binding("l", "load", N_("Saved"), show=False, tooltip=N_("Take a segment that was saved"), id="picker.l"),
        Binding("s", "save", N_("Save"), show=False, tooltip=N_("Save this segment under a name"), id="picker.s"),
    ]

    def __init__(
        self, segment: Segment = NOBODY, title: str = "", kind: str = "targeted", service: bool = False
    ) -> None:
        super().__init__()
        self.segment = segment
        self._title = title
        self._kind, self._service = kind, service
        self._before: list[Segment] = []
        self.sentences: tuple[str, ...] = ()
        self._figures: Figures | None = None
        self._problem = ""
        self._offset = 0
        self._leaves = False
        self.entry = Entry(self)

    # -- frame

    def heading(self) -> tuple[str, str]:
        return _("Who gets it?"), self._title

    def content(self) -> ComposeResult:
        yield Steps(id="steps")
        with Horizontal(id="asking"):
            yield Static(id="question")
            calls = LineCalls(self.entry.key, self.entry.typed, self.entry.enter, self.entry.pasted)
            yield EntryLine(calls, id="entry")
            yield Static(id="total")
        yield Middle(id="middle")
        yield Static(id="counts")

    def on_mount(self) -> None:
        self.entry.reset()
        self._show_steps(new=True)
        self._count()

    def changed(self) -> None:
        self._show_steps(new=True)
        self._count()

    def keeps(self) -> bool:
        return bool(self._before)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What letters do concerns the steps."""
        if action in ("ask", "delete", "turn", "undo"):
            return self.steps.has_focus
        return super().check_action(action, parameters)

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

    def put_step(self, step: Step, replaces: int | None) -> None:
        """Add a step, or put it in another's place; everyone or nobody as the first step is the start."""
        steps = list(self.segment.steps)
        if not steps and step.verb is Verb.ADD and step.rule.name in tuple(Start):
            self.put(Segment(Start(step.rule.name)))
            return
        if replaces is None:
            steps.append(step)
        else:
            steps[replaces] = step
        self.put(Segment(self.segment.start, tuple(steps)))

    def _become(self, segment: Segment) -> None:
        self.segment = segment
        self._offset = 0
        self._leaves = False
        self._show_steps(new=True)
        self._count()

    def turn_page(self, by: int) -> None:
        """Go so many pages on in both lists of names."""
        if self._figures is None:
            return
        counts = self._figures.counts
        # A heading, a line that says how many more there are, and one for those who do not want it.
        rows = max(1, self.middle_rows() - 2 - bool(counts.opted_out))
        last = max(counts.email, counts.unreachable, 1) - 1
        self._offset = max(0, min(self._offset + by * rows, last // rows * rows))
        self._count()

    # -- counting

    def _count(self) -> None:
        segment, offset = self.segment, self._offset
        self.read(
            lambda: lines.read_figures(
                self.store, segment, self._kind, service=self._service, limit=PAGE, offset=offset
            ),
            self._counted,
            group="figures",
            failed=self._not_counted,
        )

    def _counted(self, figures: Figures) -> None:
        self._figures, self._problem = figures, ""
        self.show()

    def _not_counted(self, error: BaseException) -> None:
        if not isinstance(error, StoreError):
            self.show_error(error)
            return
        self._problem = words_for(error)
        self.show()

    # -- showing

    def show(self) -> None:
        """Show steps, names and counts as they are known."""
        self._show_steps()
        self.show_middle()
        figures = self._figures
        if self._problem:
            self.query_one("#counts", Static).update(plain(f" ! {self._problem}", "bold"))
        elif figures is not None:
            self.query_one("#counts", Static).update(lines.count_lines(figures.counts))
        total = str(figures.steps[-1]) if figures is not None and not self._problem else ""
        self.query_one("#total", Static).update(plain(total, "bold"))

    def _show_steps(self, new: bool = False) -> None:
        if new:
            self.sentences = self.store.segments.sentences(self.segment)
        self.steps.show(lines.step_lines(self.segment, self.sentences, self._known_totals(), self._cells()))

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
            middle.update(plain(" " + _("Nobody so far. Type the beginning of a rule, or ↓ to see all of them.")))
        else:
            middle.update(lines.people_lines(self._figures, cells, rows))

    def middle_rows(self) -> int:
        """How many lines are below the entry line."""
        return max(2, self.query_one(Middle).size.height)

    def _cells(self) -> int:
        return self.query_one(Middle).size.width or self.app.size.width

    # -- keys

    def action_use(self) -> None:
        """Leave with the segment."""
        if self._problem:
            self.warn(self._problem)
        elif self.entry.busy:
            self.warn(_("Finish this step with Enter, or drop it with F3; then F8 uses the segment."))
        else:
            self.dismiss(self.segment)

    def action_leave(self) -> None:
        if self._before and not self._leaves:
            self._leaves = True
            self.warn(_("These steps are not used yet: F8 uses them. F3 once more leaves without them."))
            return
        super().action_leave()

    def action_offer(self) -> None:
        """Show all rules."""
        self.entry.key("down", None)

    def action_steps(self) -> None:
        """Go up to the steps, to the last of them."""
        self.steps.highlighted = len(self.segment.steps)
        self.steps.focus()

    def action_ask(self, verb: str) -> None:
        """Ask for a new step."""
        self.entry.reset(Verb(verb))
        self.line.focus()

    def action_why(self) -> None:
        """Ask whose way through the steps is to be shown."""
        self.entry.ask_why()
        self.line.focus()

    def action_load(self) -> None:
        """Offer the saved segments."""
        self.entry.ask_saved()
        self.line.focus()

    def action_save(self) -> None:
        """Ask for a name to save the segment under."""
        self.entry.ask_name()
        self.line.focus()

    def action_delete(self) -> None:
        """Delete the marked step."""
        if marked := self.steps.highlighted:
            steps = self.segment.steps
            self.put(Segment(self.segment.start, (*steps[: marked - 1], *steps[marked:])))

    def action_turn(self) -> None:
        """Let the marked step add, keep only or remove in turn."""
        if marked := self.steps.highlighted:
            step = self.segment.steps[marked - 1]
            self.put_step(Step(TURNED[step.verb], step.rule), marked - 1)

    def action_undo(self) -> None:
        """Take the last change back."""
        if self._before:
            self._become(self._before.pop())
        else:
            self.say(_("There is nothing to take back."))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter on the start turns it round; on a step asks for its parameters, or for another rule."""
        event.stop()
        if event.option_index == 0:
            other = EVERYONE if self.segment.start is Start.NOBODY else NOBODY
            self.put(Segment(other.start, self.segment.steps))
            return
        number = event.option_index - 1
        step = self.segment.steps[number]
        asked = REGISTRY.get(step.rule.name)
        self.entry.reset(step.verb, step.rule.name if asked and asked.parameters else None, number)
        self.line.focus()

    def on_steps_below(self, _event: Steps.Below) -> None:
        """Below the last step is the entry line."""
        self.line.focus()
