"""The lists of a distribution as they are printed and mailed, in the language spoken now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mail import sheet_tables
from store.errors import Invalid
from store.exchange.export_folder import Export
from store.exchange.export_notes import note_export
from store.exchange.list_export import GROUPINGS, Printed, as_csv, as_json
from store.folding import folded_words
from store.lists.line_records import CallBacks, DayList, PickupSheet, Recap, Supplement
from store.lists.records import SUPPLEMENT, RecapState
from templates.render.sheets import Sheet, page, text
from templates.words import _, dates

if TYPE_CHECKING:
    from store.clock import Clock
    from store.distributions import Distribution
    from store.handle import Store

__all__ = ["FORMS", "LISTS", "export_list", "page", "sheet", "text", "told_sheet"]

LISTS = ("orders", "recap", "supplement", "pickup", "calls")
FORMS = ("csv", "json", "txt", "html")


def sheet(found: Printed, by: str = "member", *, group: str = "", clock: Clock | None = None) -> Sheet:
    """A list as it is printed; orders by "member", "product" or "producer".

    Below the title stand the group's name when it is given, and, with the group's `clock`, the present moment and what
    the producer was told before.
    """
    made = sheet_tables.sheet_of(found, by)
    as_of = "" if clock is None else _("As of {moment}").format(moment=dates.moment(clock.wall()))
    origin = " · ".join(part for part in (group, as_of) if part)
    told = "" if clock is None else _told(found, clock)
    return replace(made, subtitle=(*made.subtitle, *(line for line in (origin, told) if line)))


def told_sheet(recap: Recap, *, group: str, clock: Clock) -> Sheet | None:
    """The recap as its producer was told it last, whatever was ordered since; None when none was told."""
    if recap.telling is None or recap.told is None:
        return None
    made = sheet(recap.told, group=group)
    words = _("As told on {moment} by {name}")
    moment = dates.moment(clock.to_wall(recap.telling.at))
    said = words.format(moment=moment, name=recap.telling.by or _("automatic"))
    return replace(made, subtitle=(*made.subtitle, said))


def _told(found: Printed, clock: Clock) -> str:
    """When the producer was told before, and what this is beside that: nobody is to prepare an order twice."""
    telling = found.replaces if isinstance(found, Recap) else found.since if isinstance(found, Supplement) else None
    if telling is None or telling.lost:
        return ""
    if isinstance(found, Supplement):
        words = _("What changed since {moment}, when you were told last.")
    elif telling.kind == SUPPLEMENT:
        words = _("This replaces the changes of {moment}, and the order before them.")
    elif isinstance(found, Recap) and found.unchanged and telling == found.telling:
        words = _("The same as on {moment}, when you were told first.")
    else:
        words = _("This replaces what you were told on {moment}.")
    return words.format(moment=dates.moment(clock.to_wall(telling.at)))


def export_list(
    store: Store, what: str, form: str, distribution_id: int, catalogue_id: int | None = None, by: str | None = None
) -> Export:
    """A list as a file: `what` is one of LISTS, `form` one of FORMS.

    Recap and supplement are of one catalogue, or of all in which there is something to say. `by` is for orders:
    "member" (as without it), "product" or "producer"; without it `orders` as CSV are those that can be imported again.
    Needs the right `orders`; who has it on some catalogues gets those. Raises `NotFound`, and `Invalid` for another
    word.
    """
    for field, value, choices in (("list", what, LISTS), ("format", form, FORMS), ("by", by or "member", GROUPINGS)):
        if value not in choices:
            raise Invalid(field, value, "unknown")
    if what == "orders" and form == "csv" and by is None:
        from store.exchange.order_export import export_orders

        return export_orders(store, distribution_id)
    distribution = store.distributions.get(distribution_id)
    lists = _read(store, what, distribution, catalogue_id)
    name = _name(what, distribution, lists, catalogue_id, by)
    if form in ("csv", "json"):
        content = (as_csv if form == "csv" else as_json)(lists, by or "member")
    else:
        group = store.settings.group().name
        sheets = [sheet(found, by or "member", group=group, clock=store.clock) for found in lists]
        content = (page(sheets) if form == "html" else "\f".join(map(text, sheets))).encode()
    rows = sum(map(_size, lists))
    of = {} if catalogue_id is None else {"catalogue": catalogue_id}
    note_export(store, what, form, rows, distribution_id, of)
    return Export(f"{name}.{form}", content, rows)


def _read(store: Store, what: str, distribution: Distribution, catalogue_id: int | None) -> Sequence[Printed]:
    if what == "orders":
        return [store.lists.day(distribution.id)]
    if what == "pickup":
        return [store.lists.pickup(distribution.id)]
    if what == "calls":
        return [CallBacks(distribution, store.lists.calls(distribution.id))]
    read = store.lists.recap if what == "recap" else store.lists.supplement
    if catalogue_id is not None:
        return [read(distribution.id, catalogue_id)]
    states = store.lists.states(distribution.id)
    wanted = [state for state in states if _to_say(what, state)] or states[:1]
    if not wanted:
        raise Invalid("catalogue", str(distribution.id), "none")
    return [read(distribution.id, state.catalogue_id) for state in wanted]


def _to_say(what: str, state: RecapState) -> bool:
    return state.lines > 0 if what == "recap" else state.untold > 0


def _name(
    what: str, distribution: Distribution, lists: Sequence[Printed], catalogue_id: int | None, by: str | None
) -> str:
    parts = [what, distribution.day.isoformat()]
    found = lists[0]
    if catalogue_id is not None and isinstance(found, Recap | Supplement):
        parts += folded_words(found.catalogue.name)
    if what == "orders" and by is not None:
        parts += ["by", by]
    return "-".join(parts)


def _size(found: Printed) -> int:
    if isinstance(found, PickupSheet | CallBacks):
        return len(found.members)
    assert isinstance(found, DayList | Recap | Supplement)
    return len(found.lines)
