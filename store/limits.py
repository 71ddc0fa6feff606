"""The limits within which messages are written: what advice speaks of, what is asked twice, what is too large."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.errors import Invalid

if TYPE_CHECKING:
    from store.transaction import Transaction

MEGABYTE = 1_000_000
"""Octets, as mail providers count them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a group is advised and asked; every one is a whole number that can be changed in the settings.

    `ask_above`: so many mails go only after their number was typed. `most_lines` of text are enough. One targeted
    message in `targeted_days` is enough for a person, and no automatic mail to the same people within `automatic_days`;
    messages of the last `overlap_days` are looked through for the same members. `files_mb`: the files of a message,
    in megabytes. `subject_length`: characters. `audience_change`: percent more or fewer mails that are worth a note.
    """

    ask_above: int = 100
    most_lines: int = 4
    targeted_days: int = 30
    automatic_days: int = 2
    overlap_days: int = 14
    files_mb: int = 10
    subject_length: int = 60
    audience_change: int = 20

    @property
    def files_size(self) -> int:
        """What the files of one message may have together, in octets."""
        return self.files_mb * MEGABYTE


RANGES: dict[str, tuple[int, int]] = {
    "ask_above": (0, 100_000),
    "most_lines": (1, 100),
    "targeted_days": (0, 365),
    "automatic_days": (0, 60),
    "overlap_days": (0, 90),
    "files_mb": (1, 25),
    "subject_length": (20, 200),
    "audience_change": (1, 100),
}
"""The lowest and highest value of each limit; no days at all means that nothing is said of it."""

_PREFIX = "messages."


def load_limits(t: Transaction) -> Limits:
    """The limits inside a transaction: what was never set, or cannot be understood, is as it comes with the program."""
    found = {}
    for row in t.all("SELECT key, value FROM settings WHERE key LIKE 'messages.%'"):
        name, value = row["key"].removeprefix(_PREFIX), json.loads(row["value"])
        if name in RANGES and type(value) is int and RANGES[name][0] <= value <= RANGES[name][1]:
            found[name] = value
    return Limits(**found)


def store_limits(t: Transaction, values: dict[str, int]) -> None:
    """Change some limits, with one journal row. Raises `Invalid`: "unknown" for a name, "range" for a value."""
    for name, value in values.items():
        if name not in RANGES:
            raise Invalid("limit", name, "unknown")
        least, most = RANGES[name]
        if not least <= value <= most:
            raise Invalid(name, str(value), "range")
    for name, value in values.items():
        t.execute(
            "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (_PREFIX + name, json.dumps(value)),
        )
    t.journal("limits.changed", **values)
