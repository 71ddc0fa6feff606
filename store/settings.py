"""What is set for the whole group."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from store.errors import Invalid
from store.rights import Right
from templates.words import LANGUAGES

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


LONGEST_NAME = 100
"""Characters of the group's name: it stands in subjects, sender names and titles."""


def checked(group: Group) -> Group:
    """The group as it came; raises `Invalid` for what no text, price, hour or phone number can be read in."""
    from zoneinfo import available_timezones

    if not group.name:
        raise Invalid("name", group.name, "empty")
    if group.language not in LANGUAGES:
        raise Invalid("language", group.language, "unknown")
    if not (len(group.currency) == 3 and group.currency.isascii() and group.currency.isalpha()):
        raise Invalid("currency", group.currency, "unknown")
    if group.timezone not in available_timezones():
        raise Invalid("timezone", group.timezone, "unknown")
    if not (len(group.country) == 2 and group.country.isascii() and group.country.isalpha()):
        raise Invalid("country", group.country, "unknown")
    return group


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

    def set_group(self, *, name: str | None = None, language: str | None = None, country: str | None = None) -> Group:
        """Change what is named of the group's own data and return all of it; needs the right `admin`.

        Currency and time zone stay as the file was made: sums and hours in it are meant in them. A country holds for
        the phones that are typed from now on. Raises `Invalid` ("name", "language", "country").
        """
        wanted = {"name": name, "language": language, "country": country}
        with self._store.writing() as t:
            t.require(Right.ADMIN)
            before = load_group(t)
            given = {field: " ".join(text.split()) for field, text in wanted.items() if text is not None}
            group = replace(before, **given)
            group = checked(replace(group, language=group.language.lower(), country=group.country.upper()))
            _check_changed(before, group)
            changed = [field for field in wanted if getattr(group, field) != getattr(before, field)]
            if changed:
                t.execute(
                    "UPDATE settings SET value = ? WHERE key = 'group'",
                    (json.dumps(asdict(group), ensure_ascii=False),),
                )
                t.journal("group.changed", fields=changed)
        return group

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


def _check_changed(before: Group, group: Group) -> None:
    """A file keeps what it was made with; what is new has to be short enough, and a country with phones."""
    if group.name != before.name and len(group.name) > LONGEST_NAME:
        raise Invalid("group_name", str(len(group.name)), "too_long")
    if group.country != before.country:
        from phonenumbers import SUPPORTED_REGIONS

        if group.country not in SUPPORTED_REGIONS:
            raise Invalid("country", group.country, "unknown")
