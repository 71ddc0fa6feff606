"""How the group's file lies there: its folder, its modes, what is beside it, the room on its disk."""

from __future__ import annotations

import grp
import pwd
import shlex
from pathlib import Path

from store.file_state import Entry, FileState, file_state
from store.schema import LATEST
from templates.words import _, ngettext
from tui.doctor.check import Check
from tui.server.access import bring_back

LOW, LITTLE = 20_000_000, 500_000_000
"""Free octets under which nothing is safe any more, and under which it is time to make room."""

LARGE_LOG = 200_000_000
"""Octets of SQLite's log that are worth a word: somebody's session reads the same old state for days."""


def file_checks(path: Path, account: pwd.struct_passwd | None) -> list[Check]:
    """What can be seen without opening it as an operator; nothing is changed. `account`: whose it should be."""
    try:
        state = file_state(path)
    except OSError as error:
        why = error.strerror or str(error)
        do = bring_back(path, path) if isinstance(error, FileNotFoundError) else ""
        return [Check("file", "bad", _("{path}: {why}.").format(path=path, why=why), do or _name_the_file())]
    belongs = [*_owned(state, account), *_modes(state)]
    return [*_access(state), *belongs, *_beside(state, account), *_log(state), _room(state), *_version(state)]


def _name_the_file() -> str:
    return _("Name the group's file with --file or CABAS_FILE, or put it into cabas.toml.")


def _access(state: FileState) -> list[Check]:
    """Whether the present user may work with it: SQLite makes files beside it, so that the folder counts too."""
    missing = [one for one in (state.file, state.folder) if not (one.readable and one.writable)]
    if not missing:
        return [Check("file.access", "ok", _("You can read and write {path}.").format(path=state.file.path))]
    do = _("Work as the account that owns it ({owner}), or ask for the right.").format(owner=_owner(state.file))
    return [Check("file.access", "bad", _("You may not write {path}.").format(path=one.path), do) for one in missing]


def _owned(state: FileState, account: pwd.struct_passwd | None) -> list[Check]:
    """Whether the account has it, where root has copied it there: what lies beside it is right then."""
    if account is None or state.file.owner == account.pw_uid:
        return []
    said = _("{path} belongs to {who}. If it is the group's: {command}")
    command = f"chown {account.pw_name}: {shlex.quote(str(state.file.path))}*"
    return [Check("file.owner", "bad", said.format(path=state.file.path, who=_owner(state.file), command=command))]


def _modes(state: FileState) -> list[Check]:
    found = []
    file, folder = state.file, state.folder
    if file.mode & 0o600 != 0o600:
        said = _("{account} cannot read {path}.").format(account=_owner(file), path=file.path)
        found.append(Check("file.modes", "bad", said, f"chmod 0660 {shlex.quote(str(file.path))}"))
    if file.others_read or file.others_write:
        said = _("Anybody on this machine can read {path}: it holds all members.").format(path=file.path)
        found.append(Check("file.modes", "bad", said, f"chmod o= {shlex.quote(str(file.path))}"))
    if folder.others_write:
        said = _("Anybody on this machine can put files into {path}.").format(path=folder.path)
        found.append(Check("folder.modes", "bad", said, f"chmod o-w {shlex.quote(str(folder.path))}"))
    shared = file.mode & 0o020 and (_group(file) != _owner(file) or _members(file))
    if shared and not folder.mode & 0o020:
        said = _("{path} is shared with the group {group}, but its folder is not: they cannot work in it.")
        said = said.format(path=file.path, group=_group(file))
        found.append(Check("folder.modes", "warn", said, f"chmod 2770 {shlex.quote(str(folder.path))}"))
    if not found:
        said = _("Only {owner} and the group {group} get at it.") if shared else _("Only {owner} gets at it.")
        found.append(Check("file.modes", "ok", said.format(owner=_owner(file), group=_group(file))))
    return found


def _beside(state: FileState, account: pwd.struct_passwd | None) -> list[Check]:
    """Files that somebody made as root, say, with which nobody else can work."""
    file, found = state.file, []
    copied = account is not None and file.owner != account.pw_uid
    for one in state.beside:
        name = shlex.quote(str(one.path))
        if one.others_read and not one.path.is_dir():
            said = _("Anybody on this machine can read {path}.").format(path=one.path)
            found.append(Check("file.beside", "bad", said, f"chmod o= {name}"))
        shared = one.group == file.group and file.mode & one.mode & 0o060 == 0o060
        if one.owner != file.owner and not shared and not copied:
            said = _("{path} belongs to {owner}, the group's file to {other}: that keeps others from working.")
            said = said.format(path=one.path, owner=_owner(one), other=_owner(file))
            found.append(Check("file.beside", "bad", said, f"chown {_owner(file)}:{_group(file)} {name}"))
    for one in state.left:
        said = _("{path} was left behind by something that was cut off. It holds members, and nobody needs it.")
        found.append(Check("file.left", "warn", said.format(path=one.path), f"rm -r {shlex.quote(str(one.path))}"))
    return found


def _log(state: FileState) -> list[Check]:
    if state.version and state.log not in (None, "wal"):
        said = _("The file is in a mode in which one keeps the others waiting ({mode}).").format(mode=state.log)
        do = _("Bring it into a new file, which has the right mode: cabas restore {path} NEWFILE")
        return [Check("file.log", "warn", said, do.format(path=state.file.path))]
    for one in state.beside:
        if one.path.name.endswith("-wal") and one.size > LARGE_LOG:
            from screens.sizes import size_words

            said = _("The log {path} has {size}.").format(path=one.path, size=size_words(one.size))
            return [Check("file.log", "warn", said, _("Let everybody leave cabas once: it is folded in then."))]
    return []


def _room(state: FileState) -> Check:
    from screens.sizes import size_words

    said = _("{free} are free on the disk; the group's file has {size}.")
    said = said.format(free=size_words(state.free), size=size_words(state.file.size))
    needed = max(LOW, 2 * state.file.size)
    if state.free < needed:
        return Check("room", "bad", said, _("Make room: soon nothing can be stored, and no backup is made."))
    if state.free < LITTLE:
        return Check("room", "warn", said, _("Make room before it is needed."))
    return Check("room", "ok", said)


def _version(state: FileState) -> list[Check]:
    if not state.version or state.version >= LATEST:
        return []
    behind = LATEST - state.version
    text = ngettext(
        "The file is {n} version older than this cabas: the next one to open it brings it up to date, after a backup.",
        "The file is {n} versions older than this cabas: the next one to open it brings it up to date, after a backup.",
        behind,
    )
    return [Check("file.version", "warn", text.format(n=behind))]


def is_older(path: Path) -> bool:
    """Whether opening the file would change it: looking is no reason for that."""
    try:
        version = file_state(path).version
    except OSError:
        return False
    return version is not None and 0 < version < LATEST


def _owner(one: Entry) -> str:
    try:
        return pwd.getpwuid(one.owner).pw_name
    except KeyError:
        return str(one.owner)


def _members(one: Entry) -> bool:
    """Whether anybody is in its group besides those whose own it is."""
    try:
        return bool(grp.getgrgid(one.group).gr_mem)
    except KeyError:
        return False


def _group(one: Entry) -> str:
    try:
        return grp.getgrgid(one.group).gr_name
    except KeyError:
        return str(one.group)
