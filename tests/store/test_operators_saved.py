"""All that a form says of an operator is stored in one go, or nothing of it."""

from __future__ import annotations

import pytest

from store import Store
from store.errors import Invalid
from store.rights import Right


def test_a_new_one_gets_a_role_or_rights_of_their_own(store: Store):
    paul = store.operators.save(None, {"login": "paul", "name": "Paul", "language": "fr"}, role="phone_desk")
    assert (paul.role, paul.language, paul.may(Right.ORDERS)) == ("phone_desk", "fr", True)
    lucie = store.operators.save(None, {"login": "lucie", "name": "Lucie"}, rights=[Right.MEMBERS])
    assert (lucie.role, lucie.grants) == (None, frozenset({(Right.MEMBERS, None)}))


def test_what_is_not_said_stays(store: Store):
    store.operators.save(None, {"login": "paul", "name": "Paul", "language": "fr"}, role="phone_desk")
    paul = store.operators.save("paul", {"login": "paul.h", "email": "paul@exemple.fr"})
    assert (paul.login, paul.name, paul.language, paul.role) == ("paul.h", "Paul", "fr", "phone_desk")


def test_where_a_part_is_refused_nothing_is_stored(store: Store):
    store.operators.save(None, {"login": "paul", "name": "Paul"}, role="phone_desk")
    before = store.operators.get("paul")
    with pytest.raises(Invalid, match="taken"):
        store.operators.save("paul", {"name": "Marie"}, role="writer")
    with pytest.raises(Invalid, match="last"):
        store.operators.save("marie", {"email": "marie@exemple.fr"}, role="writer")
    assert store.operators.get("paul") == before
    assert store.operators.me().email is None
