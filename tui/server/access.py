"""The account as owners, groups and modes know it, for root, who may do everything; and what it would bring back."""

from __future__ import annotations

import os
import pwd
import re
import shlex
import stat
from pathlib import Path

from tui.server.target import person_of


def account_of(file: Path) -> pwd.struct_passwd | None:
    """Whose the group's file is: its folder's, where there is no file, or root has put one there by copying."""
    for path in (file, file.parent):
        try:
            owner = path.stat().st_uid
        except OSError:
            continue
        if owner != 0 or path == file.parent:
            return person_of(owner)
    return None


def may_read(person: pwd.struct_passwd, path: Path) -> bool:
    """Whether this account may read a file or folder, and go through the folders to it; true where one may not look."""
    groups = os.getgrouplist(person.pw_name, person.pw_gid)

    def allowed(one: Path, bit: int) -> bool:
        about = one.stat()
        owned, shared = about.st_uid == person.pw_uid, about.st_gid in groups
        return bool(stat.S_IMODE(about.st_mode) >> (6 if owned else 3 if shared else 0) & bit)

    try:
        return person.pw_uid == 0 or (allowed(path, 4) and all(allowed(one, 1) for one in path.parents))
    except OSError:
        return True


def bring_back(file: Path, new: Path) -> str:
    """The command that brings the last whole backup of a group's file back into a new one; "" where there is none."""
    from store.backup_files import found

    last = max((one for one in found(file) if one.whole), key=lambda one: one.at, default=None)
    return "" if last is None else shlex.join(["cabas", "restore", str(last.path), str(new)])


def typed(do: str, account: pwd.struct_passwd) -> str:
    """What to do, with its command as root types it: in the account, which cabas knows, and whose the files stay."""
    if os.geteuid() != 0 or account.pw_uid == 0:
        return do
    return re.sub(r"(^|: )cabas (?!server |doctor)", rf"\1runuser -u {account.pw_name} -- cabas ", do)
