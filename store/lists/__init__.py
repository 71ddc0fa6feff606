"""Lists of a distribution: its orders, recaps and supplements, the pick-up sheet, and whom to call back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import Invalid
from store.lists import calls, states, tellings
from store.lists.records import FILE, RECAP, SAID, SUPPLEMENT, last_telling
from store.order_lines import own_catalogues
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.lists.line_records import DayList, PickupSheet, Recap, Supplement
    from store.lists.records import CallBack, RecapState, Telling


class Lists:
    """All need the right `orders`; who has it on some catalogues sees the lines of these, and nothing else."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def day(self, distribution_id: int) -> DayList:
        """Every confirmed line of a distribution; `by_member`, `by_product`, `by_producer` group them."""
        from store.lists.day import day_list

        with self._store.reading() as t:
            return day_list(t, self._store.clock, own_catalogues(t), distribution_id)

    def recap(self, distribution_id: int, catalogue_id: int) -> Recap:
        """What is ordered from a catalogue as it stands now, and as it was told. Raises `NotFound`."""
        from store.lists import recaps

        with self._store.reading() as t:
            return recaps.recap(t, self._store.clock, distribution_id, catalogue_id)

    def supplement(self, distribution_id: int, catalogue_id: int) -> Supplement:
        """What the producer of a catalogue does not know yet. Raises `NotFound`."""
        from store.lists import recaps

        with self._store.reading() as t:
            return recaps.supplement(t, self._store.clock, distribution_id, catalogue_id)

    def states(self, distribution_id: int) -> tuple[RecapState, ...]:
        """Where each catalogue of a distribution stands with its producer, in the order in which they close."""
        with self._store.reading() as t:
            return states.states(t, self._store.clock, own_catalogues(t), distribution_id)

    def told(self, distribution_id: int) -> dict[int, Telling]:
        """What the producers of a distribution were told last, by catalogue; nothing for who may not see orders."""
        with self._store.reading() as t:
            if not t.actor.may_somewhere(Right.ORDERS):
                return {}
            found = tellings.tellings(t, own_catalogues(t), (distribution_id,))
        last = {catalogue: last_telling(mine) for (_distribution, catalogue), mine in found.items()}
        return {catalogue: telling for catalogue, telling in last.items() if telling is not None}

    def due(self) -> tuple[RecapState, ...]:
        """What producers are to be told, of distributions that are not over; nothing for who may not see orders."""
        with self._store.reading() as t:
            if not t.actor.may_somewhere(Right.ORDERS):
                return ()
            return states.due(t, self._store.clock, own_catalogues(t))

    def tell(
        self, distribution_id: int, catalogue_id: int, kind: str, way: str, *, up_to: int | None = None
    ) -> Telling:
        """Say that a producer has been told, by a FILE or SAID; by mail it is `mail.recaps.queue_recap`.

        A RECAP may be told again: it says all that holds now. `up_to` is that of the recap or supplement that was read
        out or printed: what was changed since then stays untold. Raises `NotFound`,
        `Invalid("supplement", …, "nothing")` when nothing is untold, `Invalid` for another kind or way.
        """
        from store.lists.recaps import offered

        if kind not in (RECAP, SUPPLEMENT):
            raise Invalid("kind", kind, "unknown")
        if way not in (FILE, SAID):
            raise Invalid("way", way, "unknown")
        with self._store.writing() as t:
            offered(t, self._store.clock, distribution_id, catalogue_id)
            return tellings.write_telling(t, distribution_id, catalogue_id, kind, way, up_to=up_to)

    def pickup(self, distribution_id: int) -> PickupSheet:
        """Who comes for what, by name."""
        from store.lists.pickup import pickup_sheet

        with self._store.reading() as t:
            return pickup_sheet(t, self._store.clock, own_catalogues(t), distribution_id)

    def calls(self, distribution_id: int) -> tuple[CallBack, ...]:
        """Who ordered by phone last time and has not yet this time."""
        with self._store.reading() as t:
            return calls.call_backs(t, self._store.clock, own_catalogues(t), distribution_id)

    def mark_call(self, distribution_id: int, member_id: int, state: str | None) -> None:
        """Write down what came of calling: "called", "not_reached", "nothing" (wants nothing); None takes it back."""
        with self._store.writing() as t:
            own_catalogues(t)
            calls.mark_call(t, self._store.clock, distribution_id, member_id, state)
