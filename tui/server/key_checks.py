"""What doctor asks of the keys: who comes in, to what, and whether others could add one."""

from __future__ import annotations

import pwd
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from templates.words import _, ngettext
from tui.doctor.check import Check
from tui.keys.account import read_keys
from tui.keys.lines import KeyLine
from tui.server.access import may_read


def key_checks(person: pwd.struct_passwd, file: Path, logins: Mapping[str, bool] | None) -> Iterator[Check]:
    """The folder of the keys, then each key that opens what it should not."""
    home = Path(person.pw_dir)
    path = home / ".ssh" / "authorized_keys"
    try:
        open_to_others = [one for one in (home, path.parent, path) if one.exists() and not _closed(person, one)]
        lines = read_keys(path)
    except PermissionError:
        said = _("Only {account} and root may look at the keys.").format(account=person.pw_name)
        yield Check("ssh.keys", "unknown", said, _("As root: {command}").format(command="cabas doctor"))
        return
    if path.is_symlink():
        said = _("{path} is a link, which leads elsewhere: take it away.").format(path=path)
        yield Check("ssh.folder", "bad", said)
        return
    if lines and not may_read(person, path):
        said = _("{account} cannot read {path}.").format(account=person.pw_name, path=path)
        yield Check("ssh.folder", "bad", said, f"chown {person.pw_name}: {path}")
    for one in open_to_others:
        said = _("{path} can be changed by others, so sshd takes no key.").format(path=one)
        yield Check("ssh.folder", "bad", said, f"chown {person.pw_name}: {one}; chmod go-w {one}")
    found = [check for line in lines for check in _line(line, path, file, logins)]
    yield from found
    if not lines:
        said = _("No key opens cabas yet.")
        yield Check("ssh.keys", "warn", said, "cabas operator key NAME - --install < KEY.pub")
    elif not found:
        said = ngettext("{n} key opens cabas, and nothing else.", "{n} keys open cabas, and nothing else.", len(lines))
        yield Check("ssh.keys", "ok", said.format(n=len(lines)))


def _closed(person: pwd.struct_passwd, path: Path) -> bool:
    """As sshd asks (StrictModes): the account's or root's, and written by nobody else."""
    about = path.stat()
    return about.st_uid in (0, person.pw_uid) and not stat.S_IMODE(about.st_mode) & 0o022


def _line(line: KeyLine, path: Path, file: Path, logins: Mapping[str, bool] | None) -> Iterator[Check]:
    where = {"n": line.number, "path": path, "operator": line.operator or "", "file": line.file or ""}
    out = _("Take the line out, or write it anew: {command}").format(
        command="cabas operator key NAME - --install < KEY.pub"
    )
    if line.opens == "shell":
        said = _("Line {n} of {path} opens a shell: with it one reads and changes everything, whatever the rights.")
        yield Check("ssh.keys", "bad", said.format(**where), out)
    elif line.opens == "command":
        said = _("Line {n} of {path} opens another program than cabas.")
        yield Check("ssh.keys", "warn", said.format(**where), out)
    elif line.opens == "unread":
        said = _("Line {n} of {path} cannot be read.")
        yield Check("ssh.keys", "warn", said.format(**where), out)
    elif not line.narrow:
        said = _("Line {n} of {path} ({operator}) does not say “restrict”, so it may open more than cabas.")
        yield Check("ssh.keys", "bad", said.format(**where), out)
    elif logins is not None and not logins.get(line.operator or ""):
        said = _("Line {n} of {path} opens nothing: nobody who uses cabas is called {operator}.")
        take = f"cabas operator key {line.operator} --remove {line.fingerprint}"
        yield Check(
            "ssh.keys", "warn", said.format(**where), take if line.operator in logins else _("Take the line out.")
        )
    elif line.file is not None and line.file.resolve() != file.resolve():
        said = _("Line {n} of {path} ({operator}) opens another file: {file}.")
        yield Check("ssh.keys", "warn", said.format(**where), out)
