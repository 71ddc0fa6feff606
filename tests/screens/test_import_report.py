"""The dry run of an import on the screen: rows, questions and answers, and what is stored at the end."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from screens.house import HouseApp
from screens.import_job import ImportJob, Left
from screens.import_list import RowsTable
from store import Store
from store.errors import DiskFull
from store.exchange.tables import ImportFile
from store.people import Member, Person
from tests.screens import importing
from tests.screens.conftest import SIZE
from tests.screens.sample import HOSTILE, Sample, make_app, settled, text_of, written

HEADER = "first_name;last_name;email;phone;city\n"
NEW = "Lina;Moreau;lina@exemple.fr;06 39 98 10 10;Orvault\n"
CHANGED = "Chiara;Rossi;chiara@exemple.fr;06 39 98 77 77;Nantes\n"
BAD = "Jean;Petit;jean@@exemple.fr;;\n"
ORDERS = """userId;userName;productName;Référence;catalogName;catalogId;vendorId;prix TTC;Quantité;frais;total;Payé
"7";"ROSSI Chiara";"Tomates cœur de bœuf";"TOMCB";"Légumes du Gué";"3";"1";"3,90";"2";"";"7,80";"true"
"8";"MARÉCHAL Odette";"Tisane du soir";"TIS";"Légumes du Gué";"3";"1";"4,10";"1";"";"4,10";"true"
"8";"MARÉCHAL Odette";"Tomates cœur de bœuf";"TOMCB";"Légumes du Gué";"3";"1";"3,90";"x";"";"";"true"
"""
ASKS = "Odette;Maréchal;odette@exemple.org;;\n"


def job(text: str, name: str = "membres.csv") -> ImportJob:
    return ImportJob(ImportFile(Path(name), (HEADER + text).encode()), "members", _keys())


def _keys() -> tuple[str, ...]:
    return tuple(name.replace("_", "") for name in HEADER.strip().split(";"))


async def go(pilot: Pilot[None], wanted: ImportJob, **parameters: Any) -> HouseApp:
    app = pilot.app
    assert isinstance(app, HouseApp)
    await settled(pilot)
    app.go("import_report", job=wanted, **parameters)
    await settled(pilot)
    return app


async def press(pilot: Pilot[None], *keys: str) -> str:
    """Press keys one after the other, and return what is on the screen then."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)
    assert isinstance(pilot.app, HouseApp)
    return text_of(pilot.app)


def people(store: Store) -> int:
    return store.members.search("").total


async def test_nothing_is_stored_before_f8_and_then_all_of_it(store: Store, sample: Sample):
    before = people(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, job(NEW + CHANGED + BAD + ASKS))
        shown = text_of(app)
        assert "1 new · 1 changed · 0 as before · ! 1 row to ask about · ! 1 bad row" in shown
        assert "Nothing is stored yet. F8 stores 1 new and 1 changed member." in shown
        assert people(store) == before
        await pilot.press("f8")
        await written(pilot)
        shown = text_of(app)
        assert "Stored: 1 new and 1 changed member." in shown
        assert people(store) == before + 1
        assert await press(pilot, "f8", "f3")
        assert app.screen.NAME == "desk"
    assert people(store) == before + 1
    assert store.members.get(sample.audience.members["rossi"]).city == "Nantes"


async def test_letters_show_one_kind_of_row_only(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        await go(pilot, job(NEW + CHANGED + BAD + ASKS))
        for letter, name in (("n", "Moreau Lina"), ("c", "Rossi Chiara"), ("b", "jean@@"), ("q", "Maréchal Odette")):
            shown = await press(pilot, letter)
            rows = pilot.app.screen.query_one(RowsTable)
            assert rows.row_count == 1
            assert name in shown
        await press(pilot, "a")
        assert pilot.app.screen.query_one(RowsTable).row_count == 4


async def test_a_changed_row_opens_field_by_field(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        await go(pilot, job(CHANGED))
        shown = await press(pilot, "enter")
        assert "town: – → Nantes" in shown
        assert "06 39 98 77 77" in shown
        assert "Line  What" not in shown
        assert "Line  What" in await press(pilot, "escape")


async def test_a_row_opens_with_what_the_file_says(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        await go(pilot, job(NEW))
        shown = await press(pilot, "enter")
        assert "In the file" in shown
        assert "email: lina@exemple.fr" in shown
        await press(pilot, "f8")
        await written(pilot)
        assert "Line  What" in text_of(pilot.app)


# -- questions


async def test_a_question_is_answered_with_the_candidate_and_the_answer_can_be_changed(store: Store, sample: Sample):
    odette, before = sample.audience.members["odette"], people(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, job(ASKS))
        assert "Nothing to store before the questions are answered." in text_of(app)
        shown = await press(pilot, "enter")
        assert app.screen.NAME == "import_question"
        assert "Who is “Maréchal Odette”?" in shown
        assert "email: odette@exemple.org" in shown, "what the file says"
        assert "06 39 98 00 00" in shown, "what is known of the candidate"
        shown = await press(pilot, "enter")
        assert "F8 stores 1 changed member." in shown
        shown = await press(pilot, "q")
        assert "is Maréchal Odette" in shown
        shown = await press(pilot, "enter", "n")
        assert "F8 stores 1 new member." in shown
        assert people(store) == before
        shown = await press(pilot, "enter", "x")
        assert "Nothing to store before the questions are answered." in shown
        assert "left out" in shown
        await press(pilot, "enter", "enter")
        await pilot.press("f8")
        await written(pilot)
    assert people(store) == before
    assert store.members.get(odette).people[0].email == "odette@exemple.org"


async def test_another_member_is_searched_for(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        await go(pilot, job(ASKS.replace(";;\n", ";;Ligné\n")))
        shown = await press(pilot, "enter", "slash", *"zzzz", "enter")
        assert "Nothing here answers to “zzzz”." in shown
        shown = await press(pilot, *["backspace"] * 4, *"rossi")
        assert "chiara@exemple.fr" in shown
        shown = await press(pilot, "enter")
        assert "F8 stores 1 changed member." in shown
        await pilot.press("s")
        await written(pilot)
    assert store.members.get(sample.audience.members["rossi"]).city == "Ligné"


async def test_answers_are_not_lost_by_one_key(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, job(ASKS))
        shown = await press(pilot, "enter", "enter", "f3")
        assert "Your answers are not stored" in shown
        assert app.screen.NAME == "import_report"
        await press(pilot, "f2", "m")
        assert len(app.screen_stack) == 3, "the report waits below"
        await press(pilot, "f3")
        assert app.screen.NAME == "import_report"
        await press(pilot, "f3", "f3")
        assert app.screen.NAME == "desk"


async def test_the_question_of_a_hostile_name_is_only_words(store: Store, sample: Sample):
    for number, name in enumerate(HOSTILE):
        store.members.add(Member(people=(Person(name, name, phone=f"06 39 98 55 0{number}"),)))
    rows = "".join(f'"{name}";"{name}";x{n}@exemple.fr;;\n' for n, name in enumerate(HOSTILE))
    app = make_app(store)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await go(pilot, job(rows))
        for _name in HOSTILE:
            shown = await press(pilot, "enter", "escape", "down")
            assert "\x1b" not in shown
    assert app.fault is None


# -- what the file cannot say


async def test_a_distribution_is_asked_for_before_anything_is_compared(store: Store, sample: Sample):
    orders = ImportJob(ImportFile(Path("commandes.csv"), ORDERS.encode()), "orders")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, orders, needs=("distribution",))
        shown = text_of(app)
        assert "for which distribution these orders are" in " ".join(shown.split())
        assert "Thu 26 Nov 2026" in shown
        assert not app.screen.query_one(RowsTable).row_count
        shown = await press(pilot, "enter")
        assert "Thu 26 Nov 2026, Treillières" in shown
        assert app.screen.query_one(RowsTable).row_count
        await press(pilot, "t")
        assert "for which distribution" in " ".join(text_of(app).split())
        await press(pilot, "escape")
        assert app.screen.NAME == "import_report"


async def test_orders_are_stored_with_the_product_that_was_asked_about(store: Store, sample: Sample):
    orders = ImportJob(ImportFile(Path("commandes.csv"), ORDERS.encode()), "orders")
    async with make_app(store).run_test(size=SIZE) as pilot:
        await go(pilot, orders)
        shown = await press(pilot, "enter", "q")
        assert "Tisane du soir" in shown
        shown = await press(pilot, "enter")
        assert "Which product is “Tisane du soir”?" in shown
        assert "productName: Tisane du soir" in shown
        shown = await press(pilot, "n")
        assert "F8 stores 2 new order lines." in shown
        await pilot.press("f8")
        await written(pilot)
        assert "Stored: 2 new order lines." in text_of(pilot.app)
    rows = store.orders.of_distribution(sample.audience.offering.next)
    (rossi,) = (row for row in rows if row.member_id == sample.audience.members["rossi"])
    assert (rossi.channel, rossi.totals) == ("import", {"EUR": 780})
    assert any(product.name == "Tisane du soir" for product in store.catalogues.products())


async def test_after_an_answer_the_next_open_question_is_marked(store: Store, sample: Sample):
    yves = "Yves;Le Bihan;yves@exemple.org;;\n"
    async with make_app(store).run_test(size=SIZE) as pilot:
        await go(pilot, job(ASKS + yves))
        table = pilot.app.screen.query_one(RowsTable)
        await press(pilot, "enter", "x")
        assert table.current_key == "member:3"
        shown = await press(pilot, "enter", "enter")
        assert "F8 stores 1 changed member." in shown


async def test_without_an_answer_nothing_is_compared(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, replace(job(NEW), kind="orders"), needs=("distribution",))
        await press(pilot, "escape")
        assert app.screen.NAME == "desk"


async def test_in_a_new_group_the_day_and_the_catalogue_of_orders_are_made_on_the_way(store: Store):
    orders = ImportJob(ImportFile(Path("commandes.csv"), ORDERS.encode()), "orders")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, orders, needs=("distribution",))
        assert "none is planned yet" in text_of(app)
        assert "is no day" in await press(pilot, *"soon", "enter")
        assert "From when to when?" in await press(pilot, *"26/11/2026", "enter")
        assert "before it begins" in await press(pilot, *"20h-19h30", "enter")
        await press(pilot, *"18h-19h30", "enter", *"Gym", "enter")
        await written(pilot)
        assert "Thu 26 Nov 2026, Gym" in text_of(app)
        shown = await press(pilot, "enter", "n")
        assert "What is the new catalogue called? Légumes du Gué" in shown
        await press(pilot, "enter", *"Jardins [", "enter")
        await written(pilot)
        assert "is Légumes du Gué" in text_of(app)
    (catalogue,) = store.catalogues.all()
    assert (catalogue.name, catalogue.producer_name, catalogue.currency) == ("Légumes du Gué", "Jardins [", "EUR")
    (distribution,) = store.distributions.all()
    assert (distribution.starts_at, distribution.ends_at, distribution.place) == ("18:00", "19:30", "Gym")
    assert distribution.catalogue(catalogue.id) is not None


async def test_products_get_a_catalogue_of_their_own_where_none_fits(store: Store, sample: Sample):
    products = ImportFile(Path("produits.csv"), b"Nom du produit;Prix TTC\nSavon;4,50\n")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, ImportJob(products, "products", mapping=("name", "price")), needs=("catalogue",))
        assert "A new catalogue" in text_of(app)
        await press(pilot, "end", "enter", *"Savonnerie", "enter", "enter")
        await written(pilot)
        assert "F8 stores 1 new product." in await press(pilot, "l", "escape")
        await press(pilot, "f8")
        await written(pilot)
        assert "Stored: 1 new product." in text_of(app)
    (soap,) = (product for product in store.catalogues.products() if product.name == "Savon")
    assert soap.catalogue_name == "Savonnerie"


async def test_a_name_that_is_taken_is_asked_for_again(store: Store, sample: Sample):
    products = ImportFile(Path("produits.csv"), b"Nom du produit;Prix TTC\nSavon;4,50\n")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, ImportJob(products, "products", mapping=("name", "price")), needs=("catalogue",))
        await press(pilot, "end", "enter", *"Légumes du Gué", "enter", "enter")
        await written(pilot)
        shown = text_of(app)
        assert "There is one called “Légumes du Gué” already." in shown
        assert "What is the new catalogue called? Légumes du Gué" in shown
        await press(pilot, "escape")
        assert app.screen.NAME == "desk"


async def test_who_may_plan_no_distribution_is_told_who_does(store: Store, act_as: Any):
    store.operators.add("lea", "Léa", "writer")
    async with make_app(act_as("lea")).run_test(size=SIZE) as pilot:
        app = await go(pilot, replace(job(NEW), kind="orders"), needs=("distribution",))
        assert app.screen.NAME == "desk"
        assert "A coordinator has to plan it first." in text_of(app)


# -- storing


async def test_bad_rows_come_back_as_a_file(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, job(NEW + BAD))
        await pilot.press("f8")
        await written(pilot)
        assert "1 bad row is in membres-bad-rows.csv" in text_of(app)
    content = (store.path.parent / "exports" / "membres-bad-rows.csv").read_text("utf-8-sig")
    assert content.splitlines()[0].startswith("first_name;last_name;email")
    assert "jean@@exemple.fr" in content
    assert "lina" not in content


async def test_bad_rows_are_written_on_demand_when_nothing_can_be_stored(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, job(BAD))
        assert "There is nothing in it that can be stored." in text_of(app)
        await pilot.press("f8")
        shown = await press(pilot, "w")
        assert "1 bad row is in membres-bad-rows.csv" in " ".join(shown.split())
    assert (store.path.parent / "exports" / "membres-bad-rows.csv").exists()


async def test_a_file_that_says_nothing_new_stores_nothing(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, job("Chiara;Rossi;chiara@exemple.fr;;\n"))
        assert "0 new · 0 changed · 1 as before" in text_of(app)
        assert "Every row is known already and says nothing new." in text_of(app)
        number = store.change_number()
        await pilot.press("f8", "s")
        await written(pilot)
    assert store.change_number() == number


async def test_a_full_disk_is_told_and_the_answers_are_kept(
    store: Store, sample: Sample, monkeypatch: pytest.MonkeyPatch
):
    before = people(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, job(NEW + ASKS))
        await press(pilot, "down", "enter", "enter")
        with monkeypatch.context() as faulty:
            from screens import import_report

            def full(*_args: object) -> None:
                raise DiskFull(store.path)

            faulty.setattr(import_report, "store_import", full)
            await pilot.press("f8")
            await written(pilot)
        assert "The disk is full" in text_of(app)
        assert people(store) == before
        await pilot.press("f8")
        await written(pilot)
        assert "Stored: 1 new and 1 changed member." in text_of(app)


async def test_while_it_is_stored_one_may_work_elsewhere_but_not_close_it(
    store: Store, sample: Sample, monkeypatch: pytest.MonkeyPatch
):
    go_on = threading.Event()
    from screens import import_report

    really = import_report.store_import

    def slowly(*args: Any) -> Any:
        args[3](1, 2)
        assert go_on.wait(20)
        return really(*args)

    monkeypatch.setattr(import_report, "store_import", slowly)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, job(NEW))
        await pilot.press("f8")
        await pilot.pause(0.6)
        assert "Storing      [" in text_of(app)
        assert "1 of 2" in text_of(app)
        assert "Storing 1 new member: all of it, or nothing." in text_of(app)
        await pilot.press("f3")
        assert "It is being stored" in text_of(app)
        await press(pilot, "f2", "m")
        assert app.screen.NAME == "members"
        go_on.set()
        await written(pilot)
        await press(pilot, "f3")
        assert "Stored: 1 new member." in text_of(app)


async def test_a_letter_for_what_is_not_there_leads_nowhere_else(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, job(CHANGED))
        assert "Nothing is new." in await press(pilot, "n")
        assert "No row is bad." in await press(pilot, "b")
        await press(pilot, "w", "m")
        assert app.screen.NAME == "import_report"


@pytest.mark.parametrize("keys", [("f3",), ("f2", "d")])
async def test_leaving_while_a_file_is_checked_ends_the_check(
    store: Store, sample: Sample, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...]
):
    ended = threading.Event()

    def endless(_job: ImportJob, _store: Store, _answers: object, progress: Any, *, dry_run: bool) -> None:
        try:
            while not ended.wait(0.01):
                progress(1, 2)
        except Left:
            ended.set()
            raise

    monkeypatch.setattr(ImportJob, "run", endless)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = pilot.app
        assert isinstance(app, HouseApp)
        await settled(pilot)
        app.go("import_report", job=job(NEW))
        await pilot.pause(0.6)
        assert "Checking" in text_of(app)
        await pilot.press(*keys)
        await pilot.pause()
        assert ended.wait(10)
        await settled(pilot)
        assert app.screen.NAME == "desk"
        assert app.fault is None


async def test_ten_thousand_rows_are_counted_and_listed_page_by_page(store: Store, sample: Sample):
    rows = "".join(f"Prénom{n};Nom{n:05};p{n}@exemple.fr;;\n" for n in range(10_000))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, job(rows))
        assert "10,000 new" in text_of(app)
        table = app.screen.query_one(RowsTable)
        assert table.row_count < 1000
        await press(pilot, "end", "down")
        listed = table.row_count
        assert "Nom00200" in text_of(app)
        await press(pilot, "end", "pagedown")
        assert table.row_count > listed


async def test_somebody_elses_change_is_looked_at_again(store: Store, sample: Sample, act_as: Any):
    other = act_as("marie")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, job(NEW))
        assert "1 new" in text_of(app)
        other.members.add(Member(people=(Person("Lina", "Moreau", "lina@exemple.fr", phone="06 39 98 10 10"),)))
        app._poll()
        await settled(pilot)
        assert "0 new · 1 changed" in text_of(app)


async def test_who_may_not_change_members_is_told(store: Store, sample: Sample, act_as: Any):
    poultry = sample.audience.offering.catalogues["poultry"]
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[poultry])
    async with make_app(act_as("rigaud")).run_test(size=SIZE) as pilot:
        app = await go(pilot, job(NEW))
        assert app.screen.NAME == "desk"
        assert "You are not allowed to see and change members." in " ".join(text_of(app).split())


# -- pictures


def snapshot(store: Store, snap_compare: Any, wanted: ImportJob, keys: Sequence[str], stored: bool = False) -> bool:
    async def run(pilot: Pilot[None]) -> None:
        await go(pilot, wanted)
        await press(pilot, *keys)
        if stored:
            await pilot.press("f8")
            await written(pilot)

    return bool(snap_compare(make_app(store), terminal_size=SIZE, run_before=run))


def test_what_an_import_would_do(store: Store, sample: Sample, snap_compare: Any):
    made_up = "Yves;Le Bihan;pas-de-mail-yves@exemple.fr;06 39 98 33 33;\n"
    wanted = job(NEW + CHANGED + BAD + ASKS + made_up, "Adhérents [b de l'AMAP des Oiseaux, novembre 2026.csv")
    assert snapshot(store, snap_compare, wanted, ("down",))


def test_a_question_about_a_row(store: Store, sample: Sample, snap_compare: Any):
    assert snapshot(store, snap_compare, job(ASKS), ("enter",))


# -- the real thing


def test_a_file_is_imported_with_real_keys(tmp_path: Path, new_file: Path):
    import shutil

    from tests.terminal import CABAS, Terminal

    group = Path(shutil.copy(new_file, tmp_path / "group.cabas"))
    group.chmod(0o600)
    (tmp_path / "membres.csv").write_text(HEADER + NEW + BAD)
    with Terminal([*CABAS, "--file", str(group), "--operator", "marie"]) as terminal:
        terminal.wait("Help")
        terminal.write("\x1bOQi")
        terminal.wait("Import: which file?")
        terminal.write(f"{tmp_path}/membres.csv\r")
        terminal.wait("F8 stores 1 new member.")
        terminal.write("s")
        terminal.wait("Stored: 1 new member.")
        terminal.write("\x11")
        assert terminal.end() == 0
    with closing(sqlite3.connect(group)) as conn:
        assert conn.execute("SELECT first_name, last_name FROM people").fetchall() == [("Lina", "Moreau")]
    assert (tmp_path / "exports" / "membres-bad-rows.csv").exists()


def test_the_sample_for_other_tests_holds_every_kind_of_row(store: Store, sample: Sample):
    from store.exchange.members import import_members

    report = import_members(store, importing.simple(), dry_run=True)
    assert (report.new, report.changed, report.candidates, report.bad) == (1, 1, 1, 1)
