"""Our own file of members: whatever a member holds comes back as it was, through any reader of CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import Invalid
from store.exchange.formulas import defused, undefused
from store.exchange.own_files import own_table
from store.exchange.own_members import COLUMNS, SAID, OwnMember, Refused, Said, cells, read
from store.household import checked
from store.people import EmailState, Member, Person
from store.preferences import KINDS

STAMPS = st.datetimes().map(lambda at: at.isoformat(timespec="microseconds") + "Z")
NASTY = st.sampled_from(
    ["=1+1", "+33 6 39 98 00 01", "-x", "@SUM(A1)", "'Ndrangheta", "''", "'=1", ";", '";"', '"', "%"]
)
WORDS = st.one_of(NASTY, st.text(max_size=12))
NOTES = st.one_of(WORDS, st.lists(WORDS, max_size=4).map("\n".join))
EMAILS = st.sampled_from(
    ["", "odette@exemple.fr", "Prénom.Nom@exemple.fr", "amap+103@exemple.fr", "'t.hooft@exemple.fr"]
)
SOURCES = WORDS.map(lambda text: " ".join(text.split()))
PEOPLE = st.builds(
    Person,
    first_name=WORDS,
    last_name=st.one_of(st.just("Maréchal"), WORDS),
    email=EMAILS,
    email_state=st.sampled_from(EmailState),
    phone=st.one_of(st.sampled_from(["", "06 39 98 00 01", "+39 06 1234 5678", "chez sa fille"]), WORDS),
    mobile=st.one_of(st.just(""), WORDS),
)
MEMBERS = st.builds(
    Member,
    people=st.lists(PEOPLE, min_size=1, max_size=2).map(tuple),
    address1=WORDS,
    address2=WORDS,
    postal_code=WORDS,
    city=WORDS,
    country=WORDS,
    language=st.sampled_from(["", "fr"]),
    pickup_place=WORDS,
    joined_on=st.one_of(st.none(), st.dates()),
    vip=st.booleans(),
    tags=st.lists(WORDS, max_size=3).map(tuple),
    notes=NOTES,
    id=st.integers(1, 10**6),
    archived=st.booleans(),
)


@st.composite
def wholes(draw: st.DrawFn) -> OwnMember:
    """A member as the file of a group holds it, with all that belongs to it."""
    given_member = draw(MEMBERS)
    try:
        member = checked(given_member, "FR")
    except Invalid:
        member = checked(replace(given_member, people=(Person("Odette"),)), "FR")
    said, refused = [], []
    for _person in member.people:
        names = draw(st.lists(st.sampled_from(SAID), unique=True, max_size=4))
        said.append(
            tuple(
                Said(
                    *name.split("_", 1),
                    draw(st.booleans()),
                    draw(STAMPS),
                    draw(st.sampled_from(["", "marie"])),
                    draw(SOURCES),
                )
                for name in sorted(names, key=SAID.index)
            )
        )
        kinds = draw(st.lists(st.sampled_from(["all", *KINDS]), unique=True, max_size=2))
        refused.append(tuple(Refused(kind, draw(STAMPS), draw(SOURCES)) for kind in kinds))
    ids = draw(st.lists(st.tuples(SOURCES.filter(bool), SOURCES.filter(bool)), max_size=2, unique=True))
    archived_at = draw(STAMPS) if member.archived else ""
    return OwnMember(member, tuple(ids), tuple(said), tuple(refused), archived_at)


def nameless(own: OwnMember) -> OwnMember:
    """Without what only the file of the group gives: ids of people, and numbers worked out from the typed ones."""
    return replace(own, member=checked(own.member, "FR"))


@given(st.lists(wholes(), max_size=3))
@settings(max_examples=60)
def test_what_is_written_comes_back_through_a_plain_reader_of_csv(members):
    text = own_table(COLUMNS, map(cells, members))
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    assert [nameless(read(row)) for row in rows] == members
    for row in rows:
        assert not [cell for cell in row.values() if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]


@given(st.text(max_size=8))
def test_a_defused_cell_is_undone(text):
    assert undefused(defused(text)) == text


def test_a_quote_that_somebody_typed_before_a_name_stays():
    assert undefused("'t Hooft") == "'t Hooft"
    assert undefused("'=1+1") == "=1+1"


def test_missing_columns_say_nothing():
    own = read({"first_name": "Odette", "email_targeted": "no"})
    assert own.member == Member((Person("Odette"),))
    assert own.said == ((Said("email", "targeted", False),),)
    assert own.external_ids == ()
    assert own.refused == ((),)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("email_state", "perhaps"),
        ("joined_on", "21/11/2026"),
        ("email_targeted", "maybe"),
        ("refused", "everything"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(column, cell):
    with pytest.raises(Invalid) as caught:
        read({"first_name": "Odette", column: cell})
    assert caught.value.value == cell


def test_every_column_has_a_name_of_its_own():
    assert len(set(COLUMNS)) == len(COLUMNS)
