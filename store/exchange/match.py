"""Which member, product or catalogue of the group a file means, as far as that can be told."""

from __future__ import annotations

from dataclasses import dataclass

SHOWN = 5
"""How many a question names."""


@dataclass(frozen=True, slots=True)
class Match:
    """The one that it certainly is (`id`), or those that it may be, and why it is not certain (`reason`)."""

    id: int | None = None
    candidates: tuple[int, ...] = ()
    reason: str = "unknown"
