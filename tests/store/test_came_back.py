"""What comes back of the mails: bounces end an address, STOP ends a kind of message, and a doubt is for a person."""

from __future__ import annotations

from store import Store
from store.came_back import Kind
from tests.store.posted import ODETTE, email_states, household, note, post, state_of


def test_a_hard_bounce_says_that_the_address_does_not_work(store: Store) -> None:
    odette = household(store, ODETTE)
    (mail,) = post(store, odette)
    came = note(store, Kind.HARD, mail, ODETTE, status="5.1.1", said="550 5.1.1 no such user")
    assert came is not None
    assert (came.state, came.title, came.name, came.address) == ("done", "News", "Odette Maréchal", ODETTE)
    assert state_of(store, mail) == ("bounced", "bounced")
    assert email_states(store, odette) == ["bounced"]
    assert [(a.phase, a.answer) for a in store.deliveries.attempts(mail)][1:] == [("bounce", "550 5.1.1 no such user")]
    assert note(store, Kind.HARD, mail, ODETTE) is None


def test_a_stop_with_its_token_counts_at_once(store: Store) -> None:
    odette = household(store, ODETTE)
    (mail,) = post(store, odette)
    (waiting,) = post(store, odette, state="ready")
    (other_kind,) = post(store, odette, kind="last_call", state="ready")
    assert note(store, Kind.STOP, mail, "somebody.else@exemple.org", said="STOP") is not None
    assert state_of(store, waiting) == ("held", "opted_out")
    assert state_of(store, other_kind) == ("ready", "")
    (targeted,) = (p for p in store.members.preferences(odette.people[0].id or 0) if p.kind == "targeted")
    assert targeted.stopped
    assert store.came_back.list()[0].address == ODETTE
