"""Letting something of the calendar not go, or go now: asked once, by whoever may send."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.events import ScreenSuspend

from screens.base import HouseScreen
from screens.calendar_reading import COUNTED, Counted
from screens.errors import words_for
from screens.text import fitted
from screens.widgets.ask import Ask
from store.errors import NotAllowed, StoreError
from store.occurrence_records import CAN_GO, OccurrenceState
from store.rights import Operator, Right
from store.workflow_records import Trigger
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from screens.calendar_reading import Entry, Reach
    from store import Store
    from store.clock import Clock

SENDS = "y"
"""The key that sends, as where any message is sent."""
TITLE = 40
"""Cells of a title in a question."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of what was sent by hand: the message to follow where there is one, and what was in the way.

    Of several `refused` did not go.
    """

    mails: int
    message_id: int | None
    error: StoreError | None
    refused: int = 0


def may_skip(entry: Entry | None) -> bool:
    """Whether it can be kept from going."""
    return entry is not None and entry.state in CAN_GO


def may_put_away(entry: Entry | None) -> bool:
    """Whether it was missed, and can be taken off the list."""
    return entry is not None and entry.state is OccurrenceState.MISSED


def may_unskip(entry: Entry | None) -> bool:
    """Whether it was skipped, and can go after all."""
    return entry is not None and entry.state is OccurrenceState.SKIPPED


def may_send(entry: Entry | None) -> bool:
    """Whether it can be sent by hand."""
    return may_skip(entry) or may_put_away(entry) or may_unskip(entry)


def skip(store: Store, entry: Entry) -> None:
    """Let it not go; what went meanwhile is left as it is. Raises what the last one raises where none could be."""
    _each(entry, store.occurrences.skip)


def unskip(store: Store, entry: Entry) -> None:
    """Let it go after all; raises as `skip` does."""
    _each(entry, store.occurrences.unskip)


def _each(entry: Entry, act: Callable[[int, str], object]) -> None:
    done, refused = 0, None
    for one in entry.occurrences:
        try:
            act(one.step.id, one.key)
            done += 1
        except StoreError as error:
            refused = error
    if refused is not None and not done:
        raise refused


def send(store: Store, entry: Entry) -> Sent:
    """Put it into the outbox now, and start to send."""
    from mail.automatic import send_now
    from screens.start_sending import start_sending

    mails, message_id, error, refused = 0, None, None, 0
    for one in entry.occurrences:
        try:
            went = send_now(store, one.step.id, one.key)
        except StoreError as in_the_way:
            error, refused = error or in_the_way, refused + 1
            continue
        mails += went.mails
        message_id = went.occurrence.message_id
        error, refused = error or went.error, refused + (went.error is not None)
    if mails:
        start_sending(store)
    return Sent(mails, message_id if len(entry.occurrences) == 1 else None, error, refused)


def refusal(operator: Operator, entry: Entry) -> StoreError | None:
    """Why this operator cannot send it: what a producer is told is for who may see its orders."""
    first = entry.first
    if first is None or first.step.trigger is not Trigger.RECAP or operator.may(Right.ORDERS, first.catalogue_id):
        return None
    return NotAllowed(Right.ORDERS, first.catalogue_id)


def _refused_words(refused: int, error: StoreError) -> str:
    said = ngettext("{n} of them could not go: {why}", "{n} of them could not go: {why}", refused)
    return said.format(n=refused, why=words_for(error))


def ask_to_send(screen: EntryScreen, ask: Ask, entry: Entry, reach: Reach | None, then: Callable[[], None]) -> None:
    """Say to how many it goes, and send it by one more key, or by their number where there are many."""
    title = fitted(entry.title or _("(no subject)"), TITLE).rstrip()
    mails = reach.mails if reach is not None and reach.mails is not None else None
    if mails == 0:
        screen.say(_("There is nobody to write to: nothing would be sent."))
        return
    if mails is None and len(entry.occurrences) > COUNTED:
        mails = len(entry.occurrences)
    if mails is None:
        screen.say(_("It is still being counted: press n once more."))
        return
    first = doubt(entry, screen.store.clock)
    if mails > screen.store.settings.limits().ask_above:
        _ask_number(screen, ask, title, mails, then, first)
        return
    question = ngettext(
        "{n} mail of “{title}” goes out now: {key} sends it.",
        "{n} mails of “{title}” go out now: {key} sends them.",
        mails,
    )
    asked = question.format(n=mails, title=title, key=SENDS)
    screen.offer(f"{first} {asked}" if first else asked, SENDS, then, warns=True)


def doubt(entry: Entry, clock: Clock) -> str:
    """Why one would perhaps rather not send it just now; empty for no reason."""
    from store.workflow_triggers import step_kind

    one = entry.first
    if one is None:
        return ""
    if one.step.trigger is Trigger.RECAP:
        closes = clock.to_wall(one.due).date() - timedelta(days=one.step.days)
        if clock.now() < one.due and clock.today() <= closes:
            return _("Orders are still open: the producer is told what there is by now, and no recap goes later.")
    elif step_kind(one.step) == "last_call" and one.until <= clock.now():
        return _("Ordering is closed by now.")
    return ""


def _ask_number(screen: EntryScreen, ask: Ask, title: str, mails: int, then: Callable[[], None], first: str) -> None:
    def numbered(answer: str) -> None:
        if "".join(answer.split()) == str(mails):
            then()
        else:
            screen.warn(_("That is not the number: nothing was sent."))

    said = _("“{title}” goes out now, to everyone it is for.").format(title=title)
    if first:
        screen.warn(f"{first} {said}")
    else:
        screen.say(said)
    ask.ask(_("Type the number of mails, {n}, to go on").format(n=mails), numbered, typed="")


class EntryScreen(HouseScreen[None]):
    """A screen with a marked entry of the calendar, which can be skipped and sent."""

    NEEDS = dict.fromkeys(("skip", "put_away", "unskip", "send"), Right.MESSAGES_SEND)
    BINDINGS = [
        Binding("k", "skip", N_("Skip"), tooltip=N_("Let it not go this time"), id="calendar.skip"),
        Binding("k", "put_away", N_("Put away"), tooltip=N_("It is known: off the list"), id="calendar.put_away"),
        Binding("k", "unskip", N_("Let it go"), tooltip=N_("Let it go after all"), id="calendar.unskip"),
        Binding("n", "send", N_("Send now"), tooltip=N_("Send it at once; asks once more"), id="calendar.send"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._counted = Counted()
        self._of_marked = False

    @property
    def _marked(self) -> Entry | None:
        """What the keys act on."""
        return None

    def _list(self, *, holds: bool) -> None:
        """Read and show it anew."""

    def forget(self) -> None:
        """Another line is marked: what was said or asked of the one before would be read as this one's."""
        if self._of_marked:
            self._of_marked, self._offer = False, None
            self.say("")

    def on_screen_suspend(self, _event: ScreenSuspend) -> None:
        """What was asked is asked no more: who comes back would send by a key that they have forgotten."""
        if self.offers:
            self._offer = None
            self.say("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what has not gone can be skipped or sent."""
        may = {"skip": may_skip, "put_away": may_put_away, "unskip": may_unskip, "send": may_send}.get(action)
        return may is None or (self.is_mounted and may(self._marked))

    def action_workflow(self) -> None:
        """Show the workflow that the marked one belongs to."""
        if (entry := self._marked) is not None and entry.first is not None:
            self.go("workflow", workflow_id=entry.first.step.workflow_id)

    def action_skip(self) -> None:
        """Let it not go this time."""
        if (entry := self._marked) is not None:
            said = _("“{title}” does not go this time: k lets it go after all.").format(title=entry.title)
            self._do(partial(skip, self.store, entry), said)

    def action_put_away(self) -> None:
        """Take it off what was missed."""
        if (entry := self._marked) is not None:
            said = _("“{title}” is off the list of what was missed; v still shows it.").format(title=entry.title)
            self._do(partial(skip, self.store, entry), said)

    def action_unskip(self) -> None:
        """Let it go after all."""
        if (entry := self._marked) is not None:
            said = _("“{title}” goes after all.").format(title=entry.title)
            self._do(partial(unskip, self.store, entry), said)

    def _do(self, act: Callable[[], None], said: str) -> None:
        def done(_none: None) -> None:
            self.say(said)
            self._of_marked = True
            self._list(holds=False)

        self.write(act, done, holds=True)

    def action_send(self) -> None:
        """Ask once more, then send it."""
        if (entry := self._marked) is not None:
            self._of_marked = True
            if (refused := refusal(self.operator, entry)) is not None:
                self.show_error(refused)
                return
            reach = self._counted.reach.get(entry.key)
            ask_to_send(self, self.query_one(Ask), entry, reach, partial(self._send, entry))

    def _send(self, entry: Entry) -> None:
        self.say(_("The mails are made…"))
        self.write(partial(send, self.store, entry), self._sent, holds=True)

    def _sent(self, sent: Sent) -> None:
        """Show how it goes out, or say why it does not."""
        self.say("")
        self._list(holds=False)
        if sent.mails:
            if sent.error is not None:  # read when one comes back from what goes out
                self.warn(_refused_words(sent.refused, sent.error))
            self.go("sending", message_id=sent.message_id)
        elif sent.error is not None:
            self.show_error(sent.error)
        else:
            self.say(_("There was nobody to write to: nothing was sent."))
