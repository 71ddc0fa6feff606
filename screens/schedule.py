"""For which hour a message is kept: typed as people say it, with what clocks and closings make of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.events import DescendantFocus, Key
from textual.widgets import Input, Static

from screens import send_plan
from screens.base import HouseScreen
from screens.counting_advice import counting_words
from screens.form import NOTE, row
from screens.message_states import sends_by_itself, truth_at
from screens.schedule_hours import by_the_clock, meant, odd_hour, proposed, typed
from screens.send import ask_number, tell_changed
from screens.test_send import open_test
from screens.text import labelled
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.rights import Right
from templates.words import N_, _, dates

if TYPE_CHECKING:
    from mail.by_itself import ByItself
    from screens.house import HouseApp
    from screens.send_plan import Plan
    from store import Store
    from store.message_records import Message

GOES, UNTIL = "goes", "until"

REPEATS = 1.0
"""Seconds within which an Enter behind the one that sent a test is its repeat."""


@dataclass(frozen=True)
class Known:
    """What there is to know of the message, and whether this machine sends by itself."""

    plan: Plan
    facts: ByItself


def read_known(store: Store, message_id: int, plan: Plan | None) -> Known:
    """Read what is not at hand; raises what `read_plan` does."""
    from mail.by_itself import by_itself

    return Known(plan or send_plan.read_plan(store, message_id), by_itself(store))


class ScheduleScreen(HouseScreen[bool | None]):
    """Asks for the hour, and until when mails may still go. Leaves with True once the message is kept."""

    NAME = "schedule"
    CSS_PATH = [Path(__file__).with_name("form.tcss"), Path(__file__).with_suffix(".tcss")]
    HELP = N_(
        "The day and hour at which the message goes out: **18h**, **tomorrow 18:00**, **sun 18h**, **22/11 18:00**. "
        "An hour alone is the next such hour.\n"
        "\n"
        "Who gets it is counted anew at that hour, and the mails are made then. What is not out by **Not after** is "
        "not sent any more; for a last call that is the closing it speaks of.\n"
        "\n"
        "**Enter** keeps the message; until its hour it can be taken back in Messages."
    )
    NEEDS = {"keep": Right.MESSAGES_SEND, "test": Right.MESSAGES_WRITE}
    BINDINGS = [
        Binding("enter", "keep", N_("Keep it"), tooltip=N_("Keep the message for this hour"), id="schedule.keep"),
        Binding("f8", "keep", N_("Keep it"), show=False, tooltip=N_("Keep it for this hour"), id="schedule.keep.f8"),
        Binding("down", "app.focus_next", N_("Next field"), tooltip=N_("The next field"), id="schedule.down"),
        Binding("up", "app.focus_previous", N_("Back"), show=False, tooltip=N_("The field above"), id="schedule.up"),
        Binding("f6", "test", N_("Test"), tooltip=N_("Send one mail to yourself first"), id="schedule.test"),
        Binding("f3", "leave", N_("Back"), tooltip=N_("Keep it for no hour"), id="schedule.back"),
    ]
    AUTO_FOCUS = ""

    def __init__(self, message_id: int, plan: Plan | None = None) -> None:
        super().__init__()
        self._message_id = message_id
        self._plan = plan
        self._known: Known | None = None
        self._busy = False
        self._tested_at = -REPEATS

    def heading(self) -> tuple[str, str]:
        return _("When does it go out?"), self._known.plan.message.title if self._known else ""

    def keys_now(self) -> list[tuple[str, str]]:
        """Enter belongs to the field, and does this."""
        if self.query_one(Ask).display:
            return []
        return [
            (_("Enter"), _("Keep it")),
            ("↓", _("Next field")),
            ("F6", _("Test")),
            ("F3", _("Back")),
            ("F1", _("Help")),
        ]

    def content(self) -> ComposeResult:
        yield from row(_("Goes out"), Input(id=f"form-{GOES}", compact=True, max_length=60), note=GOES)
        yield from row(_("Not after"), Input(id=f"form-{UNTIL}", compact=True, max_length=60), note=UNTIL)
        yield Prose(id="schedule-who")
        yield Prose(id="schedule-said")
        yield Ask()

    def on_mount(self) -> None:
        store, message_id, plan = self.store, self._message_id, self._plan
        self.read(lambda: read_known(store, message_id, plan), self._take, failed=self._refused, holds=True)

    def changed(self) -> None:
        """Count anew; what is typed stays."""
        if self._known is not None and not self._busy:
            store, message_id = self.store, self._message_id
            self.read(lambda: read_known(store, message_id, None), self._take_anew, failed=self._refused)

    def _take_anew(self, known: Known) -> None:
        tell_changed(self, self._known.plan if self._known is not None else None, known.plan)
        self._known = known
        self.show_heading()
        self._look()

    def _refused(self, error: BaseException) -> None:
        self.dismiss(None)
        self.house.show_error(error)

    def _take(self, known: Known) -> None:
        self._known = known
        self.show_heading()
        message, now = known.plan.message, self.store.clock.wall()
        until = known.plan.closing if known.plan.is_past(now) else known.plan.until
        kept = message.send_at if message.send_at and message.send_at > now else None
        kept = None if kept and until and kept >= until else kept
        moments = {GOES: kept or proposed(now, until), UNTIL: until}
        for name, moment in moments.items():
            with self.prevent(Input.Changed):
                self._field(name).value = "" if moment is None else typed(moment, now)
        self._field(GOES).focus()
        self._look()

    def _field(self, name: str) -> Input:
        return self.query_one(f"#form-{name}", Input)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """What is typed takes the place of what stands there."""
        super().on_descendant_focus(event)
        if isinstance(event.widget, Input) and event.widget.id != "answer":
            event.widget.select_all()

    # -- what is said

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is meant now."""
        event.stop()
        self._look()

    def _look(self) -> None:
        if self._known is None:
            return
        for name in (GOES, UNTIL):
            said, wrong = self._meaning(name)
            note = plain(f"! {said}", "bold") if wrong else plain(said)
            self.query_one(f"#{NOTE}{name}", Static).update(note, layout=False)
        plan = self._known.plan
        who = [*send_plan.recipients(plan), *send_plan.files(plan), *send_plan.duration(plan)]
        self.query_one("#schedule-who", Prose).update(Content("\n").join(who))
        self.query_one("#schedule-said", Prose).update(Content("\n").join(self._said(self._known)))

    def _moment(self, name: str) -> datetime | None:
        """The local moment in a field; raises ValueError for what is none."""
        return meant(self._field(name).value, self.store.clock.wall())

    def _meaning(self, name: str) -> tuple[str, bool]:
        """What stands beside a field, and whether it keeps the message from being kept."""
        clock = self.store.clock
        try:
            moment = self._moment(name)
        except ValueError:
            return _("write it as 22/11 18:00"), True
        if moment is None:
            return (_("no hour yet"), True) if name == GOES else (_("without end"), False)
        if moment <= clock.wall():
            return _("this has passed"), True
        if name == GOES:
            ahead = dates.span(clock.to_utc(moment) - clock.now())
            return self._besides(name, by_the_clock(moment, clock), ahead), False
        if (goes := self._typed(GOES)) is not None and moment <= goes:
            return _("that is before it goes out"), True
        if self._known is not None and moment == self._known.plan.closing:
            return _("the closing that it speaks of"), False
        return self._besides(name, by_the_clock(moment, clock)), False

    def _besides(self, name: str, moment: datetime, *more: str) -> str:
        """The moment that is meant, where it is typed otherwise, and what there is to say of it."""
        said = dates.moment(moment)
        return ", ".join([*([said] if said != self._field(name).value.strip() else []), *more])

    def _typed(self, name: str) -> datetime | None:
        """The moment in a field, None where it is none."""
        try:
            return self._moment(name)
        except ValueError:
            return None

    def _said(self, known: Known) -> Iterator[Content]:
        """What happens at that hour, and whether anything will do it."""
        if known.plan.until is not None and known.plan.is_past(self.store.clock.wall()):
            yield plain("! " + send_plan.past_words(known.plan.until), "bold")
        yield plain(_("They are counted anew at that hour, and the mails are made then."))
        goes, until, takes = self._typed(GOES), self._typed(UNTIL), known.plan.takes
        if goes is not None and (odd := odd_hour(goes, self.store.clock)):
            yield plain("! " + odd, "bold")
        if goes is not None and until is not None and takes is not None and goes + takes > until:
            text = _("Begun then it is not out in time: what is left at {moment} stays.")
            yield plain("! " + text.format(moment=dates.moment(until)), "bold")
        if goes is not None and (counting := counting_words(known.plan.message, goes.date())):
            yield plain(f"! {counting}", "bold")
        if not known.plan.message.tested_same:
            yield plain("! " + _("Nobody has tested these words: F6 tests them first, or F3 and t."), "bold")
        sends, truth = truth_at(known.facts, self.store.clock, goes, until)
        yield plain(truth if sends else f"! {truth}", "" if sends else "bold")

    # -- acts

    def action_test(self) -> None:
        """Send a test first."""

        def sent() -> None:
            self._tested_at = monotonic()

        open_test(self, self._message_id, sent=sent)

    def on_key(self, event: Key) -> None:
        """Pass over an Enter that was meant for the test, also one that is held down."""
        if event.key in ("enter", "f8") and event.time - self._tested_at < REPEATS:
            self._tested_at = max(self._tested_at, event.time)
            event.stop()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter keeps it."""
        event.stop()
        self.action_keep()

    def action_keep(self) -> None:
        """Keep the message, once its number of mails was typed where it is a large one."""
        if self._known is None or self._busy:
            return
        for name in (GOES, UNTIL):
            said, wrong = self._meaning(name)
            if wrong:
                self.warn(labelled(_("Goes out") if name == GOES else _("Not after"), said))
                self._field(name).focus()
                return
        ask_number(self, self._known.plan, self._keep)

    def _keep(self) -> None:
        known, goes = self._known, self._moment(GOES)
        if known is None or goes is None:
            return
        self._busy = True
        store, mails, wall = self.store, known.plan.outgoing, by_the_clock(goes, self.store.clock)
        looked_at = replace(known.plan.message, send_before=self._moment(UNTIL))

        def keep() -> Message:
            return store.messages.schedule(self._message_id, wall, expected_mails=mails, looked_at=looked_at)

        # What is typed next is meant for where this screen leads back to.
        self.write(keep, self._kept, self._not_kept, holds=True)

    def _kept(self, _message: Message) -> None:
        self.dismiss(True)

    def _not_kept(self, error: BaseException) -> None:
        self._busy = False
        self.show_error(error)

    def on_ask_left(self) -> None:
        """Back to the hour."""
        self._field(GOES).focus()


def tell_kept(house: HouseApp, message_id: int) -> None:
    """Say on the screen in front for which hour a message is kept, and whether anything will send it then."""
    kept = house.store.messages.get(message_id)
    sends, truth = sends_by_itself(house.store, kept.send_at, kept.send_before)
    said = _("Kept for {moment}.").format(moment=dates.moment(kept.send_at) if kept.send_at else "") + f" {truth}"
    if sends and isinstance(house.screen, HouseScreen):
        house.screen.say(said)
    else:
        house.warn(said)
