"""Whose sending goes on and how far it is: what every screen says while it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.clock import unstamp
from templates.words import _, dates

if TYPE_CHECKING:
    from store import Store


def sending_now(store: Store) -> str:
    """A few words such as "sending 118 of 199 · paul"; empty while nobody sends.

    Without a sending it costs a look at the lock file, no more.
    """
    from mail.lock import holder

    someone = holder(store.path)
    if someone is None:
        return ""
    if someone.waits:
        until = store.clock.to_wall(unstamp(someone.waits))
        when = dates.hour(until) if until.date() == store.clock.today() else dates.moment(until)
        text = _("no network, again {moment} · {name}") if someone.why else _("sending goes on {moment} · {name}")
        return text.format(moment=when, name=someone.who)
    from store.run_progress import run_progress

    progress = run_progress(store)
    return _("sending {n} of {total} · {name}").format(
        n=progress.done, total=progress.done + progress.waiting, name=someone.who
    )
