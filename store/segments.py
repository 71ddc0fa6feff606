"""Segments: who is meant, how many they are and how they can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.segment_steps import EVERYONE, NOBODY, Rule, Segment, Start, Step, Verb

if TYPE_CHECKING:
    from store.handle import Store

__all__ = ["EVERYONE", "NOBODY", "Counts", "Rule", "Segment", "Segments", "Start", "Step", "Verb"]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many a segment means: `selected` = `opted_out` + `email` + `unreachable`, out of `members`.

    `mobile` counts the selected who have a mobile phone; `mails` is what really goes out.
    """

    members: int
    selected: int
    email: int
    mobile: int
    unreachable: int
    opted_out: int
    mails: int


class Segments:
    """Counting and listing need a right on members or messages."""

    def __init__(self, store: Store) -> None:
        self._store = store
