"""Members out of each system's file: what a group that moves in finds of its people."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import Store
from store.errors import ImportUnreadable, Invalid
from store.exchange.members import import_members
from store.exchange.members.formats import FORMATS, recognise_members
from store.exchange.recognising import look
from store.exchange.report import ImportReport
from store.exchange.tables import ImportFile, open_file, read_table
from store.members import EmailState
from tests.store.exchange.group_file import counts, dump, everything, only

SAMPLES = Path(__file__).parents[2] / "samples"


def take(store: Store, name: str, **options: object) -> ImportReport:
    return import_members(store, open_file(SAMPLES / f"{name}.csv"), **options)


def text(content: str, encoding: str = "utf-8") -> ImportFile:
    return ImportFile(Path("members.csv"), content.encode(encoding))


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("cagette_pro", "cagette-pro"),
        ("camap_subscriptions", "camap-subscriptions"),
        ("foodsoft_users_fr", "foodsoft"),
        ("foodsoft_users_en", "foodsoft"),
        ("ofn_customers_fr", "ofn-customers"),
        ("ofn_customers_en", "ofn-customers"),
        ("juntagrico", "juntagrico"),
    ],
)
def test_a_system_is_known_by_its_header(store: Store, name: str, known: str):
    assert take(store, name, dry_run=True).format == known
    header = read_table(open_file(SAMPLES / f"{name}.csv"), lambda keys: recognise_members(keys) is not None).keys
    assert recognise_members(tuple(reversed(header))).name == known


def test_no_format_is_another_ones(store: Store):
    for known in FORMATS[:-1]:
        for required in known.required:
            assert recognise_members(tuple(required)) is known


def test_an_ordergroup_of_foodsoft_is_a_household(store: Store):
    take(store, "foodsoft_users_en")
    assert {member.name for member in everything(store)} == {"Martin Anne & Bob", "Dane Cleo", "Quill Zoë"}
    report = import_members(
        store,
        text(
            "Id;Name;Nick;First name;Last name;Email;Phone;Last login;Last activity;IBAN;Ordergroup\n"
            "21;;;Anne;Martin;anne@example.org;;;;;The Larks\n"
            "25;;;Dora;Quill;dora@example.org;;;;;Nest\n"
            "24;;;Zoe;Quill;zoe@example.org;;;;;Nest\n"
        ),
    )
    assert counts(report) == (0, 2, 1, 0, 0)  # one who joined the ordergroup of somebody known
    assert only(store, "Anne").people[0].email == "anne@example.org"
    assert only(store, "Zoe").name == "Quill Zoë & Dora"


def test_foodsofts_euro_sign_and_ligatures(store: Store):
    row = "7;Cœur & Œuf;;Zoé;Lecœur;zoe@exemple.fr;;;;;Les 10 €\n"
    header = (
        "Id;Nom;Identifiant;Prénom;Nom de famille;Email;Téléphone;Dernière connection;dernière activité;IBAN;Cellule\n"
    )
    import_members(store, text(header + row, "iso-8859-15"))
    assert only(store, "Lecœur").name == "Lecœur Zoé"


def test_several_groups_of_cagette_pro(store: Store):
    report = take(store, "cagette_pro")
    assert counts(report) == (3, 0, 2, 0, 0)
    assert (report.placeholders, report.damaged) == (1, [(5, "4,67012E+10")])
    luc = next(row for row in report.details if row.line == 5)
    assert (luc.what, luc.name, luc.reason, luc.value) == ("new", "Aubert Luc", "phone_damaged", "4,67012E+10")
    assert only(store, "Luc").people[0].phone == ""


def test_subscriptions_after_the_list_of_members(store: Store):
    take(store, "camap")
    before = dump(store)
    report = take(store, "camap_subscriptions")
    # GUéRIN is Guérin; who takes turns with her is named only there.
    assert (counts(report), only(store, "Le Bihan").name) == ((1, 0, 3, 0, 0), "LE BIHAN Yves")
    assert only(store, "Guérin Hélène").name == "Guérin Hélène & François"
    assert len(dump(store)) > len(before)


def test_customers_of_a_shop_have_one_cell_of_address(store: Store):
    take(store, "ofn_customers_fr")
    odette = only(store, "Odette")
    assert (odette.address1, odette.address2, odette.city) == ('"Les Œillets"', "3 impasse", "Saint-Herblain")
    assert odette.people[0].email_state is EmailState.PLACEHOLDER


def test_a_report_that_says_first_what_it_is(store: Store):
    take(store, "ofn_customers_en")
    assert only(store, "Bob").people[0].first_name == 'Bob "Bobby"'


def test_who_left_juntagrico_comes_archived(store: Store):
    take(store, "juntagrico")
    assert {member.name for member in everything(store)} == {"Müller Urs", "Bianchi Ugo"}
    assert store.members.search("", archived=True).total == 1
    urs = only(store, "Urs")
    assert (urs.notes, urs.people[0].mobile) == ('bringt Eier, "immer"', "079 999 12 34")


def test_a_spreadsheet_made_by_hand(store: Store):
    file = open_file(SAMPLES / "handmade.csv")
    with pytest.raises(ImportUnreadable) as refused:
        import_members(store, file)
    assert refused.value.reason == "header"
    seen = look(store, file)
    assert (seen.kind, seen.format, seen.rows) == ("members", "", 3)
    assert seen.columns == ("name", "phone", "email", "notes")
    assert seen.sample[1] == ("LE BIHAN Yves", "06 39 98 03 04 / 02 40 55 66 77", "", "")
    assert counts(import_members(store, file, mapping=seen.columns)) == (3, 0, 0, 0, 0)
    yves, couple = only(store, "Yves").people[0], only(store, "Guérin").people
    assert (yves.phone, yves.mobile) == ("02 40 55 66 77", "06 39 98 03 04")
    assert [(p.name, p.email) for p in couple] == [
        ("Hélène GUÉRIN", "helene.guerin@exemple.fr"),
        ("François GUÉRIN", "francois.guerin@exemple.fr"),
    ]
    assert only(store, "Odette").notes == "pas d'Internet, appeler après 18h"
    remembered = look(store, file)
    assert (remembered.format, remembered.columns) == ("mapped", seen.columns)
    assert counts(import_members(store, file)) == (0, 0, 3, 0, 0)


def test_a_dry_run_remembers_no_mapping(store: Store):
    file = text("Qui;Mél\nMARTIN Anne;anne@exemple.fr\n")
    import_members(store, file, mapping=("name", "email"), dry_run=True)
    assert look(store, file).format == ""


@pytest.mark.parametrize(
    ("mapping", "code"),
    [(("name",), "width"), (("", ""), "no_name"), (("name", "name"), "twice:name"), (("x", ""), "unknown:x")],
)
def test_a_mapping_that_cannot_be_used_is_refused(store: Store, mapping: tuple[str, ...], code: str):
    with pytest.raises(Invalid) as refused:
        import_members(store, text("Qui;Mél\nMARTIN Anne;a@exemple.fr\n"), mapping=mapping)
    assert (refused.value.field, refused.value.reason) == ("mapping", code)


@pytest.mark.parametrize(
    ("header", "row", "columns"),
    [
        ("Cognome;Nome;Cellulare;CAP;Città", "Rossi;Ada;333;0;Roma", "last_name first_name mobile postal_code city"),
        ("Name;Vorname;Telefon;Handy;PLZ", "Meier;Rosa;044;079;80", "last_name first_name phone mobile postal_code"),
        ("Nom;Tél;Tél 2;Adhésion", "MARTIN Anne;06;02;2020", "name phone phone2 joined_on"),
        ("Prénom Nom;A;B", "Anne Martin;anne@exemple.fr;06 39 98 00 01", "name email phone"),
        ("Given name;Surname;E-mail;Email 2", "A;B;c;d", "first_name last_name email email2"),
        ("qui;quoi", "rien;rien", " "),
    ],
)
def test_columns_are_guessed(store: Store, header: str, row: str, columns: str):
    assert look(store, text(f"{header}\n{row}\n"), "members").columns == tuple(columns.split(" "))


def test_names_whose_header_says_the_first_name_first(store: Store):
    import_members(store, text("Prénom et nom\nOdette Maréchal\nTOTAL 1\n"), mapping=("name",))
    assert only(store, "Odette").people[0].last_name == "Maréchal"
    assert store.members.search("").total == 1


def test_a_header_that_is_there_again_and_a_sum_are_no_members(store: Store):
    report = import_members(
        store, text("firstName;lastName;email\nAnne;Martin;\n\nfirstName;lastName;email\n;Total;\n")
    )
    assert counts(report) == (1, 0, 0, 0, 1)
    assert report.bad_rows == [
        ("firstName", "lastName", "email", "line", "reason"),
        ("", "Total", "", "5", "a_total"),
    ]


def test_control_characters_are_dropped(store: Store):
    content = b"first_name;last_name\nAn\x00ne;Mar\x1b[31mtin\x07\n"
    import_members(store, ImportFile(Path("x.csv"), content))
    assert only(store, "Anne").people[0].last_name == "Mar[31mtin"


def test_further_columns_of_the_short_lists_are_read_where_their_names_tell(store: Store):
    report = import_members(
        store, text("First name;Surname;E-mail;Ville;Pointure\nAnne;Martin;a@exemple.fr;Nantes;38\n")
    )
    assert (report.format, report.ignored) == ("simple", ("Pointure",))
    assert (only(store, "Martin").name, only(store, "Martin").city) == ("Martin Anne", "Nantes")


def test_a_report_of_open_food_network_with_hidden_columns_is_one(store: Store) -> None:
    file = text("Prénom,Nom,Email,n° tel,Boutique\nHélène,Guérin,h@exemple.fr,06 39 98 10 01,AMAP des Oiseaux\n")
    report = import_members(store, file)
    assert (report.format, report.new) == ("ofn-customers", 1)


def test_a_cell_that_goes_on_for_thousands_of_letters_is_no_name(store: Store) -> None:
    long = "A" * 1_000_000
    report = import_members(store, text(f"first_name;last_name;notes\n{long};Guérin;\nYves;Le Bihan;{long}\n"))
    assert [(row.line, row.reason, row.value) for row in report.details if row.what == "bad"] == [
        (2, "too_long", f"{'A' * 40}…")
    ]
    assert [len(member.notes) for member in everything(store)] == [1_000_000]
