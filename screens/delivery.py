"""One mail: to whom it was, and all that was tried for it: who got it, and when."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content

from screens import delivery_acts as acts
from screens.base import HouseScreen
from screens.delivery_words import answer_words, kind_of, state_of, step_words
from screens.message_states import DELIVERIES
from screens.outbox_words import local
from screens.widgets.plain import joined, plain
from screens.widgets.prose import Prose, wrapped
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.clock import Clock
    from store.delivery_history import DeliveryStory

REACH_BY_PHONE = ("unknown", "failed", "bounced")
"""The states of mails whose people one may want to ring."""


@dataclass(frozen=True, slots=True)
class Story:
    """A mail and the number to ring, if that is of use."""

    mail: DeliveryStory
    phone: str


def read_story(store: Store, delivery_id: int) -> Story:
    """Read all of it; raises `NotFound`."""
    mail = store.deliveries.story(delivery_id)
    return Story(mail, store.deliveries.phone(delivery_id) if mail.row.state in REACH_BY_PHONE else "")


class DeliveryScreen(HouseScreen[None]):
    """The history of one mail, the oldest step first."""

    NAME = "delivery"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "All that was tried for one mail: when it was handed over, what the server said in its own words, and what "
        "somebody decided.\n"
        "\n"
        "A mail is **in doubt** when the line broke just as it was handed over: it may have arrived. **s** counts it "
        "as sent, which is right most of the time; **a** sends the very same mail again.\n"
        "\n"
        "**h** holds a mail that waits and lets go one that is held, **r** tries one again that failed."
    )
    NEEDS = acts.NEEDS
    BINDINGS = [
        Binding("s", "settle('sent')", N_("It is sent"), tooltip=N_("Count it as sent"), id="delivery.sent"),
        Binding("a", "settle('again')", N_("Again"), tooltip=N_("Send the same mail again"), id="delivery.again"),
        Binding("h", "act('hold')", N_("Hold"), tooltip=N_("Keep this mail from being sent"), id="delivery.hold"),
        Binding("h", "act('release')", N_("Let go"), tooltip=N_("Let this mail be sent"), id="delivery.release"),
        Binding("r", "act('retry')", N_("Retry"), tooltip=N_("Try this mail again"), id="delivery.retry"),
        Binding("i", "message", N_("Message"), tooltip=N_("The message it belongs to"), id="delivery.message"),
        Binding("g", "sending", N_("Sending"), tooltip=N_("See what goes out"), id="delivery.sending"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="delivery.leave"),
    ]

    def __init__(self, delivery_id: int) -> None:
        super().__init__()
        self._delivery_id = delivery_id
        self._story: Story | None = None

    def heading(self) -> tuple[str, str]:
        if self._story is None:
            return _("Mail"), ""
        row = self._story.mail.row
        title = _("SMS to {name}") if row.channel == "sms" else _("Mail to {name}")
        return title.format(name=row.name or row.address), _(DELIVERIES[row.state])

    def content(self) -> ComposeResult:
        with VerticalScroll(id="delivery-page"):
            yield Prose(id="delivery-text")

    def on_mount(self) -> None:
        self.changed()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._show()

    def changed(self) -> None:
        store, delivery_id = self.store, self._delivery_id
        self.read(lambda: read_story(store, delivery_id), self._take, group="story")

    def _take(self, story: Story) -> None:
        self._story = story
        self._show()
        self.show_heading()
        self.refresh_bindings()

    def _show(self) -> None:
        if self._story is not None:
            lines = story_lines(self._story, self.store.clock, self.size.width - 1)
            self.query_one("#delivery-text", Prose).update(Content("\n").join(lines))

    # -- acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what says anything about a mail in its state."""
        row = self._story.mail.row if self._story is not None else None
        if action == "act":
            return acts.may(str(parameters[0]), row)
        if action == "settle":
            return acts.may("settle", row)
        return row is not None and row.message_id is not None if action == "message" else True

    def action_act(self, act: str) -> None:
        """Hold it, let it go, or try it again."""
        if self._story is not None:
            self.write(acts.doing(self.store, act, self._story.mail.row), self._carried_out)

    def action_settle(self, as_: str) -> None:
        """Say that it was sent, or send it again."""
        if self._story is not None:
            self.write(acts.settling(self.store, self._story.mail.row, as_), self._carried_out)

    def _carried_out(self, said: str) -> None:
        self.say(said)
        self.changed()

    def action_message(self) -> None:
        """Show the message that it belongs to."""
        if self._story is not None:
            self.go("message", message_id=self._story.mail.row.message_id)

    def action_sending(self) -> None:
        """See what goes out."""
        self.go("sending", message_id=self._story.mail.row.message_id if self._story is not None else None)


def story_lines(story: Story, clock: Clock, cells: int) -> list[Content]:
    """Everything about a mail, on lines of at most so many cells."""
    from screens.came_back_words import what_words

    mail, row = story.mail, story.mail.row
    kind = kind_of(row)
    if row.parts > 1:
        kind = ngettext("{n} SMS", "{n} SMS", row.parts).format(n=row.parts)
    named = row.kind != "message" or row.channel == "sms"
    about = [(_("What"), f"{mail.message} ({kind})" if mail.message and named else mail.message or kind)]
    people = ", ".join(mail.people) or row.name
    about.append((_("To"), f"{people} <{row.address}>" if row.address else people))
    when = _("{what} since {moment}").format(what=state_of(row), moment=local(row.state_at, clock))
    about.append((_("State"), when))
    if row.state == "ready" and row.next_at is not None and row.next_at > row.state_at:
        about.append((_("Next try"), local(row.next_at, clock)))
    if story.phone:
        about.append((_("Phone"), story.phone))
    wide = max(len(label) for label, _text in about) + 2
    lines = []
    for label, text in about:
        lines += _hung(plain(f" {label:{wide}}"), text, cells)
    lines += [plain(""), plain(f" {_('What happened')}", "bold")]
    lines += _step(mail.queued_at, _("put into the outbox"), "", clock, cells)
    for attempt in mail.attempts:
        lines += _step(attempt.at, step_words(attempt), answer_words(attempt), clock, cells)
    if mail.came_back:
        lines += [plain(""), plain(f" {_('What came back')}", "bold")]
        for came in mail.came_back:
            lines += _step(came.received_at, what_words(came), "", clock, cells)
    return lines


def _step(at: str, words: str, said: str, clock: Clock, cells: int) -> list[Content]:
    """One step: when, what, and below it what the server said."""
    start = plain(f"   {local(at, clock)}  ")
    lines = _hung(start, words, cells)
    if said:
        lines += _hung(plain(" " * len(start.plain)), said, cells, "dim")
    return lines


def _hung(start: Content, text: str, cells: int, style: str = "") -> list[Content]:
    """A text behind its label, on as many lines as it needs, each begun below the first."""
    first = len(start.plain)
    parts = wrapped(plain(text, style), max(20, cells - first)).split("\n")
    return [joined(start if place == 0 else " " * first, part) for place, part in enumerate(parts)]
