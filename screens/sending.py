"""Sending: how far the mails are, what stands in the way, and what is in doubt."""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path

from textual.app import ComposeResult, RenderResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from screens.base import HouseScreen
from screens.sending_lines import Outlook, answers, doubt, progress, read_outlook, situation
from screens.start_sending import remember_password, start_sending
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from store.rights import QUEUES_MAIL, Right
from templates.words import N_, _, dates, ngettext

LOOK_SECONDS = 1.0
RATE_SECONDS = 60.0


class Doubt(Widget, can_focus=True):
    """The question about a mail in doubt; its letters act while it has the focus."""

    BINDINGS = [
        Binding("enter", "screen.settle('sent')", N_("It is sent"), tooltip=N_("Count it as sent"), id="doubt.sent"),
        Binding("a", "screen.settle('again')", N_("Again"), tooltip=N_("Send the same mail again"), id="doubt.again"),
        Binding("p", "screen.phone", N_("Phone"), tooltip=N_("Show the phone number, to ask"), id="doubt.phone"),
        Binding("s", "screen.settle_all", N_("All sent"), tooltip=N_("Count all as sent"), id="doubt.all"),
    ]

    def __init__(self) -> None:
        super().__init__(id="doubt")
        self._lines: list[Content] = []

    def show(self, lines: list[Content]) -> None:
        """Ask this; nothing hides the question."""
        if lines != self._lines:
            self._lines = lines
            self.display = bool(lines)
            self.refresh(layout=True)

    def render(self) -> RenderResult:
        return Content("\n").join(self._lines)


class SendingScreen(HouseScreen[None]):
    """What becomes of a message's mails, or of all in the outbox. Leaving it stops nothing."""

    NAME = "sending"
    CSS_PATH = Path(__file__).with_name("sending.tcss")
    HELP = N_(
        "Mails go out one by one, by a process of its own: you may leave this screen, end cabas or lose the line. "
        "Nobody gets a mail twice, and nobody is forgotten.\n"
        "\n"
        "- **g** sends what waits, **p** pauses after the mail under way;\n"
        "- a mail is **in doubt** when the line broke just as it was handed over: it may have arrived. "
        "It is never sent again by itself; you decide, and counting it as sent is right most of the time;\n"
        "- a mail that the server refuses for the moment is tried again after 1, 5, 15 and 60 minutes, "
        "then every 4 hours for three days."
    )
    NEEDS = {
        "go_on": QUEUES_MAIL,
        **dict.fromkeys(("pause", "retry", "doubts", "settle", "settle_all"), Right.MESSAGES_SEND),
    }
    BINDINGS = [
        Binding("g", "go_on", N_("Send"), tooltip=N_("Send what waits"), id="sending.go"),
        Binding("p", "pause", N_("Pause"), tooltip=N_("Stop after the mail under way"), id="sending.pause"),
        Binding("r", "retry", N_("Retry"), tooltip=N_("Try again what was refused for good"), id="sending.retry"),
        Binding("d", "doubts", N_("In doubt"), tooltip=N_("Decide about what is in doubt"), id="sending.doubts"),
        Binding("q", "leave", N_("Leave"), tooltip=N_("Leave; the sending goes on"), id="sending.leave"),
    ]
    AUTO_FOCUS = ""

    def __init__(self, message_id: int | None = None) -> None:
        super().__init__()
        self._message_id = message_id
        self._outlook: Outlook | None = None
        self._looks = False
        self._finished: deque[tuple[float, int]] = deque()

    def heading(self) -> tuple[str, str]:
        title = self._outlook.title if self._outlook else ""
        left = _("Sending “{title}”").format(title=title) if title else _("Sending")
        return left, dates.hour(self.store.clock.wall())

    def content(self) -> ComposeResult:
        with VerticalScroll(id="sending", can_focus=False):
            yield Static(id="situation")
            yield Static(id="progress")
            yield Static(id="answers")
        yield Doubt()
        yield Ask()

    def on_mount(self) -> None:
        self.query_one(Doubt).display = False
        self.changed()
        self.set_interval(LOOK_SECONDS, self.changed)

    def on_resize(self) -> None:
        """Cut the lines anew."""
        self._show()

    def changed(self) -> None:
        # One reading at a time: a later one would throw the earlier one's result away.
        if self.is_current and not self._looks:
            self._looks = True
            store, message_id = self.store, self._message_id
            self.read(lambda: read_outlook(store, message_id), self._take, "ledger", self._not_read)

    def _not_read(self, error: BaseException) -> None:
        self._looks = False
        self.show_error(error)

    def _take(self, outlook: Outlook) -> None:
        self._looks = False
        done = outlook.counts.sent + outlook.counts.failed + outlook.counts.unknown
        now = time.monotonic()
        self._finished.append((now, done))
        while now - self._finished[0][0] > RATE_SECONDS:
            self._finished.popleft()
        if outlook == self._outlook:
            return  # nothing is drawn while nothing changes
        asked_before = self._outlook is not None and bool(self._outlook.doubts)
        self._outlook = outlook
        self._show()
        self.refresh_bindings()
        question = self.query_one(Doubt)
        at_work = outlook.holder is not None and not outlook.holder.waits
        if outlook.doubts and not at_work and not asked_before and self.focused is None:
            question.focus()
        elif not outlook.doubts and question.has_focus:
            self.set_focus(None)

    def _rate(self) -> float:
        (start, before), (end, after) = self._finished[0], self._finished[-1]
        return (after - before) / (end - start) if end - start >= LOOK_SECONDS else 0.0

    def _show(self) -> None:
        outlook = self._outlook
        if outlook is None:
            return
        clock, width = self.store.clock, self.size.width
        self.show_heading()
        text = situation(outlook, clock)
        self.query_one("#situation", Static).update(plain(text))
        self.query_one("#progress", Static).update(Content("\n").join(progress(outlook, self._rate(), width)))
        self.query_one("#answers", Static).update(Content("\n").join(answers(outlook, clock, width)))
        self.query_one(Doubt).show(doubt(outlook))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key does something only where there is something to do."""
        outlook = self._outlook
        if action in ("go_on", "pause", "retry", "doubts", "settle", "settle_all"):
            if outlook is None:
                return False
            if action == "go_on":
                idle = outlook.holder is None and not outlook.starting
                return bool(outlook.waiting) and (idle or outlook.stopped)
            if action == "pause":
                return outlook.holder is not None and bool(outlook.waiting) and not outlook.stopped
            if action == "retry":
                return bool(outlook.counts.failed)
            if action == "settle_all":
                return len(outlook.doubts) > 1
            return bool(outlook.doubts)
        if action == "phone":
            return bool(outlook and outlook.phone)
        return True

    # -- sending

    def action_go_on(self) -> None:
        """End the pause and send, in a process of its own."""
        if self._outlook is None:
            return
        message_id, outlook, store = self._message_id, self._outlook, self.store

        def end_the_pause() -> None:
            if outlook.paused and message_id is not None:
                store.deliveries.resume(message_id)
            if outlook.state.reason in ("operator", "busy", "quota"):
                store.mailbox.resume()

        if outlook.holder is not None and not outlook.holder.waits:
            self.write(end_the_pause, lambda _none: self.changed())
        else:
            self.write(end_the_pause, lambda _none: self._start())

    def _start(self) -> None:
        store = self.store
        self.read(lambda: start_sending(store, ask_here=True), self._started, group="start")

    def _ask_password(self) -> None:
        outlook = self._outlook
        if outlook is None or outlook.settings is None:
            return
        question = _("Password of {username}").format(username=outlook.settings.username)
        self.query_one(Ask).ask(question, self._password_typed, typed="", secret=True)

    def _password_typed(self, password: str) -> None:
        self.set_focus(None)
        if password:
            remember_password(self.store, password)
            self._start()

    def on_ask_left(self) -> None:
        """The question is closed: the letters act again."""
        self.set_focus(None)

    def _started(self, started: bool) -> None:
        if not started:
            self._ask_password()
            return
        self._finished.clear()
        self.say(_("The mails are on their way; you may leave."))
        self.changed()

    def action_pause(self) -> None:
        """Send no more of this message, or nothing at all, after the mail under way."""
        message_id, store = self._message_id, self.store

        def pause() -> None:
            if message_id is None:
                store.mailbox.pause()
            else:
                store.deliveries.pause(message_id)

        self.write(pause, lambda _none: self.changed())

    def action_retry(self) -> None:
        """Let what failed wait again; g then sends it."""
        message_id, store = self._message_id, self.store

        def retried(number: int) -> None:
            text = ngettext("{n} mail waits again: g sends it.", "{n} mails wait again: g sends them.", number)
            self.say(text.format(n=number))
            self.changed()

        self.write(lambda: store.deliveries.retry("all", message_id), retried)

    # -- doubts

    def action_doubts(self) -> None:
        """Go to the question about what is in doubt."""
        self.query_one(Doubt).focus()

    def action_settle(self, as_: str) -> None:
        """Settle the first mail in doubt: "sent", or the same mail "again"."""
        if self._outlook is not None and self._outlook.doubts:
            delivery_id, store = self._outlook.doubts[0].id, self.store
            self.write(lambda: store.deliveries.resolve(delivery_id, as_), lambda _count: self.changed())

    def action_settle_all(self) -> None:
        """Count every mail in doubt that is listed here as sent."""
        if self._outlook is not None:
            ids, store = [row.id for row in self._outlook.doubts], self.store

            def settle() -> None:
                for delivery_id in ids:
                    store.deliveries.resolve(delivery_id, "sent")

            self.write(settle, lambda _none: self.changed())

    def action_phone(self) -> None:
        """Show the number to ring."""
        if self._outlook is not None and self._outlook.doubts:
            self.say(_("{name}: {phone}").format(name=self._outlook.doubts[0].name, phone=self._outlook.phone))
