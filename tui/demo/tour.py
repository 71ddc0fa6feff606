"""The main job without a screen: what a volunteer does in an evening, step by step, through the same calls.

Nothing goes around the outbox: a mail counts only when it lies in the Maildir.
"""

from __future__ import annotations

from collections.abc import Callable

from store import Store
from templates.words import _, ngettext
from tui.demo import tour_mail, tour_order
from tui.demo.folder import Folder
from tui.demo.teller import Teller
from tui.demo.telling import COORDINATOR


def play(folder: Folder, say: Callable[[str], None]) -> bool:
    """Play the whole main job in the demo's folder; whether every mail that was promised lies in its Maildir."""
    teller = Teller(say)
    store = Store(folder.file, COORDINATOR)
    try:
        caller = tour_order.find_caller(store, teller)
        tour_order.take_order(store, teller, caller)
        segment = tour_mail.choose(store, teller)
        message = tour_mail.write(store, teller, segment)
        tour_mail.look(store, teller, message)
        tour_mail.test(store, teller, folder, message)
        tour_mail.send(store, teller, folder, message, segment)
    finally:
        store.close()
    say("")
    if teller.missing:
        found = len(teller.missing)
        say(ngettext("{n} thing is missing:", "{n} things are missing:", found).format(n=found))
        for text in teller.missing:
            say(f"   {text}")
        return False
    say(_("The main job is done: every mail that was promised lies in the Maildir, once."))
    return True
