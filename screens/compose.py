"""Compose: the words of a message, saved while they are typed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from screens import channel_texts as texts
from screens import compose_lines as lines
from screens.advice import Advice, advise
from screens.channel_advice import advise_channels
from screens.channel_beside import read_channel_beside
from screens.channel_words import reached_words
from screens.compose_around import Around, advise_around, read_around
from screens.compose_asking import AskingScreen
from screens.compose_beside import REST_SECONDS, Beside, BesidePane, read_beside
from screens.compose_draft import Draft
from screens.compose_following import Following
from screens.compose_parts import Bodies, Body, ToLine, line, row
from screens.counting_advice import advise_counting
from screens.draft_apart import Words
from screens.message_states import tested_words
from screens.sizes import files_words
from screens.text import fitted
from screens.voucher_advice import advise_voucher
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.still import Still
from store.channels import EMAIL_ONLY
from store.limits import Limits
from store.rights import Right
from templates.words import N_, _, dates

if TYPE_CHECKING:
    from store.message_records import Message

WIDE = 120
"""Cells from which the first mail is shown beside the text."""


class ComposeScreen(AskingScreen):
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
        "The text is Markdown: `**strong**`, a line that begins with `- ` for a list, `[words](https://…)` for a link, "
        "`![words](image.png)` for an image of the message's files.\n"
        "\n"
        "**c** chooses how it reaches them: by e-mail, by SMS, as a letter; who is left is called. Each has a text of "
        "its own: **n**, or Ctrl+T while you type, goes into the next one. A letter or a call without one says what "
        "the mail says. **v** gives everybody a voucher with it.\n"
        "\n"
        "Advice keeps you from nothing; **h** says why it is given, and what would help."
    )
    NEEDS = {"send": Right.MESSAGES_SEND, "later": Right.MESSAGES_SEND}
    BINDINGS = [
        Binding("p", "preview", N_("Preview"), tooltip=N_("See each mail as it will be"), id="compose.preview"),
        Binding("t", "test", N_("Test"), tooltip=N_("Send one mail to yourself"), id="compose.test"),
        Binding("s", "send", N_("Send…"), tooltip=N_("See what goes out, then send it"), id="compose.send"),
        Binding("c", "channels", N_("Channels"), tooltip=N_("By e-mail, SMS, letter …"), id="compose.channels"),
        Binding("n", "text", N_("Other text"), tooltip=N_("The SMS, the letter, the call …"), id="compose.text"),
        Binding("d", "details", N_("Details"), tooltip=N_("Kind, sender, day, send before"), id="compose.details"),
        Binding("v", "voucher", N_("Voucher"), tooltip=N_("What everybody gets with it"), id="compose.voucher"),
        Binding("a", "files", N_("Files"), tooltip=N_("Attach files and images"), id="compose.files"),
        Binding("h", "advice", N_("Advice"), tooltip=N_("Why it is given, and what helps"), id="compose.advice"),
        Binding("r", "starter", N_("Starter"), tooltip=N_("Begin with a ready text"), id="compose.starter"),
        Binding("i", "field", N_("Field"), tooltip=N_("Put in a name, a day, an order …"), id="compose.field"),
        Binding("l", "later", N_("At an hour"), tooltip=N_("Keep it for a day and hour"), id="compose.later"),
        Binding("k", "keep_starter", N_("Keep text"), tooltip=N_("Keep it as a ready text"), id="compose.keep"),
        Binding("x", "delete", N_("Delete"), tooltip=N_("Delete this draft"), id="compose.delete"),
        Binding("f", "sender", N_("From"), tooltip=N_("Use the mailbox's next address"), id="compose.from"),
        Binding("q", "leave", N_("Leave"), tooltip=N_("Close; the draft is kept"), id="compose.leave.q"),
        Binding("f4", "field", N_("Field"), tooltip=N_("Put in a name, a day, an order …"), id="compose.field.f4"),
        Binding("f5", "preview", N_("Preview"), tooltip=N_("See each mail as it will be"), id="compose.preview.f5"),
        Binding("f6", "test", N_("Test"), tooltip=N_("Send one mail to yourself"), id="compose.test.f6"),
        Binding("f7", "starter", N_("Starter"), tooltip=N_("Begin with a ready text"), id="compose.starter.f7"),
        Binding("f8", "send", N_("Send…"), tooltip=N_("See what goes out, then send it"), id="compose.send.f8"),
        Binding(
            "ctrl+t",
            "text",
            N_("Other text"),
            tooltip=N_("SMS, letter, call …"),
            id="compose.text.t",
            key_display="Ctrl+T",
        ),
        Binding("escape", "out", N_("Keys"), tooltip=N_("Leave the field: letters are keys"), id="compose.out"),
        Binding("f9", "later", N_("At an hour"), tooltip=N_("Keep it for a day and hour"), id="compose.later.f9"),
        Binding("down", "next", N_("Next"), show=False, tooltip=N_("The next field"), id="compose.next"),
        Binding("up", "previous", N_("Back"), show=False, tooltip=N_("The field above"), id="compose.previous"),
    ]
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    TO_LINE = ToLine
    DRAFT = Draft
    """What it is said on whom the words are for, and what saves them."""

    def __init__(self, message_id: int, *, is_begun: bool = False, shown: str = texts.EMAIL) -> None:
        """`is_begun`: with a ready text, by the operator just now; the draft is deleted if nothing comes of it.

        `shown` is the text to begin with.
        """
        super().__init__()
        self._shown = shown
        self._message_id = message_id
        self._is_begun = is_begun
        self._beside_timer: Timer | None = None
        self._following = Following(self)

    def heading(self) -> tuple[str, str]:
        if self.draft is None:
            return _("Message"), ""
        message = self.draft.message
        name = message.title
        saved = message.changed_at
        tested = [tested_words(message, self.store.clock)] if texts.EMAIL in message.channels else []
        when = _("saved {hour}").format(hour=dates.hour(self.store.clock.to_wall(saved))) if saved else ""
        return (
            _("Message “{name}”").format(name=name) if name else _("New message"),
            self.draft.trouble or " · ".join([when, *tested]),
        )

    def content(self) -> ComposeResult:
        yield self.TO_LINE()
        yield from row(_("From"), Still(id="from", classes="said"))
        yield from row(_("Label"), line("label"), Still(id="files", classes="beside"))
        yield from row(_("Subject"), line("subject"), Still(id="count", classes="beside"), classes="-subject")
        yield from row(_("Details"), Still(id="details", classes="said"))
        yield Still(id="rule")
        with Horizontal(id="writing"):
            yield Bodies()
            yield BesidePane()
        yield from self._over_text
        yield Prose(id="advice")

    def on_mount(self) -> None:
        message = self.store.messages.get(self._message_id)
        for name, value in (("label", message.label), ("subject", message.subject)):
            field = self.query_one(f"#{name}", Input)
            with self.prevent(Input.Changed):
                field.value = value
            field.cursor_position = len(value)
        self.query_one(Bodies).load(message)
        self.draft = self.DRAFT(self, message, self.words, self._show, is_begun=self._is_begun)
        self._show()
        self.show_text(self._shown)
        wants_subject = not message.subject and self._shown == texts.EMAIL and self.query_one(".-subject").display
        (self.query_one("#subject") if wants_subject else self.body).focus()
        self.changed()

    # -- what is shown

    def words(self) -> Words:
        """What is typed now."""
        label, subject = (self.query_one(f"#{name}", Input).value for name in ("label", "subject"))
        return Words(label, subject, **self.query_one(Bodies).typed)

    @property
    def _limits(self) -> Limits:
        return self._around.facts.limits if self._around is not None else Limits()

    def _show(self) -> None:
        """Show what follows from what is typed."""
        if self.draft is None or not self.query(ToLine):  # a save may fail as the program ends
            return
        message, around, group = self.draft.typed(), self._around, self.house.group.name
        self.query_one("#from", Static).update(lines.from_words(message, group, around.address if around else "…"))
        self.query_one("#files", Static).update(plain(files_words(message, self._limits) if message.files else ""))
        self.query_one("#count", Static).update(lines.count_words(self._subject_shown, self._limits))
        details = fitted(self.details(message, around), max(1, self.size.width - 11))
        self.query_one("#details", Static).update(plain(details))
        self._show_texts(message)
        pieces = [plain(a.sentence if a.well else f"! {a.sentence}", "" if a.well else "bold") for a in self._advice()]
        self.query_one("#advice", Prose).update(Content.assemble(" ", Content(" · ").join(pieces)))
        self.query_one(ToLine).show(self._to())
        self.show_heading()

    def _show_texts(self, message: Message) -> None:
        """Which texts there are, above the one in view; without e-mail there is no subject."""
        there, values = self.texts(message), self._values
        if self._shown not in there:
            self.show_text(there[0])
        said = texts.said_of(message, self._shown, values)
        self.query_one("#rule", Static).update(texts.rule(there, self._shown, said, self.size.width))
        of_mail = texts.EMAIL in message.channels or bool(message.subject)
        self.query_one(".-subject").display = of_mail or texts.EMAIL in there

    def texts(self, message: Message) -> tuple[str, ...]:
        """The texts that are written here."""
        return texts.texts_of(message)

    def details(self, message: Message, around: Around | None) -> str:
        """What there is to say of it beside its words."""
        offer = around.offer if around is not None else None
        return lines.details_words(message, around.distribution if around else "", offer)

    @property
    def _values(self) -> Mapping[str, str]:
        return self._around.values if self._around is not None else {"group": self.house.group.name}

    @property
    def _subject_shown(self) -> str:
        return lines.subject_shown(self.words().subject, self._values)

    def _advice(self) -> list[Advice]:
        """What asks for attention first, whatever the width leaves of the rest."""
        words, around, group = self.words(), self._around, self.house.group.name
        message = self.draft.message if self.draft is not None else None
        files = message.files if message is not None else ()
        fits = around.fits if around is not None else ()
        found: list[Advice] = []
        if message is None or texts.EMAIL in message.channels:
            shown = self._subject_shown
            found += advise(words.subject, words.text, shown, group, self._limits, fits=fits, files=files)
        if message is not None:
            found += advise_channels(words.put(message), self._values, fits)
            found += advise_voucher(words.put(message), around.offer if around is not None else None)
            found += advise_counting(message, self.store.clock.today())
        if around is not None:
            found += self.advise_on_people(around)
        each = {advice.sentence: advice for advice in found}  # the same field may stand in several texts
        return sorted(each.values(), key=lambda advice: advice.well)

    def advise_on_people(self, around: Around) -> list[Advice]:
        """What there is to say of what the people got from others."""
        return advise_around(around.facts, around.overlaps, self.store.clock)

    def _to(self) -> str:
        if self._around is None:
            return "…"
        counts = self._around.counts
        if not counts.selected:
            return _("nobody yet. Enter chooses who gets it.")
        return reached_words(counts, self.draft.message.channels if self.draft is not None else EMAIL_ONLY)

    def changed(self) -> None:
        """Count anew, and see whether the words were tested or somebody changed words or details meanwhile."""
        if self.draft is not None:
            message, first = self.draft.typed(), self._is_wide
            self.read(lambda: read_around(self.store, message, first=first), self._read_around, group="around")

    def _read_around(self, around: Around) -> None:
        self._around = around
        draft, message = self.draft, around.message
        if draft is not None and self._following.ends(draft, message):
            return
        if draft is not None and (self._following.follow(draft, message) or draft.see(message)):
            self.changed()  # what was read is about the message as it was before
        self._show()
        self._make_beside()

    # -- typing

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
        if self.draft is not None:
            self.draft.touch()
            self._show()
            if self._beside_timer is not None:
                self._beside_timer.stop()
            self._beside_timer = self.set_timer(REST_SECONDS, self._make_beside)

    def on_resize(self) -> None:
        """Draw the rule anew; a wide terminal shows the first mail."""
        self._show()
        if self._is_wide and self._around is not None and self._around.first is None:
            self.changed()

    # -- the mail beside the text

    @property
    def _is_wide(self) -> bool:
        return self.house.size.width >= WIDE

    def _make_beside(self) -> None:
        draft, around = self.draft, self._around
        if draft is None or around is None or not self._is_wide:
            return
        message, shown = self.meant(draft.typed()), self._shown
        member_id = around.first if shown == texts.EMAIL else around.firsts.get(shown)
        if member_id is None:
            self._show_beside(None)
            return
        pane = self.query_one(BesidePane)

        def work() -> Beside | None:
            if shown == texts.EMAIL:
                return self.read_first(message, member_id)
            return read_channel_beside(self.store, message, shown, member_id)

        self.read(work, self._show_beside, group="beside", failed=pane.complain)

    def read_first(self, message: Message, member_id: int) -> Beside | None:
        """The mail of one recipient; called in a thread."""
        return read_beside(self.store, message, member_id)

    def _show_beside(self, beside: Beside | None) -> None:
        self.query_one(BesidePane).show(beside)

    def meant(self, message: Message) -> Message:
        """The message as its mails are made of it."""
        return message

    # -- keeping

    def way_back(self) -> tuple[str, Mapping[str, Any]]:
        route, parameters = super().way_back()
        return route, {**parameters, "shown": self._shown}

    def keeps(self) -> bool:
        return self.draft is not None and self.draft.unsaved

    def keep(self) -> None:
        if self.draft is not None:
            self.draft.save_now()

    # -- moving

    def action_out(self) -> None:
        """Leave the field, so that letters are keys; from there, close."""
        if isinstance(self.focused, Input | Body):
            self.query_one(ToLine).focus()
        else:
            self.action_leave()

    @property
    def channel(self) -> str:
        return self._shown

    def action_text(self) -> None:
        """Go on to the next text: the SMS, the letter, what is said on the phone. What is typed then goes into it."""
        if self.draft is not None:
            self.show_text(texts.following(self.texts(self.draft.typed()), self._shown))
            self.body.focus()
            self._show()
            self._make_beside()

    def show_text(self, name: str) -> None:
        """Show the text of this name."""
        self._shown = name
        self.query_one(Bodies).show(name)
        if self.draft is not None:
            self._show_texts(self.draft.typed())

    def action_next(self) -> None:
        """Go to the field below."""
        last = self.query_one("#subject" if self.query_one(".-subject").display else "#label")
        self.focus_next(Body if self.focused is last else Input)

    def action_previous(self) -> None:
        """Go to the field above."""
        self.focus_previous()

    def on_unmount(self) -> None:
        """However the screen was left: a draft without a word is deleted."""
        if self.draft is not None:
            self.draft.leave()
