"""Which messages the people of a member want: read, a STOP written down, and what is marked kept as it was begun."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from store.errors import StoreError
from store.people import Member, Preference
from store.preferences import EVERYTHING, STOP

if TYPE_CHECKING:
    from store import Store

Wish = tuple[int, str, str]
"""Person id, channel, kind."""
SOURCE = "source"
"""By what name it is kept how they said so."""


def read_wishes(store: Store, member_id: int) -> tuple[Member, dict[Wish, Preference]]:
    """The member, and what holds for each person, channel and kind; raises `NotFound`."""
    member = store.members.get(member_id)
    return member, {
        (person.id, p.channel, p.kind): p
        for person in member.people
        if person.id is not None
        for p in store.members.all_preferences(person.id)
    }


def write_stop(store: Store, person_id: int, channel: str, kinds: tuple[str, ...]) -> int:
    """Write down that a person said STOP, to one kind or to everything, and return how many mails are held now."""
    if channel == "email":
        return store.came_back.stop(person_id, kinds[0] if len(kinds) == 1 else EVERYTHING)
    store.members.set_preferences(person_id, {(channel, kind): False for kind in kinds}, STOP)
    return 0


def is_guarded(said: Preference) -> bool:
    """Whether no operator refused it: the person did, with STOP, or the address had refused it before."""
    return not said.allowed and (said.stopped or bool(said.since and said.operator_id is None))


class BegunWishes:
    """What is marked for one member and not saved, kept for this operator while the line is down."""

    def __init__(self, store: Store, member_id: int) -> None:
        self._unfinished = store.unfinished
        self._place = f"member_preferences {member_id}"

    def keep(self, wanted: Mapping[Wish, bool], said: Mapping[Wish, Preference], source: str) -> None:
        """Keep the marks and how they said so; with no mark nothing is kept any more."""
        # As what was refused may be refused anew meanwhile, it is kept since when it was.
        marks = {json.dumps(wish): json.dumps([on, said[wish].since]) for wish, on in wanted.items()}
        try:
            self._unfinished.keep(self._place, {**marks, SOURCE: source} if marks else {})
        except StoreError:
            return

    def look(self, said: Mapping[Wish, Preference]) -> tuple[dict[Wish, bool], str]:
        """The marks that still hold beside what is stored now, and how they said so."""
        try:
            kept = self._unfinished.look(self._place)
        except StoreError:
            return {}, ""
        source = kept.pop(SOURCE, "")
        wanted: dict[Wish, bool] = {}
        for key, text in kept.items():
            person_id, channel, kind = json.loads(key)
            on, since = json.loads(text)
            now = said.get(wish := (person_id, channel, kind))
            # What the person refused meanwhile stays refused.
            if now is not None and not (is_guarded(now) and now.since != since):
                wanted[wish] = on
        return wanted, source

    def forget(self) -> None:
        """Saved, or left: nothing is kept any more."""
        self._unfinished.take(self._place)
