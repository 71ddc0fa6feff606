"""The same file twice changes nothing: whatever is in it, whoever is known, and whatever was answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import Store
from store.exchange.members import import_members
from store.exchange.recognising import look
from store.exchange.report import NEW, Answers, ImportReport
from store.exchange.tables import ImportFile, open_file
from tests.store.exchange.group_file import counts, dump, fresh

SAMPLES = Path(__file__).parents[2] / "samples"
MEMBERS = {
    "cagette_legacy": (7, 0, 0, 0, 0),
    "camap": (7, 0, 0, 0, 0),
    "cagette_import": (7, 0, 0, 0, 0),
    "cagette_pro": (3, 0, 2, 0, 0),
    "camap_subscriptions": (3, 0, 1, 0, 0),
    "foodsoft_users_fr": (2, 0, 0, 0, 0),
    "foodsoft_users_en": (3, 1, 0, 0, 0),
    "ofn_customers_fr": (2, 0, 0, 0, 0),
    "ofn_customers_en": (2, 0, 1, 0, 0),
    "juntagrico": (3, 0, 0, 0, 0),
    "handmade": (3, 0, 0, 0, 0),
}


def take(store: Store, name: str, answers: Answers | None = None) -> ImportReport:
    file = open_file(SAMPLES / f"{name}.csv")
    seen = look(store, file, "members")
    return import_members(store, file, mapping=None if seen.format else seen.columns, answers=answers)


@pytest.mark.parametrize("name", MEMBERS)
def test_into_an_empty_group_twice(store: Store, name: str):
    first = take(store, name)
    assert counts(first) == MEMBERS[name]
    before = dump(store)
    again = take(store, name)
    assert (again.new, again.changed, again.candidates, again.bad) == (0, 0, 0, 0)
    assert again.same == sum(MEMBERS[name]) - (name == "camap_subscriptions")  # the one that it only names has no row
    assert dump(store) == before


@pytest.mark.parametrize("answer", [None, NEW, "first"])
def test_all_of_them_into_one_group_twice(store: Store, answer: object):
    for name in MEMBERS:
        asked = take(store, name)
        if answer is not None:
            answers = {(q.kind, q.key): NEW if answer == NEW else q.candidates[0][0] for q in asked.questions}
            take(store, name, answers)
        before = dump(store)
        again = take(store, name)
        assert (again.new, again.changed) == (0, 0), name
        assert dump(store) == before


_FEW = {
    "id": ("", "1", "2", "3"),
    "firstName": ("", "Anne", "ANNE", "Paul", "Luc"),
    "lastName": ("", "Durand", "Petit", "DURAND"),
    "email": ("", "a@exemple.fr", "b@exemple.fr", "x+1@exemple.fr"),
    "téléphone": ("", "06 39 98 00 01", "0639980002", "4,67E+10"),
    "Prénom du conjoint": ("", "Zoé", "Max"),
    "Nom du conjoint": ("", "Durand"),
    "e-mail du conjoint": ("", "b@exemple.fr"),
    "téléphone du conjoint": ("", "06 39 98 00 02"),
    "address1": ("", "1 rue Haute", "2 rue Haute"),
    "commune": ("", "Nantes"),
}
_WITH_IDS = st.tuples(*(st.sampled_from(cells) for cells in _FEW.values()))
_FOODSOFT = st.tuples(
    st.sampled_from(("1", "2", "3", "4", "5")),
    st.just(""),
    *(st.sampled_from(_FEW[name]) for name in ("firstName", "lastName", "email", "téléphone")),
    st.sampled_from(("", "Larks", "Owls")),
)


def _id(row: tuple[str, ...]) -> object:
    """No system gives an id twice."""
    return row[0] or row


_HEADERS = (tuple(_FEW), ("id", "name", "first_name", "last_name", "email", "phone", "ordergroup"), tuple(_FEW)[1:])
_FILES = st.one_of(
    st.tuples(st.just(_HEADERS[0]), st.lists(_WITH_IDS, max_size=6, unique_by=_id)),
    st.tuples(st.just(_HEADERS[1]), st.lists(_FOODSOFT, max_size=6, unique_by=_id)),
    st.tuples(st.just(_HEADERS[2]), st.lists(_WITH_IDS.map(lambda row: row[1:]), max_size=6)),
)


def _file(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> ImportFile:
    text = "".join(";".join(f'"{cell}"' for cell in row) + "\n" for row in (header, *rows))
    return ImportFile(Path("members.csv"), text.encode())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(known=_FILES, file=_FILES, choices=st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_any_file_twice_after_any_answers(
    tmp_path: Path, new_file: Path, known: tuple, file: tuple, choices: list[int]
):
    with fresh(new_file, tmp_path) as store:
        _take_twice(store, _file(*known), _file(*file), choices)


def _take_twice(store: Store, known: ImportFile, content: ImportFile, choices: list[int]) -> None:
    import_members(store, known)
    dry = import_members(store, content, dry_run=True)
    answers: Answers = {}
    for question, choice in zip(dry.questions, choices, strict=False):
        named = [candidate for candidate, _name in question.candidates if candidate > 0]
        if choice < 3:
            answers[question.kind, question.key] = named[choice % len(named)] if choice and named else NEW
    import_members(store, content, answers=answers)
    before = dump(store)
    again = import_members(store, content)
    assert (again.new, again.changed) == (0, 0), again.details
    assert dump(store) == before
