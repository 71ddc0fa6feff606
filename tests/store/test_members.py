"""Members: finding them as the phone desk does, keeping them, and who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import Store, member_search
from store.addresses import address_hash
from store.errors import Ambiguous, ChangedElsewhere, Invalid, NotAllowed, NotFound
from store.members import EmailState, Member, Person
from store.preferences import suppress
from store.segments import parse


@pytest.fixture
def people(store: Store) -> dict[str, int]:
    """Seven households, with the names and numbers that searches trip over."""
    return {
        "odette": add(store, Person("Odette", "Maréchal", "sansmail+103@amap.exemple.fr", phone="02.40.11.22.33")),
        "guerin": add(
            store,
            Person("Hélène", "Guérin", "helene.guerin@exemple.fr", phone="06 39 98 01 02"),
            Person("François", "Guérin", "francois@exemple.fr"),
        ),
        "francoise": add(store, Person("Françoise", "Guérin", "francoise.guerin@exemple.fr")),
        "benali": add(store, Person("Aïcha", "Benali", "aicha@exemple.fr"), Person("Paul", "Dupont-Moretti")),
        "herve": add(store, Person("José", "D'Hervé", mobile="639980304")),
        "goff": add(store, Person("Jean-Noël", "Le Goff", "jn@exemple.fr")),
        "odd": add(store, Person("Zoé", "Prix [/]", "zoe@exemple.se", phone="+46 70 123 45 67")),
    }


def add(store: Store, *people: Person) -> int:
    return store.members.add(Member(people=people))


def found(store: Store, text: str) -> list[str]:
    return [row.name for row in store.members.search(text).rows]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("mar", "odette"), ("ODETTE", "odette"), ("od mar", "odette"), ("marechal od", "odette"), ("aré", "odette"),
        ("0240", "odette"), ("02.40.11", "odette"), ("+33 2 40 11 22 33", "odette"), ("0033 240", "odette"),
        ("+33(0)2 40", "odette"), ("112233", "odette"), ("2233", "odette"), ("odette 02 40", "odette"),
        ("dherve", "herve"), ("d'her", "herve"), ("d’hervé", "herve"), ("06 39 98 03", "herve"),
        ("legoff", "goff"), ("le goff j", "goff"), ("jean noel", "goff"),
        ("dupont", "benali"), ("moretti", "benali"), ("paul dupont", "benali"), ("aicha@", "benali"),
        ("AICHA@EXEMPLE.FR", "benali"), ("francois@ex", "guerin"), ("+4670", "odd"), ("prix [/]", "odd"),
    ],
)  # fmt: skip
def test_one_is_found_by_any_part(store: Store, people: dict[str, int], text: str, key: str):
    assert [row.id for row in store.members.search(text).rows] == [people[key]]


def test_last_names_come_first_and_the_rest_by_name(store: Store, people: dict[str, int]):
    add(store, Person("Françoise", "Aubert"))
    assert found(store, "fran") == ["Aubert Françoise", "Guérin Françoise", "Guérin Hélène & François"]
    add(store, Person("Odile", "Franc"))
    assert found(store, "fran")[0] == "Franc Odile"


@pytest.mark.parametrize("text", ["g", "06 39", "franc", "a", "h gue"])
def test_a_large_group_finds_the_same_in_the_same_order(
    store: Store, people: dict[str, int], monkeypatch: pytest.MonkeyPatch, text: str
):
    small = store.members.search(text)
    monkeypatch.setattr(member_search, "_MOST", 0)
    assert store.members.search(text) == small
    assert small.total > 0


def test_a_letter_does_not_find_everybody_by_the_domain(store: Store, people: dict[str, int]):
    assert "Benali Aïcha / Dupont-Moretti Paul" not in found(store, "e")
    assert found(store, "fr") == ["Guérin Françoise", "Guérin Hélène & François"]


def test_nothing_typed_lists_all_by_name_in_pages(store: Store, people: dict[str, int]):
    page = store.members.search("", limit=3)
    assert [row.name for row in page.rows] == [
        "Benali Aïcha / Dupont-Moretti Paul",
        "D'Hervé José",
        "Guérin Françoise",
    ]
    assert page.total == 7


@pytest.mark.parametrize("text", ["zzz", "%", "_", "'", '"', "zzz@", "99999999", "NOT", "*", "-"])
def test_what_nobody_answers_to_finds_nobody(store: Store, people: dict[str, int], text: str):
    assert store.members.search(text).rows == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(text=st.text(max_size=25))
def test_no_text_is_too_strange_to_search_for(store: Store, text: str):
    if not store.members.search("").total:
        add(store, Person("Odette", "Maréchal", "o@exemple.fr", phone="0240112233"))
    assert store.members.search(text).total in (0, 1)


def test_a_household_is_one_row_with_what_reaches_it(store: Store, people: dict[str, int]):
    row = store.members.search("benali").rows[0]
    assert (row.name, row.email, row.phone) == ("Benali Aïcha / Dupont-Moretti Paul", "aicha@exemple.fr", "")
    row = store.members.search("guerin h").rows[0]
    assert (row.name, row.mobile) == ("Guérin Hélène & François", "06 39 98 01 02")
    assert store.members.search("odette").rows[0].email == ""


def test_a_search_within_a_segment(store: Store, people: dict[str, int]):
    store.members.star(people["odette"], True)
    vip = parse("nobody + vip")
    assert store.members.search("", segment=vip).total == 1
    assert store.members.search("mar", segment=vip).total == 1
    assert store.members.search("aréch", segment=vip).total == 1
    assert store.members.search("guerin", segment=vip).rows == ()
    assert store.members.search("helene.guerin@exemple.fr", segment=vip).total == 0


def test_what_was_typed_is_kept_and_read(store: Store, people: dict[str, int]):
    person = store.members.get(people["herve"]).people[0]
    assert (person.mobile, person.mobile_shown, person.mobile_e164) == ("639980304", "06 39 98 03 04", "+33639980304")
    assert person.has_mobile
    odd = add(store, Person("Ida", "Rossi", phone="ask Luca"))
    assert store.members.get(odd).people[0].phone == "ask Luca"
    assert found(store, "ida") == ["Rossi Ida"]


def test_what_is_known_of_an_address(store: Store, people: dict[str, int]):
    states = {
        Person("A", "A", "a@exemple.fr"): EmailState.HAS,
        Person("A", "A", "amap+12@exemple.fr"): EmailState.PLACEHOLDER,
        Person("A", "A", "amap+12@exemple.fr", EmailState.HAS): EmailState.HAS,
        Person("A", "A", "a@exemple.fr", EmailState.BOUNCED): EmailState.BOUNCED,
        Person("A", "A", "", EmailState.NONE): EmailState.NONE,
        Person("A", "A", ""): EmailState.UNKNOWN,
        Person("A", "A", "", EmailState.HAS): EmailState.UNKNOWN,
    }
    for person, state in states.items():
        assert store.members.get(add(store, person)).people[0].email_state is state


def test_names_lose_what_could_move_a_cursor(store: Store):
    member = store.members.get(add(store, Person("Zoé\x1b[31m\n", " D'  Hervé\t")))
    assert member.people[0].first_name == "Zoé[31m"
    assert member.people[0].last_name == "D' Hervé"


def test_a_member_without_anything_is_refused(store: Store):
    with pytest.raises(Invalid) as refused:
        add(store, Person(" ", ""), Person())
    assert refused.value.field == "name"
    with pytest.raises(Invalid) as refused:
        add(store, Person("Odette", "Maréchal", "odette@@exemple.fr"))
    assert (refused.value.field, refused.value.value) == ("email", "odette@@exemple.fr")
    assert store.members.search("").total == 0


def test_of_two_who_change_a_member_the_second_is_told(store: Store, people: dict[str, int]):
    mine = theirs = store.members.get(people["odette"])
    saved = store.members.save(changed(theirs, notes="rings at 6"))
    assert (saved.notes, saved.version) == ("rings at 6", theirs.version + 1)
    with pytest.raises(ChangedElsewhere):
        store.members.save(changed(mine, notes="deaf"))
    assert store.members.get(people["odette"]).notes == "rings at 6"


def test_a_changed_name_is_found_and_the_old_one_is_not(store: Store, people: dict[str, int]):
    member = store.members.get(people["odette"])
    store.members.save(changed(member, people=(changed(member.people[0], last_name="Aubert"),)))
    assert found(store, "aubert") == ["Aubert Odette"]
    assert found(store, "marec") == []
    assert found(store, "rech") == []


def test_the_second_person_moves_up_with_their_preferences(store: Store, people: dict[str, int]):
    member = store.members.get(people["guerin"])
    francois = member.people[1]
    store.members.set_preference(francois.id, "email", "targeted", False, "phone")
    saved = store.members.save(changed(member, people=(francois, Person("Luc", "Aubert"))))
    assert [p.name for p in saved.people] == ["François Guérin", "Luc Aubert"]
    assert [p.allowed for p in store.members.preferences(saved.people[0].id)] == [False]
    back = store.members.save(changed(saved, people=(saved.people[1], saved.people[0])))
    assert [p.name for p in back.people] == ["Luc Aubert", "François Guérin"]
    assert [p.allowed for p in store.members.preferences(back.people[1].id)] == [False]


def test_an_archived_member_is_in_no_list_and_comes_back(store: Store, people: dict[str, int]):
    store.members.archive(people["odette"])
    assert found(store, "odette") == []
    assert store.members.search("").total == 6
    assert store.members.get(people["odette"]).archived
    with pytest.raises(NotFound):
        store.members.resolve("Odette Maréchal")
    store.members.archive(people["odette"], False)
    assert found(store, "odette") == ["Maréchal Odette"]


def test_whom_a_text_means(store: Store, people: dict[str, int]):
    resolve = store.members.resolve
    assert resolve(str(people["odette"])) == people["odette"]
    assert resolve("odette marechal") == resolve("Maréchal Odette") == resolve("maréc") == people["odette"]
    assert resolve("+33 2 40 11 22 33") == resolve("0240112233") == people["odette"]
    assert resolve("AICHA@exemple.fr") == people["benali"]
    assert resolve("Hélène Guérin") == people["guerin"]
    with pytest.raises(Ambiguous) as several:
        resolve("guerin")
    assert several.value.choices == ("Guérin Françoise", "Guérin Hélène & François")
    for nobody in ("", "zzz", "999", "06 39 98 99 99"):
        with pytest.raises(NotFound):
            resolve(nobody)


def test_who_may_be_the_same(store: Store, people: dict[str, int]):
    def alike(person: Person) -> list[int]:
        return [row.id for row in store.members.alike(Member(people=(person,)))]

    assert alike(Person("odette", "MARECHAL")) == [people["odette"]]
    assert alike(Person(phone="+33 2 40 11 22 33")) == [people["odette"]]
    assert alike(Person(email="Aicha@Exemple.fr")) == [people["benali"]]
    assert alike(Person("Odette", "Marchand", "odette@", phone="02")) == []
    assert store.members.alike(store.members.get(people["odette"])) == ()


def test_preferences_are_kept_with_their_source(store: Store, people: dict[str, int]):
    person_id = store.members.get(people["goff"]).people[0].id
    number = store.change_number()
    store.members.set_preference(person_id, "email", "targeted", True, "phone")
    assert store.change_number() == number  # what is allowed anyway is no change
    store.members.set_preference(person_id, "email", "targeted", False, "phone")
    store.members.set_preference(person_id, "email", "measured", True, "form")
    kept = {p.kind: (p.allowed, p.source) for p in store.members.preferences(person_id)}
    assert kept == {"targeted": (False, "phone"), "measured": (True, "form")}
    with pytest.raises(Invalid):
        store.members.set_preference(person_id, "post", "targeted", False, "")
    with pytest.raises(NotFound):
        store.members.set_preference(9999, "email", "targeted", False, "")


def test_a_refusal_outlives_the_address_it_is_of(store: Store):
    with store.writing() as t:
        suppress(t, "odette@exemple.fr", "all", "STOP")
        suppress(t, "odette@exemple.fr", "all", "STOP")
        kept = [tuple(row) for row in t.all("SELECT * FROM suppressions")]
    assert [(hashed, kind) for hashed, kind, _since, _source in kept] == [(address_hash("odette@exemple.fr"), "all")]
    assert "odette" not in str(kept)


def test_a_producer_finds_by_name_or_phone_and_adds_no_more(
    store: Store, people: dict[str, int], act_as: Callable[[str], Store]
):
    producer_id = store.catalogues.add_producer("Ferme du Gué")
    catalogue_id = store.catalogues.add_catalogue("Légumes", producer_id, "EUR")
    store.operators.add("gue", "Ferme du Gué", "producer", catalogues=[catalogue_id])
    producer = act_as("gue")
    row = producer.members.search("guerin h").rows[0]
    assert (row.name, row.phone, row.email, row.postal_code) == ("Guérin Hélène & François", "06 39 98 01 02", "", "")
    assert producer.members.search("0240").rows[0].name == "Maréchal Odette"
    for hidden in ("aicha@exemple.fr", "jn@", "jn", "exemple"):
        assert producer.members.search(hidden).rows == ()
    member = producer.members.get(people["benali"])
    assert (member.people[0].email, member.notes) == ("", "")
    with pytest.raises(NotFound):
        producer.members.resolve("aicha@exemple.fr")
    added = producer.members.add(Member(people=(Person("Luc", "Aubert", phone="06 39 98 09 09"),)))
    for forbidden in (
        lambda: producer.members.save(producer.members.get(added)),
        lambda: producer.members.star(added, True),
        lambda: producer.members.archive(added),
        lambda: producer.members.preferences(added),
        lambda: producer.members.search("", segment=parse("everyone")),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_who_only_writes_may_see_members_and_a_stranger_nothing(store: Store, act_as: Callable[[str], Store]):
    store.operators.add("ann", "Ann", "writer")
    assert act_as("ann").members.search("").total == 0
    with store.writing() as t:
        t.execute("DELETE FROM rights WHERE operator_id = (SELECT id FROM operators WHERE login = 'ann')")
    with pytest.raises(NotAllowed):
        act_as("ann").members.search("")


def changed(thing, **values):
    from dataclasses import replace

    return replace(thing, **values)


@pytest.mark.parametrize("archived", [False, True])
def test_an_id_that_is_nobodys_means_no_one_by_a_part_of_a_phone_number(store: Store, archived: bool):
    maria = add(store, Person("Maria", "Dhervé", mobile="06 39 98 77 66"))
    assert found(store, "7766") == ["Dhervé Maria"]
    with pytest.raises(NotFound):
        store.members.resolve("7766", archived=archived)
    assert store.members.resolve("639987766", archived=archived) == maria


@pytest.mark.parametrize("text", ["zz " * 2000, "ab cd " * 10_000, "@" + "a" * 5000, "06 " * 5000])
def test_a_text_pasted_into_the_search_finds_nobody(store: Store, people: dict[str, int], text: str):
    assert store.members.search(text).total == 0
    assert store.members.alike(Member((Person(text, text),))) == ()
    with pytest.raises(NotFound):
        store.members.resolve(text)


def test_who_is_perhaps_here_twice(store: Store, people: dict[str, int]):
    assert store.members.likely_pairs() == ()
    twice = add(store, Person("ODETTE", "Marechal", phone="+33 2 40 11 22 33"))
    shares = add(store, Person("Yves", "Petit", mobile="0240112233"))
    same_mail = add(store, Person("A.", "Benali", "Aicha@exemple.fr"))
    gone = add(store, Person("Zoé", "Prix [/]"))
    store.members.archive(gone)
    pairs = [(one.id, other.id) for one, other in store.members.likely_pairs()]
    assert pairs == [
        (people["odette"], twice),
        (people["odette"], shares),
        (people["benali"], same_mail),
        (twice, shares),
    ]
    assert [(one.id, other.id) for one, other in store.members.likely_pairs(1)] == pairs[:1]
    for number in range(6):
        add(store, Person(f"Luc{number}", "Aubert", "aicha@exemple.fr"))
    assert (people["benali"], same_mail) not in [(one.id, other.id) for one, other in store.members.likely_pairs()]
