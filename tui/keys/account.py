"""The account's `authorized_keys`: read, and changed as a whole or not at all, with a dated copy of what was there."""

from __future__ import annotations

import fcntl
import os
import pwd
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tui.keys.lines import KeyLine, read_lines, same_key
from tui.keys.public import PublicKey


@dataclass
class KeysRefused(Exception):
    """The file is left as it is.

    `reason`: "link" (it, or its folder, leads elsewhere), "account" (it is that of `who`, not the present one), "taken"
    (the key opens cabas as `who` already), "group" (the group's file `who`), "shell" or "command" (it opens that).
    """

    reason: str
    path: Path
    who: str = ""


def usual_file(group_file: Path) -> Path:
    """Where sshd looks for the keys of the account whose group's file this is, unless its configuration says otherwise.

    Raises `KeyError` for an account that is gone, `OSError`.
    """
    return Path(pwd.getpwuid(group_file.stat().st_uid).pw_dir) / ".ssh" / "authorized_keys"


def refuse_other_accounts(group_file: Path) -> None:
    """Raise `KeysRefused` where the file is another account's: a key that root installs would start cabas as root."""
    _refuse_others(group_file.resolve())


def read_keys(path: Path) -> tuple[KeyLine, ...]:
    """The lines with keys; none where there is no file. Raises `OSError`."""
    try:
        return read_lines(path.read_text(encoding="utf-8", errors="surrogateescape"))
    except FileNotFoundError:
        return ()


def install(path: Path, line: str, key: PublicKey, logins: Collection[str]) -> Path | None:
    """Let the key in by `line`, in the place of one that this operator has for it; returns the copy of what was there.

    None where nothing was there before. A line that is there already is left; `logins` are the group's operators: a
    line of another name is a former one's. Raises `KeysRefused`, `OSError`.
    """
    (new,) = read_lines(line)
    with _changing(path) as text:
        kept = []
        for old in read_lines(text.now):
            if same_key(old, key):
                _refuse_replacing(old, new, path, logins)
                kept.append(old.text)
        if kept == [line]:
            return None
        lines = [one for one in text.now.split("\n") if one not in kept]
        text.now = "\n".join([*lines[: len(lines) - (lines[-1] == "")], line, ""])
    return text.copied


def _refuse_replacing(old: KeyLine, new: KeyLine, path: Path, logins: Collection[str]) -> None:
    """Raise `KeysRefused` where a line lets the same key into something else than what is left behind."""
    if old.opens != "cabas":
        raise KeysRefused("command" if old.opens == "command" else "shell", path)
    if old.file is not None and old.file != new.file and old.file.exists():
        raise KeysRefused("group", path, str(old.file))
    if old.operator != new.operator and old.operator in logins:
        raise KeysRefused("taken", path, old.operator or "")


def remove(path: Path, fingerprint: str, login: str) -> tuple[int, Path | None]:
    """Let a key of this operator's in no more: how many lines that were, and the copy of what was there.

    Raises `KeysRefused`, `OSError`.
    """
    with _changing(path) as text:
        gone = [one.text for one in read_lines(text.now) if one.operator == login and one.fingerprint == fingerprint]
        text.now = "\n".join(one for one in text.now.split("\n") if one not in gone)
    return len(gone), text.copied


@dataclass
class _Text:
    now: str
    copied: Path | None = None


@contextmanager
def _changing(path: Path) -> Iterator[_Text]:
    """The file's text, to be changed; written when the block ends well, if it is another one then."""
    folder = path.parent
    folder.mkdir(mode=0o700, exist_ok=True)
    _refuse_others(folder)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # another one who installs a key waits
        before = ""
        with suppress(FileNotFoundError):
            _refuse_others(path)
            before = path.read_text(encoding="utf-8", errors="surrogateescape")
        text = _Text(before)
        yield text
        if text.now != before:
            text.copied = _copy(path, before) if before else None
            os.fchmod(handle, 0o700)  # sshd passes by what others may write
            _replace(path, text.now)
            os.fsync(handle)
    finally:
        os.close(handle)


def _refuse_others(path: Path) -> None:
    """Raise `KeysRefused` for a link, which may lead anywhere, and for what is another account's."""
    about = path.lstat()
    if path.is_symlink():
        raise KeysRefused("link", path)
    if about.st_uid != os.geteuid():
        try:
            who = pwd.getpwuid(about.st_uid).pw_name
        except KeyError:
            who = str(about.st_uid)
        raise KeysRefused("account", path, who)


def _copy(path: Path, text: str) -> Path:
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    number = 1
    while True:
        copy = path.with_name(f"{path.name}.{stamp}" if number == 1 else f"{path.name}.{stamp}-{number}")
        try:
            handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            number += 1
            continue
        _fill(handle, text)
        return copy


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
    try:
        _fill(handle, text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _fill(handle: int, text: str) -> None:
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
