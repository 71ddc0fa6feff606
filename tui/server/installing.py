"""Setting a server up, and what is left to do then."""

from __future__ import annotations

import os

from templates.words import _
from tui.keys.account import read_keys
from tui.output import Ended, say, warn
from tui.server import doing, units
from tui.server.access import typed
from tui.server.checks import server_checks
from tui.server.plan import plan
from tui.server.target import PASSWORD, Target


def show(target: Target) -> None:
    """Say every step: what it is, why, how it stands, and the command or the file word for word. Changes nothing."""
    doing.show(plan(target))


def install(target: Target) -> None:
    """Do every step that is not done yet, then look at the whole. Raises `Ended` at the first that fails."""
    if os.geteuid() != 0:
        raise Ended(_("Only root can set a server up. --dry-run shows what it would do."))
    done = doing.carry_out(plan(target))
    say()
    say(_("The server is set up.") if done else _("Everything was there already; nothing was changed."))
    _say_what_is_left(target, fresh=done > 0)


def _say_what_is_left(target: Target, *, fresh: bool) -> None:
    from tui.doctor.file_checks import file_checks

    if not units.runs():
        say(_("systemd does not run here (a container?): the timer starts nothing until it does. By cron instead:"))
        say(f"  {units.cron_line(target)}")
    person = target.person
    assert person is not None
    for check in (*file_checks(target.file, person), *server_checks(target.file)):
        if check.state == "bad":
            warn(f"! {check.said} {typed(check.do, person)}".rstrip())
    if not fresh or read_keys(target.ssh / "authorized_keys"):
        return
    say(_("Next, for each volunteer:"))
    say(f"  runuser -u {target.account} -- cabas operator add marie --name Marie --role coordinator")
    say(f"  runuser -u {target.account} -- cabas operator key marie - --install < marie.pub")
    say(_("and the mailbox, whose password goes into {path}:").format(path=PASSWORD))
    say(f"  runuser -u {target.account} -- cabas mailbox set amap@example.org --provider ovh")
