"""What the Sending screen says: who sends or why nobody does, how far it is, what failed, what is in doubt."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from screens.delivery_words import STEPS, since
from screens.message_states import counts_line
from screens.outbox_words import copied_words, last_run_words, local, state_words, waiting_words
from screens.text import fitted, labelled, width
from screens.widgets.bars import rows
from screens.widgets.plain import joined, plain
from store.clock import unstamp
from templates.words import _, dates, ngettext
from templates.words.money import number as grouped

if TYPE_CHECKING:
    from mail.lock import Holder
    from mail.sent_folder import Found
    from screens.sending_reading import Outlook
    from store.clock import Clock
    from store.delivery_lists import Going

BAR = 40
FRESH = timedelta(minutes=3)
"""After so long every mail in doubt can be looked for in Sent, by the minutes of a clock."""
MESSAGES = 5
"""So many messages that are not over are named."""
NEED_THE_MAILBOX = ("login", "no_login", "password", "sender", "no_starttls", "tls", "tls_mode", "certificate_name")
"""What is wrong with the mailbox that its own screen puts right."""


# Who sends, or why nobody does


def situation(outlook: Outlook, clock: Clock) -> str:
    """Who is sending, or why nobody is."""
    if outlook.holder is not None:
        return _by_whom(outlook, clock)
    if outlook.starting and outlook.waiting:
        return _("The sending is starting…")
    if not outlook.waiting and outlook.at_home:
        if outlook.doubts:
            return ""
        return _kept(outlook, clock) or _over(outlook)
    obstacle = _obstacle(outlook, clock)
    return f"! {obstacle}" if obstacle else _("Nobody is sending. g sends what waits.")


def _by_whom(outlook: Outlook, clock: Clock) -> str:
    holder = outlook.holder
    assert holder is not None
    if not holder.waits:
        return _working(outlook, holder, clock)
    if not outlook.going_on and (outlook.waiting or outlook.stopped):
        return f"! {_obstacle(outlook, clock)}"
    if holder.why:
        return f"! {waiting_words(holder, clock, outlook.settings)}"
    text = _("{name}'s sending goes on by itself at {moment}.")
    if not outlook.waiting and outlook.doubts:
        text = _("{name}'s sending looks into Sent for what is in doubt at {moment}.")
    text = text.format(name=holder.who, moment=local(holder.waits, clock))
    return " ".join(part for part in (_obstacle(outlook, clock), text) if part)


def _working(outlook: Outlook, holder: Holder, clock: Clock) -> str:
    text = _("{name} is sending since {moment}. You may leave: it goes on by itself.").format(
        name=holder.who, moment=local(holder.since, clock) if holder.since else "?"
    )
    if outlook.silent_since:
        silent = _("The server has not answered yet what was handed over at {hour}; that may take ten minutes.")
        text += " " + silent.format(hour=dates.hour(clock.to_wall(unstamp(outlook.silent_since))))
    if outlook.all_paused:
        return text + " " + _("It stops after the mail under way.")
    if outlook.paused:
        return text + " " + _("This message is paused until g; others go on.")
    if outlook.before is not None:
        return text + " " + _("First goes: {title}.").format(title=name_of(outlook.before))
    return text


def _over(outlook: Outlook) -> str:
    counts = outlook.counts
    if outlook.message is None:
        return _("Nothing waits.") if outlook.answers else _("Nothing is in the outbox.")
    if len(outlook.held) == counts.total and outlook.held:
        return _("Everything is held: u lets it go.")
    if counts.sent == counts.total:
        return _("Everything is out.") if counts.sent else ""
    return _("Nothing waits: {counts}.").format(counts=counts_line(counts, ", "))


def _kept(outlook: Outlook, clock: Clock) -> str:
    """The message that is kept for the first hour; empty where none is."""
    if not outlook.kept:
        return ""
    first = outlook.kept[0]
    title, moment = first.title.strip() or _("without a title"), dates.moment(first.send_at)
    if first.send_at <= clock.wall():
        return "! " + _("“{title}” was to go {moment}: nothing has sent it (F2 e).").format(title=title, moment=moment)
    return _("Nothing waits now. “{title}” is kept for {moment}.").format(title=title, moment=moment)


def _obstacle(outlook: Outlook, clock: Clock) -> str:
    """The first thing that stands in the way, and the key that ends it."""
    settings = outlook.settings
    if settings is None and (outlook.mails_wait or not outlook.texts):
        return _("The group has no mailbox to send from yet: x leads to it.")
    if not outlook.at_home:
        return copied_words(_("Nothing goes out until somebody decides: o."))
    if outlook.clock_behind is not None:
        return _(
            "This machine's clock says {now}, but mails went out later, {moment}. Put the clock right; if it is right "
            "now, o goes on."
        ).format(now=dates.moment(clock.wall()), moment=local(outlook.clock_behind, clock))
    if outlook.all_paused:
        return _("Paused: nothing more goes out until g.")
    if outlook.paused:
        return _("This message is paused: nothing more of it goes out until g.")
    if outlook.waiting and not outlook.going_on:
        return _("Every message that waits is paused: e leads to one, and g there goes on with it.")
    if settings is None or not outlook.mails_wait:
        return _texts(outlook, clock) or _last_run(outlook, clock)
    if outlook.state.state != "ok":
        text = state_words(outlook.state, settings, clock)
        return f"{text} {_('F2 x leads to the mailbox.')}" if outlook.state.reason in NEED_THE_MAILBOX else text
    if not outlook.due.now and outlook.due.next_at:
        return _("The server asked for patience: the next try is due {moment}.").format(
            moment=local(outlook.due.next_at, clock)
        )
    return _last_run(outlook, clock)


def _texts(outlook: Outlook, clock: Clock) -> str:
    """Why the SMS wait; empty where nothing keeps them."""
    gateway = outlook.gateway
    if gateway is None or gateway.state == "ok" or not outlook.texts:
        return ""
    from screens.sms_words import waiting_words

    return waiting_words(outlook.texts, gateway.reason, gateway.answer, gateway.until, clock)


def _last_run(outlook: Outlook, clock: Clock) -> str:
    """How the last run ended, where that says why mails still wait."""
    run = outlook.run
    if run is None or run.ended_at is None:
        return ""
    if said := last_run_words(run, outlook.settings, clock):
        return said
    ended = local(run.ended_at, clock)
    return {
        "died": _("The sending stopped in the middle {moment}. g goes on."),
        "stopped": _("The sending was stopped {moment}. g goes on."),
    }.get(run.outcome, "").format(moment=ended)


# How far


def progress(outlook: Outlook, rate: float, cells: int) -> list[Content]:
    """How far it is: a bar, the counts, the pace. `rate` is mails a second, 0 while it is not known."""
    counts = outlook.counts
    if not counts.total:
        return []
    lines = []
    going = outlook.waiting + counts.sent + counts.failed + counts.unknown + counts.bounced
    if outlook.waiting:
        done = going - outlook.waiting
        bar = min(BAR, cells - 24)
        filled = bar * done // going if going else bar
        lines.append(
            plain(" [" + "#" * filled + "." * (bar - filled) + f"] {grouped(done)} / {grouped(going)}", "bold")
        )
    said = counts_line(counts)
    if outlook.message is None and len(outlook.going) == 1:
        said = labelled(name_of(outlook.going[0]), how_far(outlook.going[0]))
    lines.append(plain(f" {said}"))
    lines += [plain(f" {line}") for line in _pace(outlook, rate) if line]
    return [*lines, *_messages(outlook, cells)]


def _pace(outlook: Outlook, rate: float) -> tuple[str, str]:
    """How fast it goes and how long it takes yet, and what the mailbox's limits allow."""
    settings, left, waiting = outlook.settings, outlook.left, outlook.going_on - outlook.texts
    if waiting <= 0 or settings is None or left is None:
        return "", ""
    from mail.pace import time_needed

    parts = []
    needed = time_needed(waiting, settings, left)
    if outlook.silent_since:
        return "", ""
    if outlook.at_work and rate > 0:
        parts.append(_("{n} a minute").format(n=round(rate * 60)))
        if waiting <= left.left:
            needed = timedelta(seconds=waiting / rate)
    if outlook.at_work:
        parts.append(_("about {duration} left").format(duration=dates.duration(max(needed, timedelta(seconds=1)))))
    elif needed > timedelta(hours=1):
        parts.append(_("takes about {duration}").format(duration=dates.duration(needed)))
    limits = ""
    if waiting > left.left:
        limits = _("the limits allow {hour} now, {day} in 24 hours").format(hour=left.left, day=max(0, left.day))
    return " · ".join(parts), limits


def _messages(outlook: Outlook, cells: int) -> list[Content]:
    """The messages that are not over, where there are several."""
    if outlook.message is not None or len(outlook.going) < 2:
        return []
    names = [name_of(one) for one in outlook.going[:MESSAGES]]
    wide = min(max(width(name) for name in names), cells // 3)
    lines = [plain("")]
    for name, one in zip(names, outlook.going, strict=False):
        lines.append(plain(f"   {fitted(name, wide)}  {how_far(one)}"))
    more = len(outlook.going) - MESSAGES
    if more > 0:
        lines.append(plain("   " + _("and {n} more").format(n=more)))
    return lines


def name_of(going: Going) -> str:
    """What mails that are not over are called together."""
    return _("recaps and tests") if going.message_id is None else going.title or _("without a title")


def how_far(going: Going) -> str:
    """How far the mails of one message are, and whether it is paused."""
    return counts_line(going.counts) + (" · " + _("paused") if going.paused else "")


# What failed, what is held, what was answered


def standing(outlook: Outlook, clock: Clock) -> list[Content]:
    """What failed and why, what is held, and what keeps the SMS: what somebody can do something about."""
    lines = []
    if outlook.mails_wait and (why := _texts(outlook, clock)):
        lines.append(plain(f" ! {why}"))
    if outlook.failed:
        total = sum(len(group.ids) for group in outlook.failed)
        text = _lately(ngettext("{n} failed", "{n} failed", total).format(n=total), total > outlook.counts.failed)
        several = len(outlook.failed) > 1
        why = ", ".join(f"{group.words} {len(group.ids)}" if several else group.words for group in outlook.failed)
        lines.append(_with_key(labelled(text, why), "r", _("tries again")))
    if outlook.held:
        number = len(outlook.held)
        text = _lately(ngettext("{n} held", "{n} held", number).format(n=number), number > outlook.counts.held)
        lines.append(_with_key(text, "u", _("lets go")))
    lines += [plain(f" ! {line}") for line in outlook.foreign]
    return [plain(""), *lines] if lines else []


def _lately(counted: str, more: bool) -> str:
    """`more` than of the messages that are not over: of all of these days."""
    return _("{counted} in three days").format(counted=counted) if more else counted


def _with_key(text: str, key: str, does: str) -> Content:
    return joined(plain(f" {text}   "), plain(key, "bold"), plain(f" {does}"))


def answers(outlook: Outlook, clock: Clock, cells: int) -> list[Content]:
    """The last answers, one a line."""
    if not outlook.answers:
        return []
    name, address = 17, 22
    lines = [plain(""), plain(" " + _("Last answers"), "bold")]
    moments = [since(row.state_at, clock) for row in outlook.answers]
    wide = max(width(moment) for moment in moments)
    for row, moment in zip(outlook.answers, moments, strict=True):
        told = row.reason in STEPS and (not row.answer or row.reason in ("orphan", "found", "answered"))
        said = _(STEPS[row.reason]) if told else row.answer or _("the line broke")
        text = f"   {fitted(moment, wide)}  {fitted(row.name, name)}  {fitted(row.address, address)}  "
        lines.append(plain(text + fitted(said, max(0, cells - width(text) - 1)).rstrip()))
    return lines


# What is in doubt


def doubt(outlook: Outlook, cells: int, *, answering: bool) -> list[Content]:
    """The question about the first mail in doubt, and what the letters do while it is being answered."""
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
    if answering:
        keys = [(_("Enter"), _("count it as sent (usual)")), ("a", _("send again"))]
        if outlook.phone:
            keys.append(("p", _("phone: {number}").format(number=outlook.phone)))
        if others:
            keys.append(("s", _("count all as sent")))
    else:
        keys = [("d", _("decide"))]
    if outlook.settings is not None and outlook.settings.imap_host and first.channel == "email":
        keys.append(("l", _("look into Sent")))
    return [joined(plain(f" ! {question}", "bold"), f" {first.address}  {more}"), *_keys(keys, cells)]


def _keys(keys: list[tuple[str, str]], cells: int) -> list[Content]:
    lines = []
    for row in rows(keys, cells - 2):
        parts: list[Content | str] = []
        for key, text in row:
            parts += ["  " if parts else " ", plain(key, "bold"), f" {text}"]
        lines.append(joined(*parts))
    return lines


def found_words(found: Found, clock: Clock) -> str:
    """What looking into the Sent folder told of the mails in doubt."""
    parts = []
    if not found.folder and found.missing:
        return _("The mailbox has no folder of sent mails that could be looked into.")
    if found.found:
        said = ngettext("{n} is in Sent: it went out.", "{n} are in Sent: they went out.", found.found)
        parts.append(said.format(n=found.found))
    if found.missing:
        said = ngettext("{n} is not in Sent", "{n} are not in Sent", found.missing).format(n=found.missing)
        proof = _("{what}, where your provider puts every mail: most likely it did not go (a sends it again).")
        parts.append(
            proof.format(what=said) if found.proves else _("{what}, which proves nothing here.").format(what=said)
        )
    if found.too_early:
        said = ngettext(
            "{n} is too fresh: look again at {hour}.",
            "{n} are too fresh: look again at {hour}.",
            found.too_early,
        )
        ripe = clock.wall() + FRESH
        parts.append(said.format(n=found.too_early, hour=dates.hour(ripe)))
    return " ".join(parts) or _("Nothing is in doubt.")
