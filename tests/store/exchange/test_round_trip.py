"""A group that moves: what it exports comes back in an empty group as it was, and twice changes nothing."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from store import Store, preferences
from store.errors import ImportUnreadable, Invalid
from store.exchange.member_export import export_members
from store.exchange.members import import_members
from store.exchange.own_members import COLUMNS
from store.exchange.tables import ImportFile
from store.household import checked
from store.people import EmailState, Member, Person
from tests.store.exchange.test_own_members import MEMBERS

MOMENT = datetime(2026, 11, 21, 20, 4, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def empty(tmp_path: Path, new_file: Path) -> Iterator[Store]:
    """Another group, on another day."""
    opened = Store(shutil.copy(new_file, tmp_path / "other.cabas"), "marie", lambda: LATER)
    yield opened
    opened.close()


@contextmanager
def groups(new_file: Path) -> Iterator[tuple[Store, Store]]:
    """Two new groups for one example."""
    with TemporaryDirectory(dir=new_file.parent) as folder:
        stores = [
            Store(shutil.copy(new_file, Path(folder) / f"{name}.cabas"), "marie", lambda at=at: at)  # type: ignore[misc]
            for name, at in (("one", MOMENT), ("other", LATER))
        ]
        try:
            yield stores[0], stores[1]
        finally:
            for store in stores:
                store.close()


def exported(store: Store, form: str = "csv") -> ImportFile:
    export = export_members(store, form)
    return ImportFile(Path(export.name), export.content)


def content(file: ImportFile) -> list[dict[str, str]]:
    """Every row but the ids, which each group gives itself."""
    text = file.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    assert all(tuple(row) == COLUMNS for row in rows)
    own = [{name: cell for name, cell in row.items() if name != "id"} for row in rows]
    return sorted(own, key=lambda row: sorted(row.items()))


def different(members: Sequence[Member]) -> list[Member]:
    """Members whom nothing but a person could take for one another."""
    found = []
    for number, member in enumerate(members):
        people = tuple(
            replace(
                person,
                first_name=f"{person.first_name}{number}{place}",
                last_name=person.last_name or "Durand",
                email=person.email and f"{number}{place}{person.email}",
                phone=f"06 39 98 {number:02} {place:02}",
                mobile="",
            )
            for place, person in enumerate(member.people)
        )
        with suppress(Invalid):
            found.append(checked(replace(member, people=people, id=None), "FR"))
    return found


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_household_with_all_that_belongs_to_it(store: Store, empty: Store, form: str) -> None:
    member_id = store.members.add(
        Member(
            (
                Person("Hélène", "Guérin", "helene@exemple.fr", EmailState.BOUNCED, "+33 639980001", "06.39.98.00.2"),
                Person("François", "", "amap+103@exemple.fr", phone="chez sa fille"),
            ),
            address1='Lieu-dit "La Bégaudière";',
            city="=Nantes",
            joined_on=date(2020, 2, 29),
            vip=True,
            tags=("a,b", "livraison"),
            notes='première ligne;\n\n"deuxième"\n\'=1+1',
        )
    )
    first, second = store.members.get(member_id).people
    store.members.set_preference(first.id or 0, "email", "targeted", False, "by phone, on (Monday)")
    store.members.set_preference(second.id or 0, "email", "measured", True, "")
    with store.writing() as t:
        preferences.suppress(t, "helene@exemple.fr", "last_call", "stop")
        t.execute("INSERT INTO external_ids VALUES ('cagette', '103', ?), ('camap', '=7', ?)", (member_id, member_id))
        t.journal("member.edited", member_id)
    store.members.archive(store.members.add(Member((Person("Yves", "Le Bihan"),))))
    file = exported(store)
    report = import_members(empty, exported(store, form))
    assert (report.format, report.new, report.bad, report.candidates) == ("cabas", 2, 0, 0)
    assert content(exported(empty)) == content(file)


@given(st.lists(MEMBERS, min_size=1, max_size=4))
# Each example writes two groups' files: to look for a smaller one would take minutes.
@settings(max_examples=40, phases=(Phase.generate,), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_members_come_back(new_file: Path, members: list[Member]) -> None:
    with groups(new_file) as (store, empty):
        for member in different(members):
            store.members.add(member)
        file = exported(store)
        dry = import_members(empty, file, dry_run=True)
        report = import_members(empty, file)
        assert (dry.new, report.new, report.bad) == (report.new, len(content(file)), 0)
        assert content(exported(empty)) == content(file)
        again = import_members(empty, file)
        assert (again.new, again.changed, again.same, again.bad, again.candidates) == (0, 0, report.new, 0, 0)
        back = import_members(store, exported(store, "json"))
        assert (back.new, back.changed, back.same) == (0, 0, report.new)


def test_json_that_is_not_whole_or_not_ours_is_no_file_of_members(store: Store, empty: Store) -> None:
    store.members.add(Member((Person("Yves", "Le Bihan"),)))
    whole = exported(store, "json").content
    nested = b"[" * 100_000
    for damaged in (whole[:-40], b'[{"id": 1}]', b'{"members": []}', whole.replace(b'"unknown"', b'"odd"'), nested):
        with pytest.raises(ImportUnreadable) as raised:
            import_members(empty, ImportFile(Path("members.json"), damaged))
        assert raised.value.reason in ("json", "header")
