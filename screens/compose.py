"""Compose: the words of a message, saved while they are typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.advice import advice
from screens.base import HouseScreen
from screens.compose_parts import Body, Draft, ToLine, Words
from screens.message_states import mails_and_people, sends_by_itself, tested_words
from screens.ready_texts import ready_texts
from screens.widgets.ask import Ask
from screens.widgets.choices import Choices
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.message_records import Message, MessageState
from templates.words import N_, _, dates

if TYPE_CHECKING:
    from store.segments import Counts, Segment
    from templates.render.starters import Starter

INPUTS = ("from-name", "reply-to", "label", "subject")


class ComposeScreen(HouseScreen[None]):
    """A draft: whom it is for, from whom, its label, its subject and its text."""

    NAME = "compose"
    CSS_PATH = Path(__file__).with_name("compose.tcss")
    HELP = N_(
        "Write the message here. What you type is saved by itself, as a draft.\n"
        "\n"
        "**Tab** goes from field to field. **Esc** leaves a field: then the letters are keys, "
        "so that no F-key is needed.\n"
        "\n"
        "A field as `{{ first_name }}` is replaced by what each recipient's mail has to say; F4 lists the fields. "
        "The text is Markdown: `**strong**`, a line that begins with `- ` for a list, `[words](https://…)` for a link."
    )
    BINDINGS = [
        Binding("i", "field", N_("Field"), tooltip=N_("Put in a name, a day, an order …"), id="compose.field"),
        Binding("f4", "field", N_("Field"), tooltip=N_("Put in a name, a day, an order …"), id="compose.field.f4"),
        Binding("p", "preview", N_("Preview"), tooltip=N_("See each mail as it will be"), id="compose.preview"),
        Binding("f5", "preview", N_("Preview"), tooltip=N_("See each mail as it will be"), id="compose.preview.f5"),
        Binding("t", "test", N_("Test"), tooltip=N_("Send one mail to yourself"), id="compose.test"),
        Binding("f6", "test", N_("Test"), tooltip=N_("Send one mail to yourself"), id="compose.test.f6"),
        Binding("r", "starter", N_("Starter"), tooltip=N_("Begin with a ready text"), id="compose.starter"),
        Binding("f7", "starter", N_("Starter"), tooltip=N_("Begin with a ready text"), id="compose.starter.f7"),
        Binding("s", "send", N_("Send…"), tooltip=N_("See what goes out, then send it"), id="compose.send"),
        Binding("f8", "send", N_("Send…"), tooltip=N_("See what goes out, then send it"), id="compose.send.f8"),
        Binding("f", "sender", N_("From"), show=False, tooltip=N_("Use the mailbox's next address"), id="compose.from"),
        Binding("q", "leave", N_("Leave"), tooltip=N_("Close; the draft is kept"), id="compose.leave.q"),
        Binding("escape", "out", N_("Keys"), tooltip=N_("Leave the field: letters are keys"), id="compose.out"),
        Binding("down", "next", N_("Next"), show=False, tooltip=N_("The next field"), id="compose.next"),
        Binding("up", "previous", N_("Back"), show=False, tooltip=N_("The field above"), id="compose.previous"),
    ]
    AUTO_FOCUS = ""

    def __init__(self, message_id: int) -> None:
        super().__init__()
        self._message_id = message_id
        self._draft: Draft | None = None
        self._counts: Counts | None = None
        self._recent: tuple[int, int] | None = None
        self._typing_in: Input | Body | None = None
        self._before: Widget | None = None

    def heading(self) -> tuple[str, str]:
        if self._draft is None:
            return _("Message"), ""
        message = self._draft.message
        name = message.title
        saved = message.changed_at
        when = _("saved {hour}").format(hour=dates.hour(self.store.clock.to_wall(saved))) if saved else ""
        return (
            _("Message “{name}”").format(name=name) if name else _("New message"),
            f"{when} · {tested_words(message, self.store.clock)}",
        )

    def content(self) -> ComposeResult:
        yield ToLine()
        with Horizontal(classes="row"):
            yield Static(plain(_("From")), classes="label")
            yield Input(id="from-name", compact=True)
            yield Static(id="from-address", classes="beside")
            yield Static(plain(_("Reply to")), classes="beside")
            yield Input(id="reply-to", compact=True)
        with Horizontal(classes="row"):
            yield Static(plain(_("Label")), classes="label")
            yield Input(id="label", compact=True)
        with Horizontal(classes="row"):
            yield Static(plain(_("Subject")), classes="label")
            yield Input(id="subject", compact=True)
            yield Static(id="count")
        yield Static(id="rule")
        yield Body(id="body")
        yield Ask()
        yield Choices(id="choices")
        yield Prose(id="advice")

    def on_mount(self) -> None:
        message = self.store.messages.get(self._message_id)
        self.query_one("#from-name", Input).placeholder = self.house.group.name
        for name, value in zip(
            INPUTS, (message.from_name, message.reply_to, message.label, message.subject), strict=True
        ):
            with self.prevent(Input.Changed):
                self.query_one(f"#{name}", Input).value = value
        with self.prevent(Body.Changed):
            self.query_one(Body).load_text(message.text)
        self._from_address = message.from_address
        self._draft = Draft(self, message, self._words, self._show)
        self.query_one("#body" if message.subject else "#subject").focus()
        self._show()
        self.changed()

    # -- what is shown

    def _words(self) -> Words:
        name, reply, label, subject = (self.query_one(f"#{name}", Input).value for name in INPUTS)
        return label, subject, self.query_one(Body).text, self._from_address, name, reply

    def _show(self) -> None:
        """Show what follows from what is typed."""
        if self._draft is None:
            return
        _label, subject, text, from_address, _name, _reply = self._words()
        mailbox = self.store.mailbox.get()
        address = from_address or (mailbox.address if mailbox else _("no mailbox yet"))
        self.query_one("#from-address", Static).update(plain(f"<{address}>"))
        self.query_one("#count", Static).update(plain(str(len(subject))))
        self.query_one("#rule", Static).update(plain("─" * self.size.width, "dim"))
        said = advice(subject, text, self.house.group.name, self._recent)
        said.sort()  # what asks for attention comes first, whatever the width leaves of the rest
        pieces = [plain(sentence if well else f"! {sentence}", "" if well else "bold") for well, sentence in said]
        self.query_one("#advice", Prose).update(Content.assemble(" ", Content(" · ").join(pieces)))
        self.query_one(ToLine).show(self._to())
        self.show_heading()

    def _to(self) -> str:
        counts = self._counts
        if counts is None:
            return "…"
        if not counts.selected:
            return _("nobody yet. Enter chooses who gets it.")
        return mails_and_people(counts.mails, counts.email, counts.unreachable)

    def changed(self) -> None:
        """Count anew, and see whether the words were tested meanwhile.

        A draft that somebody else saved is told, and kept apart when this one is saved.
        """
        if self._draft is None:
            return
        segment, kind, message_id = self._draft.message.segment, self._draft.message.kind, self._draft.message.id or 0
        service = bool(self._draft.message.service_reason)
        per_member = self._speaks_of_members()

        def read() -> tuple[Counts, tuple[int, int], Message]:
            from store.message_advice import written_recently

            counts = self.store.segments.count(segment, kind, service=service, mail_per_member=per_member)
            return counts, written_recently(self.store, segment, message_id), self.store.messages.get(message_id)

        self.read(read, self._counted, group="counts")

    def _counted(self, found: tuple[Counts, tuple[int, int], Message]) -> None:
        self._counts, self._recent, message = found
        if self._draft is not None:
            self._draft.see_test(message)
        self._show()

    def _speaks_of_members(self) -> bool:
        from templates.render.fields import FIELDS

        subject, text = self._words()[1:3]
        return any(field.name.partition(".")[0] in subject + text for field in FIELDS if field.of_member)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Save soon."""
        event.stop()
        self._typed()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the field below."""
        event.stop()
        self.action_next()

    def on_text_area_changed(self) -> None:
        """Save soon."""
        self._typed()

    def _typed(self) -> None:
        if self._draft is not None:
            self._draft.touch()
            self._show()

    def on_resize(self) -> None:
        """Draw the rule anew."""
        self._show()

    # -- keeping

    def keeps(self) -> bool:
        return self._draft is not None and self._draft.unsaved

    def keep(self) -> None:
        if self._draft is not None:
            self._draft.save_now()

    def _saved_then(self, act: Callable[[], None]) -> None:
        if self._draft is not None:
            self._draft.save(act)

    # -- moving

    def action_out(self) -> None:
        """Leave the field, so that letters are keys; from there, close."""
        if isinstance(self.focused, Input | Body):
            self.query_one(ToLine).focus()
        else:
            self.action_leave()

    def action_next(self) -> None:
        """Go to the field below."""
        self.focus_next(Input if not isinstance(self.focused, Input) or self.focused.id != "subject" else Body)

    def action_previous(self) -> None:
        """Go to the field above."""
        self.focus_previous()

    def action_leave(self) -> None:
        """Save and close."""
        self._saved_then(self._close)

    def _close(self) -> None:
        self.dismiss(None)

    def on_unmount(self) -> None:
        """However the screen was left: a draft without a word is deleted."""
        if self._draft is not None:
            self._draft.leave()

    # -- acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is asked, the answer comes first."""
        asked = any(widget.display for kind in (Ask, Choices) for widget in self.query(kind))
        return not (asked and action in ("field", "preview", "test", "starter", "send", "sender", "people", "out"))

    def action_people(self) -> None:
        """Choose who gets it."""
        if self._draft is None:
            return
        message = self._draft.message
        title = _("message “{name}”").format(name=message.title) if message.title else _("a new message")
        service = bool(message.service_reason)
        self.go("picker", self._chosen, segment=message.segment, title=title, kind=message.kind, service=service)

    def _chosen(self, segment: Segment | None) -> None:
        if segment is not None and self._draft is not None:
            self._draft.save(self.changed, lambda message: replace(message, segment=segment))

    def action_sender(self) -> None:
        """Take the next of the mailbox's addresses as the sender."""
        mailbox = self.store.mailbox.get()
        if mailbox is None or not mailbox.identities:
            self.say(_("The mailbox has one address only."))
            return
        addresses = [mailbox.address, *mailbox.identities]
        at = addresses.index(self._from_address) if self._from_address in addresses else 0
        self._from_address = addresses[(at + 1) % len(addresses)]
        self._typed()

    def action_field(self) -> None:
        """Offer the fields."""
        from screens.field_choices import field_choices

        self._before = focused = self.focused
        into_subject = isinstance(focused, Input) and focused.id == "subject"
        self._typing_in = focused if isinstance(focused, Input) and into_subject else self.query_one(Body)
        self.query_one(Choices).offer(field_choices(self.store), 26)

    def action_starter(self) -> None:
        """Offer the ready texts, those for such a segment first."""
        self._before = self.focused
        self.query_one(Choices).offer([(s.label, s.subject, s) for s in self._starters()], 32)

    def _starters(self) -> list[Starter]:
        return ready_texts(self.house.group.language, self._draft.message.segment) if self._draft else []

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """A field goes where the cursor was; a starter takes the place of the text."""
        event.stop()
        value: Any = event.value
        if isinstance(value, str):
            target = self._typing_in or self.query_one(Body)
            if isinstance(target, Body):
                target.insert(value)
            else:
                target.insert_text_at_cursor(value)
            target.focus()
        elif any(part.strip() for part in self._words()[1:3]):
            question = _("Replace what is written by “{starter}”? Enter replaces, Esc keeps.")
            self.query_one(Ask).ask(question.format(starter=value.label), partial(self._take_starter, value))
        else:
            self._take_starter(value)

    def on_choices_left(self) -> None:
        """Back to where the cursor was."""
        self._back()

    def _take_starter(self, starter: Starter, _answer: str = "") -> None:
        body = self.query_one(Body)
        self.query_one("#subject", Input).value = starter.subject
        # Replaced, not loaded, so that ctrl+z brings the former text back.
        body.replace(starter.text, (0, 0), body.document.end)
        if not self.query_one("#label", Input).value.strip() and starter.subject:
            self.query_one("#label", Input).value = starter.label
        body.move_cursor((0, 0))
        body.focus()
        if self._draft is not None:
            self._draft.save(self.changed, lambda message: replace(message, kind=starter.kind))

    def action_preview(self) -> None:
        """Walk through the mails as they will be."""
        self._saved_then(lambda: self.go("preview", message_id=self._draft.message.id))  # type: ignore[union-attr]

    def action_test(self) -> None:
        """Send one mail to yourself, or to an address that is typed."""
        from screens.test_send import own_address

        self._before = self.focused
        self.query_one(Ask).ask(_("Test to"), self._send_test, typed=own_address(self.store))

    def _send_test(self, address: str) -> None:
        from screens.test_send import send_test

        self._saved_then(lambda: send_test(self, self._draft.message.id or 0, address, self._tested))  # type: ignore[union-attr]

    def _tested(self, message: Message) -> None:
        if self._draft is not None:
            self._draft.message = message
            self._show()

    def on_ask_left(self) -> None:
        """The question is closed: back to where the cursor was."""
        self._back()

    def _back(self) -> None:
        (self._before or self.query_one(Body)).focus()

    def action_send(self) -> None:
        """Show what will go out, and ask; what keeps it from being sent is said here, where it can be mended."""
        self._saved_then(self._plan)

    def _plan(self) -> None:
        from screens.send_plan import read_plan

        message_id = self._draft.message.id or 0 if self._draft else 0
        self.read(
            lambda: read_plan(self.store, message_id),
            lambda plan: self.go("send", self._sent, message_id=message_id, plan=plan),
            group="plan",
        )

    def _sent(self, state: MessageState | None) -> None:
        if state is MessageState.QUEUED:
            from screens.routes import screen_for

            self.app.switch_screen(screen_for("sending", message_id=self._draft.message.id if self._draft else None))
        elif state is MessageState.SCHEDULED:
            self.dismiss(None)
            self.house.warn(sends_by_itself())
