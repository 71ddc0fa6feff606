"""The catalogues: who offers what, when orders close, who speaks for it; a new one leads to its products."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from screens.catalogue_rule import rule_of, rule_words
from screens.house import HouseApp
from store import Store
from store.catalogues import Catalogue, ProducerForm
from store.errors import Invalid
from templates import words
from templates.words import LANGUAGES
from tests.screens.conftest import SIZE
from tests.screens.packets import Packets, press
from tests.screens.sample import Sample, make_app, opened, text_of


def field(app: HouseApp, name: str) -> Any:
    return app.screen.query_one(f"#form-{name}")


def called(store: Store, name: str) -> Catalogue:
    return next(c for c in store.catalogues.all(inactive=True) if c.name == name)


# -- the rule


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("", (None, None)),
        ("2 20:00", (2, "20:00")),
        ("2 days before at 20:00", (2, "20:00")),
        ("two days before 8pm", (2, "20:00")),
        ("2 j 20h", (2, "20:00")),
        ("2j 20h30", (2, "20:30")),
        ("deux jours avant à 20 h", (2, "20:00")),
        ("J-2 20h", (2, "20:00")),
        ("20h, 2 jours avant", (2, "20:00")),
        ("la veille à midi", (1, "12:00")),
        ("2 giorni prima alle 20", (2, "20:00")),
        ("il giorno prima, 20:00", (1, "20:00")),
        ("le jour même 12h", (0, "12:00")),
        ("1 week before noon", (7, "12:00")),
    ],
)
def test_a_rule_is_read_as_people_say_it(typed: str, rule: tuple[int | None, str | None]):
    assert rule_of(typed) == rule


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("2", "no_hour"),
        ("2 days before", "no_hour"),
        ("20:00", "no_days"),
        ("2 h 30", "no_days"),
        ("2 25:00", "not_a_rule"),
        ("soon", "not_a_rule"),
        ("999 20:00", "not_a_rule"),
        ("60 weeks 20:00", "too_far"),
    ],
)
def test_half_a_rule_says_which_half_is_missing(typed: str, reason: str):
    with pytest.raises(Invalid) as refused:
        rule_of(typed)
    assert refused.value.reason == reason


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rule_is_read_as_it_is_shown(language: str):
    words.use(language)
    for rule in ((0, "12:00"), (1, "20:00"), (2, "08:30"), (30, "00:00")):
        assert rule_of(rule_words(*rule)) == rule


# -- the list


def test_the_catalogues(store: Store, sample: Sample, snap_compare):
    veg = store.catalogues.get(sample.audience.offering.catalogues["veg"])
    members = sample.audience.members
    producer = ProducerForm(veg.producer_id, 1, {"email": "gue@exemple.fr", "phone": "02 40 11 22 33"})
    store.catalogues.save_catalogue(veg.id, veg.version, producer, {}, [members["odette"], members["guerin"]])
    for n in range(9):
        name = f"Ferme des Trois Chênes et du Gesvre, numéro {n}"
        producer = store.catalogues.add_producer(f"GAEC des Trois Chênes et du Gesvre {n}")
        store.catalogues.add_catalogue(
            name, producer, "Rozo" if n == 3 else "EUR", n * 7 or None, "20:00" if n else None
        )
    gone = called(store, name)
    store.catalogues.edit_catalogue(gone.id, gone.version, active=False)

    async def run_before(pilot: Pilot[None]) -> None:
        await opened(pilot, "catalogues")
        await press(pilot, *["down"] * 8)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run_before)


async def test_a_catalogue_goes_out_of_use_and_comes_back(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "catalogues")
        await press(pilot, "x")
        assert "Légumes du Gué is out of use" in text_of(app)
        assert "2 in use" in text_of(app)
        assert not called(store, "Légumes du Gué").active
        await press(pilot, "x")
    assert called(store, "Légumes du Gué").active


async def test_a_new_group_is_led_from_its_first_catalogue_to_its_first_products(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        packets = Packets(pilot)
        shown = await packets.open("catalogues")
        assert "n makes the first one" in shown
        shown = await packets.type("n", "Légumes du Gué", "<enter>", "Anne Prigent", "<enter>", "<f8>")
        assert "Type the name of the first one" in shown
        shown = await packets.type("tomates", "<enter>", "3,90", "<enter>", "kg", "<ctrl+s>", "<enter>", "<f3>")
        assert "Légumes du Gué" in shown
    assert called(store, "Légumes du Gué").producer_name == "Anne Prigent"
    assert [(p.name, p.price) for p in store.catalogues.products()] == [("Tomates", 390)]


# -- the form


def test_a_catalogue(store: Store, sample: Sample, snap_compare):
    veg = store.catalogues.get(sample.audience.offering.catalogues["veg"])
    producer = ProducerForm(veg.producer_id, 1, {"email": "gue@exemple.fr", "phone": "0240112233"})
    store.catalogues.save_catalogue(veg.id, veg.version, producer, {}, [sample.audience.members["guerin"]])

    async def run_before(pilot: Pilot[None]) -> None:
        app = await opened(pilot, "catalogue", catalogue_id=veg.id)
        field(app, "closes").focus()
        await press(pilot, "ctrl+u", "'la veille 20h")
        field(app, "contacts-line").focus()
        await press(pilot, "'m")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run_before)


async def test_everything_about_a_catalogue_is_written_down(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "catalogue")
        await press(pilot, "'Fromages", "enter", "'Daniel Comté", "enter", "'daniel@exemple.fr", "enter", "'0240998877")
        await press(pilot, "enter", "'mar", "enter", "'dur", "enter", "enter", "enter", "'14 8h", "enter", "'2 j 20h")
        assert "26 Nov: Tue 24 Nov 20:00" in text_of(app)
        await press(pilot, "f8")
    made = called(store, "Fromages")
    members = sample.audience.members
    assert store.catalogues.contacts(made.id) == (members["odette"], members["paul"])
    assert (made.opens_days_before, made.opens_at, made.closes_days_before, made.closes_at) == (14, "08:00", 2, "20:00")
    producer = store.catalogues.producer(made.producer_id)
    assert (producer.name, producer.email, producer.phone) == ("Daniel Comté", "daniel@exemple.fr", "0240998877")


async def test_a_producer_is_found_renamed_or_new(store: Store, sample: Sample):
    catalogues = sample.audience.offering.catalogues
    flour = store.catalogues.get(catalogues["flour"])
    store.catalogues.edit_producer(flour.producer_id, 1, email="moulin@exemple.fr")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "catalogue")
        await press(pilot, "'Pains", "enter", "'moulin d ancenis", "enter")
        assert field(app, "email").value == "moulin@exemple.fr"
        assert "also: Moulin d'Ancenis" in text_of(app)
        await press(pilot, "f8")
        assert called(store, "Pains").producer_id == flour.producer_id
        await opened(pilot, "catalogue", catalogue_id=catalogues["poultry"])
        await press(pilot, "enter", "'!")
        assert "the producer's new name" in text_of(app)
        await press(pilot, "f8")
        await opened(pilot, "catalogue", catalogue_id=flour.id)
        await press(pilot, "enter", "' et fils, meuniers", "enter", "up")
        await press(pilot, "' à façon", "enter")
        assert "Moulin d'Ancenis et fils, me  new, is written down too" in text_of(app)
        await press(pilot, "f8")
    poultry = store.catalogues.get(catalogues["poultry"])
    assert poultry.producer_name == "Volailles Rigaud!"
    assert store.catalogues.producer(flour.producer_id).name == "Moulin d'Ancenis"
    assert store.catalogues.get(flour.id).producer_name == "Moulin d'Ancenis et fils, meuniers à façon"


async def test_a_mistake_is_said_and_what_was_typed_is_kept(store: Store, sample: Sample):
    mistakes = (
        ("name", "", "The catalogue needs a name."),
        ("name", "LEGUMES du gue", "There is a catalogue “LEGUMES du gue” already."),
        ("email", "daniel@", "“daniel@” is no e-mail address"),
        ("closes", "20h", "“20h”: how many days before?"),
        ("opens", "1 20h", "It would open after it has closed."),
        ("contacts-line", "mar", "“mar” is no contact yet"),
    )
    right = {
        "name": "Fromages",
        "producer": "Daniel",
        "email": "",
        "closes": "2 20:00",
        "opens": "",
        "contacts-line": "",
    }
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "catalogue")
        for name, value, sentence in mistakes:
            for one, text in {**right, name: value}.items():
                field(app, one).value = text
            await press(pilot, "f8")
            assert sentence in text_of(app)
            assert app.focused is field(app, name)
            assert {one: field(app, one).value for one in right} == {**right, name: value}
        await press(pilot, "f3")
        assert "Not saved yet" in text_of(app)
    assert len(store.catalogues.all()) == 3
    assert len(store.catalogues.producers()) == 3


async def test_two_may_change_one_catalogue_and_neither_loses_anything(store: Store, sample: Sample):
    veg = store.catalogues.get(sample.audience.offering.catalogues["veg"])
    odette = sample.audience.members["odette"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "catalogue", catalogue_id=veg.id)
        producer = ProducerForm(veg.producer_id, 1, {"phone": "02 40 11 22 33"})
        store.catalogues.save_catalogue(veg.id, veg.version, producer, {"closes_days_before": 4}, [odette])
        await press(pilot, "'x", "tab", "tab", "'gue@exemple.fr", "f8")
        assert "taken over: Phone, Contacts, Closes" in text_of(app)
        assert "Maréchal Odette" in text_of(app)
        await press(pilot, "f8")
    now, producer = store.catalogues.get(veg.id), store.catalogues.producer(veg.producer_id)
    assert (now.name, now.closes_days_before) == ("Légumes du Guéx", 4)
    assert (producer.email, producer.phone) == ("gue@exemple.fr", "02 40 11 22 33")
    assert store.catalogues.contacts(veg.id) == (odette,)


async def test_products_of_a_file_go_to_the_catalogue_they_are_imported_from(
    store: Store, sample: Sample, tmp_path: Path
):
    poultry = sample.audience.offering.catalogues["poultry"]
    (tmp_path / "volailles.csv").write_text("Produit;Prix;Remarque\nPintade;15,90;\n")
    async with make_app(store).run_test(size=SIZE) as pilot:
        packets = Packets(pilot)
        await packets.open("products", catalogue_id=poultry)
        await packets.type("<down>", "i", f"{tmp_path}/volailles.csv", "<enter>")
        assert packets.app.screen.NAME == "import_mapping"
        await packets.type("<f8>")
        await packets.type("<f8>")
    assert "Pintade" in [p.name for p in store.catalogues.products([poultry])]
