"""Importing old mailings: their figures as the file says, their recipients found anew, nothing of them ever sent."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mail.composing import freeze
from mail.refused import NoDraft
from screens.errors import words_for
from store import Store
from store.errors import Invalid, NotAllowed, NotFound, StoreError
from store.exchange.messages import import_messages
from store.exchange.recognising import look
from store.exchange.tables import ImportFile
from store.members import Member, Person
from store.message_advice import advice_facts
from store.rules import make
from store.segments import EVERYONE, NOBODY, Segment, Verb
from tests.store.exchange.group_file import counts
from tests.store.exchange.mailings import stored, take
from tests.store.exchange.shop import damaged

FRENCH = """\
Mailings du groupe;;;;;;;;
Date d'envoi;Libellé;Objet;Clôture;Destinataires;Envoyés;Ouverts;CA TTC (€);Météo
2026-11-05;Fromages;Tommes;12/11/2026;"odette@exemple.fr, inconnue@exemple.fr; Le Bihan François";41;12;1 284,50;beau
5 mars 2024;Œufs;;;06 39 98 20 20 | yann@exemple.fr;3;–;12.5 CHF;
1er avril 2024;Asperges;;;;98;;;
"""
ITALIAN = """data,etichetta,nome,cognome,email,cellulare,aperti,vendite
05/03/2024,Formaggi,Odette,Maréchal,,,1,"80,00"
05/03/2024,Formaggi,,,MAISON@exemple.fr,,0,"80,00"
05/03/2024,Formaggi,Paul,Rigaud,ancien@exemple.org,0639982020,1,"80,00"
05/03/2024,Formaggi,Zoé,Personne,zoe@exemple.org,,0,"80,00"
"""


@pytest.fixture
def group(store: Store) -> dict[str, int]:
    """Four households: Hélène and François are one, Paul and Yann share an address, two are called Jean Petit."""
    people = {
        "odette": (Person("Odette", "Maréchal", "odette@exemple.fr"),),
        "bihan": (Person("Hélène", "Le Bihan", "maison@exemple.fr"), Person("François", "Le Bihan", "f@exemple.fr")),
        "paul": (Person("Paul", "Rigaud", "ferme@exemple.fr", mobile="06 39 98 20 20"),),
        "yann": (Person("Yann", "Morel", "ferme@exemple.fr", phone="06 39 98 10 10"),),
        "jean": (Person("Jean", "Petit", "jean@exemple.fr"),),
        "jean2": (Person("Jean", "Petit"),),
        "gone": (Person("Lucie", "Partie", "lucie@exemple.fr"),),
    }
    found = {name: store.members.add(Member(one)) for name, one in people.items()}
    store.members.archive(found["gone"])
    with store.writing() as t:
        for number, name in ((7, "odette"), (9, "yann")):
            t.insert("external_ids", source="cagette", external_id=str(number), member_id=found[name])
        t.insert("external_ids", source="foodsoft", external_id="A12", member_id=found["paul"])
    return found


def chosen(store: Store, segment: Segment) -> set[int]:
    return {row.id for row in store.members.search("", segment=segment).rows}


def test_a_row_for_each_mailing_in_french(store: Store, group: dict[str, int]) -> None:
    file = ImportFile(Path("old.csv"), FRENCH.encode())
    assert (look(store, file).kind, look(store, file).format) == ("messages", "simple")
    dry = take(store, FRENCH, dry_run=True)
    assert store.results.all() == ()
    report = take(store, FRENCH)
    assert counts(dry) == counts(report) == (3, 0, 0, 0, 0)
    assert report.ignored == ("Météo",)
    assert (report.recipients, report.unmatched) == (3, [(3, "inconnue@exemple.fr"), (4, "yann@exemple.fr")])
    assert stored(store) == {
        "Fromages": (
            {group["odette"], group["bihan"]},
            {"sent": ("", 41), "opened": ("", 12), "turnover": ("EUR", 128_450), "unmatched": ("", 1)},
        ),
        "Œufs": ({group["paul"]}, {"sent": ("", 3), "turnover": ("CHF", 1_250), "unmatched": ("", 1)}),
        "Asperges": (set(), {"sent": ("", 98)}),
    }
    assert [(row.title, row.day, row.closes_on) for row in store.results.all()] == [
        ("Fromages", date(2026, 11, 5), date(2026, 11, 12)),
        ("Asperges", date(2024, 4, 1), None),
        ("Œufs", date(2024, 3, 5), None),
    ]
    assert [row.imported for row in store.messages.all()] == [True] * 3
    assert store.messages.all()[0].title == "Fromages"


def test_a_row_for_each_recipient_in_italian_with_what_each_did(store: Store, group: dict[str, int]) -> None:
    report = take(store, ITALIAN)
    assert counts(report) == (1, 0, 0, 0, 0)
    assert report.unmatched == [(5, "Zoé Personne zoe@exemple.org")]
    reached = {group["odette"], group["bihan"], group["paul"]}
    figures = {"opened": ("", 2), "turnover": ("EUR", 8_000), "unmatched": ("", 1)}
    assert stored(store) == {"Formaggi": (reached, figures)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("odette@exemple.fr", ["odette"]), ("ODETTE@EXEMPLE.FR", ["odette"]),
        ("Odette Maréchal <vieille@exemple.org>", ["odette"]), ("<f@exemple.fr>", ["bihan"]),
        ("ferme@exemple.fr", ["paul", "yann"]), ("Morel Yann <ferme@exemple.fr>", ["yann"]),
        ("MARECHAL odette", ["odette"]), ("Le Bihan, Hélène; Rigaud, Paul", ["bihan", "paul"]),
        ("Hélène et François Le Bihan", ["bihan"]), ("Jean Petit", []), ("Petit Jean <jean@exemple.fr>", ["jean"]),
        ("+33 6 39 98 20 20", ["paul"]), ("0639981010\n639982020", ["paul", "yann"]), ("06 39 98 99 99", []),
        ("7, 9, 8, A12", ["odette", "paul", "yann"]), ("lucie@exemple.fr", ["gone"]), ("Lucie Partie", ["gone"]),
        ("odette@exemple.fr, odette@exemple.fr; Odette Maréchal", ["odette"]), ("pas@@une adresse", []), (" ;, | ", []),
    ],
)  # fmt: skip
def test_who_is_meant(store: Store, group: dict[str, int], text: str, names: list[str]) -> None:
    cell = '"' + text.replace('"', '""') + '"'
    take(store, f"date;label;recipients\n2024-03-05;X;{cell}\n")
    assert stored(store)["X"][0] == {group[name] for name in names}


def test_without_numbers_of_other_systems_an_id_is_ours_if_the_name_fits(store: Store, group: dict[str, int]) -> None:
    with store.writing() as t:
        t.execute("DELETE FROM external_ids")
    odette, paul = group["odette"], group["paul"]
    take(store, f"date;label;id;name\n2024-03-05;X;{odette};\n2024-03-05;X;{paul};Zoé Personne\n")
    assert stored(store)["X"] == ({odette}, {"unmatched": ("", 1)})


def test_the_same_file_changes_nothing_and_a_corrected_one_says_what(
    store: Store, group: dict[str, int], act_as: Callable[[str], Store]
) -> None:
    take(store, FRENCH)
    before = (store.change_number(), stored(store))
    assert counts(take(store, FRENCH.replace("Fromages;", "FROMAGES ;"), dry_run=True)) == (0, 1, 2, 0, 0)
    assert counts(take(store, FRENCH)) == (0, 0, 3, 0, 0)
    assert (store.change_number(), stored(store)) == before
    corrected = (
        FRENCH.replace("1 284,50", "99 CHF").replace("inconnue@exemple.fr", "jean@exemple.fr").replace(";12;", ";;")
    )
    corrected = corrected.replace("odette@exemple.fr, ", "").replace("12/11/2026", "13/11/2026")
    dry = take(store, corrected, dry_run=True)
    assert [(one.what, one.name) for one in dry.details] == [("changed", "Fromages")]
    assert [(c.field, c.before, c.after) for c in dry.details[0].changes] == [
        ("recipients", "2", "3"), ("unmatched", "1", "0"), ("closes_on", "2026-11-12", "2026-11-13"),
        ("turnover", "€1,284.50", "CHF\xa099.00"),
    ]  # fmt: skip
    store.operators.add("zoe", "Zoé", "writer")
    hidden = take(act_as("zoe"), corrected, dry_run=True).details[0].changes[-1]
    assert (hidden.field, hidden.before) == ("turnover", "…")
    take(store, corrected)
    reached, figures = stored(store)["Fromages"]
    assert reached == {group["odette"], group["bihan"], group["jean"]}, "who was found once stays"
    assert figures == {"sent": ("", 41), "opened": ("", 12), "turnover": ("CHF", 9_900)}


def test_who_becomes_a_member_later_is_found_when_the_file_comes_again(store: Store, group: dict[str, int]) -> None:
    take(store, FRENCH)
    new = store.members.add(Member((Person("Inès", "Nue", "inconnue@exemple.fr"),)))
    assert [one.name for one in take(store, FRENCH).details] == ["Fromages"]
    assert new in stored(store)["Fromages"][0]
    assert "unmatched" not in stored(store)["Fromages"][1]


def test_rows_that_cannot_be_read_stay_out_and_say_why(store: Store) -> None:
    report = take(
        store,
        "date;label;subject;closes_on;sent;turnover;margin\n"
        "2024-03-05;Good;;;1;;-3,50\n"
        "2030-01-01;Future;;;1;;\n"
        "31/02/2024;No day;;;1;;\n"
        ";Never;;;1;;\n"
        "2024-03-06;;;;1;;\n"
        "2024-03-06;Closed before;;2024-03-05;1;;\n"
        "2024-03-06;Half;;;1,5;;\n"
        "2024-03-06;Less;;;-1;;\n"
        "2024-03-06;Many;;;lots;;\n"
        "2024-03-06;Poor;;;1;-1;\n"
        "05/03/2024;GOOD;;;2;;\n",
    )
    assert counts(report) == (1, 0, 0, 0, 10)
    assert [(one.line, one.name, one.reason, one.value) for one in report.details if one.what == "bad"] == [
        (3, "Future", "future", "2030-01-01"), (4, "No day", "date", "31/02/2024"), (5, "Never", "date", ""),
        (6, "", "no_label", ""), (7, "Closed before", "closes_on", "2024-03-05"), (8, "Half", "count", "1,5"),
        (9, "Less", "count", "-1"), (10, "Many", "count", "lots"), (11, "Poor", "total", "-1"),
        (12, "GOOD", "same_mailing", "2"),
    ]  # fmt: skip
    assert [row[-2:] for row in report.bad_rows][:2] == [("line", "reason"), ("3", "future")]
    assert stored(store) == {"Good": (set(), {"sent": ("", 1), "margin": ("EUR", -350)})}


def test_what_each_row_of_a_person_says_is_added_up(store: Store, group: dict[str, int]) -> None:
    rows = "".join(f"2024-03-05;X;{one}@exemple.fr;1;0;oui\n" for one in ("odette", "jean", "f"))
    take(store, f"date;campagne;email;envoyes;rebonds;ouverts\n{rows}")
    assert stored(store)["X"][1] == {"sent": ("", 3), "bounced": ("", 0), "opened": ("", 3)}


def test_who_can_be_several_members_is_not_said_to_be_none(store: Store, group: dict[str, int]) -> None:
    report = take(store, 'date;label;recipients\n2024-03-05;X;"Petit Jean; odette@exemple.fr; Zoé Personne"\n')
    assert (report.ambiguous, report.unmatched) == ([(2, "Petit Jean")], [(2, "Zoé Personne")])
    assert stored(store)["X"] == ({group["odette"]}, {"unmatched": ("", 2)})


def test_a_row_that_says_otherwise_of_its_mailing_is_told_and_its_person_left_out(
    store: Store, group: dict[str, int]
) -> None:
    report = take(
        store,
        "date,label,email,sent,closes_on\n2024-03-05,X,odette@exemple.fr,41,\n2024-03-05,X,jean@exemple.fr,,2024-03-09\n"
        "2024-03-05,X,f@exemple.fr,40,\n2024-03-05,Y,f@exemple.fr,40,\n",
    )
    assert [(one.line, one.what, one.reason, one.value) for one in report.details if one.what == "bad"] == [
        (4, "bad", "otherwise", "2")
    ]
    assert stored(store)["X"] == ({group["odette"], group["jean"]}, {"sent": ("", 41)})
    assert {row.title: row.closes_on for row in store.results.all()} == {"X": date(2024, 3, 9), "Y": None}


def test_two_systems_may_have_sent_the_same_on_one_day(store: Store) -> None:
    report = take(store, "date;label;tool;sent\n2024-03-05;X;Brevo;1\n2024-03-05;x;brevo;2\n2024-03-05;X;Cagette;3\n")
    assert counts(report) == (2, 0, 0, 0, 1)


def test_it_counts_where_messages_count(store: Store, group: dict[str, int]) -> None:
    take(store, FRENCH.replace("2026-11-05", "2026-11-09"))
    old = next(row.id for row in store.messages.all() if row.title == "Fromages")
    both = {group["odette"], group["bihan"]}
    for rule in ("received", "written_to"):
        assert chosen(store, NOBODY.then(Verb.ADD, make(rule, message=old))) == both
    draft = store.messages.new(EVERYONE, "Suite", "Bonjour")
    assert [(one.title, one.imported) for one in store.messages.of_member(group["bihan"])] == [("Fromages", True)]
    assert [(one.message_id, one.members) for one in store.segments.overlap(EVERYONE, message_id=draft)] == [(old, 2)]
    assert advice_facts(store, EVERYONE, "targeted", "Bonjour", message_id=draft).recent == 2


def test_nothing_of_it_is_ever_sent(store: Store, group: dict[str, int]) -> None:
    take(store, FRENCH)
    old = store.messages.all()[0].id
    with pytest.raises(Invalid) as refused:
        store.messages.cancel(old)
    assert (refused.value.field, refused.value.reason) == ("message_state", "imported")
    with pytest.raises(NoDraft) as no_draft:
        freeze(store, old)
    assert "was imported" in words_for(no_draft.value)
    with pytest.raises(NotFound):
        store.messages.mark_call(old, group["odette"], "called")
    with pytest.raises(Invalid):
        store.messages.save(store.messages.get(old))
    assert (store.messages.calls(old), store.messages.to_call()) == ((), ())
    assert store.deliveries.counts(old).total == 0
    copy = store.messages.get(store.messages.duplicate(old))
    assert (copy.state.value, copy.imported_at, copy.subject) == ("draft", None, "Tommes")
    assert chosen(store, copy.segment) == {group["odette"], group["bihan"]}


def test_an_import_by_mistake_is_deleted_with_all_that_came_with_it(
    store: Store, group: dict[str, int], act_as: Callable[[str], Store]
) -> None:
    take(store, FRENCH)
    old = next(row.id for row in store.messages.all() if row.title == "Fromages")
    store.operators.add("paul", "Paul", "phone_desk")
    for call in (lambda: act_as("paul").messages.delete(old), lambda: take(act_as("paul"), FRENCH, dry_run=True)):
        with pytest.raises(NotAllowed):
            call()
    store.messages.delete(old)
    assert set(stored(store)) == {"Œufs", "Asperges"}
    with store.reading() as t:
        for table in ("recipients", "message_figures"):
            assert t.value(f"SELECT count(*) FROM {table} WHERE message_id = ?", (old,)) == 0
    take(store, FRENCH)
    assert old not in {row.id for row in store.messages.all()}, "what speaks of the deleted one means no other"
    assert stored(store)["Fromages"][0] == {group["odette"], group["bihan"]}


def test_what_a_draft_or_a_segment_asks_for_is_not_deleted(store: Store, group: dict[str, int]) -> None:
    take(store, FRENCH)
    ids = {row.title: row.id for row in store.messages.all()}
    copy = store.messages.duplicate(ids["Fromages"])
    store.segments.save("Lecteurs", EVERYONE.then(Verb.KEEP, make("received", message="Œufs")))
    for title, reason, named in (("Fromages", "messages", "Fromages"), ("Œufs", "segments", "Lecteurs")):
        with pytest.raises(Invalid) as refused:
            store.messages.delete(ids[title])
        error = refused.value
        assert (error.field, error.reason, error.value) == ("message_used", reason, named)
        assert f"“{named}”" in words_for(error)
    store.messages.delete(copy)
    store.segments.forget(store.segments.named("Lecteurs").id)
    for title in ("Fromages", "Œufs"):
        store.messages.delete(ids[title])
    assert set(stored(store)) == {"Asperges"}


def test_merged_and_erased_members_stay_in_its_sums(store: Store, group: dict[str, int]) -> None:
    from store.erasing import erase
    from store.merging import merge

    take(store, "date;label;recipients\n2024-03-05;X;odette@exemple.fr, f@exemple.fr, jean@exemple.fr\n")
    merge(store, group["yann"], group["odette"])
    erase(store, group["jean"])
    assert stored(store)["X"][0] == {group["yann"], group["bihan"], group["jean"]}


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("date;label;recipients", "messages"), ("Date;Objet;Envoyés", "messages"), ("Datum;Title;Clicks", "messages"),
        ("date,campaign,first_name,last_name,email", "messages"), ("Data;Oggetto;Nome;Cognome;Email", "messages"),
        ("sent on;label;selected;email;mobile;came back;turnover", "messages"), ("date;nom;destinataires", "messages"),
        ("first_name;last_name;email;joined_on", "members"), ("Nom;Prénom;Email;Date d'adhésion;Titre", "members"),
        ("Date;Adhérent;Libellé;Produit;Quantité;Prix", "orders"), ("Date;Libellé;Prix;Quantité;Stock", ""),
    ],
)  # fmt: skip
def test_what_is_told_apart_from_other_files(store: Store, header: str, kind: str) -> None:
    row = header.translate(dict.fromkeys(map(ord, "abcdefghijklmnopqrstuvwxyzé' _"), "1"))
    found = look(store, ImportFile(Path("file.csv"), f"{header}\n{row}\n".encode()))
    assert (found.kind == "messages") == (kind == "messages")
    if kind and kind != "messages":
        assert found.kind == kind


def test_what_a_person_said_of_the_columns_is_remembered(store: Store, group: dict[str, int]) -> None:
    text = "Quand;Quoi;A qui;Combien\n2024-03-05;X;odette@exemple.fr, f@exemple.fr;41\n"
    file = ImportFile(Path("old.csv"), text.encode())
    assert look(store, file).format == ""
    with pytest.raises(Invalid):
        take(store, text, mapping=("date", "", "recipients", "sent"))
    take(store, text, mapping=("date", "label", "recipients", "sent"))
    assert stored(store) == {"X": ({group["odette"], group["bihan"]}, {"sent": ("", 41)})}
    assert (look(store, file).kind, look(store, file).format) == ("messages", "mapped")
    assert counts(take(store, text.replace("41", "42"))) == (0, 1, 0, 0, 0)


def test_both_shapes_say_the_same(store: Store, group: dict[str, int]) -> None:
    """Whatever mailings there were: as rows, and as rows of people, they come to the same."""
    chance = random.Random(9)
    called = {
        "odette": ["odette@exemple.fr", "Maréchal Odette"], "bihan": ["f@exemple.fr", "Hélène Le Bihan"],
        "paul": ["0639982020", "Paul Rigaud"], "yann": ["9", "06 39 98 10 10"], "jean": ["jean@exemple.fr"],
        "": ["nobody@exemple.org", "Zoé Personne", "06 39 98 99 99"],
    }  # fmt: skip
    columns = {"@": "email", "0": "mobile", "9": "member_id"}
    whole, people = ["date;label;recipients;sent"], ["date;label;name;email;mobile;member_id;sent"]
    wanted = {}
    for number in range(30):
        names = chance.sample(sorted(called), chance.randint(1, 6))
        said = {name: chance.choice(called[name]) for name in names}
        sent = chance.randint(2, 99)
        whole.append(f"2024-03-{number + 1:02};A{number};{', '.join(said.values())};{sent}")
        for text in said.values():
            field = "email" if "@" in text else columns.get(text[0], "name")
            cells = [text if field == one else "" for one in ("name", "email", "mobile", "member_id")]
            people.append(f"2024-03-{number + 1:02};B{number};{';'.join(cells)};{chance.choice(['', str(sent)])}")
        wanted[number] = ({group[name] for name in names if name}, sent, int("" in names))
    order = people[1:]
    chance.shuffle(order)
    assert counts(take(store, "\n".join(whole))) == (30, 0, 0, 0, 0)
    assert counts(take(store, "\n".join([people[0], *order]))) == (30, 0, 0, 0, 0)
    found = stored(store)
    for number, (members, sent, unmatched) in wanted.items():
        for title in (f"A{number}", f"B{number}"):
            reached, figures = found[title]
            assert reached == members, title
            assert figures.get("unmatched", ("", 0)) == ("", unmatched)
            assert figures.get("sent", ("", sent)) == ("", sent)
            assert "sent" in figures or title == f"B{number}", "no row of its people says it"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_file_ends_in_a_fault_or_a_half_import(store: Store, data: st.DataObject) -> None:
    file = damaged(data, data.draw(st.sampled_from([FRENCH, ITALIAN])))
    try:
        dry = import_messages(store, file, dry_run=True)
        report = import_messages(store, file)
    except StoreError:
        return
    assert counts(report) == counts(dry)
    again = import_messages(store, file)
    assert (again.new, again.changed) == (0, 0)
