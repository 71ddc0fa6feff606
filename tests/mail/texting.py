"""SMS in an outbox, and the promise they are held to."""

from __future__ import annotations

from pathlib import Path

from mail.outbox import run
from mail.run_result import RunResult
from store.delivery_queue import NewDelivery, insert_deliveries
from store.handle import Store
from tests.mail.sms_server import SmsGateway


def number(last: int) -> str:
    """An invented number that ends with these digits."""
    return f"+336399800{last:02}"


def queue_sms(store: Store, count: int, *, first: int = 0, parts: int = 1, **changes: object) -> list[str]:
    """Queue SMS of one message to so many members with a mobile each; returns the numbers."""
    numbers = [number(one) for one in range(first, first + count)]
    with store.writing() as t:
        message_id = t.value("SELECT max(id) FROM messages WHERE channels LIKE '%sms%'") or t.insert(
            "messages",
            segment='{"start":"everyone","steps":[]}',
            state="queued",
            channels='["sms"]',
            sms_text="Bonjour, la distribution est à 18h.",
            created_at=t.stamp,
            changed_at=t.stamp,
            queued_at=t.stamp,
        )
        made = []
        for one in numbers:
            member = t.insert("members", sort_key=one)
            person = t.insert(
                "people", member_id=member, position=1, first_name=one[-2:], mobile=one, mobile_e164=one, has_mobile=1
            )
            usual = {
                "kind": "message",
                "message_id": message_id,
                "address": one,
                "address_key": one,
                "name": f"Membre {one[-2:]}",
                "about_member": 0,
                "message_ref": f"sms:t{one[-2:]}",
                "token": f"t{one[-2:]}",
                "envelope_from": "",
                "mime": "Bonjour, la distribution est à 18h.".encode(),
                "people": ((person, member),),
                "channel": "sms",
                "parts": parts,
            }
            made.append(NewDelivery(**{**usual, **changes}))
        insert_deliveries(t, made)
    return numbers


def send(store: Store, how: str = "command") -> RunResult:
    return run(store, lambda: "", how=how)


def states(store: Store) -> dict[str, str]:
    """The state of each SMS by its number."""
    with store.reading() as t:
        return {row[0]: row[1] for row in t.all("SELECT address, state FROM deliveries WHERE channel = 'sms'")}


def assert_no_sms_twice_none_lost(store: Store, gateway: SmsGateway, numbers: list[str]) -> dict[str, str]:
    """The promise against what the gateway wrote down; returns the states by number."""
    found, taken = states(store), gateway.taken()
    assert sorted(found) == sorted(numbers), "an SMS vanished"
    for one, state in found.items():
        allowed = {"sent": (1,), "unknown": (0, 1), "sending": (0, 1)}.get(state, (0,))
        assert taken.count(one) in allowed, f"{one} is {state} and went {taken.count(one)} times"
    return found


def everything_written(folder: Path) -> bytes:
    """All bytes of the group's file and of what lies beside it."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.name.startswith("group.cabas"))
