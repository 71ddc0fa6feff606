"""The form of a member: what is typed is stored as meant, and never lost."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from textual.pilot import Pilot

from screens.house import HouseApp
from screens.member_form import fields_of, prefilled, reconcile
from store import Store
from store.members import EmailState, Member, Person
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, settled, text_of, written


async def opened(pilot: Pilot[None], **parameters: object) -> HouseApp:
    app = pilot.app
    assert isinstance(app, HouseApp)
    await settled(pilot)
    app.go("member", **parameters)
    await settled(pilot)
    return app


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(*(("space" if c == " " else c for c in key[1:]) if key[0] == "'" else (key,)))
    await settled(pilot)


def field(app: HouseApp, name: str) -> Any:
    return app.screen.query_one(f"#member-{name}")


def test_a_household(store: Store, sample: Sample, snap_compare):
    guerin = store.members.get(sample.audience.members["guerin"])
    store.members.save(replace(guerin, address1="12 rue de l'Église", postal_code="44000", city="Nantes", notes="a\nb"))

    async def run_before(pilot: Pilot[None]) -> None:
        await opened(pilot, member_id=guerin.id)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run_before)


async def test_a_new_caller_is_written_down_from_field_to_field(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, prefill="0639980102")
        await press(pilot, "'Prigent", "enter", "'Anne", "enter", "enter", "'0", "enter", "ctrl+s")
        assert app.screen.NAME == "desk"
    person = store.members.get(store.members.resolve("Anne Prigent")).people[0]
    assert (person.phone_shown, person.email, person.email_state) == ("06 39 98 01 02", "", EmailState.NONE)


async def test_enter_through_all_fields_refuses_nothing(store: Store, sample: Sample):
    odette = sample.audience.members["odette"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        await opened(pilot, member_id=odette)
        await press(pilot, *["enter"] * 7, "f8")
    person_id = store.members.get(odette).people[0].id
    assert store.members.preferences(person_id) == ()


async def test_what_an_e_mail_means_is_said_while_it_is_typed(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, prefill="Durand")
        assert "not asked" in text_of(app)
        field(app, "email").focus()
        await press(pilot, "'a+1@b.fr")
        assert "A made-up address gets no mail" in text_of(app)
        await press(pilot, "ctrl+u", "'a@b.fr")
        assert "gets mail" in text_of(app)
        await press(pilot, "ctrl+u", "'0")
        assert "has no e-mail" in text_of(app)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("email", "a@@exemple.fr", "no e-mail address"),
        ("language", "xx", "en, fr and it"),
        ("joined-on", "31/02/2023", "is no day"),
    ],
)
async def test_a_mistake_keeps_what_was_typed(store: Store, name: str, value: str, words: str):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, prefill="Durand")
        field(app, name).value = value
        await press(pilot, "f8")
        assert app.screen.NAME == "member"
        assert words in text_of(app)
        assert (field(app, name).value, field(app, "last-name").value) == (value, "Durand")
        assert app.focused is field(app, name)
    assert store.members.search("").total == 0


async def test_leaving_at_once_after_saving_loses_nothing_that_is_refused(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, prefill="durand")
        field(app, "email").value = "nowhere"
        busy = threading.Event()
        app.writer.submit(busy.wait)
        await pilot.press("f8", "f3")
        busy.set()
        await written(pilot)
        assert app.screen.NAME == "member"
        assert "“nowhere”" in text_of(app)


async def test_nothing_typed_is_a_name_missing(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await press(pilot, "f8")
        assert "A name is needed" in text_of(app)


async def test_leaving_asks_once_where_something_would_be_lost(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, member_id=sample.audience.members["odette"])
        await press(pilot, "f3")
        assert app.screen.NAME == "desk"
        await opened(pilot, member_id=sample.audience.members["odette"])
        await press(pilot, "'x", "f3")
        assert app.screen.NAME == "member"
        assert "Not saved yet" in text_of(app)
        await press(pilot, "f3")
        assert app.screen.NAME == "desk"
    assert store.members.get(sample.audience.members["odette"]).people[0].last_name == "Maréchal"


async def test_who_is_here_already_is_opened_instead_of_written_down_twice(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, prefill="marechal")
        await press(pilot, "'odette")
        await pilot.pause(0.4)
        await settled(pilot)
        assert "Maréchal Odette, 06 39 98 00 00 already exists: F4 opens" in text_of(app)
        await press(pilot, "f4")
        assert app.screen.NAME == "member_page"
        assert text_of(app).startswith(" Maréchal Odette")
        await press(pilot, "f3")
        assert field(app, "first-name").value == "odette"
        await press(pilot, "f3")
        assert app.screen.NAME == "desk"
    assert store.members.search("marechal").total == 1


async def test_what_a_colleague_saved_meanwhile_is_taken_over(store: Store, sample: Sample):
    odette = sample.audience.members["odette"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, member_id=odette)
        member = store.members.get(odette)
        store.members.save(replace(member, city="Nantes", notes="deaf"))
        field(app, "notes").focus()
        await press(pilot, "'rings", "f8")
        assert app.screen.NAME == "member"
        assert "Notes: deaf" in text_of(app)
        assert field(app, "city").value == "Nantes"
        await press(pilot, "f8")
        assert app.screen.NAME == "desk"
    saved = store.members.get(odette)
    assert (saved.city, saved.notes) == ("Nantes", "rings")


async def test_news_by_mail_are_refused_and_welcomed(store: Store, sample: Sample):
    guerin = store.members.get(sample.audience.members["guerin"])
    for wanted in (False, True):
        async with make_app(store).run_test(size=SIZE) as pilot:
            app = await opened(pilot, member_id=guerin.id)
            field(app, "news2").focus()
            await press(pilot, "space", "f8")
            assert app.screen.NAME == "desk"
        said = [[p.allowed for p in store.members.preferences(person.id)] for person in guerin.people]
        assert said == [[], [wanted]]
    assert store.members.get(guerin.id).version == guerin.version


async def test_a_line_that_drops_keeps_what_was_typed_and_changes_nothing(store: Store, sample: Sample):
    odette, begun = sample.audience.members["odette"], "What you had begun to type here is back. F8 saves it."
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, member_id=odette)
        field(app, "notes").focus()
        await press(pilot, "'rings")
        app.hang_up()
    assert store.members.get(odette).notes == "", "half a sentence is nothing that anybody said"
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, member_id=odette)
        assert begun in text_of(app)
        assert field(app, "notes").value == "rings"
        await press(pilot, "f8")
        assert store.members.get(odette).notes == "rings"
        await opened(pilot, member_id=odette)
        assert begun not in text_of(app), "it is saved"
        await press(pilot, "f3")
        await opened(pilot, prefill="dupontel")
        await press(pilot, "'Zoé")
        app.hang_up()
    assert store.members.search("dupontel").total == 0
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, prefill="martin")
        assert begun not in text_of(app), "somebody else is on the phone"
        await press(pilot, "f3", "f3")
        await opened(pilot, prefill="dupon")
        assert (field(app, "last-name").value, field(app, "first-name").value) == ("Dupontel", "Zoé")
        assert begun in text_of(app)
        await press(pilot, "f3", "f3")
        await opened(pilot)
        assert field(app, "last-name").value == ""
    assert store.members.search("dupontel").total == 0


@pytest.mark.parametrize("vouched", [True, False])
async def test_an_address_that_looks_made_up_gets_mail_once_somebody_vouches_for_it(store: Store, vouched: bool):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, prefill="durand")
        field(app, "email").focus()
        await press(pilot, "'jean+2@exemple.fr", "tab", *(["space"] if vouched else []))
        assert ("type 0 for no e-mail" in text_of(app)) is not vouched
        await press(pilot, "f8")
    person = store.members.get(store.members.resolve("durand")).people[0]
    assert person.email_state is (EmailState.HAS if vouched else EmailState.PLACEHOLDER)


async def test_who_vouched_for_one_address_has_not_vouched_for_the_next(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, prefill="durand")
        field(app, "email").focus()
        await press(pilot, "'jean+2@exemple.fr", "tab", "space", "shift+tab", "ctrl+u", "'amap+3@exemple.fr", "f8")
    person = store.members.get(store.members.resolve("durand")).people[0]
    assert person.email_state is EmailState.PLACEHOLDER


async def test_somebodys_word_for_an_address_can_be_taken_back(store: Store, sample: Sample):
    zoe = store.members.get(sample.audience.members["silent"])
    trusted = replace(zoe.people[0], email="sansmail+7@exemple.fr", email_state=EmailState.HAS)
    store.members.save(replace(zoe, people=(trusted,)))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, member_id=zoe.id)
        field(app, "vouch").focus()
        await press(pilot, "space")
        assert "type 0 for no e-mail" in text_of(app)
        await press(pilot, "f8")
    assert store.members.get(zoe.id).people[0].email_state is EmailState.PLACEHOLDER


async def test_an_address_from_which_mail_came_back_can_be_used_again(store: Store, sample: Sample):
    zoe = store.members.get(sample.audience.members["silent"])
    bounced = replace(zoe.people[0], email_state=EmailState.BOUNCED)
    store.members.save(replace(zoe, people=(bounced,)))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, member_id=zoe.id)
        assert "Mail came back" in text_of(app)
        field(app, "vouch").focus()
        await press(pilot, "space", "f8")
    assert store.members.get(zoe.id).people[0].email_state is EmailState.HAS


async def test_a_phone_is_shown_as_it_is_read_out_and_kept_as_it_was_typed(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, prefill="durand")
        await press(pilot, "tab", "'+33639980102", "tab")
        assert "06 39 98 01 02" in text_of(app)
        await press(pilot, "shift+tab")
        assert "+33639980102" in text_of(app)
        await press(pilot, "f8")
    person = store.members.get(store.members.resolve("durand")).people[0]
    assert (person.phone, person.phone_shown) == ("+33639980102", "06 39 98 01 02")


async def test_two_numbers_in_one_field_both_stay_in_sight(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, prefill="durand")
        await press(pilot, "tab", "'0639980102/0639980103", "tab")
        assert "0639980102/0639980103" in text_of(app)


@pytest.mark.parametrize("typed", ["25/05/2023", "2023-05-25", "25.5.2023"])
async def test_the_day_somebody_joined_is_typed_as_people_write_it(store: Store, sample: Sample, typed: str):
    odette = sample.audience.members["odette"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, member_id=odette)
        field(app, "joined-on").value = typed
        await press(pilot, "f8")
        assert app.screen.NAME == "desk"
    assert store.members.get(odette).joined_on == date(2023, 5, 25)


async def test_the_two_people_change_places(store: Store, sample: Sample):
    benali = store.members.get(sample.audience.members["benali"])
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, member_id=benali.id)
        field(app, "notes").focus()
        await press(pilot, "'rings", "f6")
        await written(pilot)
        assert field(app, "first-name").value == "Paul"
        await press(pilot, "f3")
        assert app.screen.NAME == "desk"
    swapped = store.members.get(benali.id)
    assert [p.id for p in swapped.people] == [p.id for p in benali.people[::-1]]
    assert swapped.notes == "rings"


async def test_pick_up_places_and_tags_in_use_are_proposed(store: Store, sample: Sample):
    guerin = store.members.get(sample.audience.members["guerin"])
    store.members.save(replace(guerin, pickup_place="Treillières", tags=("Panier bio",)))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, member_id=sample.audience.members["odette"])
        field(app, "pickup-place").focus()
        await press(pilot, "'tre", "right", "tab", "'a, pan", "right", "f8")
    odette = store.members.get(sample.audience.members["odette"])
    assert odette.pickup_place.lower() == "treillières"
    assert [tag.lower() for tag in odette.tags] == ["a", "panier bio"]


def test_what_was_searched_for_begins_the_form():
    assert prefilled("durand") == {"last_name": "Durand", "first_name": ""}
    assert prefilled("le-goff jean-noël") == {"last_name": "Le-Goff", "first_name": "Jean-Noël"}
    assert prefilled("McAdam") == {"last_name": "McAdam", "first_name": ""}
    assert prefilled("+33 6 39") == {"phone": "+33 6 39"}
    assert prefilled("a@exemple.fr") == {"email": "a@exemple.fr"}


def test_of_two_who_type_each_keeps_their_own():
    read = fields_of(Member(people=(Person("A", "B"),), city="Nantes", notes="x"), ())
    typed = {**read, "city": "Rezé", "notes": "same"}
    stored = {**read, "city": "Orvault", "postal_code": "44700", "notes": "same"}
    fields, taken, both = reconcile(read, typed, stored)
    assert (fields["city"], fields["postal_code"]) == ("Rezé", "44700")
    assert (taken, both) == (["postal_code"], ["city"])
