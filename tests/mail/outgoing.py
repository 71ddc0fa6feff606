"""Mails in an outbox, the mailbox they go through, and the promise they are held to."""

from __future__ import annotations

from store.delivery_queue import NewDelivery, insert_deliveries
from store.handle import Store
from store.mailbox import MailboxSettings
from tests.mail.recorder import Recorder


def set_mailbox(store: Store, port: int, **changes: object) -> None:
    """The group's mailbox is a server on loopback."""
    usual = {"host": "127.0.0.1", "tls": "none", "username": "", "address": "amap@exemple.fr"}
    limits = {"per_hour": 100_000, "per_day": 100_000}
    store.mailbox.set(MailboxSettings(**{**usual, **limits, "port": port, **changes}))


def queue(store: Store, count: int, *, first: int = 0, tail: bytes = b"", **changes: object) -> list[str]:
    """Queue mails to invented people of one message and return the addresses; all end with `tail`."""
    addresses = [f"p{number}@exemple.fr" for number in range(first, first + count)]
    with store.writing() as t:
        message_id = t.value("SELECT max(id) FROM messages WHERE workflow_step_id IS NULL") or t.insert(
            "messages", segment="{}", state="queued", created_at=t.stamp, changed_at=t.stamp
        )
        usual = {"kind": "message", "message_id": message_id, "about_member": 0, "envelope_from": "amap@exemple.fr"}
        insert_deliveries(t, [NewDelivery(**{**usual, **_one(address), **changes}) for address in addresses], tail=tail)
    return addresses


def _one(address: str) -> dict[str, object]:
    token = address.partition("@")[0]
    mime = (
        f"Message-ID: <{token}@exemple.fr>\r\nFrom: amap@exemple.fr\r\nTo: {address}\r\nSubject: Panier\r\n"
        f"\r\nBonjour,\r\n.un point au début\r\n.\r\nla fin\r\n"
    ).encode()
    return {
        "address": address,
        "address_key": address,
        "name": token,
        "message_ref": f"<{token}@exemple.fr>",
        "token": token,
        "mime": mime,
    }


def assert_nobody_twice_nobody_lost(store: Store, server: Recorder, addresses: list[str]) -> dict[str, str]:
    """The promise (MAIL.md 6) against what the server wrote down; returns the states by address."""
    with store.reading() as t:
        rows = t.all("SELECT address, state FROM deliveries")
    states = {row["address"]: row["state"] for row in rows}
    assert sorted(states) == sorted(addresses), "a delivery vanished"
    accepted = [mail["to"] for mail in server.accepted()]
    for address, state in states.items():
        times = accepted.count(address)
        allowed = {"sent": (1,), "unknown": (0, 1), "sending": (0, 1)}.get(state, (0,))
        assert times in allowed, f"{address} is {state} and was accepted {times} times"
    return states
