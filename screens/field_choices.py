"""The fields as the Compose screen offers them: those that suit everybody first, those of a catalogue once for each.

Those of the catalogue or the promotion that a message speaks of are only offered where it does: mostly it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates.words import _

if TYPE_CHECKING:
    from store import Store
    from templates.render.fields import Fit


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field: what it is called, what it says, what is put in; `why` it does not suit all ("": it does)."""

    name: str
    says: str
    insert: str
    why: str


def field_choices(store: Store, fits: Sequence[Fit]) -> list[FieldChoice]:
    """Every field; what does not suit the people comes last."""
    return sorted(_choices(store, fits), key=lambda choice: bool(choice.why))


OF_WORKFLOWS = ("catalogue", "promotion")
"""What fields can need that only the mails of workflows have."""


def _choices(store: Store, fits: Sequence[Fit]) -> Iterator[FieldChoice]:
    coming = store.distributions.next()
    closing = [c.name for c in coming.catalogues if c.closes is not None] if coming else []
    catalogues = {"closes": closing, "last_order": [catalogue.name for catalogue in store.catalogues.all()]}
    for field, fit, reason in fits:
        if not fit and field.needs in OF_WORKFLOWS:
            continue
        why = "" if fit else _(reason)
        if field.name != "last_order":
            yield FieldChoice(field.name, _(field.description), field.insert, why)
        for name in catalogues.get(field.name, []):
            # A quotation mark would end the name too early; the beginning before it is enough to find it.
            short = name.partition('"')[0].strip()
            insert = f'{{{{ {field.name}("{short}") }}}}'
            yield FieldChoice(f"{field.name}: {name}", _(field.description), insert, why)
