"""What can be wrong with a shared server, and what to do about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

State = Literal["ok", "warn", "bad", "unknown"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    `name` is the same in every language, for programs ("account", "ssh.keys"); `said` is what was found, `do` what to
    do about it ("" where there is nothing). "unknown": the present user may not look.
    """

    name: str
    state: State
    said: str
    do: str = ""


def server_checks(file: Path, logins: Collection[str] | None = None) -> tuple[Check, ...]:
    """How the server stands whose group's file this is; empty where this machine was never set up as one.

    `logins` are the operators', None where they are not known: then the keys are not compared with them.
    """
    return ()
