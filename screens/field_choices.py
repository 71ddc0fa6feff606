"""The fields as the Compose screen offers them: each with what it says, those of a catalogue once for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from templates.render.fields import FIELDS
from templates.words import _

if TYPE_CHECKING:
    from store import Store


def field_choices(store: Store) -> list[tuple[str, str, str]]:
    """Name, explanation and what is put into the text, for each field."""
    return list(_choices(store))


def _choices(store: Store) -> Iterator[tuple[str, str, str]]:
    coming = store.distributions.next()
    closing = [c.name for c in coming.catalogues if c.closes is not None] if coming else []
    catalogues = {"closes": closing, "last_order": [catalogue.name for catalogue in store.catalogues.all()]}
    for field in FIELDS:
        if field.name != "last_order":
            yield field.name, _(field.description), field.insert
        for name in catalogues.get(field.name, []):
            # A quotation mark would end the name too early; the beginning before it is enough to find it.
            short = name.partition('"')[0].strip()
            yield f"{field.name}: {name}", _(field.description), f'{{{{ {field.name}("{short}") }}}}'
