"""The words of a workflow's step: written as those of a message, and in use once they are finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.widgets import Input

from screens.advice import Advice
from screens.base import HouseScreen
from screens.channel_texts import EMAIL
from screens.compose import ComposeScreen
from screens.compose_around import Around
from screens.compose_beside import Beside, beside_of
from screens.compose_draft import Draft
from screens.compose_lines import details_words
from screens.compose_parts import Body, ToLine
from screens.draft_apart import apart_words
from screens.errors import words_for
from screens.message_states import tested_words
from screens.step_around import StepAround, read_step_around
from screens.step_occasion_words import nothing_words, occasion_words, offered
from screens.widgets.choices import Choices
from screens.workflow_rights import lacking_to_change
from screens.workflow_words import audience_label, moment_label
from store.errors import NotFound
from store.workflow_records import Trigger
from store.workflow_rows import WORDS
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store.message_records import Message

OWN = ("done", "occasions", "take_back")
NEVER = ("send", "later", "delete", "channels", "text", "voucher")
"""What a step's words are not made for: they go by themselves, and stay as long as the step."""


class StepToLine(ToLine):
    """Whom the step goes to; Enter chooses what its words are shown on."""

    NAMED = N_("Goes")
    HELP = N_("Here letters are keys: **p** looks at the mails, **t** tests, **o** shows them on another day.")
    BINDINGS = [
        Binding("enter", "screen.occasions", N_("Shown on"), tooltip=N_("Choose what it is shown on"), id="words.on"),
    ]


class StepDraft(Draft):
    """The words of a step: they stay as long as the step, and somebody else's leave ours a message of its own."""

    def leave(self) -> None:
        """Nothing is deleted, also where nothing is written yet."""

    def _rescued(self, message: Message, why: str) -> None:
        if message.id == self.id and why != "gone":
            super()._rescued(message, why)
            return
        from screens.routes import screen_for

        house = self._screen.house
        said = apart_words(self._screen.store.messages, self.id, why)
        said = f"{said} {_('You are in that message now, not in the step.')}"
        self._give_up()
        self.abandon()
        if self._screen.is_active:
            self._screen.app.switch_screen(screen_for("compose", message_id=message.id or 0))
        house.call_later(house.warn, said)


class StepWordsScreen(ComposeScreen):
    """The words of a step; they are saved as they are typed, and those that were finished go out."""

    NAME = "step_words"
    HELP = N_(
        "Write here what this step of the workflow says. What you type is saved by itself, and used once you "
        "are done with it: **F8**. Until then the words that were finished last go out; **b** goes back to them.\n"
        "\n"
        "Nothing is sent from here: the mail goes by itself, each time the step is due. To see it, it is shown on a "
        "distribution, a member or an order that is there: **o** or F9 chooses another one. **p** walks through the "
        "mails, **t** sends you one of them.\n"
        "\n"
        "**Tab** goes from field to field. **Esc** leaves a field: then the letters are keys, "
        "so that no F-key is needed.\n"
        "\n"
        "A field as `{{ first_name }}` is replaced by what each recipient's mail has to say; F4 lists the fields. "
        "What is changed here holds for all that is not made ready yet."
    )
    BINDINGS = [
        Binding("f8", "done", N_("Done"), tooltip=N_("Use these words, and close"), id="words.done"),
        Binding("q", "done", N_("Done"), show=False, tooltip=N_("Use these words, and close"), id="words.done.q"),
        Binding("b", "take_back", N_("Take back"), tooltip=N_("Go back to the words in use"), id="words.back"),
        Binding("f7", "starter", N_("Starter"), show=False, tooltip=N_("Begin with a ready text"), id="words.ready"),
        Binding("o", "occasions", N_("Shown on"), tooltip=N_("Choose what it is shown on"), id="words.on.o"),
        Binding("f9", "occasions", N_("Shown on"), tooltip=N_("Choose what it is shown on"), id="words.on.f9"),
    ]
    TO_LINE = StepToLine
    DRAFT = StepDraft

    def __init__(self, workflow_id: int, step_id: int, on: str = "") -> None:
        """`on` is the key of the occasion that the words are shown on first."""
        super().__init__(0)
        self._workflow_id = workflow_id
        self._step_id = step_id
        self._on = on
        self._read: StepAround | None = None
        self._is_told = self._is_known = False

    def on_mount(self) -> None:
        """Find the draft that holds the words; then they are shown as any."""
        self._message_id = self.store.workflows.step(self._step_id).message_id

    def heading(self) -> tuple[str, str]:
        if self._read is None:
            return _("Words of a step"), ""
        said = super().heading()[1]
        if self.draft is not None and self._differs and not self.draft.trouble:
            said = f"{_('not in use yet')} · {tested_words(self.draft.message, self.store.clock)}"
        return _("Words for “{title}”").format(title=self._read.workflow.title), said

    @property
    def _differs(self) -> bool:
        """Whether something else is written than what goes out."""
        if self._read is None or self.draft is None:
            return False
        typed, used = self.draft.typed(), self._read.in_use
        return any(getattr(typed, name) != getattr(used, name) for name in WORDS)

    # -- what is shown

    def changed(self) -> None:
        """Read anew whom it goes to, and what it can be shown on."""
        if self.draft is None:
            return
        store, step_id, on, message, first = self.store, self._step_id, self._on, self.draft.typed(), self._is_wide
        self.read(
            lambda: read_step_around(store, message, step_id, on, first=first),
            self._read_step,
            group="around",
            failed=self._not_read,
        )

    def _not_read(self, error: BaseException) -> None:
        """Leave the words of a step that a colleague removed; what is not saved yet becomes a message of its own."""
        draft = self.draft
        if not isinstance(error, NotFound) or draft is None or not self.is_active:
            self.show_error(error)
        elif not draft.unsaved:
            draft.abandon()
            self.dismiss(None)
            self.house.call_later(self.house.warn, words_for(error))

    def _read_step(self, read: StepAround) -> None:
        self._read = read
        self._on = read.occasion.key if read.occasion is not None else ""
        self._bar()
        self._read_around(read.around)

    def _bar(self) -> None:
        """Who may not change it, since mails go with it by themselves, is told before anything is typed."""
        lacking = lacking_to_change(self.operator, self._read.workflow if self._read is not None else None)
        if self._is_told:
            return
        if not lacking:
            self._tell_of_others()
            return
        from screens.rights_words import why_not

        self._is_told = True
        self.query_one(Body).read_only = True
        for field in self.query(Input):
            field.disabled = True
        self.query_one(ToLine).focus()
        self.warn(f"{_('This workflow is attached.')} {why_not(self.store, lacking)}")

    def _tell_of_others(self) -> None:
        """Say once, as they are opened, that these are other words than those that go out."""
        if not self._is_known and self._read is not None and self._read.step.typed_at is not None:
            self.say(_("These words are not in use yet: F8 uses them; Esc, then b goes back."))
        self._is_known = True

    def advise_on_people(self, around: Around) -> list[Advice]:
        """Where mails meet is said in the calendar, of each time that they go."""
        return []

    def meant(self, message: Message) -> Message:
        """The message as it speaks of what it is shown on."""
        from store.step_occasions import about

        return message if self._read is None else about(message, self._read.occasion)

    def texts(self, message: Message) -> tuple[str, ...]:
        """By itself a step writes mails only."""
        return (EMAIL,)

    def details(self, message: Message, around: Around | None) -> str:
        """When it goes, what it is, in which language."""
        found = details_words(message, "")
        return found if self._read is None else f"{moment_label(self._read.step)} · {found}"

    def read_first(self, message: Message, member_id: int) -> Beside | None:
        """Of a recap it is the producer's."""
        if self._read is None or self._read.step.trigger is not Trigger.RECAP:
            return super().read_first(message, member_id)
        from mail.step_preview import recap_shown

        shown = recap_shown(self.store, message)
        return None if shown is None else beside_of(shown)

    def _to(self) -> str:
        read = self._read
        if read is None:
            return "…"
        whom = audience_label(read.step, read.segment_words)
        if read.occasion is None:
            return _("{whom} · nothing to show it on yet").format(whom=whom)
        occasion = occasion_words(read.occasion)
        if read.step.trigger is Trigger.RECAP:
            return _("{whom} · shown for {occasion}").format(whom=whom, occasion=occasion)
        n = read.around.counts.mails
        if not n:
            return _("{whom} · shown for {occasion}: nobody by mail").format(whom=whom, occasion=occasion)
        mails = ngettext("{n} mail", "{n} mails", n).format(n=n)
        return _("{whom} · shown for {occasion}: {mails}").format(whom=whom, occasion=occasion, mails=mails)

    # -- acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is sent or deleted from here."""
        if action in NEVER:
            return False
        if action == "take_back" and not self._differs:
            return False
        return not self._asked if action in OWN else super().check_action(action, parameters)

    def action_done(self) -> None:
        """Save, let the words go out from now on, and close; who may not change them only closes."""
        if self._is_told:
            self.action_leave()
        else:
            self.saved_then(self._use)

    def _use(self) -> None:
        """Use what is saved; what a colleague saved in between is looked at first."""
        if self.draft is None:
            return
        use, version = self.store.workflows.use_words, self.draft.message.version

        def used(other: bool) -> None:
            self.dismiss(None)
            if other:
                self.house.call_later(self._tell)

        self.write(lambda: use(self._step_id, version), used, holds=True)

    def _tell(self) -> None:
        """Say on the screen in front that the words are in use."""
        front = self.house.screen
        if isinstance(front, HouseScreen):
            front.say(_("These words go out from now on."))

    def _close(self) -> None:
        """What is not finished is said: it does not go out."""
        if self._differs:
            said = _("These words are kept, but not in use yet: open them once more, then F8.")
            self.house.call_later(self.house.warn, said)
        super()._close()

    def action_take_back(self) -> None:
        """Ask whether to go back to the words in use."""
        self.ask(_("Go back to the words in use? Enter: yes, Esc: no"), lambda _yes: self._take_back())

    def _take_back(self) -> None:
        draft, read = self.draft, self._read
        if draft is None or read is None:
            return
        used, body = {name: getattr(read.in_use, name) for name in WORDS}, self.query_one(Body)
        for name in ("label", "subject"):
            self.query_one(f"#{name}", Input).value = used[name]
        # Replaced, not loaded, so that ctrl+z brings the other words back.
        body.replace(used["text"], (0, 0), body.document.end)
        draft.save(self.changed, lambda message: replace(message, **used))

    def action_people(self) -> None:
        """Whom it goes to is the step's; here it is chosen what it is shown on."""
        self.action_occasions()

    def action_occasions(self) -> None:
        """Offer what the words can be shown on."""
        if self._read is None or not self._read.occasions:
            self.say(nothing_words())
            return
        self._remember()
        self.query_one("#choices", Choices).offer(*offered(self._read.occasions))

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Show it on that, where it was asked for."""
        from store.step_occasions import Occasion

        if isinstance(event.value, Occasion):
            event.prevent_default()
            event.stop()
            self._on = event.value.key
            self._back()
            self.changed()

    def action_details(self) -> None:
        """Language and sender."""
        self.saved_then(lambda: self.go("step_details", self._returned, message_id=self._draft_id))

    def action_preview(self) -> None:
        """Walk through the mails as they would be."""
        self.saved_then(lambda: self.go("step_preview", step_id=self._step_id, on=self._on))

    def action_test(self) -> None:
        """Ask to whom a test goes."""
        from screens.test_send import open_test

        self.saved_then(lambda: open_test(self, self._draft_id, on=self._on))

    # -- when a newer program goes on here

    def way_back(self) -> tuple[str, Mapping[str, Any]]:
        """Words that had to be kept apart are a message."""
        if self._put_down_as not in (0, self._message_id):
            return "compose", {"message_id": self._put_down_as}
        return self.route, {**self.parameters, "on": self._on}

    def is_at(self, route: str, parameters: Mapping[str, Any]) -> bool:
        """The words are found again wherever the step's are opened."""
        return route == self.NAME and parameters.get("step_id") == self._step_id
