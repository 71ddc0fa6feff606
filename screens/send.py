"""What will go out, to how many and how long it takes: looked at once more before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Key, Paste, ScreenResume, ScreenSuspend

from screens import send_plan
from screens.base import HouseScreen
from screens.counting_advice import counting_words
from screens.import_job import Left
from screens.import_progress import ProgressLine, Tally
from screens.message_states import tested_words
from screens.send_plan import read_plan, row
from screens.start_sending import start_sending
from screens.test_send import open_test
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.channels import EMAIL_ONLY
from store.message_records import MessageState
from store.rights import Right
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from screens.send_plan import Plan


SENDS = "y"
"""The key that sends. It is none of those that lead here or close what lies above, so that none of them sends."""


class SendScreen(HouseScreen[MessageState | None]):
    """The last look. Leaves with the state that the message was brought to, or None.

    Enter only asks: by `SENDS`, or by the number of mails and SMS where it is a large one, or one that is paid for. An
    Enter that was typed before the look was drawn does not even ask. `later` asks for the hour at once.
    """

    NAME = "send"
    CSS_PATH = Path(__file__).with_name("send.tcss")
    HELP = N_(
        "Nothing goes out by one key: **Enter** asks once more and **y** sends. Above a number of mails, and "
        "where SMS are paid for, you are asked to type it, so that writing to everybody is never an accident.\n"
        "\n"
        "**t** sends one mail to yourself first; **a** keeps the message for a day and hour.\n"
        "\n"
        "The mails are made now, as they are; who changes the text or a name later changes nothing of them. "
        "While they are made, **q** stops it and nothing is sent. "
        "The sending goes on by itself, also when this terminal is closed."
    )
    NEEDS = {"send": Right.MESSAGES_SEND, "later": Right.MESSAGES_SEND, "test": Right.MESSAGES_WRITE}
    BINDINGS = [
        Binding("enter", "send", N_("Send"), tooltip=N_("Asks once more, then sends"), id="send.send"),
        Binding("f8", "send", N_("Send"), show=False, tooltip=N_("Asks once more, then sends"), id="send.send.f8"),
        Binding("t", "test", N_("Test"), tooltip=N_("Send one mail to yourself first"), id="send.test"),
        Binding("f6", "test", N_("Test"), show=False, tooltip=N_("Send one mail to yourself first"), id="send.test.f6"),
        Binding("a", "later", N_("At an hour"), tooltip=N_("Keep the message for a day and hour"), id="send.later"),
        Binding(
            "f9",
            "later",
            N_("At an hour"),
            show=False,
            tooltip=N_("Keep the message for a day and hour"),
            id="send.later.f9",
        ),
        Binding("p", "look", N_("Preview"), tooltip=N_("See each mail as it will be"), id="send.preview"),
        Binding("f5", "look", N_("Preview"), show=False, tooltip=N_("See each mail as it will be"), id="send.look.f5"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Send nothing"), id="send.back"),
    ]

    def __init__(self, message_id: int, plan: Plan | None = None, *, later: bool = False) -> None:
        super().__init__()
        self._message_id = message_id
        self._plan = plan
        self._later = later
        self._tally: Tally | None = None
        self._drawn_at = inf

    def heading(self) -> tuple[str, str]:
        return _("Send?"), self._plan.message.title if self._plan else ""

    def keys_now(self) -> list[tuple[str, str]]:
        """Once it was asked for, the key that sends; while the mails are made there is one thing to do."""
        if self._tally is not None:
            return [("q", _("Stop")), ("F1", _("Help"))]
        return [(SENDS, _("Send")), ("q", _("Back")), ("F1", _("Help"))] if self.offers else []

    def note_key(self, event: Key | Paste) -> None:
        """What was asked goes with the sentence."""
        asked = self.offers
        super().note_key(event)
        if asked and not self.offers:
            self.refresh_bindings()

    def content(self) -> ComposeResult:
        with VerticalScroll(id="plan"):
            yield Prose(id="plan-lines")
            yield Prose(id="plan-warnings")
        yield ProgressLine(id="making")
        yield Ask()

    def on_mount(self) -> None:
        if self._plan is not None:
            self._take(self._plan)
        else:
            self._read(holds=True)

    def changed(self) -> None:
        self._read()

    # -- what was typed before it was seen

    def on_screen_resume(self, _event: ScreenResume) -> None:
        """It is to be seen again."""
        self._to_be_seen()

    def on_screen_suspend(self, _event: ScreenSuspend) -> None:
        """What was asked is asked no more."""
        self._to_be_seen()

    def _to_be_seen(self) -> None:
        self._drawn_at, self._offer = inf, None
        self.refresh_bindings()
        if self._plan is not None and self.is_current:
            self.call_after_refresh(self._drawn)

    def _drawn(self) -> None:
        if self.is_current:
            self._drawn_at = monotonic()

    def on_key(self, event: Key) -> None:
        """Pass over an Enter that was typed before what it would send was on the screen."""
        if event.key in ("enter", "f8") and event.time < self._drawn_at:
            event.stop()

    # -- what is shown

    def _read(self, *, holds: bool = False) -> None:
        if self._tally is None:
            store, message_id = self.store, self._message_id
            self.read(lambda: read_plan(store, message_id), self._take, failed=self._refused, holds=holds)

    def _refused(self, error: BaseException) -> None:
        self.dismiss(None)
        self.house.show_error(error)

    def _take(self, plan: Plan) -> None:
        tell_changed(self, self._plan, plan)
        if self._plan is None or send_plan.figures(self._plan) != send_plan.figures(plan):
            self._plan = plan
            self._to_be_seen()
        self._plan = plan
        self.show_heading()
        self.query_one("#plan-lines", Prose).update(Content("\n").join(self._lines(plan)))
        self.query_one("#plan-warnings", Prose).update(Content("\n").join(self._warnings(plan)))
        if self._later:
            self._later = False
            self.action_later()

    def _lines(self, plan: Plan) -> list[Content]:
        message = plan.message
        by_mail = [
            row(_("Subject"), plan.subject, "bold"),
            row(_("From"), plan.sender, "bold"),
            row(_("Reply to"), message.reply_to or _("the same address"), "bold"),
        ]
        lines = [
            *(by_mail if plan.mails else ()),
            *send_plan.service(plan),
            *send_plan.recipients(plan),
            *send_plan.files(plan),
            *send_plan.duration(plan),
        ]
        if plan.until is not None:
            moment = dates.moment(plan.until)
            closing = plan.until == plan.closing
            lines.append(row(_("Not after"), _("{moment}, the closing").format(moment=moment) if closing else moment))
        if plan.mails:
            lines.append(row(_("Test"), tested_words(message, self.store.clock)))
        return lines

    def _warnings(self, plan: Plan) -> Iterator[Content]:
        said = []
        if plan.unfilled:
            said.append(_("to fill in: {text}").format(text=" ".join(plan.unfilled)))
        if plan.note:
            said.append(plan.note)
        said += plan.advice
        if counting := counting_words(plan.message, plan.wall.date()):
            said.append(counting)
        if plan.until is not None and plan.is_past(self.store.clock.wall()):
            said.append(f"{send_plan.past_words(plan.until)} " + _("a keeps it for an hour, with another limit."))
        elif plan.until is not None and plan.too_slow(plan.wall):
            said.append(_("This takes too long: what is not out by {moment} stays.").format(
                moment=dates.moment(plan.until)))  # fmt: skip
        if plan.texts is not None and plan.texts.obstacle:
            said.append(plan.texts.obstacle)
        if plan.mails and not plan.message.tested_same:
            said.append(_("Nobody has tested these words: t tests them first."))
        for text in said:
            yield plain(f"! {text}", "bold")

    # -- acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While the mails are made they can only be stopped."""
        return action == "leave" or self._tally is None

    def action_leave(self) -> None:
        """Go back with nothing sent; while the mails are made, stop that first."""
        if self._tally is None:
            super().action_leave()
        elif not self._tally.left:
            self._tally.left = True
            self.say(_("Stopping…"))

    def action_test(self) -> None:
        """Send a test first."""
        if self._plan is not None:
            open_test(self, self._message_id)

    def action_look(self) -> None:
        """Walk through the mails, or what its first channel says."""
        from screens.channel_preview import open_preview

        if self._plan is not None:
            open_preview(self, self._plan.message)

    def action_send(self) -> None:
        """Ask once more, by a key that nothing else needs or by the number of mails; then send."""
        self._sure(self._ask)

    def _ask(self) -> None:
        plan = self._plan
        if plan is None:
            return
        if plan.until is not None and plan.is_past(self.store.clock.wall()):
            self.warn(send_plan.past_words(plan.until))
            return
        if plan.to_type is not None:
            ask_number(self, plan, lambda: self._freeze(plan))
            return
        question = ngettext(
            "{n} mail goes out now: {key} sends it.", "{n} mails go out now: {key} sends them.", plan.mails
        )
        if plan.message.channels != EMAIL_ONLY:
            question = _("Now goes out: {what}. {key} sends it.")
        text = question.format(n=plan.mails, what=plan.goes, key=SENDS)
        self.offer(text, SENDS, lambda: self._freeze(plan), warns=True)
        self.refresh_bindings()

    def _sure(self, act: Callable[[], None]) -> None:
        """Ask for Enter once more where something was left to be filled in."""
        if self._plan is None or self._tally is not None:
            return
        if self._plan.unfilled:
            question = _("Something is left to fill in. Enter goes on anyway, Esc goes back.")
            self.query_one(Ask).ask(question, lambda _answer: act())
        else:
            act()

    def on_ask_left(self) -> None:
        """Letters are keys again."""
        self.query_one("#plan").focus()

    def _freeze(self, plan: Plan) -> None:
        if self._plan is None or send_plan.figures(plan) != send_plan.figures(self._plan):
            self.warn(_("It has changed meanwhile: look at it once more."))
            return
        self._tally = tally = Tally()
        self.query_one(ProgressLine).begin(_("Mails"), tally)
        self.refresh_bindings()
        store, message_id = self.store, self._message_id

        def freeze() -> None:
            from mail import composing

            composing.freeze(store, message_id, tally, seen=plan.message, send_before=plan.until)
            if plan.mails or plan.texts is not None:
                start_sending(store)

        self.write(freeze, self._frozen, self._not_frozen)

    def _frozen(self, _none: None) -> None:
        self.dismiss(MessageState.QUEUED)

    def _not_frozen(self, error: BaseException) -> None:
        self._tally = None
        self.query_one(ProgressLine).end()
        self.refresh_bindings()
        if isinstance(error, Left):
            self.say(_("Stopped: nothing was sent."))
        else:
            self.show_error(error)

    def action_later(self) -> None:
        """Ask for the hour to keep the message for."""
        self._sure(lambda: self.go("schedule", self._kept, message_id=self._message_id, plan=self._plan))

    def _kept(self, kept: bool | None) -> None:
        if kept:
            self.dismiss(MessageState.SCHEDULED)


def tell_changed(screen: HouseScreen[Any], before: Plan | None, now: Plan) -> None:
    """Say that somebody else changed the message while one looks at it."""
    if before is not None and not now.message.is_as(before.message):
        name = now.message.changed_by
        screen.warn(_("{name} changed this message just now: look at it once more.").format(name=name))


def ask_number(screen: HouseScreen[Any], plan: Plan | None, act: Callable[[], None]) -> None:
    """Do it, once the number of mails was typed where it is a large one."""
    if plan is None or plan.to_type is None:
        act()
        return

    def numbered(answer: str) -> None:
        if "".join(answer.split()) == str(plan.to_type):
            act()
        else:
            screen.warn(_("That is not the number: nothing was sent."))

    question = _("Type the number of mails, {n}, to go on")
    if plan.texts is not None:
        question = _("Type the number of SMS, {n}, to go on")
        if plan.mails:
            question = _("Type the number of mails and SMS, {n}, to go on")
    screen.query_one(Ask).ask(question.format(n=plan.to_type), numbered, typed="")
