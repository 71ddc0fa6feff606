"""To whom an occurrence goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.occurrence_records import Occurrence
    from store.segment_steps import Segment
    from store.transaction import Transaction


def segment_of(t: Transaction, occurrence: Occurrence) -> Segment:
    """Whom the step's audience means for this occurrence, without the members who got all of it already.

    "next" in it is the occurrence's distribution; what is about one member reaches that member only. Who sends has to
    leave out the addresses of `already`, too: of two people in a household one may have got it.
    """
    raise NotImplementedError


def already(t: Transaction, occurrence: Occurrence) -> frozenset[tuple[str, int]]:
    """Which addresses (`address_key`) got it about which member (id): sent, under way, in doubt, waiting or bounced.

    What was withdrawn, held or refused is not in it. Of an occurrence that was never withdrawn it is empty.
    """
    raise NotImplementedError
