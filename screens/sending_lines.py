"""What the Sending screen shows: one reading of the ledger, and its lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from screens.message_states import counts_line
from screens.outbox_words import copied_words, fault_words, local, reason_words, state_words
from screens.start_sending import is_starting
from screens.text import fitted
from screens.widgets.plain import joined, plain
from store.clock import unstamp
from store.message_records import MessageState
from store.rights import Right
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from mail.lock import Holder
    from store import Store
    from store.clock import Clock
    from store.deliveries import DeliveryCounts, DeliveryRow, Due, Run
    from store.mailbox import Budget, MailboxSettings, MailboxState
    from store.message_records import MessageRow

ANSWERS = 5
BAR = 40


@dataclass(frozen=True, slots=True)
class Outlook:
    """The ledger at one moment: of a message, or (title empty) of the whole outbox."""

    title: str
    paused: bool
    counts: DeliveryCounts
    due: Due
    settings: MailboxSettings | None
    state: MailboxState
    left: Budget | None
    holder: Holder | None
    starting: bool
    run: Run | None
    at_home: bool
    answers: tuple[DeliveryRow, ...]
    doubts: tuple[DeliveryRow, ...]
    phone: str
    kept: tuple[MessageRow, ...] = ()

    @property
    def waiting(self) -> int:
        """How many mails are still to go."""
        return self.counts.ready + self.counts.sending

    @property
    def stopped(self) -> bool:
        """Whether a person paused the message or the mailbox."""
        return self.paused or self.state.reason == "operator"


def read_outlook(store: Store, message_id: int | None) -> Outlook:
    """Read the ledger; a mail that a dead run left between dot and answer is put in doubt."""
    from mail.lock import holder
    from mail.outbox import at_home, settle

    settle(store)
    message = store.messages.get(message_id) if message_id is not None else None
    doubts = tuple(row for row in store.deliveries.unknown() if message_id in (None, row.message_id))
    return Outlook(
        title=(message.title or _("without a title")) if message else "",
        paused=bool(message and message.paused),
        counts=store.deliveries.counts(message_id),
        due=store.deliveries.due(),
        settings=store.mailbox.get(),
        state=store.mailbox.state(),
        left=store.mailbox.budget(),
        starting=is_starting(store),
        holder=holder(store.path),
        run=store.deliveries.last_run(),
        at_home=at_home(store),
        answers=store.deliveries.last_answers(message_id, ANSWERS),
        doubts=doubts,
        phone=store.deliveries.phone(doubts[0].id) if doubts else "",
        kept=_kept(store, message_id),
    )


def _kept(store: Store, message_id: int | None) -> tuple[MessageRow, ...]:
    """What is kept for an hour, the first to go first, as far as this operator may see messages."""
    if not store.operators.me().may(Right.MESSAGES_SEE):
        return ()
    rows = [row for row in store.messages.all(MessageState.SCHEDULED) if message_id in (None, row.id)]
    return tuple(sorted(rows, key=lambda row: str(row.send_at)))


def progress(outlook: Outlook, rate: float, width: int) -> list[Content]:
    """How far it is: a bar, the counts, the pace. `rate` is mails a second, 0 while it is not known."""
    counts = outlook.counts
    if not counts.total:
        return [plain(" " + _("Nothing is in the outbox."))]
    going = outlook.waiting + counts.sent + counts.failed + counts.unknown + counts.bounced
    done = going - outlook.waiting
    cells = min(BAR, width - 24)
    filled = cells * done // going if going else cells
    lines = [
        plain(" [" + "#" * filled + "." * (cells - filled) + f"] {done} / {going}", "bold"),
        plain(" " + counts_line(counts)),
    ]
    pace = _pace(outlook, rate)
    return [*lines, plain(f" {pace}")] if pace else lines


def _pace(outlook: Outlook, rate: float) -> str:
    parts = []
    at_work = outlook.holder is not None and not outlook.holder.waits
    if at_work and rate > 0:
        parts.append(_("{n} a minute").format(n=round(rate * 60)))
    if outlook.waiting and outlook.settings is not None and outlook.left is not None:
        from mail.pace import time_needed

        needed = time_needed(outlook.waiting, outlook.settings, outlook.left)
        if outlook.waiting <= outlook.left.left and rate > 0:
            needed = timedelta(seconds=outlook.waiting / rate)
        if at_work:
            parts.append(_("about {duration} left").format(duration=dates.duration(max(needed, timedelta(seconds=1)))))
        elif needed > timedelta(hours=1):
            parts.append(_("takes about {duration}").format(duration=dates.duration(needed)))
        if outlook.waiting > outlook.left.left:
            limits = _("the limits allow {hour} now, {day} in 24 hours")
            parts.append(limits.format(hour=outlook.left.left, day=max(0, outlook.left.day)))
    return " · ".join(parts)


def situation(outlook: Outlook, clock: Clock) -> str:
    """Who is sending, or why nobody is."""
    if outlook.holder is not None:
        if outlook.holder.waits:
            text = _("{name}'s sending goes on by itself at {moment}.").format(
                name=outlook.holder.operator, moment=local(outlook.holder.waits, clock)
            )
            return " ".join(part for part in (_obstacle(outlook, clock), text) if part)
        since = outlook.holder.since
        text = _("{name} is sending since {moment}. You may leave: it goes on by itself.").format(
            name=outlook.holder.operator, moment=local(since, clock) if since else "?"
        )
        return text + (" " + _("It stops after the mail under way.") if outlook.stopped else "")
    if not outlook.waiting:
        out = _("Everything is out.") if outlook.counts.sent else ""
        return "" if outlook.doubts else _kept_words(outlook, clock) or out
    if outlook.starting:
        return _("The sending is starting…")
    obstacle = _obstacle(outlook, clock)
    return f"! {obstacle}" if obstacle else _("Nobody is sending. g sends what waits.")


def _kept_words(outlook: Outlook, clock: Clock) -> str:
    """The message that is kept for the first hour; empty where none is."""
    if not outlook.kept:
        return ""
    row = outlook.kept[0]
    title, moment = row.title or _("without a title"), dates.moment(row.send_at) if row.send_at is not None else ""
    if row.send_at is not None and row.send_at <= clock.wall():
        return "! " + _("“{title}” was to go {moment}: nothing has sent it (F2 e).").format(title=title, moment=moment)
    return _("Nothing waits now. “{title}” is kept for {moment}.").format(title=title, moment=moment)


def _obstacle(outlook: Outlook, clock: Clock) -> str:
    if outlook.settings is None:
        return _("The group has no mailbox to send from yet. Someone with the right sets one: cabas mailbox set --help")
    if not outlook.at_home:
        return copied_words()
    if outlook.stopped:
        return _("Paused: nothing more goes out until g.")
    if outlook.state.state != "ok":
        return state_words(outlook.state, outlook.settings, clock)
    if not outlook.due.now and outlook.due.next_at:
        return _("The server asked for patience: the next try is due {moment}.").format(
            moment=local(outlook.due.next_at, clock)
        )
    run = outlook.run
    if run is None or run.ended_at is None:
        return ""
    if run.outcome == "no_network":
        return fault_words(run.answer, "", outlook.settings)
    ended = local(run.ended_at, clock)
    return {
        "died": _("The sending stopped in the middle {moment}. g goes on; nobody gets a mail twice."),
        "stopped": _("The sending was stopped {moment}. g goes on; nobody gets a mail twice."),
    }.get(run.outcome, "").format(moment=ended)


def answers(outlook: Outlook, clock: Clock, width: int) -> list[Content]:
    """The last answers, one a line."""
    if not outlook.answers:
        return []
    name, address = 17, 25
    lines = [plain(" " + _("Last answers"), "bold")]
    for row in outlook.answers:
        hour = dates.hour(clock.to_wall(unstamp(row.state_at)))
        said = row.answer or reason_words(row.reason)
        text = f"   {hour}  {fitted(row.name, name)}  {fitted(row.address, address)}  "
        lines.append(plain(text + fitted(said, max(0, width - len(text) - 1)).rstrip()))
    return lines


def doubt(outlook: Outlook) -> list[Content]:
    """The question about the first mail in doubt, and what the letters do."""
    if not outlook.doubts:
        return []
    first, others = outlook.doubts[0], len(outlook.doubts) - 1
    questions = {
        "recap": _("We cannot know whether {name} got the recap."),
        "supplement": _("We cannot know whether {name} got the supplement."),
    }
    question = questions.get(first.kind, _("We cannot know whether {name} got it."))
    question = question.format(name=first.name or first.address)
    more = ngettext("({n} more)", "({n} more)", others).format(n=others) if others else ""
    keys = [(_("Enter"), _("count it as sent (usual)")), ("a", _("send again"))]
    if outlook.phone:
        keys.append(("p", _("phone: {number}").format(number=outlook.phone)))
    if others:
        keys.append(("s", _("count all as sent")))
    parts: list[Content | str] = []
    for key, text in keys:
        parts += ["  " if parts else " ", plain(key, "bold"), f" {text}"]
    return [joined(plain(f" ! {question}", "bold"), f" {first.address}  {more}"), joined(*parts)]
