"""What somebody has half typed when the line drops: kept for them, and for nobody else, until they are back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from store.clock import stamp
from store.errors import NotAllowed
from store.folding import fold

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

KEPT_FOR = timedelta(days=30)
"""What nobody came back for goes: it may name people who are no members, and whom nobody would find to erase."""
NATIONAL = 8
"""So many digits at the end of a number are the same however it is written."""

FORMS = ("member", "member_preferences")
"""What the places of the forms about a member begin with; its id follows."""


class Unfinished:
    """Text by field, by the screen (`place`) that it was typed on; of the acting operator only."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, place: str, typed: Mapping[str, str]) -> None:
        """Keep what is typed on a screen instead of what was kept of it before; empty fields are not kept."""
        fields = {name: text for name, text in typed.items() if text.strip()}
        with self._store.writing() as t:
            if t.actor.id is None:
                raise NotAllowed("unfinished")
            t.execute("DELETE FROM unfinished WHERE at < ?", (stamp(t.now - KEPT_FOR),))
            t.execute("DELETE FROM unfinished WHERE operator_id = ? AND place = ?", (t.actor.id, place))
            if fields:
                typed_text = json.dumps(fields, ensure_ascii=False)
                t.insert("unfinished", operator_id=t.actor.id, place=place, typed=typed_text, at=t.stamp)
            t.journal("unfinished.kept")

    def look(self, place: str) -> dict[str, str]:
        """What is kept of a screen, left where it is; nothing where nothing is."""
        with self._store.reading() as t:
            mine = "SELECT typed FROM unfinished WHERE operator_id = ? AND place = ?"
            typed = t.value(mine, (t.actor.id, place))
            return {} if typed is None else {str(name): str(text) for name, text in json.loads(typed).items()}

    def take(self, place: str) -> dict[str, str]:
        """What was kept of a screen, given back once; nothing where nothing was."""
        mine = "SELECT typed FROM unfinished WHERE operator_id = ? AND place = ?"
        with self._store.reading() as t:
            if t.one(mine, (t.actor.id, place)) is None:
                return {}
        with self._store.writing() as t:
            typed = t.value(mine, (t.actor.id, place))
            if typed is None:
                return {}
            t.execute("DELETE FROM unfinished WHERE operator_id = ? AND place = ?", (t.actor.id, place))
            t.journal("unfinished.taken")
        return {str(name): str(text) for name, text in json.loads(typed).items()}


def forget(t: Transaction, person_ids: Iterable[int]) -> None:
    """Delete what names one of these people, or has their address or number: somebody may have typed it for them.

    What is kept of a form of their member goes whole: a note on them need not name them.
    """
    words: set[str] = set()
    places = set()
    for row in t.all(
        """SELECT member_id, first_name, last_name, email_key, phone_e164, mobile_e164 FROM people
        WHERE id IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(person_ids)),),
    ):
        places |= {f"{form} {row['member_id']}" for form in FORMS}
        words |= {fold(row["last_name"] or row["first_name"]), row["email_key"]}
        words |= {number[-NATIONAL:] for number in (row["phone_e164"], row["mobile_e164"])}
    words.discard("")
    for row in t.all("SELECT operator_id, place, typed FROM unfinished"):
        text = fold(" ".join(json.loads(row["typed"]).values()))
        digits = "".join(sign for sign in text if sign.isdigit())
        if row["place"] in places or any(word in text or (word.isdigit() and word in digits) for word in words):
            mine = (row["operator_id"], row["place"])
            t.execute("DELETE FROM unfinished WHERE operator_id = ? AND place = ?", mine)
