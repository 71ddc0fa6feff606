"""The files that one may want to take over or to attach: where they lie, and what a typed path means."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from store.folding import fold

SUFFIXES = (".csv", ".tsv", ".txt", ".json")
"""Endings of files with rows and columns (JSON: our own of members); any other file is no business of an import."""
ANY = ("",)
"""Every file's name ends in nothing more."""
SPREADSHEETS = (".xlsx", ".xls", ".ods")
MOST = 500
"""How many entries of a folder are looked at for the list."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file, or a folder to go into: where it is, its size in bytes, and when it was last changed (UTC)."""

    path: Path
    size: int
    changed: datetime
    folder: bool = False

    @property
    def name(self) -> str:
        """What the list calls it; a folder ends in a slash."""
        return f"{self.path.name}/" if self.folder else self.path.name


def start_folder() -> Path:
    """The folder where the program was started; the root where that one is gone."""
    try:
        return Path.cwd()
    except OSError:
        return Path("/")


def is_path(text: str) -> bool:
    """Whether a typed text names a place, not a part of a listed file's name."""
    return text.startswith("~") or "/" in text


def meant(text: str) -> Path:
    """The path that a typed text means: `~` is the home folder, what has no root begins in the start folder."""
    try:
        return start_folder() / Path(text).expanduser()
    except RuntimeError:  # ~somebody who has no home
        return start_folder() / text


def is_file(path: Path) -> bool:
    """Whether there is a file; what cannot be looked at, such as another's folder, is none."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises where a folder may not be entered


def is_folder(path: Path) -> bool:
    """Whether there is a folder; what cannot be looked at is none."""
    return os.path.isdir(path)  # noqa: PTH112 - as above


def lies_in(path: Path, folders: Iterable[Path]) -> bool:
    """Whether a file lies in one of the folders itself, and is no link that leads out of it."""
    real = os.path.realpath
    return any(path.parent == folder and Path(real(path)).parent == Path(real(folder)) for folder in folders)


def listed(folders: Iterable[Path], text: str = "", suffixes: tuple[str, ...] = SUFFIXES) -> list[Listed]:
    """The files in these folders that end so and whose name holds `text`, the newest first."""
    wanted = fold(text.strip())
    found = {
        entry.path: entry
        for folder in folders
        for entry in _entries(folder, suffixes)
        if not entry.folder and wanted in fold(entry.path.name)
    }
    by_name = sorted(found.values(), key=lambda entry: fold(entry.name))
    return sorted(by_name, key=lambda entry: entry.changed, reverse=True)


def completions(text: str, suffixes: tuple[str, ...] = SUFFIXES) -> list[Listed]:
    """The folders, and the files that end so, that a typed path may go on with, by name."""
    path = meant(text)
    folder, begin = (path, "") if text.endswith("/") or text == "~" else (path.parent, path.name)
    entries = [entry for entry in _entries(folder, suffixes) if fold(entry.path.name).startswith(fold(begin))]
    return sorted(entries, key=lambda entry: (not entry.folder, fold(entry.path.name)))


def _entries(folder: Path, suffixes: tuple[str, ...]) -> list[Listed]:
    entries = []
    try:
        with os.scandir(folder) as found:
            for _number, entry in zip(range(MOST), found, strict=False):
                if (one := _entry(entry, suffixes)) is not None:
                    entries.append(one)
    except (OSError, ValueError):  # no such folder, no right to read it, a NUL in its name
        return entries
    return entries


def _entry(entry: os.DirEntry[str], suffixes: tuple[str, ...]) -> Listed | None:
    if entry.name.startswith("."):
        return None
    try:
        folder = entry.is_dir()
        if not folder and not (entry.is_file() and entry.name.lower().endswith(suffixes)):
            return None
        about = entry.stat()
    except OSError:
        return None
    return Listed(Path(entry.path), about.st_size, datetime.fromtimestamp(about.st_mtime, UTC), folder)
