"""What is set for the whole group, and who may set it."""

from __future__ import annotations

import json
from contextlib import closing

import pytest

from store import Store
from store.errors import Invalid, NotAllowed
from store.settings import Group


def test_the_group_gets_another_name_language_and_country_and_keeps_its_currency_and_hours(store: Store):
    before = store.settings.group()
    group = store.settings.set_group(name="  AMAP  du Gué ", language="it", country="it")
    assert group == Group("AMAP du Gué", "it", before.currency, before.timezone, "IT") == store.settings.group()
    with store.reading() as t:
        detail = t.value("SELECT detail FROM journal WHERE action = 'group.changed'")
    assert json.loads(detail) == {"fields": ["name", "language", "country"]}
    number = store.change_number()
    assert store.settings.set_group(name="AMAP du Gué") == group
    assert store.change_number() == number


@pytest.mark.parametrize(
    ("wanted", "field", "reason"),
    [
        ({"name": " "}, "name", "empty"),
        ({"name": "x" * 101}, "group_name", "too_long"),
        ({"language": "de"}, "language", "unknown"),
        ({"country": "France"}, "country", "unknown"),
        ({"country": "XX"}, "country", "unknown"),
    ],
)
def test_what_no_text_or_phone_number_can_be_read_in_is_refused(
    store: Store, wanted: dict[str, str], field: str, reason: str
):
    before = store.settings.group()
    with pytest.raises(Invalid) as refused:
        store.settings.set_group(**wanted)
    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert store.settings.group() == before


def test_only_an_admin_changes_the_group(store: Store):
    store.operators.add("paul", "Paul", "phone_desk")
    with closing(Store(store.path, "paul")) as paul, pytest.raises(NotAllowed):
        paul.settings.set_group(name="Paul's")
