"""Versions of cabas side by side: a new one is installed and tried beside those in use, then the path leads to it.

`versions/0.3.0-1` are virtual environments, `current` is a link to one of them. Whoever works goes on with the former
one until it suits them (`screens.updating`); the two before stay, to go back to.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from screens import updating
from templates.words import _
from tui.server.steps import StepFailed, run

ROOT = Path("/opt/cabas")
KEPT = 2
"""How many former versions stay."""
COMPLETE = ".complete"
"""A file in a version that was installed to its end."""
EXTRAS = ".extras"
"""A file in a version that was installed with the libraries of SMS, of measuring and of the keyring."""


@dataclass(frozen=True, slots=True)
class Version:
    """One that is there: complete, or left over from an installation that was broken off."""

    name: str
    path: Path
    is_current: bool
    is_complete: bool

    @property
    def command(self) -> Path:
        """What starts it."""
        return self.path / "bin" / "cabas"


@dataclass(frozen=True, slots=True)
class Source:
    """What a version is installed from: a wheel, or a folder with the source; `lock` names its libraries with hashes.

    With `extras` come the libraries of what not every group uses: SMS, measuring, a keyring.
    `wheels` is a folder that has the libraries, too: then none comes from the network.
    """

    what: Path
    version: str
    lock: Path | None = None
    wheels: Path | None = None
    extras: bool = False


class Busy(Exception):
    """Another update is under way."""


def source(named: Path, *, extras: bool = False) -> Source:
    """What is to be installed from a wheel, or from a folder with wheels or with the source. Raises `StepFailed`."""
    named = named.absolute()
    if not named.exists():
        raise StepFailed(_("There is no {path}.").format(path=named))
    folder = named if named.is_dir() else named.parent
    lock = folder / ("requirements-extras.lock" if extras else "requirements.lock")
    found = partial(Source, lock=lock if lock.exists() else None, extras=extras)
    if (named / "pyproject.toml").exists():
        import tomllib

        version = tomllib.loads((named / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
        return found(named, str(version))
    ours = sorted(named.glob("cabas-*.whl"), key=_number) if named.is_dir() else [named]
    if not ours or ours[-1].suffix != ".whl" or not ours[-1].name.startswith("cabas-"):
        raise StepFailed(_("{path} is neither a wheel of cabas nor a folder with one.").format(path=named))
    others = any(not wheel.name.startswith("cabas-") for wheel in folder.glob("*.whl"))
    return found(ours[-1], ours[-1].name.split("-")[1], wheels=folder if others else None)


def _number(wheel: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in wheel.name.split("-")[1].split(".") if part.isdigit())


def versions(root: Path) -> tuple[Version, ...]:
    """What is installed, the oldest first."""
    try:
        folders = [path for path in (root / "versions").iterdir() if path.is_dir()]
    except FileNotFoundError:
        return ()
    present = (root / "current").resolve()
    folders.sort(key=_installed_at)
    return tuple(Version(path.name, path, path.resolve() == present, (path / COMPLETE).exists()) for path in folders)


def _installed_at(path: Path) -> tuple[int, list[int]]:
    mark = path / COMPLETE
    numbers = [int(part) for part in path.name.replace("-", ".").split(".") if part.isdigit()]
    return (mark if mark.exists() else path).stat().st_mtime_ns, numbers


def following(root: Path, version: str) -> Path:
    """Where the next installation of a version goes: 0.3.0-1, 0.3.0-2 …"""
    there = {one.name for one in versions(root)}
    number = next(n for n in range(1, len(there) + 2) if f"{version}-{n}" not in there)
    return root / "versions" / f"{version}-{number}"


def commands(wanted: Source, path: Path) -> list[list[str]]:
    """The commands that install it, in their order: the libraries as they are locked, then cabas itself."""
    pip = [sys.executable, "-m", "pip", "--python", str(path / "bin" / "python"), "--disable-pip-version-check"]
    install = [*pip, "install", "--no-input", "--quiet"]
    if wanted.wheels is not None:
        install += ["--no-index", "--find-links", str(wanted.wheels)]
    made = [[sys.executable, "-m", "venv", "--without-pip", str(path)]]
    if wanted.lock is None:
        return [*made, [*install, f"{wanted.what}[keyring,measure,sms]" if wanted.extras else str(wanted.what)]]
    locked = [*install, "--require-hashes", "--requirement", str(wanted.lock)]
    return [*made, locked, [*install, "--no-deps", str(wanted.what)]]


def install(wanted: Source, path: Path) -> None:
    """Install it; where that fails nothing is left of it. Raises `StepFailed`."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    umask = os.umask(0o022)  # the account that starts it is not the one that installs it
    try:
        for command in commands(wanted, path):
            carry_out(command)
        if wanted.extras:
            (path / EXTRAS).touch()
        (path / COMPLETE).touch()
    except BaseException:
        remove(path)
        raise
    finally:
        os.umask(umask)


def knows(version: Version) -> int:
    """Up to which migration it opens a group's file, asked of itself. Raises `StepFailed` where it does not start."""
    known = updating.knows(carry_out([str(version.command)], {updating.TRIES: "1"}))
    if known is None:
        raise StepFailed(_("{path} does not start cabas.").format(path=version.command))
    return known


def has_extras(root: Path) -> bool:
    """Whether the present version was installed with the extras."""
    return (root / "current" / EXTRAS).exists()


def take(root: Path, version: Version) -> None:
    """Let `current` lead to it, in one step: at no moment does it lead nowhere."""
    step = root / ".current"
    step.unlink(missing_ok=True)
    step.symlink_to(Path("versions") / version.name)
    step.replace(root / "current")


def remove(path: Path) -> None:
    """Remove what was installed there."""
    shutil.rmtree(path, ignore_errors=True)


def prune(root: Path) -> tuple[Version, ...]:
    """Remove what nobody goes back to: all but the present one and the two before; returns what is gone.

    What somebody still works with stays until the next time.
    """
    there = versions(root)
    former = [one for one in there if one.is_complete and not one.is_current]
    gone = [one for one in (*(o for o in there if not o.is_complete), *former[:-KEPT]) if not one.is_current]
    removed = tuple(one for one in gone if not _is_used(one))
    for one in removed:
        remove(one.path)
    return removed


def _is_used(version: Version) -> bool:
    """Whether a program of it runs, as far as one may see."""
    inside = f"{version.path}/".encode()
    for about in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if inside in about.read_bytes():
                return True
        except OSError:
            continue
    return False


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Keep other updates out meanwhile. Raises `Busy`, and `StepFailed` where one may not write there."""
    import fcntl

    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o755)
        lock = os.open(root / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StepFailed(_("{path} cannot be written: {reason}").format(path=root, reason=reason)) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy from error
        yield
    finally:
        os.close(lock)


def carry_out(command: list[str], more: Mapping[str, str] | None = None) -> str:
    """Run a command to its end, in this environment but for what bends Python; returns what it wrote.

    Raises `StepFailed`.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return run(command, environment={**kept, **(more or {})})
