"""The segment picker: who gets it, step by step, with every count in view."""

from __future__ import annotations

from textual.binding import Binding
from textual.widgets import OptionList

from screens.picker_asides import HandAsked, WhyAsked, WordsAsked, step_again
from screens.picker_counting import CountingScreen
from screens.picker_saved import SaveAsked, SavedAsked
from screens.widgets.steps import Steps
from store.rights import Right
from store.segments import EVERYONE, NOBODY, Segment, Start, Step, Verb
from templates.words import N_, _

TURNED = {Verb.ADD: Verb.KEEP, Verb.KEEP: Verb.REMOVE, Verb.REMOVE: Verb.ADD}


class PickerScreen(CountingScreen):
    """Leaves with the segment when it is used, with None otherwise."""

    NAME = "picker"
    CSS_PATH = "picker.tcss"
    AUTO_FOCUS = "#entry"
    HELP = N_(
        "Choose who gets it: begin with nobody or everyone, then add, keep only or remove members in steps.\n"
        "\n"
        "Type the beginning of a rule and press Enter; what else has to be known is asked for. A member's name picks "
        "that member by hand. On the empty line, **+** adds, **&** keeps only and **-** removes; ↓ shows all rules, "
        "and the right end says what the marked one would do.\n"
        "\n"
        "**=** on the empty line shows the segment in words, to read, change or paste: "
        "`everyone - ordered(distribution=next)`.\n"
        "\n"
        "↑ on the empty line leads to the steps, where letters act: **h** picks several members by hand, **o** leaves "
        "out who got the other message that is named below. Page down and page up turn the pages of names.\n"
        "\n"
        "Selected is e-mail, not reachable and opted out together. Mails are fewer than people where two share an "
        "address, and more where both people of a household get one."
    )
    BINDINGS = [
        Binding("f8", "use", N_("Use it"), tooltip=N_("Take these members and go on"), id="picker.use"),
        Binding("x,delete", "delete", N_("Delete"), tooltip=N_("Delete the marked step"), id="picker.delete"),
        Binding("z", "undo", N_("Undo"), tooltip=N_("Take the last change back"), id="picker.undo"),
        Binding("a,plus", "ask('add')", N_("Add"), tooltip=N_("Add members by a rule"), id="picker.add"),
        Binding("k,ampersand", "ask('keep')", N_("Keep only"), tooltip=N_("Keep only some members"), id="picker.keep"),
        Binding("r,minus", "ask('remove')", N_("Remove"), tooltip=N_("Remove members by a rule"), id="picker.remove"),
        Binding("h", "hand", N_("By hand"), tooltip=N_("Pick and drop members by name"), id="picker.hand"),
        Binding("v", "turn", N_("Turn"), tooltip=N_("Add, keep only or remove by the marked step"), id="picker.turn"),
        Binding("m", "move", N_("Move up"), tooltip=N_("Put the marked step before the one above"), id="picker.move"),
        Binding("w,equals_sign", "words", N_("Words"), tooltip=N_("Read or change it in words"), id="picker.words"),
        Binding("f9", "leave_out", N_("Leave out"), tooltip=N_("Leave out who got the other message"), id="picker.out"),
        Binding("o", "leave_out", N_("Leave out"), tooltip=N_("Leave out who got the other message"), id="picker.o"),
        Binding("f9,o", "look_out", show=False, tooltip=N_("Look who got another message"), id="picker.look"),
        Binding("f4", "why", N_("Why?"), tooltip=N_("Why is somebody in or out?"), id="picker.why"),
        Binding("f6", "load", N_("Saved"), tooltip=N_("Take, rename or delete a saved segment"), id="picker.load"),
        Binding("f7", "save", N_("Save"), tooltip=N_("Save this segment under a name"), id="picker.save"),
        Binding("u", "use", N_("Use it"), show=False, tooltip=N_("Take these members and go on"), id="picker.u"),
        Binding("y", "why", N_("Why?"), show=False, tooltip=N_("Why is somebody in or out?"), id="picker.y"),
        Binding("l", "load", N_("Saved"), show=False, tooltip=N_("Take a segment that was saved"), id="picker.l"),
        Binding("s", "save", N_("Save"), show=False, tooltip=N_("Save this segment under a name"), id="picker.s"),
    ]

    NEEDS = dict.fromkeys(("leave_out", "look_out"), Right.MESSAGES_SEE)

    def keeps(self) -> bool:
        return bool(self._before)

    def keys_now(self) -> list[tuple[str, str]]:
        return self.entry.keys if self.focused is not None and self.focused.id == "entry" else []

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What letters do concerns the steps."""
        if action in ("ask", "hand", "delete", "turn", "move", "undo", "words"):
            return self.steps.has_focus
        if action == "look_out":
            return self.writes and not self._overlaps
        return bool(self._overlaps) if action == "leave_out" else super().check_action(action, parameters)

    # -- keys

    def action_use(self) -> None:
        """Leave with the segment."""
        if self._problem:
            self.warn(self._problem)
        elif self.entry.busy:
            self.warn(_("Finish this step with Enter, or drop it with F3; then F8 uses the segment."))
        else:
            self.forget_kept()
            self.dismiss(self.segment)

    def action_leave(self) -> None:
        if self._before and not self._leaves:
            self._leaves = True
            self.warn(_("These steps are not used yet: F8 uses them. F3 once more leaves without them."))
            return
        self.forget_kept()
        super().action_leave()

    def action_ask(self, verb: str) -> None:
        """Ask for a new step."""
        self.entry.reset(Verb(verb))
        self.line.focus()

    def action_hand(self) -> None:
        """Pick and drop members by name."""
        self.entry.ask(HandAsked(self))
        self.line.focus()

    def action_words(self) -> None:
        """Show the segment in words, to be changed."""
        self.entry.ask(WordsAsked(self))
        self.line.focus()

    def action_why(self) -> None:
        """Ask whose way through the steps is to be shown."""
        self.entry.ask(WhyAsked(self))
        self.line.focus()

    def action_load(self) -> None:
        """Offer the saved segments."""
        self.entry.ask(SavedAsked(self))
        self.line.focus()

    def action_save(self) -> None:
        """Ask for a name to save the segment under."""
        self.entry.ask(SaveAsked(self))
        self.line.focus()

    def action_leave_out(self) -> None:
        """Leave out who got, or will get, the message that most of those chosen have."""
        if self._overlaps_of == self.segment:
            self._leave_out()
        else:  # counted for the steps before the last one
            self.look_for_others(self._leave_out)

    def action_look_out(self) -> None:
        """The same, before it is known whether there is anybody."""
        self.action_leave_out()

    def _leave_out(self) -> None:
        from store.overlap import leave_out

        if self._overlaps:
            self.put(leave_out(self.segment, self._overlaps[0].message_id))
        elif self._problem:
            self.warn(self._problem)
        else:
            self.say(_("None of them got another message lately."))

    def action_delete(self) -> None:
        """Delete the marked step."""
        if marked := self.steps.highlighted:
            steps, said = self.segment.steps, self.sentences[marked - 1]
            self.put(Segment(self.segment.start, (*steps[: marked - 1], *steps[marked:])))
            self.say(_("Deleted: {step}. z brings it back.").format(step=said))
        else:
            self.say(_("The start stays: Enter turns it round."))

    def action_turn(self) -> None:
        """Let the marked step add, keep only or remove in turn."""
        if marked := self.steps.highlighted:
            step = self.segment.steps[marked - 1]
            steps = (
                *self.segment.steps[: marked - 1],
                Step(TURNED[step.verb], step.rule),
                *self.segment.steps[marked:],
            )
            self.put(Segment(self.segment.start, steps))

    def action_move(self) -> None:
        """Put the marked step before the one above it: what comes first is decided by the order."""
        marked = self.steps.highlighted or 0
        if marked > 1:
            steps = list(self.segment.steps)
            steps[marked - 2 : marked] = reversed(steps[marked - 2 : marked])
            self.put(Segment(self.segment.start, tuple(steps)))
            self.steps.highlighted = marked - 1

    def action_undo(self) -> None:
        """Take the last change back."""
        if self._before:
            self.say("")  # that it can be taken back
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
        self.entry.ask(step_again(self, event.option_index - 1))
        self.line.focus()

    def on_steps_below(self, _event: Steps.Below) -> None:
        """Below the last step is the entry line."""
        self.line.focus()
