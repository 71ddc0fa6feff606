"""Sending: how far the mails are, what stands in the way, and what is in doubt."""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path

from textual import on
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus, Key
from textual.widget import Widget

from screens.sending_acts import SendingActs
from screens.sending_lines import answers, doubt, progress, situation, standing
from screens.sending_reading import Outlook, read_again
from screens.widgets.ask import Ask
from screens.widgets.choices import Choices
from screens.widgets.lines import Lines
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.rights import QUEUES_MAIL, Right
from templates.words import N_, _, dates

LOOK_SECONDS = 1.0
RATE_SECONDS = 60.0
READ_SECONDS = 1.0
"""A key answers a question about a mail in doubt only when there was so long to read whose mail it is."""
ANSWERING = ("enter", "a", "s")


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
        self._asked: int | None = None
        self._read_at = 0.0

    def show(self, lines: list[Content], about: int | None) -> None:
        """Ask this about a delivery; nothing hides the question."""
        if about != self._asked:
            self._asked, self._read_at = about, time.monotonic() + READ_SECONDS
        if lines != self._lines:
            self._lines = lines
            self.display = bool(lines)
            self.refresh(layout=True)

    def hears(self, key: str, at: float) -> bool:
        """Whether a key pressed at a monotonic moment may act: one held down answers no question but the first."""
        if key not in ANSWERING or at >= self._read_at:
            return True
        self._read_at = max(self._read_at, at + READ_SECONDS / 2)
        return False

    def render(self) -> RenderResult:
        return Content("\n").join(self._lines)


class SendingScreen(SendingActs):
    """What becomes of a message's mails, or of all in the outbox. Leaving it stops nothing."""

    NAME = "sending"
    CSS_PATH = Path(__file__).with_name("sending.tcss")
    HELP = N_(
        "Mails go out one by one, by a process of its own: you may leave this screen, end cabas or lose the line. "
        "Nobody gets a mail twice, and nobody is forgotten.\n"
        "\n"
        "- **g** sends what waits, **p** pauses after the mail under way, **P** pauses every message; "
        "**e** leads from all of them to one;\n"
        "- **h** holds what waits and **u** lets go what is held, **x** cancels the rest of a message for good;\n"
        "- a mail is **in doubt** when the line broke just as it was handed over: it may have arrived. "
        "It is never sent again by itself; you decide, and counting it as sent is right most of the time. "
        "**l** looks into the mailbox's folder of sent mails;\n"
        "- a mail that the server refuses for the moment is tried again after 1, 5, 15 and 60 minutes, "
        "then every 4 hours for three days; **r** tries again what was refused for good.\n"
        "\n"
        "**m** lists the mails one by one."
    )
    NEEDS = {
        "go_on": QUEUES_MAIL,
        "look_up": QUEUES_MAIL,
        **dict.fromkeys(
            ("pause", "pause_all", "retry", "hold", "release", "cancel_rest", "adopt"), Right.MESSAGES_SEND
        ),
        **dict.fromkeys(("doubts", "settle", "settle_all"), Right.MESSAGES_SEND),
    }
    BINDINGS = [
        Binding("o", "adopt", N_("Decide"), tooltip=N_("Say whether this file sends"), id="sending.adopt"),
        Binding("g", "go_on", N_("Send"), tooltip=N_("Send what waits"), id="sending.go"),
        Binding("p", "pause", N_("Pause"), tooltip=N_("Stop after the mail under way"), id="sending.pause"),
        Binding("P", "pause_all", N_("Pause all"), tooltip=N_("Stop every message"), id="sending.pause_all"),
        Binding("d", "doubts", N_("In doubt"), tooltip=N_("Decide about what is in doubt"), id="sending.doubts"),
        Binding("r", "retry", N_("Retry"), tooltip=N_("Try again what was refused for good"), id="sending.retry"),
        Binding("h", "hold", N_("Hold"), tooltip=N_("Keep what waits from being sent"), id="sending.hold"),
        Binding("u", "release", N_("Let go"), tooltip=N_("Let what is held be sent"), id="sending.release"),
        Binding("x", "cancel_rest", N_("Cancel"), tooltip=N_("What waits is never sent"), id="sending.cancel"),
        Binding("x", "mailbox", N_("Mailbox"), tooltip=N_("Say where mails go out from"), id="sending.mailbox"),
        Binding("l", "look_up", N_("Look"), tooltip=N_("Look into Sent for what is in doubt"), id="sending.look"),
        Binding("e", "one", N_("One message"), tooltip=N_("Go to the sending of one message"), id="sending.one"),
        Binding("m", "mails", N_("Mails"), tooltip=N_("The mails one by one"), id="sending.mails"),
        Binding("q", "leave", N_("Leave"), tooltip=N_("Leave; the sending goes on"), id="sending.leave"),
    ]
    AUTO_FOCUS = ""

    def __init__(self, message_id: int | None = None) -> None:
        super().__init__()
        self._message_id = message_id
        self._outlook: Outlook | None = None
        self._looks = False
        self._looked_at: tuple[object, ...] = ()
        self._finished: deque[tuple[float, int]] = deque()

    def heading(self) -> tuple[str, str]:
        message = self._outlook.message if self._outlook else None
        title = (message.title or _("without a title")) if message else ""
        left = _("Sending “{title}”").format(title=title) if title else _("Sending")
        return left, dates.hour(self.store.clock.wall())

    def content(self) -> ComposeResult:
        with VerticalScroll(id="sending", can_focus=False):
            yield Prose(id="situation")
            yield Lines(id="progress")
            yield Prose(id="standing")
            yield Lines(id="answers")
        yield Doubt()
        yield Choices(id="choices")
        yield Ask()

    def on_mount(self) -> None:
        self.query_one(Doubt).display = False
        self.changed()
        self.set_interval(LOOK_SECONDS, self._look_again)

    def on_resize(self) -> None:
        """Cut the lines anew."""
        self._show()

    def changed(self) -> None:
        self._looked_at = ()
        self._look_again()

    def _look_again(self) -> None:
        # One reading at a time: a later one would throw the earlier one's result away.
        if self.is_active and not self._looks:
            self._looks = True
            store, message_id, before = self.store, self._message_id, self._looked_at
            self.read(lambda: read_again(store, message_id, before), self._take, "ledger", self._not_read)

    def _not_read(self, error: BaseException) -> None:
        self._looks = False
        self.show_error(error)

    def _take(self, found: tuple[tuple[object, ...], Outlook | None]) -> None:
        self._looks = False
        self._looked_at, outlook = found
        known = outlook or self._outlook
        if known is not None:
            self._count(known)
        if outlook is None:
            return
        if outlook == self._outlook:
            self.show_heading()  # the hour; nothing else is drawn while nothing changes
            return
        asked_before = self._outlook is not None and bool(self._outlook.doubts) and not self._outlook.at_work
        self._outlook = outlook
        self._show()
        self.refresh_bindings()
        if self.focused is None and not asked_before:
            self.give_back()
        elif not outlook.doubts and self.query_one(Doubt).has_focus:
            self.set_focus(None)

    def give_back(self) -> None:
        """The letters act: those of the question, where there is one and nobody is sending."""
        asked = self._outlook is not None and self._outlook.doubts and not self._outlook.at_work
        self.set_focus(self.query_one(Doubt) if asked else None)

    @on(DescendantFocus)
    @on(DescendantBlur)
    def _name_letters(self) -> None:
        # Those of the question are named when they act, and only then.
        self._show()

    def _count(self, outlook: Outlook) -> None:
        """Remember how many are done, for the pace."""
        counts, now = outlook.counts, time.monotonic()
        self._finished.append((now, counts.sent + counts.failed + counts.unknown))
        while now - self._finished[0][0] > RATE_SECONDS:
            self._finished.popleft()

    def _rate(self) -> float:
        if not self._finished:
            return 0.0  # it begins anew
        (start, before), (end, after) = self._finished[0], self._finished[-1]
        return (after - before) / (end - start) if end - start >= LOOK_SECONDS else 0.0

    def _show(self) -> None:
        outlook = self._outlook
        if outlook is None:
            return
        clock, cells = self.store.clock, self.size.width
        self.show_heading()
        self.query_one("#situation", Prose).update(plain(situation(outlook, clock)))
        self.query_one("#progress", Lines).show(progress(outlook, self._rate(), cells))
        self.query_one("#standing", Prose).update(Content("\n").join(standing(outlook, clock)))
        self.query_one("#answers", Lines).show(answers(outlook, clock, cells))
        question = self.query_one(Doubt)
        about = outlook.doubts[0].id if outlook.doubts else None
        question.show(doubt(outlook, cells, answering=question.has_focus), about)

    def on_key(self, event: Key) -> None:
        """Pass over an answer to a question that nobody can have read, or that is answered already."""
        asking = self.focused is None or isinstance(self.focused, Doubt)
        if asking and self.operator.may(Right.MESSAGES_SEND) and not self.query_one(Doubt).hears(event.key, event.time):
            event.stop()
            if self._outlook is not None and self._outlook.doubts:
                self.say(_("Look whose mail it is first: then the key counts."))

    def begun(self) -> None:
        self._finished.clear()

    def action_doubts(self) -> None:
        """Go to the question about what is in doubt."""
        self.query_one(Doubt).focus()
