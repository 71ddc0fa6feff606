"""What can be done on the Sending screen: send, pause, hold, cancel, try again, decide."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from screens.base import HouseScreen
from screens.delivery_acts import waits_again
from screens.inbox_reading import look_into_sent
from screens.message_acts import may_stop, stop, stop_question
from screens.sending_lines import found_words, how_far, name_of
from screens.start_sending import ask_password, start_sending
from screens.widgets.ask import Ask
from screens.widgets.choices import Choices
from store.errors import NotFound
from templates.words import _, ngettext

if TYPE_CHECKING:
    from mail.sent_folder import Found
    from screens.sending_reading import Outlook
    from store.delivery_lists import Going


def _may_go_on(outlook: Outlook) -> bool:
    ready = outlook.settings is not None or outlook.texts
    if not ready or not outlook.at_home or outlook.clock_behind is not None:
        return False
    idle = outlook.holder is None and not outlook.starting
    return bool(outlook.waiting) and (outlook.stopped or (idle and bool(outlook.going_on)))


def _may_cancel(outlook: Outlook) -> bool:
    leads_elsewhere = POSSIBLE["mailbox"](outlook)  # by the same key
    return outlook.message is not None and not leads_elsewhere and may_stop(outlook.message, outlook.counts)


POSSIBLE: dict[str, Callable[[Outlook], bool]] = {
    "go_on": _may_go_on,
    "pause": lambda outlook: bool(outlook.waiting and (outlook.settings or outlook.texts)) and not outlook.stopped,
    "pause_all": lambda outlook: bool(outlook.holder and not outlook.all_paused),
    "one": lambda outlook: any(one.message_id for one in outlook.going),
    "retry": lambda outlook: bool(outlook.failed),
    "hold": lambda outlook: outlook.counts.ready > 0,
    "release": lambda outlook: bool(outlook.held),
    "cancel_rest": _may_cancel,
    "mailbox": lambda outlook: outlook.settings is None and (outlook.mails_wait or not outlook.texts),
    "adopt": lambda outlook: not outlook.at_home or outlook.clock_behind is not None,
    "doubts": lambda outlook: bool(outlook.doubts),
    "settle": lambda outlook: bool(outlook.doubts),
    "settle_all": lambda outlook: len(outlook.doubts) > 1,
    "phone": lambda outlook: bool(outlook.phone),
    "look_up": lambda outlook: bool(outlook.settings) and any(row.channel == "email" for row in outlook.doubts),
}
"""When a key does something: only where there is something to do."""


class SendingActs(HouseScreen[None]):
    """The acts; the screen shows the `_outlook` that they are about."""

    _message_id: int | None
    _outlook: Outlook | None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key does something only where there is something to do."""
        if action in POSSIBLE:
            return self._outlook is not None and POSSIBLE[action](self._outlook)
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
            if outlook.texts and outlook.gateway and outlook.gateway.reason in ("operator", "busy", "network"):
                store.sms.resume()

        if outlook.at_work:
            self.write(end_the_pause, lambda _none: self.changed())
        else:
            self.write(end_the_pause, lambda _none: self._start())

    def _start(self) -> None:
        store = self.store
        self.read(lambda: start_sending(store, ask_here=True), self._started, group="start")

    def _started(self, started: bool) -> None:
        if not started:
            self._ask_password(self._start)
            return
        self.begun()
        self._said("")  # above it is said that it starts, and what becomes of it

    def begun(self) -> None:
        """A sending was started: the pace is counted anew."""

    def _ask_password(self, then: Callable[[], None]) -> None:
        settings = self._outlook.settings if self._outlook is not None else None
        ask_password(self.query_one(Ask), self.store, settings, then)

    def action_mailbox(self) -> None:
        """Go where the group's mailbox is set up."""
        self.go("mailbox")

    def action_pause(self) -> None:
        """Send no more of this message, or nothing at all, after the mail under way."""
        if self._message_id is None:
            self.action_pause_all()
        else:
            self.write(partial(self.store.deliveries.pause, self._message_id), lambda _none: self.changed())

    def action_pause_all(self) -> None:
        """Send nothing at all, after the mail under way."""
        self.write(self.store.mailbox.pause, lambda _none: self.changed())

    # -- what waits, is held or failed

    def action_hold(self) -> None:
        """Hold what waits."""
        self._act(partial(self.store.deliveries.hold, "all", self._message_id), _held)

    def action_release(self) -> None:
        """Let what is held wait again; ask once where it may have gone out from another file."""
        outlook = self._outlook
        if outlook is None:
            return
        release = partial(self.store.deliveries.release, outlook.held)
        if not outlook.held_copied:
            self._act(release, self._waits_again)
            return
        question = ngettext(
            "{n} may have gone out from the other file. Let it go all the same?",
            "{n} may have gone out from the other file. Let them go all the same?",
            outlook.held_copied,
        ).format(n=outlook.held_copied)
        self.query_one(Ask).ask(question, lambda _answer: self._act(release, self._waits_again))

    def action_cancel_rest(self) -> None:
        """Ask once, naming how many, then cancel what waits for good."""
        outlook, message_id = self._outlook, self._message_id
        if outlook is None or outlook.message is None or message_id is None:
            return
        act = partial(stop, self.store, message_id, outlook.message.state)
        question = stop_question(outlook.message, outlook.counts)
        self.query_one(Ask).ask(question, lambda _answer: self.write(act, self._said))

    def action_retry(self) -> None:
        """Let what failed wait again; where it failed for several reasons, choose."""
        outlook = self._outlook
        if outlook is None or not outlook.failed:
            return
        if len(outlook.failed) == 1:
            self._retry(outlook.failed[0].ids)
            return
        every = tuple(id_ for group in outlook.failed for id_ in group.ids)
        things: list[tuple[str, str, Any]] = [(_("All"), _mails(len(every)), partial(self._retry, every))]
        things += [(group.words, _mails(len(group.ids)), partial(self._retry, group.ids)) for group in outlook.failed]
        self.query_one(Choices).offer(things, cells=26)

    def _retry(self, ids: tuple[int, ...]) -> None:
        self._act(partial(self.store.deliveries.retry, ids), self._waits_again)

    def _waits_again(self, number: int) -> str:
        at_work = self._outlook is not None and self._outlook.at_work
        return waits_again(number, at_work=at_work)

    def action_adopt(self) -> None:
        """Choose what becomes of what waits in a copied file, or say that the clock is right now."""
        outlook = self._outlook
        if outlook is None:
            return
        send = (_("Send from here"), _("what waits goes out with g"), partial(self._adopt, hold=False))
        hold = (
            _("Hold what waits"),
            _("it may have gone out already; u lets it go later"),
            partial(self._adopt, hold=True),
        )
        # Enter pressed once too often is to do no harm; a clock that is right again holds nothing back.
        things = [send, hold] if outlook.at_home else [hold, send]
        self.query_one(Choices).offer(things, cells=20)

    def _adopt(self, *, hold: bool) -> None:
        from mail.outbox import adopt

        self._act(partial(adopt, self.store, hold=hold), _held if hold else _adopted)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Do what was chosen."""
        self.give_back()
        event.value()

    def on_choices_left(self) -> None:
        """The list is closed: the letters act again."""
        self.give_back()

    def on_ask_left(self) -> None:
        """The question is closed: the letters act again."""
        self.give_back()

    def give_back(self) -> None:
        """Give the keys back to what had them before something was asked."""
        raise NotImplementedError

    def _act(self, work: Callable[[], int], words: Callable[[int], str]) -> None:
        self.write(work, lambda number: self._said(words(number)))

    def _said(self, said: str) -> None:
        self.say(said)
        self.changed()

    # -- doubts

    def action_settle(self, as_: str) -> None:
        """Settle the first mail in doubt: "sent", or the same mail "again"."""
        if self._outlook is not None and self._outlook.doubts:
            settle = partial(self.store.deliveries.resolve, self._outlook.doubts[0].id, as_)
            self.write(settle, lambda _count: self._said(""), self._not_settled)

    def _not_settled(self, error: BaseException) -> None:
        if isinstance(error, NotFound):
            self._said(_("That one is decided already."))
        else:
            self.show_error(error)

    def action_settle_all(self) -> None:
        """Count every mail in doubt that is listed here as sent."""
        if self._outlook is not None:
            ids = tuple(row.id for row in self._outlook.doubts)
            self.write(partial(self.store.deliveries.resolve, ids, "sent"), lambda _count: self._said(""))

    def action_phone(self) -> None:
        """Show the number to ring."""
        if self._outlook is not None and self._outlook.doubts:
            self.say(_("{name}: {phone}").format(name=self._outlook.doubts[0].name, phone=self._outlook.phone))

    def action_look_up(self) -> None:
        """Look into the mailbox's folder of sent mails for what is in doubt."""
        if self._outlook is None or self._outlook.settings is None or not self._outlook.settings.imap_host:
            self.warn(_("The mailbox is not read yet, so cabas cannot look into Sent: F2 x says how to read it."))
            return
        self.say(_("Looking into Sent…"))
        self.read(partial(look_into_sent, self.store), self._looked_up, "sent", self._not_looked_up)

    def _looked_up(self, found: Found | None) -> None:
        if found is None:
            self.say("")
            self._ask_password(self.action_look_up)
        else:
            self._said(found_words(found, self.store.clock))

    def _not_looked_up(self, error: BaseException) -> None:
        from mail.mailbox import MailboxFault
        from screens.outbox_words import fault_words

        settings = self._outlook.settings if self._outlook is not None else None
        if isinstance(error, MailboxFault) and settings is not None:
            self.warn(fault_words(error.kind, error.trace.answer, settings, "imap"))
        else:
            self.show_error(error)

    # -- going

    def action_one(self) -> None:
        """Go to the sending of one message, to pause, hold or cancel it alone."""
        if self._outlook is not None:
            going = [one for one in self._outlook.going if one.message_id]
            self.query_one(Choices).offer([(name_of(one), how_far(one), partial(self._to, one)) for one in going])

    def _to(self, one: Going) -> None:
        self.go("sending", message_id=one.message_id)

    def action_mails(self) -> None:
        """List the mails one by one, those that failed first where some did."""
        state = "failed" if self._outlook is not None and self._outlook.failed else ""
        self.go("mails", message_id=self._message_id, state=state)


def _held(number: int) -> str:
    return ngettext("{n} mail is held.", "{n} mails are held.", number).format(n=number)


def _adopted(number: int) -> str:
    if not number:
        return _("This file sends from now on.")
    return ngettext(
        "This file sends from now on; {n} mail waits: g sends it.",
        "This file sends from now on; {n} mails wait: g sends them.",
        number,
    ).format(n=number)


def _mails(number: int) -> str:
    return ngettext("{n} mail", "{n} mails", number).format(n=number)
