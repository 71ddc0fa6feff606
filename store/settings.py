"""What is set for the whole group."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.limits import Limits
    from store.transaction import Transaction


@dataclass(frozen=True)
class Group:
    """The group's name, and what its texts, prices, hours and phone numbers are read in."""

    name: str
    language: str = "en"
    currency: str = "EUR"
    timezone: str = "Europe/Paris"
    country: str = "FR"


def load_group(t: Transaction) -> Group:
    """`Settings.group` inside a transaction."""
    return Group(**json.loads(t.value("SELECT value FROM settings WHERE key = 'group'")))


class Settings:
    """Settings are JSON values under a dotted key."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a setting, or `default` when it was never set."""
        with self._store.reading() as t:
            text = t.value("SELECT value FROM settings WHERE key = ?", (key,))
        return default if text is None else json.loads(text)

    def set(self, key: str, value: Any) -> None:
        """Change a setting; needs the right `admin`."""
        with self._store.writing() as t:
            t.require(Right.ADMIN)
            t.execute(
                "INSERT INTO settings (key, value) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, json.dumps(value, ensure_ascii=False)),
            )
            t.journal("setting.changed", key=key)

    def group(self) -> Group:
        """The group's own data."""
        with self._store.reading() as t:
            return load_group(t)

    def limits(self) -> Limits:
        """The limits within which messages are written; open to all."""
        from store.limits import load_limits

        with self._store.reading() as t:
            return load_limits(t)

    def set_limits(self, **values: int) -> Limits:
        """Change some of the limits (see `store.limits.Limits`) and return all; needs the right `admin`.

        Raises `Invalid(name, value, "range")` outside `store.limits.RANGES`, `Invalid("limit", name, "unknown")`.
        """
        from store.limits import load_limits, store_limits

        with self._store.writing() as t:
            t.require(Right.ADMIN)
            store_limits(t, values)
            return load_limits(t)
