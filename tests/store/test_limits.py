"""The limits of messages: as they come, changed by who may, and never what makes no sense."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace

import pytest

from store import Store
from store.errors import Invalid, NotAllowed
from store.limits import RANGES, Limits


def test_a_group_sets_some_and_keeps_the_others(store: Store):
    assert store.settings.limits() == Limits()
    assert store.settings.set_limits(ask_above=50, files_mb=5) == replace(Limits(), ask_above=50, files_mb=5)
    assert store.settings.limits().files_size == 5_000_000


@pytest.mark.parametrize("name", RANGES)
def test_each_has_its_borders(store: Store, name: str):
    least, most = RANGES[name]
    assert least <= asdict(Limits())[name] <= most
    for value in (least, most):
        assert getattr(store.settings.set_limits(**{name: value}), name) == value
    for value in (least - 1, most + 1):
        with pytest.raises(Invalid) as refused:
            store.settings.set_limits(**{name: value})
        assert (refused.value.field, refused.value.reason) == (name, "range")
    assert getattr(store.settings.limits(), name) == most


def test_of_several_one_that_is_wrong_changes_none(store: Store):
    for wrong in ({"ask_above": 5, "most_lines": 0}, {"ask_above": 5, "bogus": 1}):
        with pytest.raises(Invalid):
            store.settings.set_limits(**wrong)
    assert store.settings.limits() == Limits()


def test_what_another_cabas_wrote_does_no_harm(store: Store):
    for key, value in (("ask_above", "many"), ("most_lines", True), ("files_mb", 10_000), ("later", 3)):
        store.settings.set(f"messages.{key}", value)
    assert store.settings.limits() == Limits()


def test_all_may_read_and_an_admin_changes(store: Store, act_as: Callable[[str], Store]):
    store.operators.add("desk", "Desk", "phone_desk")
    assert act_as("desk").settings.limits() == Limits()
    with pytest.raises(NotAllowed):
        act_as("desk").settings.set_limits(ask_above=0)
