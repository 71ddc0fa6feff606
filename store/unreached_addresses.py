"""Addresses that the last mail did not reach, though nothing says so of the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store


def unreached_addresses(store: Store) -> frozenset[str]:
    """The address keys whose last mail was refused for good, or came back. Needs the right `messages.see`.

    A test counts for the address that it went to; a mail that was sent there since, to a member who has it, is a good
    sign, and so is somebody's word that the address works.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        rows = t.all(
            """SELECT DISTINCT d.address_key FROM deliveries d WHERE d.state IN ('failed', 'bounced')
                AND d.channel = 'email'
                AND NOT EXISTS (SELECT 1 FROM came_back c WHERE c.delivery_id = d.id AND c.state = 'dismissed')
                AND NOT EXISTS (SELECT 1 FROM people p
                    JOIN delivery_people q ON q.member_id = p.member_id AND q.delivery_id > d.id
                    JOIN deliveries e ON e.id = q.delivery_id
                    WHERE p.email_key = d.address_key AND p.email_key <> ''
                        AND e.state = 'sent' AND e.address_key = d.address_key)"""
        )
        return frozenset(row["address_key"] for row in rows)
