"""What the parts of the example group share: its name, its clock, and what its things are called in the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from store.clock import resolve
from store.settings import Group

GROUP = Group("AMAP des Oiseaux", language="fr", currency="EUR", timezone="Europe/Paris", country="FR")

COORDINATOR = "marie"
"""The login of whoever runs the demo."""

MAILBOX_ADDRESS = "amap@exemple.fr"

MARK = "demo"
"""The setting that only an example group has, so that a real group in the same place is never opened as one."""


class Hands:
    """The hands of the example's clock, so that everything is told at the moment it happened."""

    def __init__(self, wall: datetime) -> None:
        self._at = utc(wall)

    def __call__(self) -> datetime:
        """The moment, in UTC."""
        return self._at

    def move_to(self, wall: datetime) -> None:
        """Set the clock to a wall time in the group's zone."""
        self._at = utc(wall)


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of members in the order of the households, of products by reference, of distributions by day."""

    members: tuple[int, ...]
    products: dict[str, int]
    distributions: dict[date, int]


def utc(wall: datetime) -> datetime:
    """The UTC moment of a wall time in the group's zone."""
    return resolve(wall, ZoneInfo(GROUP.timezone))


def today() -> date:
    """The present date where the group lives."""
    return datetime.now(ZoneInfo(GROUP.timezone)).date()
