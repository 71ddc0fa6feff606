"""Exports of members, opened by readers that are not ours."""

from __future__ import annotations

import csv
import io
import json
import stat
from email.utils import getaddresses
from html.parser import HTMLParser

import pytest

from store import Store
from store.errors import Invalid, NotAllowed
from store.exchange.cagette_members import HEADER
from store.exchange.export_folder import Export, write_export
from store.exchange.member_export import FORMS, export_members
from store.exchange.own_members import COLUMNS
from store.people import EmailState, Member, Person
from store.preferences import suppress
from store.rules import make
from store.segments import NOBODY, Verb
from templates import words
from templates.words.cells import width

ODETTE = Member(
    (Person("Odette", "Maréchal", phone="02 40 11 22 33"),),
    address1="3 rue du Gué",
    postal_code="44800",
    city="Saint-Herblain",
    notes="Clé chez la voisine;\nappeler le soir",
    tags=("livraison", "a,b"),
    vip=True,
)
GUERIN = Member(
    (
        Person("Hélène", "Guérin", "guerin@exemple.fr", mobile="06 39 98 00 01"),
        Person("François", "Guérin", "Guerin@exemple.fr", phone="+33 6 39 98 00 02"),
    ),
    address1='Lieu-dit "La Bégaudière"; hameau',
    postal_code="44119",
    city="Treillières",
)
BENALI = Member(
    (
        Person("Aïcha", "Benali", "aicha@exemple.fr", mobile="+39 312 345 6789"),
        Person("Paul", "Dupont-Moretti", "paul@exemple.fr"),
    )
)
HOSTILE = Member((Person("=cmd|' /C calc'!A0", 'Prix, "<b>[/]</b>"; \\x', "prix@exemple.fr", phone="06 39 98 00 03"),))
MADE_UP = Member((Person("Yves", "Le Bihan", "amap+103@exemple.fr"),))


@pytest.fixture
def group(store: Store) -> dict[str, int]:
    members = {"odette": ODETTE, "guerin": GUERIN, "benali": BENALI, "hostile": HOSTILE, "made_up": MADE_UP}
    return {name: store.members.add(member) for name, member in members.items()}


def text(export: Export) -> str:
    return export.content.decode("utf-8-sig")


def rows(export: Export) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(export), newline=""), delimiter=";", strict=True))


def cards(export: Export) -> list[dict[str, list[str]]]:
    """Cards as RFC 2426 has them read: lines put together again, values cut at the colon, escapes left as they are."""
    found: list[dict[str, list[str]]] = []
    assert all(len(line.encode()) <= 75 for line in text(export).split("\r\n"))
    for line in text(export).replace("\r\n ", "").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            found.append({})
        found[-1].setdefault(name, []).append(value)
    return found


def test_our_own_file_opens_in_excel_and_holds_everything(store, group):
    export = export_members(store, "csv")
    assert export.name == "members-2026-11-21.csv"
    assert export.content.startswith(b"\xef\xbb\xbf")
    assert (export.rows, export.left_out) == (5, 0)
    table = rows(export)
    assert tuple(table[0]) == COLUMNS
    odette = next(row for row in table if row["first_name"] == "Odette")
    assert odette["notes"] == ODETTE.notes
    assert odette["id"] == str(group["odette"])
    assert next(row for row in table if row["last_name"].startswith("Prix"))["first_name"].startswith("'=cmd")


def test_everything_includes_archived_members_and_lists_do_not(store, group):
    store.members.archive(group["odette"])
    assert {row["archived"] for row in rows(export_members(store, "csv"))} == {"", "2026-11-21T20:04:00.000000Z"}
    assert export_members(store, "json").rows == 5
    assert "Odette" not in text(export_members(store, "vcf"))
    assert export_members(store, "csv", segment=NOBODY.then(Verb.ADD, make("vip"))).rows == 0
    assert export_members(store, "csv", ids=[group["odette"]]).rows == 1


def test_json_says_who_said_what(store, group, act_as):
    person = store.members.get(group["guerin"]).people[1].id
    store.members.set_preference(person, "email", "targeted", False, "by phone")
    with store.writing() as t:
        suppress(t, "guerin@exemple.fr", "all", "stop")
        t.insert("external_ids", source="cagette", external_id="103", member_id=group["guerin"])
        t.journal("member.refused", group["guerin"])
    (guerin,) = json.loads(text(export_members(store, "json", ids=[group["guerin"]])))
    assert guerin["external_ids"] == [{"source": "cagette", "id": "103"}]
    assert guerin["people"][1]["preferences"] == [
        {
            "channel": "email",
            "kind": "targeted",
            "allowed": False,
            "since": "2026-11-21T20:04:00.000000Z",
            "by": "marie",
            "source": "by phone",
        }
    ]
    assert [person["refused"][0]["kind"] for person in guerin["people"]] == ["all", "all"]
    row = rows(export_members(store, "csv", ids=[group["guerin"]]))[0]
    assert row["refused"] == row["refused2"] == "all 2026-11-21T20:04:00.000000Z stop"
    assert row["email_targeted2"] == "no 2026-11-21T20:04:00.000000Z (marie) by phone"


def test_cagette_gets_only_what_it_takes(store, group):
    export = export_members(store, "cagette")
    assert (export.rows, export.left_out) == (3, 2)
    table = [list(row.values()) for row in rows(export)]
    assert tuple(rows(export)[0]) == HEADER
    benali, guerin, hostile = table
    assert benali[:8] == [
        *("Aïcha", "Benali", "aicha@exemple.fr", "00393123456789"),
        *("Paul", "Dupont-Moretti", "paul@exemple.fr", ""),
    ]
    # One account for one address: the second person keeps the name.
    assert guerin == [
        *("Hélène", "Guérin", "guerin@exemple.fr", "06 39 98 00 01", "François", "Guérin", "", "06 39 98 00 02"),
        *('Lieu-dit "La Bégaudière"; hameau', "", "44119", "Treillières"),
    ]
    assert hostile[0].startswith("'=cmd")
    assert hostile[8:] == ["", "", "", ""]


def test_the_one_with_an_address_comes_first_for_cagette(store):
    store.members.add(Member((Person("Odette", "Maréchal"), Person("Yves", "", "yves@exemple.fr")), city="Nantes"))
    (row,) = rows(export_members(store, "cagette"))
    cells = list(row.values())
    assert cells[:3] == ["Yves", "Maréchal", "yves@exemple.fr"]
    assert cells[4:7] == ["Odette", "Maréchal", ""]
    assert cells[8:] == [""] * 4, "Cagette refuses a part of an address"


def test_two_members_with_one_address_are_one_account_for_cagette(store):
    for name in ("Odette", "Yves"):
        store.members.add(Member((Person(name, "Maréchal", "famille@exemple.fr"),)))
    export = export_members(store, "cagette")
    assert (export.rows, export.left_out) == (1, 1)


def test_the_to_field_names_each_address_once(store, group):
    export = export_members(store, "to")
    found = getaddresses([text(export).replace("\n", " ")])
    assert found == [
        ("Aïcha Benali", "aicha@exemple.fr"),
        ("Paul Dupont-Moretti", "paul@exemple.fr"),
        ("Hélène Guérin & François Guérin", "guerin@exemple.fr"),
        ("=cmd|' /C calc'!A0 Prix, \"<b>[/]</b>\"; \\x", "prix@exemple.fr"),
    ]
    assert (export.rows, export.left_out) == (4, 2)


def test_who_refused_is_not_in_the_to_field(store, group):
    for person in store.members.get(group["benali"]).people:
        store.members.set_preference(person.id, "email", "targeted", False, "by phone")
    with store.writing() as t:
        suppress(t, "guerin@exemple.fr", "all", "stop")
        t.journal("member.refused", group["guerin"])
    export = export_members(store, "to")
    assert [address for _name, address in getaddresses([text(export)])] == ["prix@exemple.fr"]
    assert export.left_out == 4
    assert export_members(store, "to", ids=[group["benali"]]).left_out == 1
    assert export_members(store, "to", ids=[]).rows == 0


def test_cards_hold_one_person_each(store, group):
    export = export_members(store, "vcf")
    found = cards(export)
    assert [card["FN"][0] for card in found][:4] == [
        "Aïcha Benali", "Paul Dupont-Moretti", "Hélène Guérin", "François Guérin"
    ]  # fmt: skip
    assert (export.rows, export.left_out) == (6, 1)
    francois = found[3]
    assert francois["N"] == ["Guérin;François;;;"]
    assert francois["TEL;TYPE=CELL"] == ["+33639980002"]
    assert francois["EMAIL;TYPE=INTERNET"] == ["Guerin@exemple.fr"]
    assert francois["ADR;TYPE=HOME"] == [';;Lieu-dit "La Bégaudière"\\; hameau;Treillières;;44119;']
    assert len({card["UID"][0] for card in found}) == 6
    hostile = next(card for card in found if card["FN"][0].startswith("=cmd"))
    assert hostile["N"] == ["Prix\\, \"<b>[/]</b>\"\\; \\\\x;=cmd|' /C calc'!A0;;;"]
    assert "voisine" not in text(export), "operators' notes stay here"


def test_cards_stay_the_same_card_each_time(store, group):
    assert export_members(store, "vcf").content == export_members(store, "vcf").content


def test_the_phone_list_fits_a_page(store, group):
    store.members.add(
        Member((Person("Marie-Antoinette-Joséphine", "de la Villardière-Montgommery", phone="chez sa fille à Nantes"),))
    )
    export = export_members(store, "phones")
    lines = text(export).splitlines()
    assert lines[:2] == ["AMAP des Oiseaux: phones", "Saturday 21 November 2026 · 7 people"]
    assert max(map(width, lines)) <= 80
    assert [line for line in lines if len(line) == 1] == ["B", "D", "G", "M", "P"]
    assert "  Guérin Hélène                               06 39 98 00 01   44119 Treillières" in lines
    assert "    & Guérin François                         06 39 98 00 02" in lines
    assert "  Dupont-Moretti Paul: see Benali Aïcha" in lines
    assert "chez sa fille à Nantes" in text(export)
    assert export.left_out == 1


def test_the_page_to_print_shows_names_as_they_are(store, group):
    class Cells(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.tags: list[str] = []
            self.data: list[str] = []

        def handle_starttag(self, tag: str, attrs: object) -> None:
            self.tags.append(tag)

        def handle_data(self, data: str) -> None:
            self.data.append(data.strip())

    page = Cells()
    page.feed(text(export_members(store, "html")))
    assert "b" not in page.tags
    assert "Prix, \"<b>[/]</b>\"; \\x =cmd|' /C calc'!A0" in page.data
    assert page.data.count("06 39 98 00 02") == 1


def test_a_name_cannot_move_the_printer(store):
    store.members.add(Member((Person("Odette\u202e", "Maré\u2066chal", phone="02 40 11 22 33"),)))
    for form in ("phones", "html"):
        assert not {"\u202e", "\u2066"} & set(text(export_members(store, form)))


def test_lists_are_in_the_operators_language(store, group):
    words.use("fr")
    assert "samedi 21 novembre 2026" in text(export_members(store, "html"))


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_group_is_an_empty_list(store, form):
    export = export_members(store, form)
    assert (export.rows, export.left_out) == (0, 0)


@pytest.mark.parametrize("form", FORMS)
def test_a_producer_takes_no_members_away(store, group, act_as, form):
    catalogue = store.catalogues.add_catalogue("Rigaud", store.catalogues.add_producer("Rigaud"), "EUR")
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[catalogue])
    with pytest.raises(NotAllowed):
        export_members(act_as("rigaud"), form)


def test_an_unknown_form_is_refused(store):
    with pytest.raises(Invalid):
        export_members(store, "xlsx")


def test_bounced_addresses_are_not_handed_on(store):
    store.members.add(
        Member((Person("Odette", "Maréchal", "odette@exemple.fr", EmailState.BOUNCED, "02 40 11 22 33"),))
    )
    for form in ("to", "vcf", "cagette"):
        assert "odette@exemple.fr" not in text(export_members(store, form))


@pytest.mark.parametrize(("mode", "folder_mode"), [(0o600, 0o700), (0o660, 0o770), (0o640, 0o750)])
def test_who_may_read_the_group_may_read_its_exports(store, mode, folder_mode):
    store.path.chmod(mode)
    path = write_export(store, Export("members.csv", b"a", 0))
    assert path == store.path.parent / "exports" / "members.csv"
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o777 == folder_mode


def test_an_export_never_takes_another_ones_place(store):
    paths = [write_export(store, Export("members.csv", content, 0)) for content in (b"1", b"2", b"3")]
    assert [path.name for path in paths] == ["members.csv", "members-2.csv", "members-3.csv"]
    assert [path.read_bytes() for path in paths] == [b"1", b"2", b"3"]


def test_an_export_stays_in_its_folder(store):
    assert write_export(store, Export("../../away.csv", b"", 0)).parent == store.path.parent / "exports"
