"""The SSH door: one account for all, each volunteer's key opens cabas under the own name, and nothing else.

The key's line in `authorized_keys` forces `cabas --file F --operator NAME`, whatever the client asks for; what it did
ask for comes as SSH_ORIGINAL_COMMAND (sshd(8)). Without one, the desk opens. Otherwise it is a command line for cabas,
cut into words as a shell would, by no shell: one of `OPEN`, that the store's rights allow besides. A new command is
closed here until somebody has thought about it.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, Any

from templates.words import _
from tui.output import WRONG_USE, Ended

if TYPE_CHECKING:
    import click

    from tui.context import Context

ASKED = "SSH_ORIGINAL_COMMAND"

_PARTS = {
    "catalogue": "add edit list show",
    "distribution": "add cancel duplicate edit hours list move offer restore show stock withdraw",
    "export": "attempts calls file journal members message orders pickup products recap results supplement",
    "import": "members messages orders products",
    "inbox": "accept dismiss list read reopen",
    "mailbox": "check identities providers show",
    "mailbox identities": "add remove",
    "measure": "check off on status",
    "members": "add archive edit erase list merge merges preferences restore show tag twice unmerge",
    "message": "advice archive attach call calls cancel delete detach duplicate edit files letters list new preview "
    "results send show status test unarchive",
    "message starters": "forget keep list",
    "operator": "add back edit list remove rights role roles show",
    "order": "add cancel change list move settle show",
    "outbox": "adopt hold pause release resolve resume retry run status unknown",
    "product": "add edit list",
    "promotion": "add cancel edit list",
    "recap": "list send show told",
    "segment": "count explain forget list overlap rename rules save show why",
    "settings": "list set",
    "sms": "check pause resume set show test",
    "voucher": "cancel list show",
    "workflow": "attach delete detach due duplicate exempt list new pause rename resume show templates",
    "workflow step": "add edit move remove",
}
OPEN = frozenset(
    {"backup", "journal"} | {f"{group} {name}" for group, names in _PARTS.items() for name in names.split()}
)
"""The commands that are open inside, by their words."""

CLOSED_OPTIONS = {"mailbox check": {"as_tick"}}
"""Options of open commands that are closed: this one starts a process with the account's own surroundings."""

FILE_TRANSFER = ("scp", "sftp", "sftp-server", "internal-sftp", "rsync", "rrsync", "git-upload-pack", "borg", "cvs")

_LANGUAGES = {"LANG", "LC_ALL"} | {
    f"LC_{part}"
    for part in (
        "ADDRESS COLLATE CTYPE IDENTIFICATION MEASUREMENT MESSAGES MONETARY NAME NUMERIC PAPER TELEPHONE TIME".split()
    )
}
_FOR_PROGRAMS = ("TEXTUAL", "PYTHON", "CABAS_CRASH", "_CABAS", "LC_", "LANGUAGE")
_NEVER = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but for line breaks and tabs, and octets that are no UTF-8."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@+-]{0,63}")


def enter(context: Context) -> list[str]:
    """The command line that the client asks for; empty for the desk. Raises `Ended` for what is no command of cabas.

    Takes what a client might have slipped into the environment out of it.
    """
    # Not os.environ: that is decoded as the client's LC_ALL says.
    asked = os.environb.get(ASKED.encode(), b"")
    clear(os.environ)
    words = asked_for(asked)
    while words and words[0] == "--no-mouse":
        context.mouse = False
        del words[0]
    return words


def asked_for(asked: bytes) -> list[str]:
    """The words of the line that a client asked for, without a first `cabas`."""
    line = asked.decode("utf-8", "surrogateescape")
    if _NEVER.search(line):
        raise Ended(_("This command holds characters that no command of cabas has."), WRONG_USE)
    try:
        words = shlex.split(line)
    except ValueError:
        raise Ended(_("A quotation mark in this command is not closed."), WRONG_USE) from None
    if words and words[0] == "cabas":
        del words[0]
    if words and os.path.basename(words[0]) in FILE_TRANSFER:  # noqa: PTH119 - of a word, not of a path
        raise Ended(
            _(
                "No files are copied over this line. Use for example: ssh … export members > members.csv, or "
                "ssh … import members - < members.csv"
            ),
            WRONG_USE,
        )
    return words


def clear(environment: MutableMapping[str, str]) -> None:
    """Take out what sshd may hand over from the client (AcceptEnv) beyond language and terminal, and what is no name.

    Debian's sshd takes every LC_…, and TERM is whatever the client says.
    """
    for name in list(environment):
        value = environment[name]
        if name == "LC_TERMINAL" and value == "iTerm2":
            continue  # Textual reads keys by it
        if name in (*_LANGUAGES, "TERM"):
            if value and not _NAME.fullmatch(value):
                environment[name] = "dumb" if name == "TERM" else "C.UTF-8"
        elif name.startswith(_FOR_PROGRAMS):
            del environment[name]


def refuse_option(ctx: click.Context, param: click.Parameter, value: object) -> object:
    """A callback of the global options that are closed inside: raises `Ended` where one is given there."""
    if value is not None and is_inside(ctx):
        raise Ended(
            _("{option} is not open over this line: your key says who you are.").format(option=param.opts[0]),
            WRONG_USE,
        )
    return value


def is_inside(ctx: click.Context | None) -> bool:
    """Whether this command line came through the door."""
    from tui.context import Context

    context = ctx.find_object(Context) if ctx is not None else None
    return context is not None and context.inside


def narrowed(command: click.Command, words: Iterable[str]) -> click.Command:
    """The command as it is inside: a group with what is open of it, and in the place of what is closed a refusal."""
    import copy

    import click

    here = " ".join(words)
    if isinstance(command, click.Group):
        inside = copy.copy(command)
        inside.commands = {name: narrowed(part, (*words, name)) for name, part in command.commands.items()}
        if not any(not part.hidden for part in inside.commands.values()):
            return _refusal(here)
        if command.invoke_without_command and here not in OPEN:
            inside.invoke_without_command, inside.no_args_is_help = False, True
        return inside
    if here not in OPEN:
        return _refusal(here)
    closed = CLOSED_OPTIONS.get(here, set())
    if closed:
        inside_command = copy.copy(command)
        inside_command.params = [one for one in command.params if one.name not in closed]
        inside_command.callback = _without(command, closed)
        return inside_command
    return command


def _without(command: click.Command, closed: set[str]) -> Callable[..., Any]:
    """The command's callback, to which the closed options are not given."""
    import functools

    assert command.callback is not None
    return functools.partial(command.callback, **dict.fromkeys(closed, False))


def _refusal(here: str) -> click.Command:
    """A command that takes anything and says that it is not open."""
    import click

    def refuse() -> None:
        raise Ended(_("“{command}” is not open over this line.").format(command=f"cabas {here}"), WRONG_USE)

    return click.Command(
        here.rpartition(" ")[2],
        callback=refuse,
        params=[click.Argument(["rest"], nargs=-1, expose_value=False, type=click.UNPROCESSED)],
        hidden=True,
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "allow_interspersed_args": False},
    )
