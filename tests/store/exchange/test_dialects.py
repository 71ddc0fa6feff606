"""Files of members in every dialect that systems and spreadsheets write, and files that are none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.errors import ImportUnreadable
from store.exchange.members import import_members
from store.exchange.members.formats import CAGETTE_LEGACY, SIMPLE
from store.exchange.tables import ImportFile
from store.household import checked
from store.members import Member, Person
from tests.store.exchange.group_file import dump, everything, fresh

SAMPLES = Path(__file__).parents[2] / "samples"
QUICK = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "deadline": None}

WORDS = st.text("abcÉèçôœ '-", min_size=1, max_size=8).map(lambda text: " ".join(text.split("'")).strip()).filter(bool)
LINES = st.text('aéœ,;"\t -1', max_size=12).map(lambda text: " ".join(text.replace(";", "; ").split()))
PHONES = st.sampled_from(
    ("", "06 39 98 00 0{}", "02.61.91.00.0{}", "+33 6 39 98 00 0{}", "003363998000{}", "63998000{}")
)


@dataclass(frozen=True)
class Dialect:
    """One way to write a table: "cagette" wraps all cells in quotes and leaves those inside them alone."""

    separator: str
    encoding: str
    quotes: str
    end: str
    final: bool
    above: tuple[str, ...]

    def write(self, header: list[str], rows: list[list[str]]) -> bytes:
        lines = [self.separator.join(self._cell(cell, head) for cell in row) for head, row in self._rows(header, rows)]
        text = self.end.join([*self.above, *lines]) + (self.end if self.final else "")
        return text.encode(self.encoding)

    def _rows(self, header: list[str], rows: list[list[str]]) -> list[tuple[bool, list[str]]]:
        return [(True, header), *((False, row) for row in rows)]

    def _cell(self, cell: str, head: bool) -> str:
        if self.quotes == "cagette":
            return cell if head else f'"{cell}"'
        if self.quotes == "all" or any(c in cell for c in f'"\n{self.separator}'):
            doubled = cell.replace('"', '""')
            return f'"{doubled}"'
        return cell


DIALECTS = st.builds(
    Dialect,
    separator=st.sampled_from(";,\t"),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "cp1252", "iso-8859-15", "utf-16")),
    quotes=st.sampled_from(("cagette", "all", "needed")),
    end=st.sampled_from(("\n", "\r\n", "\r")),
    final=st.booleans(),
    above=st.sampled_from(((), ("",), ("Liste des membres",), ("Report Title", "Printed 2026-11-21", ""))),
)


@st.composite
def members(draw: st.DrawFn) -> list[Member]:
    """A few households, each with names, e-mails and phones of its own, so that no two may be one."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        own, phone = "xyzw"[number], draw(PHONES).format(number)
        people = [Person(draw(WORDS), draw(WORDS) + own, f"m{number}@exemple.fr", phone=phone)]
        if draw(st.booleans()):
            people.append(Person(draw(WORDS), draw(WORDS) + own, f"z{number}@exemple.fr"))
        found.append(Member(tuple(people), address1=draw(LINES), postal_code="44000", city=draw(WORDS)))
    return found


def _cells(member: Member) -> dict[str, str]:
    given = {name: getattr(member, name) for name in ("address1", "postal_code", "city")}
    for suffix, person in zip(("", "2"), member.people, strict=False):
        given |= {f"{name}{suffix}": getattr(person, name) for name in ("first_name", "last_name", "email", "phone")}
    return given


@settings(max_examples=40, **QUICK)
@given(written=members(), dialect=DIALECTS, known=st.sampled_from((CAGETTE_LEGACY, SIMPLE)), shuffle=st.randoms())
def test_what_is_written_in_any_dialect_comes_back(
    tmp_path: Path, new_file: Path, written: list[Member], dialect: Dialect, known: object, shuffle: object
):
    wanted = sorted((checked(member, "FR") for member in written), key=lambda member: member.people[0].email)
    columns = [
        (key, field) for key, field in known.columns.items() if not field.startswith(("mobile", "joined", "vip"))
    ]
    shuffle.shuffle(columns)
    cells = [_cells(member) for member in written]
    rows = [[row.get(field, "") for _key, field in columns] for row in cells]
    # Nothing tells such a cell from the end of another one, or from one whose quotes are doubled.
    traps = ('""', f'"{dialect.separator}')
    ambiguous = dialect.quotes == "cagette" and any(trap in cell for trap in traps for row in rows for cell in row)
    content = replace(dialect, quotes="all" if ambiguous else dialect.quotes).write([key for key, _ in columns], rows)
    with fresh(new_file, tmp_path) as store:
        report = import_members(store, ImportFile(Path("members.csv"), content))
        assert (report.format, report.bad, report.candidates) == (known.name, 0, 0)
        found = sorted(everything(store), key=lambda member: member.people[0].email)
        assert [_without_ids(member) for member in found] == wanted


def _without_ids(member: Member) -> Member:
    people = tuple(replace(person, id=None) for person in member.people)
    return replace(member, id=None, version=1, people=people)


VALID = tuple(path.read_bytes() for path in sorted(SAMPLES.glob("*.csv")))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A file that was good once: bytes taken out, put in, or turned into others."""
    content = bytearray(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(content) - 1))
        length = draw(st.integers(0, 40))
        content[place : place + length] = draw(st.one_of(st.binary(max_size=6), st.sampled_from((b'"', b";", b"\n"))))
        content = content or bytearray(b"x")
    return bytes(content)


@settings(max_examples=40, **QUICK)
@given(content=st.one_of(st.binary(max_size=200), damaged()))
def test_no_bytes_end_in_anything_but_a_report_or_a_refusal(tmp_path: Path, new_file: Path, content: bytes):
    file = ImportFile(Path("members.csv"), content)
    with fresh(new_file, tmp_path) as store:
        before = dump(store)
        try:
            dry = import_members(store, file, dry_run=True)
        except ImportUnreadable:
            assert dump(store) == before
            return
        assert dump(store) == before
        assert import_members(store, file) == dry
        assert len([row for row in dry.details if row.what == "new"]) == dry.new == _members_in(store)


def _members_in(store: object) -> int:
    with store.reading() as t:
        return t.value("SELECT count(*) FROM members")
