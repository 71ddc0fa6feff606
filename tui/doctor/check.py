"""What doctor says of one thing that it looked at."""

from __future__ import annotations

from dataclasses import dataclass
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
