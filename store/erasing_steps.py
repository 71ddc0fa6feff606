"""The steps of `store.erasing`, each inside its transaction: where a person is stored, and what stays there instead."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from store import household, member_search
from store.delivery_records import DECISIONS
from store.enclosures import drop_unused
from store.exchange.whole_members import IDS
from store.hand_picks import pick_instead
from store.order_records import REASONS
from store.people import Person
from store.preferences import keep_refusals

if TYPE_CHECKING:
    from store.transaction import Transaction

ERASED = "erased"
"""The reason of a mail that waited for somebody who was erased."""


@dataclass(frozen=True, slots=True)
class Doomed:
    """Who goes: the member first and then those that were merged into it, the people, and their addresses' keys.

    `numbers` (E.164) are those of the phones that are nobody else's in the household. `whole`: the household goes, else
    one person of it.
    """

    members: tuple[int, ...]
    people: tuple[int, ...]
    keys: tuple[str, ...]
    whole: bool
    numbers: tuple[str, ...] = ()

    @property
    def bound(self) -> dict[str, Any]:
        """The ids for SQL, as JSON lists."""
        return {"ids": json.dumps(self.members), "people": json.dumps(self.people), "keys": json.dumps(self.keys)}


_DIGITS = 8
"""By so many last digits a number is known again."""

_PEOPLE = "SELECT value FROM json_each(:people)"
_KEYS = "SELECT value FROM json_each(:keys)"
# An address may be a couple's, or an operator's whose tests go there too.
_THEIRS_ALONE = f"""address_key IN ({_KEYS})
    AND address_key NOT IN (SELECT email_key FROM people WHERE email_key <> '' AND id NOT IN ({_PEOPLE}))"""

_SHARED = f"""EXISTS (SELECT 1 FROM people o WHERE o.email_key = came_back.address_key AND o.email_key <> ''
    AND o.id NOT IN ({_PEOPLE}))"""


def deliveries_of(t: Transaction, doomed: Doomed) -> list[sqlite3.Row]:
    """Mails that name one of the people, and tests to an address that is nobody else's; erased ones are none."""
    return t.all(
        f"""SELECT id, state, state_at FROM deliveries WHERE length(mime) > 0
            AND (id IN (SELECT delivery_id FROM delivery_people WHERE person_id IN ({_PEOPLE}))
                OR kind = 'test' AND {_THEIRS_ALONE}) ORDER BY id""",
        doomed.bound,
    )


def forget_mails(t: Transaction, doomed: Doomed, deliveries: Iterable[sqlite3.Row]) -> int:
    """Take texts, names, addresses and what servers answered out of the ledger; returns how many waited.

    States and counts stay. A mail that went to somebody else too keeps their name and address, but not its text.
    """
    t.execute(f"DELETE FROM measures WHERE person_id IN ({_PEOPLE})", doomed.bound)
    ids = {**doomed.bound, "deliveries": json.dumps([row["id"] for row in deliveries]), "at": t.stamp}
    these = "SELECT value FROM json_each(:deliveries)"
    others = f"""FROM delivery_people dp JOIN people p ON p.id = dp.person_id
        WHERE dp.delivery_id = deliveries.id AND p.id NOT IN ({_PEOPLE})
            AND deliveries.address_key IN (p.email_key, p.phone_e164, p.mobile_e164)"""
    held = t.execute(
        f"""UPDATE deliveries SET state = 'held', reason = '{ERASED}', state_at = :at, next_at = NULL
            WHERE id IN ({these}) AND state = 'ready'""",
        ids,
    ).rowcount
    t.execute(
        f"""UPDATE deliveries SET mime = x'', enclosure_id = NULL, answer = '',
            name = coalesce((SELECT group_concat(trim(p.first_name || ' ' || p.last_name), ' & ') {others}), ''),
            address = iif(EXISTS (SELECT 1 {others}), address, ''),
            address_key = iif(EXISTS (SELECT 1 {others}), address_key, '{ERASED}-' || id)
            WHERE id IN ({these})""",
        ids,
    )
    drop_unused(t)
    # The answer of a decision is the login of whoever took it.
    t.execute(
        f"""UPDATE attempts SET answer = '' WHERE delivery_id IN ({these})
            AND phase NOT IN (SELECT value FROM json_each(:decisions))""",
        {**ids, "decisions": json.dumps(DECISIONS)},
    )
    # Gateways write a number with its country, or as it is dialled at home.
    said = [*doomed.keys, *(number[-_DIGITS:] for number in doomed.numbers)]
    for table in ("attempts", "runs", "mailbox", "inbox_reads", "sms_gateway"):
        t.execute(
            f"""UPDATE {table} SET answer = '' WHERE answer <> ''
                AND EXISTS (SELECT 1 FROM json_each(:keys) WHERE instr(lower(answer), value) > 0)""",
            {"keys": json.dumps(said)},
        )
    return held


def forget_came_back(t: Transaction, doomed: Doomed, deliveries: Iterable[sqlite3.Row]) -> None:
    """Take people, addresses and words out of what came back of these mails, or from them; that it came back stays.

    To be done while the people still have their addresses. An address that somebody else has, too, is theirs and stays.
    """
    t.execute(
        f"""UPDATE came_back SET said = '', undo = '', person_id = iif(person_id IN ({_PEOPLE}), NULL, person_id),
            member_id = iif(:whole AND member_id IN ({IDS}), NULL, member_id),
            address = iif({_SHARED}, address, ''), address_key = iif({_SHARED}, address_key, '{ERASED}-' || id),
            state = iif(state = 'open' AND NOT {_SHARED}, 'dismissed', state)
            WHERE delivery_id IN (SELECT value FROM json_each(:deliveries)) OR person_id IN ({_PEOPLE})
                OR :whole AND member_id IN ({IDS}) OR {_THEIRS_ALONE}""",
        {**doomed.bound, "whole": doomed.whole, "deliveries": json.dumps([row["id"] for row in deliveries])},
    )


def recaps_of(t: Transaction, doomed: Doomed) -> list[sqlite3.Row]:
    """Mails to producers that may name the household: it had ordered from them by then."""
    return t.all(
        f"""SELECT DISTINCT d.id, d.state, d.state_at FROM recaps r
        JOIN recap_deliveries rd ON rd.recap_id = r.id JOIN deliveries d ON d.id = rd.delivery_id
        JOIN order_changes h ON h.distribution_id = r.distribution_id AND h.catalogue_id = r.catalogue_id
            AND h.id <= r.up_to
        WHERE h.member_id IN ({IDS}) AND length(d.mime) > 0""",
        doomed.bound,
    )


def forget_recaps(t: Transaction, recaps: Iterable[sqlite3.Row]) -> None:
    """Take their texts away, not that they were sent; one that still waits is held, and can be made anew."""
    t.execute(
        f"""UPDATE deliveries SET mime = x'', reason = iif(state = 'ready', '{ERASED}', reason),
            state_at = iif(state = 'ready', :at, state_at), state = iif(state = 'ready', 'held', state)
            WHERE id IN (SELECT value FROM json_each(:recaps))""",
        {"recaps": json.dumps([row["id"] for row in recaps]), "at": t.stamp},
    )


def forget_imports(t: Transaction, doomed: Doomed) -> None:
    """Forget what merges and imports kept: it holds names and addresses of both people."""
    ids = {"ids": json.dumps(doomed.members)}
    t.execute(f"DELETE FROM merges WHERE kept_id IN ({IDS}) OR gone_id IN ({IDS})", ids)
    t.execute(f"DELETE FROM import_answers WHERE kind = 'member' AND target_id IN ({IDS})", ids)


def forget_person(t: Transaction, doomed: Doomed) -> None:
    """Take one person out of a household; the other, and what is the household's, stay.

    What merged members still hold is a copy, of both: without the merge, which is forgotten, it serves nobody.
    """
    _release_operators(t, doomed)
    kept, *gone = doomed.members
    _blank(t, gone)
    member = household.load_member(t, kept)
    others = tuple(person for person in member.people if person.id not in doomed.people)
    household.update_member(t, replace(member, people=others))
    _squeeze_search(t)


def forget_household(t: Transaction, doomed: Doomed) -> None:
    """Leave a member without a name: its orders and messages have to belong to one."""
    _forget_orders(t, doomed)
    pick_instead(t, doomed.members, None)
    _release_operators(t, doomed)
    mine, ids = f"member_id IN ({IDS})", doomed.bound
    t.execute(f"UPDATE operators SET member_id = NULL WHERE {mine}", ids)
    t.execute(f"UPDATE producers SET member_id = NULL WHERE {mine}", ids)
    t.execute(f"DELETE FROM catalogue_contacts WHERE {mine}", ids)
    t.execute(f"DELETE FROM external_ids WHERE {mine}", ids)
    t.execute(f"DELETE FROM call_backs WHERE {mine}", ids)
    _cancel_vouchers(t, doomed)
    t.execute(f"UPDATE journal SET detail = NULL WHERE action LIKE 'member.%' AND subject_id IN ({IDS})", ids)
    _blank(t, doomed.members)
    _squeeze_search(t)


def _cancel_vouchers(t: Transaction, doomed: Doomed) -> None:
    """What was given stays in the sums; nobody can redeem it any more, nor be found by its code."""
    t.execute(
        f"""UPDATE vouchers SET code = '{ERASED}-' || id, state_at = iif(state = 'open', :at, state_at),
            state_by = iif(state = 'open', :by, state_by), state = iif(state = 'open', 'cancelled', state)
            WHERE member_id IN ({IDS})""",
        {"ids": json.dumps(doomed.members), "at": t.stamp, "by": t.actor.id},
    )


def _blank(t: Transaction, members: Sequence[int]) -> None:
    """Empty the members and their people; they stay as places, for mails are counted by the person they were for."""
    mine, ids = f"member_id IN ({IDS})", {"ids": json.dumps(members), "at": t.stamp}
    for person in t.all(f"SELECT id FROM people WHERE {mine}", ids):
        keep_refusals(t, person["id"])
    t.execute(f"DELETE FROM preferences WHERE person_id IN (SELECT id FROM people WHERE {mine})", ids)
    t.execute(
        f"""UPDATE people SET first_name = '', last_name = '', email = '', email_key = '', email_state = 'unknown',
            phone = '', phone_e164 = '', phone_shown = '', mobile = '', mobile_e164 = '', mobile_shown = '',
            has_mobile = 0 WHERE {mine}""",
        ids,
    )
    t.execute(
        f"""UPDATE members SET address1 = '', address2 = '', postal_code = '', city = '', country = '', language = '',
            pickup_place = '', joined_on = NULL, vip = 0, tags = '[]', notes = '', sort_key = '',
            archived_at = coalesce(archived_at, :at), erased_at = :at, version = version + 1 WHERE id IN ({IDS})""",
        ids,
    )
    for member_id in members:
        member_search.forget_member(t, member_id)


def _forget_orders(t: Transaction, doomed: Doomed) -> None:
    """Drop baskets, which nobody can confirm any more; orders keep all but what was written about the person."""
    ids = {"ids": json.dumps(doomed.members)}
    t.execute(f"DELETE FROM orders WHERE state = 'basket' AND member_id IN ({IDS})", ids)
    t.execute(
        f"""UPDATE orders SET note = '', typed = '', version = version + 1,
            cancelled_reason = iif(cancelled_reason IN (SELECT value FROM json_each(:reasons)), cancelled_reason, '')
            WHERE member_id IN ({IDS})""",
        {**ids, "reasons": json.dumps(REASONS)},
    )


def _release_operators(t: Transaction, doomed: Doomed) -> None:
    """Take the person's address from the operators who have it."""
    t.execute(f"UPDATE operators SET email = NULL WHERE lower(email) IN ({_KEYS})", doomed.bound)


def operators_of(t: Transaction, doomed: Doomed) -> tuple[str, ...]:
    """The logins of operators who lose their link to the member, or the address that is the person's."""
    rows = t.all(
        f"""SELECT login FROM operators WHERE lower(email) IN ({_KEYS}) OR (:whole AND member_id IN ({IDS}))
            ORDER BY login""",
        {**doomed.bound, "whole": doomed.whole},
    )
    return tuple(row["login"] for row in rows)


def refuses(t: Transaction, doomed: Doomed) -> bool:
    """Whether one of the people refused something, which stays for the address."""
    return bool(
        t.value(
            f"""SELECT EXISTS (SELECT 1 FROM preferences WHERE allowed = 0 AND kind <> 'measured'
                AND person_id IN ({_PEOPLE}))""",
            doomed.bound,
        )
    )


def mentions(t: Transaction, people: Iterable[Person]) -> tuple[str, ...]:
    """The titles of messages and starters whose words, or names of files, hold somebody's full name or address.

    Volunteers wrote them.
    """
    words = [word for p in people for word in (p.name if p.first_name and p.last_name else "", p.email) if word]
    rows = t.all(
        """WITH written AS (
            SELECT 0 AS place, id, coalesce(nullif(label, ''), subject) AS title, label || ' ' || subject || ' ' || text
                || ' ' || sms_text || ' ' || service_reason || ' ' || coalesce((SELECT group_concat(f.name, ' ')
                    FROM message_files f WHERE f.message_id = messages.id), '') AS words FROM messages
            UNION ALL SELECT 1, id, label, label || ' ' || subject || ' ' || text FROM starters
        ) SELECT title FROM written WHERE EXISTS (
            SELECT 1 FROM json_each(?) w WHERE instr(lower(words), lower(w.value)) > 0) ORDER BY place, id""",
        (json.dumps(words, ensure_ascii=False),),
    )
    return tuple(row["title"] for row in rows)


def _squeeze_search(t: Transaction) -> None:
    # A deleted entry's words stay in the index until its parts are put together: https://sqlite.org/fts5.html, 6.8
    for table in ("member_search", "member_parts"):
        t.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
