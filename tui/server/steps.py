"""One step of setting a server up, and the means that steps have: commands, as root or as the account, and files."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from templates.words import _
from tui.server.target import Target

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class StepFailed(Exception):
    """A step could not be done; the text says why and what to do, in the operator's language."""


def nothing() -> str:
    """There is nothing that stands against a step."""
    return ""


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done, and why, in words; `shown` is the command, or the file's content, word for word.

    `done` looks whether it is so already and changes nothing; `act` does it and raises `StepFailed`. `left_out` says
    why this machine has no use for it, or "".
    """

    what: str
    why: str
    shown: str
    done: Callable[[], bool]
    act: Callable[[], object]
    left_out: Callable[[], str] = nothing


def run(
    command: Sequence[str | Path], *, target: Target | None = None, environment: Mapping[str, str] | None = None
) -> str:
    """Run a command to its end, as root or as the account of `target`; returns what it wrote. Raises `StepFailed`.

    Without an `environment` it has a bare one. The account's commands have no terminal, which they might write into.
    """
    words = [str(word) for word in command]
    environment = dict(environment or {"PATH": PATH, "LANG": os.environ.get("LANG", "C.UTF-8")})
    try:
        if target is None:
            done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment)
        else:
            person = target.person
            if person is None:
                raise StepFailed(_("There is no account {account}.").format(account=target.account))
            done = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                env=environment | {"HOME": str(target.home), "USER": target.account, "LOGNAME": target.account},
                user=person.pw_uid,
                group=person.pw_gid,
                extra_groups=[],
                umask=0o007,
                cwd="/",
                start_new_session=True,
            )
    except OSError as error:
        reason = error.strerror or str(error)
        raise StepFailed(_("{command} cannot be started: {reason}").format(command=words[0], reason=reason)) from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or str(done.returncode)
        raise StepFailed(f"{shlex.join(words)}: {said}")
    return done.stdout


def command_step(
    what: str,
    why: str,
    command: Sequence[str | Path],
    done: Callable[[], bool],
    *,
    target: Target | None = None,
) -> Step:
    """A step that is one command; with `target` as its account."""
    words = [str(word) for word in command]
    shown = words if target is None else ["runuser", "-u", target.account, "--", *words]
    return Step(what, why, shlex.join(shown), done, lambda: run(words, target=target))


def holds(path: Path, content: str) -> bool:
    """Whether a file of root's has this content; also where only a dry run may not look."""
    try:
        return path.read_text(encoding="utf-8") == content
    except PermissionError:
        return True
    except (OSError, UnicodeDecodeError):
        return False


def write(path: Path, content: str, group: int | None = None) -> None:
    """Write one of root's files, for all to read, or for this group: whole, or not at all. Raises `StepFailed`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(content)
                if group is not None:
                    os.fchown(file.fileno(), 0, group)
                os.fchmod(file.fileno(), 0o644 if group is None else 0o640)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise StepFailed(_("{path} cannot be written: {reason}").format(path=path, reason=reason)) from error
