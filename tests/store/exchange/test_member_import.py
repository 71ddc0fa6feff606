"""Importing members: who is new, who is known, who may be; and that nothing is lost or undone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from store import Store
from store.errors import ImportUnreadable, NotAllowed
from store.exchange.members import import_members
from store.exchange.report import ImportReport
from store.exchange.tables import open_file
from store.members import EmailState, Member, Person
from tests.store.exchange.group_file import counts, everything, only

SAMPLES = Path(__file__).parents[2] / "samples"
LEGACY = "id;firstName;lastName;email;téléphone;Prénom du conjoint;Nom du conjoint;e-mail du conjoint;téléphone du conjoint;address1;address2;code postal;commune\n"  # noqa: E501


@pytest.fixture
def take(store: Store, tmp_path: Path):
    """Import a text as a file."""

    def import_text(text: str, **options: bool) -> ImportReport:
        path = tmp_path / "members.csv"
        path.write_text(text, encoding="utf-8")
        return import_members(store, open_file(path), **options)

    return import_text


@pytest.mark.parametrize(
    ("name", "known"),
    [("cagette_legacy.csv", "cagette"), ("camap.csv", "camap"), ("cagette_import.csv", "cagette-import")],
)
def test_a_known_systems_file_twice(store: Store, name: str, known: str):
    report = import_members(store, open_file(SAMPLES / name))
    assert (report.format, counts(report)) == (known, (7, 0, 0, 0, 0))
    before, number = everything(store), store.change_number()
    assert counts(import_members(store, open_file(SAMPLES / name))) == (0, 0, 7, 0, 0)
    assert (everything(store), store.change_number()) == (before, number)


def test_what_other_systems_write_arrives_whole(store: Store):
    import_members(store, open_file(SAMPLES / "cagette_legacy.csv"))
    assert only(store, "Le Goff").address1 == 'Lieu-dit "La Bégaudière"'
    odette = only(store, "Odette Maréchal")
    assert (odette.address2, odette.people[0].phone_shown) == ("Bât. B; appt 4", "02 40 11 22 33")
    assert odette.people[0].email_state is EmailState.PLACEHOLDER
    assert only(store, "josé").people[0].phone_shown == "06 39 98 56 79"
    assert only(store, "Benali").name == "BENALI Aïcha / Dupont-Moretti Paul"
    assert [p.email_state for p in only(store, "Benali").people] == [EmailState.HAS, EmailState.HAS]


def test_one_group_from_two_systems(store: Store):
    import_members(store, open_file(SAMPLES / "cagette_legacy.csv"))
    assert counts(import_members(store, open_file(SAMPLES / "camap.csv"))) == (0, 0, 7, 0, 0)
    assert counts(import_members(store, open_file(SAMPLES / "cagette_import.csv"))) == (0, 0, 7, 0, 0)


def test_columns_in_any_order_and_some_missing(store: Store, take):
    assert counts(take("phone,last_name,first_name\n0639980101,Durand,Anne\n")) == (1, 0, 0, 0, 0)
    assert counts(take("email\tlast_name\nb@exemple.fr\tPetit\n")) == (1, 0, 0, 0, 0)
    assert counts(take("email\nclub@exemple.fr\n")) == (1, 0, 0, 0, 0)
    assert counts(take("first_name;last_name;email;phone\nYves;Le Bihan\n")) == (1, 0, 0, 0, 0)
    assert store.members.search("").total == 4
    report = take("first_name;last_name;shoe size\nLuc;Aubert;43\n")
    assert (counts(report), report.ignored) == ((1, 0, 0, 0, 0), ("shoe size",))


def test_a_file_without_e_mails_twice(store: Store, take):
    text = "first_name;last_name;phone\nOdette;Maréchal;0240112233\nYves;Le Bihan;\nYves;Le Bihan;\n"
    assert counts(take(text)) == (2, 0, 1, 0, 0)
    assert counts(take(text)) == (0, 0, 3, 0, 0)


def test_filled_cells_change_a_known_member_and_empty_ones_take_nothing_away(store: Store, take):
    take("first_name;last_name;email;phone\nAnne;Durand;anne@exemple.fr;0639980101\n")
    report = take("first_name;last_name;email;phone;city\nanne;Durand-Martin;ANNE@exemple.fr;;Nantes\n")
    assert counts(report) == (0, 1, 0, 0, 0)
    assert {change.field for change in report.details[0].changes} == {"last_name", "city"}
    anne = only(store, "anne@exemple.fr")
    assert (anne.people[0].name, anne.people[0].phone, anne.city) == ("Anne Durand-Martin", "0639980101", "Nantes")


def test_a_couple_with_one_address_on_two_rows(store: Store, take):
    text = "first_name;last_name;email\nMarie;Durand;durand@exemple.fr\nPaul;Durand;durand@exemple.fr\n"
    report = take(text)
    assert counts(report) == (1, 0, 0, 1, 0)
    assert (report.details[1].line, report.details[1].reason) == (3, "email")
    assert counts(take(text)) == (0, 0, 1, 1, 0)
    assert only(store, "durand").name == "Durand Marie"


def test_a_household_that_shares_address_and_phone_with_another_is_another(store: Store, take):
    text = (
        "first_name;last_name;email;phone;address1\n"
        "Marie;Durand;marie@exemple.fr;0240112233;1 rue Haute\n"
        "Paul;Petit;paul@exemple.fr;0240112233;1 rue Haute\n"
    )
    assert counts(take(text)) == (2, 0, 0, 0, 0)
    assert counts(take(text)) == (0, 0, 2, 0, 0)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Odette;Marchand;;02 40 11 22 33", "phone"),
        ("odette;MARECHAL;odette@exemple.fr;", "name"),
        ("Odette;Maréchal;odette@exemple.fr;0240112233", "phone and name"),
    ],
)
def test_who_may_be_known_is_listed_and_not_merged(store: Store, take, row: str, reason: str):
    odette = store.members.add(Member(people=(Person("Odette", "Maréchal", phone="0240112233"),)))
    before = everything(store)
    report = take(f"first_name;last_name;email;phone\n{row}\n")
    assert counts(report) == (0, 0, 0, 1, 0)
    found = report.details[0]
    assert (found.line, found.reason, found.candidates) == (2, reason, ((odette, "Maréchal Odette"),))
    assert everything(store) == before


def test_rows_that_contradict_each_other_do_not_take_turns(store: Store, take):
    text = (
        "first_name;last_name;email;phone\nAnne;Durand;a@exemple.fr;0639980101\nAnne;Durand;a@exemple.fr;0639980102\n"
    )
    report = take(text)
    assert counts(report) == (1, 0, 0, 1, 0)
    assert (report.details[1].reason, report.details[1].value) == ("line", "2")
    assert counts(take(text)) == (0, 0, 1, 1, 0)


def test_rows_that_complete_each_other_do(store: Store, take):
    text = "first_name;last_name;email;phone\nAnne;Durand;a@exemple.fr;\nAnne;Durand;a@exemple.fr;0639980102\n"
    assert counts(take(text)) == (1, 1, 0, 0, 0)
    assert only(store, "Anne").people[0].phone_e164 == "+33639980102"
    assert counts(take(text)) == (0, 0, 2, 0, 0)


def test_an_id_of_another_server_is_not_believed(store: Store, take):
    row = '"101";"{}";"{}";"{}";"";"";"";"";"";"";"";"";""\n'
    take(LEGACY + row.format("Hélène", "Guérin", "helene@exemple.fr"))
    report = take(LEGACY + row.format("Luc", "Aubert", "luc@exemple.fr"))
    assert (counts(report), report.details[0].reason) == ((0, 0, 0, 1, 0), "id")
    report = take(LEGACY + row.format("Hélène", "Durand", "helene.durand@exemple.fr"))
    assert counts(report) == (0, 1, 0, 0, 0)
    assert only(store, "helene.durand@exemple.fr").people[0].last_name == "Durand"


def test_two_accounts_with_one_address_stay_two_questions(store: Store, take):
    row = '"{}";"Hélène";"Guérin";"helene@exemple.fr";"";"";"";"";"";"";"";"";""\n'
    report = take(LEGACY + row.format(101) + row.format(102))
    assert counts(report) == (1, 0, 0, 1, 0)
    assert report.details[1].reason == "account"


def test_namesakes_with_ids_of_their_own_are_two(store: Store, take):
    row = '"{}";"Marie";"Martin";"{}";"";"";"";"";"";"";"";"";""\n'
    assert counts(take(LEGACY + row.format(1, "m1@exemple.fr") + row.format(2, "m2@exemple.fr"))) == (2, 0, 0, 0, 0)


def test_what_was_refused_or_said_here_stays(store: Store, take):
    text = "first_name;last_name;email\nAnne;Durand;anne@exemple.fr\nYves;Petit;yves+7@exemple.fr\n"
    take(text)
    anne, yves = only(store, "Anne"), only(store, "Yves")
    store.members.set_preference(anne.people[0].id, "email", "targeted", False, "phone")
    store.members.save(replace(yves, people=(replace(yves.people[0], email="", email_state=EmailState.NONE),)))
    store.members.save(replace(anne, people=(replace(anne.people[0], email_state=EmailState.BOUNCED),)))
    assert counts(take(text)) == (0, 0, 2, 0, 0)
    assert [p.allowed for p in store.members.preferences(anne.people[0].id)] == [False]
    assert only(store, "Yves").people[0].email_state is EmailState.NONE
    assert only(store, "Anne").people[0].email_state is EmailState.BOUNCED
    take("first_name;last_name;email\nAnne;Durand-Martin;anne@exemple.fr\n")
    assert [p.allowed for p in store.members.preferences(anne.people[0].id)] == [False]


def test_an_archived_member_is_not_brought_back(store: Store, take):
    take("first_name;last_name;email\nAnne;Durand;anne@exemple.fr\n")
    store.members.archive(store.members.resolve("Anne"))
    report = take("first_name;last_name;email\nAnne;Durand;anne@exemple.fr\n")
    assert (counts(report), report.details[0].reason) == ((0, 0, 0, 1, 0), "archived")
    assert store.members.search("").total == 0


def test_bad_rows_are_named_and_the_good_ones_taken(store: Store, take):
    report = take(
        "first_name;last_name;email;phone;joined_on\n"
        "Anne;Durand;anne@@exemple.fr;;\n"
        "Yves;Le Bihan;;06;\n"
        ";;;;x\n"
        "Luc;Aubert;;;yesterday\n"
        "a;b;c@exemple.fr;d;;too;many\n"
        '"Zoé;Petit\n'
    )
    assert counts(report) == (1, 0, 0, 0, 5)
    assert [(row.line, row.reason) for row in report.details if row.what == "bad"] == [
        (2, "email"), (4, "date"), (5, "date"), (6, "cells"), (7, "quotes")
    ]  # fmt: skip
    assert only(store, "Yves").people[0].phone == "06"


def test_a_dry_run_says_the_same_and_stores_nothing(store: Store):
    number = store.change_number()
    dry = import_members(store, open_file(SAMPLES / "cagette_legacy.csv"), dry_run=True)
    assert (store.change_number(), store.members.search("").total) == (number, 0)
    assert import_members(store, open_file(SAMPLES / "cagette_legacy.csv")) == dry
    assert store.change_number() == number + 1


def test_a_file_of_something_else_is_refused(store: Store, take):
    for text in (
        "Nom du produit;Prix TTC;Référence unique\nTomates;3,90;TOM\n",
        "Id;Nom;Identifiant;Prénom;Nom de famille;Email;Téléphone\n1;x;y;z;t;a@exemple.fr;06\n",
        "hello\nworld\n",
    ):
        with pytest.raises(ImportUnreadable) as refused:
            take(text)
        assert refused.value.reason == "header"
    with pytest.raises(ImportUnreadable) as refused:
        take("first_name;email;E-mail\nAnne;a@exemple.fr;b@exemple.fr\n")
    assert (refused.value.reason, refused.value.detail) == ("twice", "E-mail")
    assert store.members.search("").total == 0


def test_only_who_may_change_members_imports(store: Store, act_as, tmp_path: Path):
    producer_id = store.catalogues.add_producer("Ferme du Gué")
    catalogue_id = store.catalogues.add_catalogue("Légumes", producer_id, "EUR")
    store.operators.add("gue", "Ferme du Gué", "producer", catalogues=[catalogue_id])
    with pytest.raises(NotAllowed):
        import_members(act_as("gue"), open_file(SAMPLES / "camap.csv"))
