"""What producers were told and when: reading it, and writing it down."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING

from store.clock import unstamp
from store.errors import Invalid
from store.lists.records import RECAP, SUPPLEMENT, Telling, TellingMail
from store.lists.untold import net_changes
from store.order_lists import within
from store.untold import UNTOLD

if TYPE_CHECKING:
    from store.order_lines import OWN
    from store.transaction import Transaction

Told = dict[tuple[int, int], tuple[Telling, ...]]
"""The tellings, the latest first, by distribution and catalogue."""


def tellings(t: Transaction, own: OWN, distribution_ids: Iterable[int]) -> Told:
    """What the producers of distributions were told; nothing for a catalogue whose producer was told nothing."""
    ids = {"ids": json.dumps(list(distribution_ids))}
    rows = t.all(
        f"""SELECT r.*, o.name AS by_name, (SELECT count(*) FROM order_changes h WHERE h.recap_id = r.id) AS changes
        FROM recaps r LEFT JOIN operators o ON o.id = r.operator_id
        WHERE r.distribution_id IN (SELECT value FROM json_each(:ids)) AND {within(own, "r.catalogue_id")}
        ORDER BY r.id DESC""",
        ids,
    )
    mails = _mails(t, [row["id"] for row in rows])
    found: dict[tuple[int, int], list[Telling]] = {}
    for row in rows:
        telling = _telling(row, mails.get(row["id"], []))
        found.setdefault((row["distribution_id"], row["catalogue_id"]), []).append(telling)
    for row in _only_marked(t, own, ids):
        marked = Telling(0, RECAP, "said", unstamp(row["recap_sent_at"]), row["by_name"])
        found.setdefault((row["distribution_id"], row["catalogue_id"]), []).append(marked)
    return {key: tuple(mine) for key, mine in found.items()}


def _telling(row: sqlite3.Row, mails: Iterable[TellingMail]) -> Telling:
    return Telling(
        id=row["id"],
        kind=row["kind"],
        way=row["way"],
        at=unstamp(row["at"]),
        by=row["by_name"],
        mails=tuple(mails),
        changes=row["changes"],
    )


def _only_marked(t: Transaction, own: OWN, ids: dict[str, str]) -> list[sqlite3.Row]:
    """Recaps of which there is only the mark that an earlier cabas made."""
    return t.all(
        f"""SELECT d.*, o.name AS by_name FROM distribution_catalogues d
        LEFT JOIN operators o ON o.id = d.recap_sent_by
        WHERE d.distribution_id IN (SELECT value FROM json_each(:ids)) AND d.recap_sent_at IS NOT NULL
            AND {within(own, "d.catalogue_id")} AND NOT EXISTS (
                SELECT 1 FROM recaps r WHERE r.distribution_id = d.distribution_id
                    AND r.catalogue_id = d.catalogue_id AND r.kind = 'recap')""",
        ids,
    )


def _mails(t: Transaction, recap_ids: list[int]) -> dict[int, list[TellingMail]]:
    rows = t.all(
        """SELECT rd.recap_id, d.id, d.address, d.state, d.reason FROM recap_deliveries rd
        JOIN deliveries d ON d.id = rd.delivery_id
        WHERE rd.recap_id IN (SELECT value FROM json_each(?)) ORDER BY d.id""",
        (json.dumps(recap_ids),),
    )
    found: dict[int, list[TellingMail]] = {}
    for row in rows:
        mail = TellingMail(row["address"], row["state"], row["reason"], row["id"])
        found.setdefault(row["recap_id"], []).append(mail)
    return found


def last_told(t: Transaction, distribution_id: int, catalogue_id: int) -> int:
    """The id of the last telling, 0 where there is none."""
    found = t.value(
        "SELECT max(id) FROM recaps WHERE distribution_id = ? AND catalogue_id = ?", (distribution_id, catalogue_id)
    )
    return int(found or 0)


def last_change(t: Transaction, distribution_id: int, catalogue_id: int) -> int:
    """The number of the last change of orders from a catalogue, 0 where nothing was ordered."""
    found = t.value(
        "SELECT max(id) FROM order_changes WHERE distribution_id = ? AND catalogue_id = ?",
        (distribution_id, catalogue_id),
    )
    return int(found or 0)


def write_telling(
    t: Transaction,
    distribution_id: int,
    catalogue_id: int,
    kind: str,
    way: str,
    delivery_ids: Iterable[int] = (),
    up_to: int | None = None,
) -> Telling:
    """Write down that a producer has been told, so that what comes after it is late; the journal row too.

    A recap tells all there is, and what of earlier tellings waits to be sent is held; a supplement tells what was
    untold. All until now, or what was there `up_to` that change: what came since stays untold. The caller has
    asked for the right and found the catalogue. Raises `Invalid("supplement", …, "nothing")` where there is nothing to
    supplement.
    """
    own = frozenset((catalogue_id,))
    latest = last_change(t, distribution_id, catalogue_id)
    up_to = latest if up_to is None else min(up_to, latest)
    if kind == SUPPLEMENT and not net_changes(t, own, distribution_id, f"{UNTOLD} AND h.id <= {up_to:d}"):
        raise Invalid("supplement", str(catalogue_id), "nothing")
    where = {"distribution": distribution_id, "catalogue": catalogue_id, "up_to": up_to}
    if kind == RECAP:
        _hold_waiting(t, distribution_id, catalogue_id)
    recap_id = t.insert(
        "recaps",
        distribution_id=distribution_id,
        catalogue_id=catalogue_id,
        kind=kind,
        way=way,
        up_to=up_to,
        at=t.stamp,
        operator_id=t.actor.id,
    )
    t.execute_many(
        "INSERT INTO recap_deliveries (recap_id, delivery_id) VALUES (?, ?)", [(recap_id, id_) for id_ in delivery_ids]
    )
    t.execute(
        f"""UPDATE order_changes AS h SET supplement_sent_at = :at, recap_id = :recap
        WHERE h.distribution_id = :distribution AND h.catalogue_id = :catalogue AND h.id <= :up_to AND {UNTOLD}""",
        {**where, "at": t.stamp, "recap": recap_id},
    )
    if kind == RECAP:
        _begin_anew(t, where)
    t.journal(f"{kind}.sent", distribution_id, catalogue=catalogue_id, way=way)
    return tellings(t, own, (distribution_id,))[distribution_id, catalogue_id][0]


def _hold_waiting(t: Transaction, distribution_id: int, catalogue_id: int) -> None:
    """Hold what of earlier tellings still waits in the outbox: this recap says all of it, as it is now."""
    t.execute(
        """UPDATE deliveries SET state = 'held', reason = 'cancelled', state_at = ? WHERE state = 'ready' AND id IN (
            SELECT rd.delivery_id FROM recap_deliveries rd JOIN recaps r ON r.id = rd.recap_id
            WHERE r.distribution_id = ? AND r.catalogue_id = ?)""",
        (t.stamp, distribution_id, catalogue_id),
    )


def _begin_anew(t: Transaction, where: dict[str, int]) -> None:
    """From this recap on changes are late, and those that came since it was read are not told, whatever was before."""
    t.execute(
        """UPDATE distribution_catalogues SET recap_sent_at = :at, recap_sent_by = :operator
        WHERE distribution_id = :distribution AND catalogue_id = :catalogue""",
        {**where, "at": t.stamp, "operator": t.actor.id},
    )
    t.execute(
        """UPDATE order_changes SET after_recap = 1, supplement_sent_at = NULL, recap_id = NULL
        WHERE distribution_id = :distribution AND catalogue_id = :catalogue AND id > :up_to""",
        where,
    )
