"""Whether mails go out, by themselves too: the mailbox, its password, the outbox, and what calls `cabas tick`."""

from __future__ import annotations

import errno
import os
import pwd
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from store.file_state import entry
from templates.words import N_, _, dates, ngettext
from tui.doctor.check import Check, State
from tui.server import units
from tui.server.access import may_read
from tui.server.target import PASSWORD, SITE

if TYPE_CHECKING:
    from mail.by_itself import ByItself
    from store import Store
    from store.mailbox import MailboxSettings

PASSWORDS = {
    "none": N_("The mailbox wants no password."),
    "command": N_("The password comes from a command: mails can go out by themselves."),
    "keyring": N_("The password is in your keyring: without you nothing is sent."),
    "typed": N_("The password has to be typed: without a person nothing is sent."),
}


def configuration_checks(path: Path, account: pwd.struct_passwd | None) -> list[Check]:
    """The configuration: whether it and what it names can be read, by the account too, and not by others."""
    from mail.configuration import PASSWORD_COMMAND, TOKEN_COMMAND, ConfigurationBad, configuration_paths, entry_in
    from screens.errors import words_for

    found = []
    for one in configuration_paths():
        there = entry(one)
        if there is None:
            continue
        try:
            commands = [c for table in (PASSWORD_COMMAND, TOKEN_COMMAND) if (c := entry_in(one, table, path))]
        except ConfigurationBad as error:
            found.append(Check("configuration", "bad", words_for(error)))
            continue
        if commands and there.others_read:
            said = _("Anybody on this machine can read {path}, which says where the password comes from.")
            do = f"chmod o= {shlex.quote(str(one))}"
            found.append(Check("configuration", "warn", said.format(path=one), do))
        elif account is not None and one == SITE and (wrong := _site(account)):
            found.append(Check("configuration", "bad", wrong, _("As root: cabas server install")))
        else:
            found.append(Check("configuration", "ok", _("{path} is read.").format(path=one)))
        found += [check for command in commands for check in _files_of(command, account)]
    return found


def _site(account: pwd.struct_passwd) -> str:
    """What is wrong with the site's configuration, which is root's, for the account to read."""
    if not may_read(account, SITE):
        return _("{account} cannot read {path}.").format(account=account.pw_name, path=SITE)
    if account.pw_uid and SITE.stat().st_uid == account.pw_uid:
        said = _("{program} can be changed by {account}, so by whoever finds a way out of cabas.")
        return said.format(program=SITE, account=account.pw_name)
    return ""


def _files_of(command: str, account: pwd.struct_passwd | None) -> list[Check]:
    """Files that a password command names: there, to be read by the account, and by nobody else."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    found = []
    for word in words[1:]:
        there = entry(Path(word)) if word.startswith("/") else None
        if there is not None and there.others_read and there.path.is_file():
            said = _("Anybody on this machine can read {path}, which the password command names.")
            do = f"chmod o= {shlex.quote(word)}"
            found.append(Check("password.file", "bad", said.format(path=word), do))
        if Path(word) != PASSWORD:
            continue
        if there is None:
            said = _("{path}: {why}.").format(path=word, why=os.strerror(errno.ENOENT))
            found.append(Check("password.file", "bad", said, _("As root: cabas server install")))
        elif account is not None and not (units.runs() or may_read(account, there.path)):
            # Under systemd the timer alone may have it.
            said = _("{account} cannot read {path}.").format(account=account.pw_name, path=word)
            do = f"chgrp {account.pw_name} {shlex.quote(word)}; chmod 0640 {shlex.quote(word)}"
            found.append(Check("password.file", "bad", said, do))
    return found


def mail_checks(store: Store) -> list[Check]:
    """The mailbox and the outbox as the operator finds them."""
    settings = store.mailbox.get()
    if settings is None:
        said, do = (
            _("The group has no mailbox: nothing can be sent."),
            _("Set it with F2 x, or: cabas mailbox set ADDRESS"),
        )
        return [Check("mailbox", "warn", said, do)]
    return [_mailbox(store, settings), _password(store, settings), *_outbox(store), *_inbox(store, settings)]


def _mailbox(store: Store, settings: MailboxSettings) -> Check:
    from screens.outbox_words import state_words

    state = store.mailbox.state()
    if state.state == "ok":
        return Check("mailbox", "ok", _("The mailbox is {address}.").format(address=settings.address))
    said = state_words(state, settings, store.clock)
    passes = state.until is not None or state.reason == "operator"
    return Check("mailbox", "warn" if passes else "bad", said, "" if passes else "cabas mailbox check")


def _password(store: Store, settings: MailboxSettings) -> Check:
    from mail.configuration import ConfigurationBad
    from mail.password import source

    try:
        kind = source(store.path, settings)
    except ConfigurationBad:
        return Check("password", "bad", _("The configuration cannot be read, so that the password is not known."))
    if kind in ("none", "command"):
        return Check("password", "ok", _(PASSWORDS[kind]))
    do = _("Name a command that gives it: cabas mailbox set --password-command COMMAND")
    return Check("password", "warn", _(PASSWORDS[kind]), do)


def _outbox(store: Store) -> list[Check]:
    from mail.lock import at_home
    from screens.outbox_words import clock_words, copied_words

    found = []
    if not at_home(store):
        found.append(Check("outbox.copied", "bad", copied_words(), "cabas outbox adopt"))
    if behind := store.deliveries.clock_behind():
        found.append(Check("clock", "bad", clock_words(behind, store.clock)))
    counts = store.deliveries.counts()
    if counts.unknown:
        text = ngettext("{n} mail is in doubt.", "{n} mails are in doubt.", counts.unknown)
        found.append(Check("outbox.doubts", "warn", text.format(n=counts.unknown), "cabas outbox unknown --look"))
    if not found:
        waiting = counts.ready + counts.sending
        text = ngettext("{n} mail waits.", "{n} mails wait.", waiting) if waiting else _("Nothing waits.")
        found.append(Check("outbox", "ok", text.format(n=waiting)))
    return found


def _inbox(store: Store, settings: MailboxSettings) -> list[Check]:
    from screens.outbox_words import fault_words

    last = store.inbox.last_read()
    if not settings.imap_host or last is None or last.outcome == "done":
        return []
    return [Check("inbox", "warn", fault_words(last.outcome, last.answer, settings, "imap"), "cabas mailbox check")]


def automatic_checks(store: Store) -> list[Check]:
    """Whether anything on this machine calls `cabas tick`, and whether backups are made."""
    from mail.by_itself import by_itself

    facts = by_itself(store)
    return [_automatic(store, facts), _backups(store, facts)]


def _automatic(store: Store, facts: ByItself) -> Check:
    set_up = _("Let a timer call it: cabas schedule install (on a server: cabas server install)")
    if facts.last is None:
        said = _("Nothing on this machine calls “cabas tick”: nothing is sent and backed up by itself.")
        return Check("automatic", "warn", said, set_up)
    when = dates.lately(store.clock.to_wall(facts.last), store.clock.wall())
    if facts.rhythm is None:
        return Check(
            "automatic", "warn", _("“cabas tick” last ran {when}, at no known rhythm.").format(when=when), set_up
        )
    if not facts.recent:
        said = _("“cabas tick” last ran {when}, and no more since.").format(when=when)
        return Check("automatic", "bad", said, _("See whether the timer runs: systemctl status cabas-tick.timer"))
    if facts.outcome in ("error", "password"):
        said = _("“cabas tick” ran {when} and could not send.").format(when=when)
        return Check("automatic", "bad", said, _("Run it by hand to see why: cabas tick"))
    return Check("automatic", "ok", _("“cabas tick” last ran {when}.").format(when=when))


def _backups(store: Store, facts: ByItself) -> Check:
    from store.backup_files import found
    from store.backup_records import LATE

    state: State = "bad" if facts.recent else "warn"
    last = store.backups.last()
    if last is None:
        return Check("backups", state, _("There is no backup of the group's file."), "cabas backup")
    said = _("The last backup is of {when}.").format(
        when=dates.lately(store.clock.to_wall(last.at), store.clock.wall())
    )
    if store.clock.now() - last.at > LATE:
        return Check("backups", state, said, "cabas backup")
    cut = next((one for one in found(store.path) if not one.whole), None)
    if cut is not None:
        said = _("The backup {path} is cut off: of no use.").format(path=cut.path)
        return Check("backups", "warn", said, _("Delete it."))
    return Check("backups", "ok", said)
