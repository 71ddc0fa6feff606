"""Where exports go: the folder `exports` beside the group's file, so that nothing is written anywhere else.

A file there carries no right of its own: who came over the SSH line has a folder of their own in it (`operator-3`, by
the id, as a login is given anew), which nobody else inside reads but an admin.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import DiskFull, FileExists, FileUnreadable, Invalid
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store

FOLDER = "exports"
OWN = "operator-"
MOST_MB = 250
"""What the folder of one who came over the line may hold: they cannot see how much room the server has."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file to hand out: its `name`, its `content`, how many `rows` it has.

    `left_out` counts what was asked for and has no place in such a file (members without an address, say).
    """

    name: str
    content: bytes
    rows: int
    left_out: int = 0


def top_folder(path: Path) -> Path:
    """The folder of all exports of the group's file at `path`; it may not be there yet."""
    return path.parent / FOLDER


def export_folder(store: Store) -> Path:
    """The folder that the actor's exports go to; it may not be there yet."""
    top = top_folder(store.path)
    return top / f"{OWN}{store.actor_id}" if store.inside else top


def readable_folders(store: Store) -> tuple[Path, ...]:
    """The folders whose files the actor may read, the one of their own exports first."""
    own = export_folder(store).absolute()
    if not store.inside or not store.operators.me().may(Right.ADMIN):
        return (own,)
    top = top_folder(store.path).absolute()
    others = (found for found in sorted(top.glob(f"{OWN}*")) if found != own)
    return own, top, *(found for found in others if found.is_dir() and not found.is_symlink())


def write_export(store: Store, export: Export) -> Path:
    """Write the export into the folder and return where it is; a file that is there stays, the new one gets a -2.

    Who may read the group's file may read the export, nobody else: both get the mode of the file, the folder with the
    right to enter it. Raises `FileUnreadable` or `DiskFull`; then nothing is left of it.
    """
    mode = store.path.stat().st_mode & 0o666
    folder = make_export_folder(store)
    try:
        handle, path = _new_file(folder, Path(export.name).name, mode)
    except OSError as error:
        raise FileUnreadable(folder, error.strerror or str(error)) from error
    _fill(handle, path, export.content)
    return path


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not be there yet, for nobody but the one who asked: it holds people's addresses.

    Raises `FileExists`, `DiskFull` (then nothing is left of it) and `OSError`.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise FileExists(path) from error
    _fill(handle, path, content)


def _fill(handle: int, path: Path, content: bytes) -> None:
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise DiskFull(path) from error


def make_export_folder(store: Store) -> Path:
    """The folder that the actor's exports go to, which is made where it is not there yet.

    Raises `FileUnreadable`, and over the line `Invalid("exports", …, "full")` where it holds `MOST_MB` (the value).
    """
    folder = export_folder(store)
    try:
        mode = store.path.stat().st_mode & 0o666
        for one in dict.fromkeys((top_folder(store.path), folder)):
            _make(one, mode)
        held = sum(found.lstat().st_size for found in folder.iterdir()) if store.inside else 0
    except OSError as error:
        raise FileUnreadable(folder, error.strerror or str(error)) from error
    if held > MOST_MB * 1_000_000:
        raise Invalid("exports", str(MOST_MB), "full")
    return folder


def _make(folder: Path, mode: int) -> None:
    if folder.is_dir():
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    # Whoever may read may enter; the group of the folder above goes on to the files of a shared one.
    shared = folder.parent.stat().st_mode & 0o2000 if mode & 0o070 else 0
    folder.chmod(mode | (mode & 0o444) >> 2 | shared)


def _new_file(folder: Path, name: str, mode: int) -> tuple[int, Path]:
    """An empty file that was not there before, open for writing."""
    number = 1
    while True:
        path = folder / (name if number == 1 else f"{Path(name).stem}-{number}{Path(name).suffix}")
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            number += 1
            continue
        os.fchmod(handle, mode)
        return handle, path
