"""What will go out, to how many and how long it takes: looked at once more before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content

from screens.base import HouseScreen
from screens.message_states import tested_words
from screens.start_sending import start_sending
from screens.text import fitted
from screens.widgets.ask import Ask
from screens.widgets.plain import joined, plain
from screens.widgets.prose import Prose
from store.message_records import Message, MessageState
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from screens.send_plan import Plan


class SendScreen(HouseScreen[MessageState | None]):
    """The last look. Leaves with the state that the message was brought to, or None."""

    NAME = "send"
    CSS_PATH = Path(__file__).with_name("send.tcss")
    HELP = N_(
        "This goes out once you say so: **Enter** or F8. Above a number of mails you are asked to type it, "
        "so that writing to everybody is never an accident.\n"
        "\n"
        "The mails are made now, as they are; who changes the text or a name later changes nothing of them. "
        "The sending goes on by itself, also when this terminal is closed."
    )
    BINDINGS = [
        Binding("enter", "send", N_("Send"), tooltip=N_("Make the mails and send them"), id="send.send"),
        Binding("f8", "send", N_("Send"), show=False, tooltip=N_("Make the mails and send them"), id="send.send.f8"),
        Binding("a", "later", N_("At an hour"), tooltip=N_("Keep the message for a day and hour"), id="send.later"),
        Binding(
            "f9",
            "later",
            N_("At an hour"),
            show=False,
            tooltip=N_("Keep the message for a day and hour"),
            id="send.later.f9",
        ),
        Binding("q", "leave", N_("Back"), tooltip=N_("Send nothing"), id="send.back"),
    ]

    def __init__(self, message_id: int, plan: Plan | None = None) -> None:
        super().__init__()
        self._message_id = message_id
        self._plan = plan
        self._busy = False

    def heading(self) -> tuple[str, str]:
        return _("Send?"), self._plan.message.title if self._plan else ""

    def content(self) -> ComposeResult:
        with VerticalScroll(id="plan"):
            yield Prose(id="plan-lines")
        yield Ask()

    def on_mount(self) -> None:
        if self._plan is not None:
            self._take(self._plan)
        else:
            self.changed()

    def changed(self) -> None:
        from screens.send_plan import read_plan

        self.read(lambda: read_plan(self.store, self._message_id), self._take, failed=self._refused)

    def _refused(self, error: BaseException) -> None:
        self.dismiss(None)
        self.house.show_error(error)

    def _take(self, plan: Plan) -> None:
        self._plan = plan
        self.show_heading()
        self.query_one("#plan-lines", Prose).update(Content("\n").join(self._lines(plan)))

    def _lines(self, plan: Plan) -> list[Content]:
        mails = ngettext("{n} mail", "{n} mails", plan.mails).format(n=plan.mails)
        members = ngettext("{n} member", "{n} members", plan.members).format(n=plan.members)
        rows = [
            (_("Subject"), plan.subject),
            (_("From"), plan.sender),
            (_("Reply to"), plan.message.reply_to or _("the same address")),
            (_("To"), _("{mails} to {members}").format(mails=mails, members=members)),
        ]
        lines = [joined(plain(f" {fitted(name, 14)} "), plain(value, "bold")) for name, value in rows]
        if plan.calls:
            text = ngettext("{n} member has no e-mail: to call", "{n} members have no e-mail: to call", plan.calls)
            lines.append(plain(f" {fitted(_('Not reached'), 14)} {text.format(n=plan.calls)}"))
        if plan.opted_out:
            text = ngettext("{n} does not want such messages", "{n} do not want such messages", plan.opted_out)
            lines.append(plain(f" {fitted('', 14)} {text.format(n=plan.opted_out)}"))
        if plan.takes is not None:
            text = _("about {duration}").format(duration=dates.duration(max(plan.takes, timedelta(minutes=1))))
            slow = plan.takes >= timedelta(hours=2)
            text += " " + _("(the mailbox's limits)") if slow else ""
            lines.append(plain(f" {fitted(_('It takes'), 14)} {text}", "bold" if slow else ""))
        tested = tested_words(plan.message, self.store.clock)
        lines.append(plain(f" {fitted(_('Test'), 14)} {tested}"))
        warnings = []
        if plan.unfilled:
            warnings.append(_("to fill in: {text}").format(text=" ".join(plan.unfilled)))
        if not plan.message.tested_same:
            warnings.append(_("These words were not tested: q goes back, then t sends you one mail."))
        return [*lines, *([plain("")] if warnings else []), *(plain(f" ! {text}") for text in warnings)]

    # -- acts

    def action_leave(self) -> None:
        """Go back with nothing sent; not while the mails are being made."""
        if not self._busy:
            super().action_leave()

    def action_send(self) -> None:
        """Send, once the number was typed where it is a large one."""
        if self._plan is not None and not self._busy:
            self._sure(self._ask_number)

    def _sure(self, act: Callable[[], None]) -> None:
        """Ask for Enter once more where something was left to be filled in."""
        if self._plan is not None and self._plan.unfilled:
            question = _("Something is left to fill in. Enter goes on anyway, Esc goes back.")
            self.query_one(Ask).ask(question, lambda _answer: act())
        else:
            act()

    def _ask_number(self) -> None:
        if self._plan is None or self._plan.mails <= self._plan.ask_above:
            self._freeze()
            return
        question = _("Type the number of mails, {n}, to send them").format(n=self._plan.mails)
        self.query_one(Ask).ask(question, self._numbered, typed="")

    def _numbered(self, answer: str) -> None:
        if self._plan is not None and answer == str(self._plan.mails):
            self._freeze()
        else:
            self.warn(_("That is not the number: nothing was sent."))

    def _freeze(self) -> None:
        from mail import composing

        if self._plan is None:
            return
        self._busy = True
        self.say(_("Making the mails…"))
        looked_at = self._plan.message.version

        def freeze() -> None:
            composing.freeze(self.store, self._message_id, version=looked_at)
            start_sending(self.store)

        self.write(freeze, self._frozen, self._not_frozen)

    def _frozen(self, _done: None) -> None:
        self.dismiss(MessageState.QUEUED)

    def _not_frozen(self, error: BaseException) -> None:
        self._busy = False
        self.show_error(error)

    def action_later(self) -> None:
        """Ask for the hour to keep the message for."""
        if self._plan is not None and not self._busy:
            self._sure(self._ask_hour)

    def _ask_hour(self) -> None:
        shown = self.store.clock.wall().replace(hour=18, minute=0).isoformat(" ", "minutes")
        self.query_one(Ask).ask(_("Keep it for (date and hour)"), self._at, typed=shown)

    def _at(self, answer: str) -> None:
        try:
            wall = datetime.fromisoformat(answer).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            self.warn(
                _("“{text}” is no date and hour: write it as {example}.").format(
                    text=answer, example=self.store.clock.wall().isoformat(" ", "minutes")
                )
            )
            return
        self.write(lambda: self.store.messages.schedule(self._message_id, wall), self._kept)

    def _kept(self, _message: Message) -> None:
        self.dismiss(MessageState.SCHEDULED)
