"""The program, the group's file, and what the site's configuration says of both."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from pathlib import Path

from mail.configuration import PASSWORD_COMMAND, key_of
from templates.words import _
from tui.server.access import bring_back, may_read
from tui.server.account_steps import is_the_accounts
from tui.server.steps import PATH, Step, StepFailed, command_step, holds, run, write
from tui.server.target import PASSWORD, SITE, Target, site

_SAYS_PASSWORD = f'cat "${{CREDENTIALS_DIRECTORY:-/nonexistent}}/password" 2>/dev/null || cat {PASSWORD}'
"""Under the timer systemd hands it over. The file is named in full, so that no message takes it along (never_sent)."""
LINK = Path("/usr/local/bin/cabas")


def program_step(target: Target) -> Step:
    """Whether the account can start cabas at all; nothing is done where it cannot."""
    command = ["runuser", "-u", target.account, "--", str(target.program), "--version"]

    def start() -> None:
        try:
            run([target.program, "--version"], target=target)
        except StepFailed as error:
            raise StepFailed(
                _(
                    "The account cannot start {program} ({reason}). Install cabas where all may read it: “cabas server "
                    "update” puts it into /opt/cabas."
                ).format(program=target.program, reason=str(error).splitlines()[-1])
            ) from None

    def starts() -> bool:
        if os.geteuid() != 0 or target.person is None:
            return False
        start()
        return True

    return Step(
        _("The account can start cabas"),
        _("A program in somebody's home is closed to others."),
        shlex.join(command),
        starts,
        start,
    )


def link_step(target: Target) -> Step:
    """For whoever looks after the server: keys and timer name the program by its whole path."""
    return command_step(
        _("The command “cabas”"),
        _("So that you find it, too, without its whole path."),
        ["ln", "-s", target.program, LINK],
        lambda: shutil.which("cabas", path=PATH) is not None,
    )


def group_file_step(target: Target) -> Step:
    """A new group's file, where there is none."""
    command = [str(target.program), "init", str(target.file), *target.group]

    def make() -> None:
        if not target.group:
            raise StepFailed(_("There is no group's file yet. Say how the group is called: --group-name “AMAP du Gué”"))
        run(command, target=target)

    shown = command if target.group else [*command, "--name", "…"]
    return Step(
        _("The group's file"),
        _("All of the group is in this one file. One that is there stays as it is."),
        shlex.join(["runuser", "-u", target.account, "--", *shown]),
        lambda: _there(target),
        make,
    )


def _there(target: Target) -> bool:
    try:
        target.file.lstat()
    except FileNotFoundError:
        if command := bring_back(target.file, target.file):
            said = _("{path} is gone, but a backup of it is there: {command}")
            as_account = f"runuser -u {target.account} -- {command}"
            raise StepFailed(said.format(path=target.file, command=as_account)) from None
        return False
    except PermissionError:
        return True
    return True


def mode_step(target: Target) -> Step:
    """The file's own mode, as `init` sets it: a file that was copied here has another."""
    file = target.file
    return command_step(
        _("The file is closed to all others"),
        _("Only the account and its Unix group read and write it."),
        ["chmod", "0660", file],
        is_the_accounts(target, file, 0o660, f"chown {target.account}: {file}*"),
        target=target,
    )


def password_step(target: Target) -> Step:
    """A file for the password, which root owns and the account reads."""

    def done() -> bool:
        try:
            about = PASSWORD.stat()
        except FileNotFoundError:
            return False
        # Closed to the account, too, is for whoever wants only the timer to send.
        theirs = target.person is None or about.st_gid == target.person.pw_gid or not about.st_mode & 0o040
        return about.st_uid == 0 and theirs and not stat.S_IMODE(about.st_mode) & 0o027

    # What is written in it stays.
    make = f"umask 077; touch {PASSWORD}; chown root:{target.account} {PASSWORD}; chmod 0640 {PASSWORD}"
    return command_step(
        _("A file for the mailbox's password"),
        _("It is empty until you write the password into it; the account reads it, the machine's other users do not."),
        ["sh", "-c", make],
        done,
    )


def configuration_step(target: Target) -> Step:
    """The site's configuration, closed to the machine's other users."""
    content = _configured(target)

    def done() -> bool:
        try:
            about = SITE.stat()
        except OSError:
            return False
        theirs = target.person is None or (about.st_gid == target.person.pw_gid and may_read(target.person, SITE))
        return about.st_uid == 0 and theirs and stat.S_IMODE(about.st_mode) == 0o640 and holds(SITE, content)

    def put_in_place() -> None:
        person = target.person
        write(SITE, content, group=None if person is None else person.pw_gid)
        SITE.parent.chmod(0o755)

    return Step(
        _("The configuration, {path}").format(path=SITE),
        _("Which file is the group's, and what says the password. It is root's: nobody who comes by a key changes it."),
        content,
        done,
        put_in_place,
    )


def _configured(target: Target) -> str:
    """The site's configuration as it is, with the two lines that the server needs. Raises `ConfigurationBad`."""
    import tomlkit

    known = site()
    readable = os.access(SITE, os.R_OK)
    document = tomlkit.parse(SITE.read_text(encoding="utf-8")) if readable else tomlkit.document()
    if known.get("file") != str(target.file):
        document["file"] = str(target.file)
    commands = known.get(PASSWORD_COMMAND)
    if not (isinstance(commands, dict) and commands.get(key_of(target.file))):
        if not isinstance(document.get(PASSWORD_COMMAND), dict):
            document[PASSWORD_COMMAND] = tomlkit.table()
        table = document[PASSWORD_COMMAND]
        assert isinstance(table, dict)
        table[key_of(target.file)] = _SAYS_PASSWORD
    return tomlkit.dumps(document)
