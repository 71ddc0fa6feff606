"""Compose: the words are kept as they are typed, every act has a letter and an F-key, and the last look is honest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from mail.composing import freeze
from screens import compose_draft
from screens.compose_advice import AdviceList
from screens.compose_parts import Body
from screens.compose_starters import StarterList
from screens.desk import REMIND
from screens.house import HouseApp
from screens.ready_texts import ready_texts
from screens.widgets.ask import Ask
from screens.write import begun
from store import Store
from store.message_records import MessageState
from store.segments import EVERYONE, parse
from templates.render.fields import FIELDS
from tests.screens.conftest import SIZE
from tests.screens.sample import HOSTILE, Sample, make_app, opened, settled, text_of, written

TEXT = """Bonjour {{ first_name }},

les fromages de Noël sont ouverts jusqu'au {{ closes("Moulin") }}.
**Appelez-nous** si c'est plus simple : 02 40 00 00 00.

À bientôt,
{{ sender }}
"""


def new(store: Store, **words: str) -> int:
    return store.messages.new(EVERYONE, **{"subject": "{{ group }} : fromages", "text": TEXT, "label": "Noël", **words})


async def compose(pilot: Pilot[None], message_id: int) -> HouseApp:
    return await opened(pilot, "compose", message_id=message_id)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts are saved after a moment that a test can wait for."""
    monkeypatch.setattr(compose_draft, "SAVE_SECONDS", 0.05)


async def until_shown(pilot: Pilot[None], app: HouseApp, text: str) -> None:
    """Until the screen says so; what is beside the text follows the typing a moment later."""
    for _try in range(100):
        if text in text_of(app):
            return
        await pilot.pause(0.05)
    raise AssertionError(f"{text!r} is not in\n{text_of(app)}")


async def kept(pilot: Pilot[None]) -> None:
    """Until what was typed is in the file."""
    await pilot.pause(0.1)
    await settled(pilot)


async def test_what_is_typed_is_in_the_file_a_moment_later(store: Store, sample: Sample):
    message_id = new(store, text="", subject="")
    async with make_app(store).run_test(size=SIZE) as pilot:
        await compose(pilot, message_id)
        await pilot.press(*"Sujet", "enter", *"Bonjour")
        await kept(pilot)
        message = store.messages.get(message_id)
        assert (message.subject, message.text) == ("Sujet", "Bonjour")
        await pilot.press(*" !", "f3")
        await settled(pilot)
        assert store.messages.get(message_id).text == "Bonjour !"


async def test_who_types_without_a_rest_is_saved_all_the_same(
    store: Store, sample: Sample, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(compose_draft, "SAVE_SECONDS", 0.4)
    monkeypatch.setattr(compose_draft, "LONGEST_SECONDS", 0.5)
    message_id = new(store, text="")
    async with make_app(store).run_test(size=SIZE) as pilot:
        await compose(pilot, message_id)
        for _key in range(2000):  # a hundred take less than half a second where nothing else runs
            await pilot.press("a")
            if store.messages.get(message_id).text:
                break
        else:
            raise AssertionError("never saved")


async def test_a_dropped_line_loses_nothing(store: Store, sample: Sample):
    message_id = new(store, text="")
    app = make_app(store)
    async with app.run_test(size=SIZE) as pilot:
        await compose(pilot, message_id)
        await pilot.press(*"Bonjour")
        app.hang_up()
        assert store.messages.get(message_id).text == "Bonjour"


async def test_a_draft_without_a_word_leaves_nothing_behind(store: Store, sample: Sample):
    message_id = new(store, text="", subject="", label="")
    async with make_app(store).run_test(size=SIZE) as pilot:
        await compose(pilot, message_id)
        await pilot.press("f3")
        await settled(pilot)
        assert message_id not in [row.id for row in store.messages.all()]


async def test_two_writers_keep_both_their_words(store: Store, sample: Sample, act_as: Callable[[str], Store]):
    message_id = new(store, text="")
    store.operators.add("paul", "Paul", "writer")
    paul = act_as("paul")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        paul.messages.save(replace(paul.messages.get(message_id), kind="opening"))
        await pilot.press("M")
        await kept(pilot)
        message = store.messages.get(message_id)
        assert (message.text, message.kind) == ("M", "opening"), "who changed no word is in nobody's way"
        paul.messages.save(replace(paul.messages.get(message_id), text="Paul"))
        await pilot.press("a")
        await kept(pilot)
        said = "! Paul changed this draft just now. What you type is kept as a draft of its own."
        assert said in " ".join(text_of(app).split())
        drafts = store.messages.all(MessageState.DRAFT)
        assert sorted(store.messages.get(row.id).text for row in drafts)[-2:] == ["Ma", "Paul"]


async def test_words_are_kept_when_the_message_was_sent_or_deleted_meanwhile(store: Store, sample: Sample):
    message_id = new(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        freeze(store, message_id)
        await pilot.press("X")
        await kept(pilot)
        assert "This message is no draft any more. What you typed is kept" in text_of(app)
        copy = store.messages.all(MessageState.DRAFT)[0]
        assert store.messages.get(copy.id).text.startswith("XBonjour")
        store.messages.delete(copy.id)
        await pilot.press("Y")
        await kept(pilot)
        assert "Somebody else deleted this draft. What you typed is kept" in text_of(app)
        store.messages.delete(store.messages.all(MessageState.DRAFT)[0].id)
        await pilot.press("Z")
        app.hang_up()
        assert store.messages.get(store.messages.all(MessageState.DRAFT)[0].id).text.startswith("XYZBonjour")


async def test_files_are_named_and_an_image_that_nobody_sees_is_put_into_the_text(store: Store, sample: Sample):
    message_id = new(store, text="Bonjour")
    store.messages.attach(message_id, "marche.png", b"\x89PNG\r\n\x1a\n" + bytes(40), inline=True)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        assert "1 file, 1 KB of 10 MB" in text_of(app)
        assert "! the text does not show marche.png" in text_of(app)
        await pilot.press("escape", "h")
        while "marche.png" not in str(app.screen.query_one(AdviceList).marked):
            await pilot.press("down")
        await pilot.press("enter", *"le marché")
        assert app.screen.query_one(Body).text == "![le marché](marche.png)Bonjour"
        assert "does not show" not in text_of(app)
        app.screen.query_one(Body).insert("![a](la fête (1).png) ![b](c\n", (0, 0))
        await settled(pilot)
        said = " ".join(text_of(app).split())
        assert "! the text names an image that is not there: la fête (1).png" in said
        await pilot.press("escape", "h")
        assert "! “![b](c” is no image" in text_of(app)
        await pilot.press("escape", "a")
        await settled(pilot)
        assert app.screen.NAME == "message_files"
        store.messages.attach(message_id, "prix.csv", b"1")
        await pilot.press("f3")
        await settled(pilot)
        assert "2 files, 1 KB of 10 MB" in text_of(app)


async def test_a_draft_is_deleted_once_that_is_confirmed(store: Store, sample: Sample):
    message_id = new(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        await pilot.press("!", "escape", "x")
        assert "Delete the draft “Noël”?" in text_of(app)
        await pilot.press("escape", "x", "enter")
        await written(pilot)
        assert app.screen.NAME == "desk"
        assert message_id not in [row.id for row in store.messages.all()]


async def test_a_wide_terminal_shows_the_first_mail_beside_the_text(store: Store, sample: Sample):
    message_id = new(store, text="Bonjour {{ first_name }}")
    async with make_app(store).run_test(size=(120, 40)) as pilot:
        app = await compose(pilot, message_id)
        await until_shown(pilot, app, "│ Bonjour Aïcha")
        await pilot.press("end", *" **et** toi")
        await until_shown(pilot, app, "│ Bonjour Aïcha et toi")
        await pilot.press(*" {{ nickname")
        await until_shown(pilot, app, "│ ! Line 1: the braces of a field are not complete.")
        assert "│ Bonjour Aïcha et toi" in text_of(app), "the last mail that could be made stays"


async def test_every_act_has_a_letter_once_the_field_is_left(store: Store, sample: Sample):
    message_id = new(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        assert isinstance(app.focused, Body)
        await pilot.press("p", "t", "s")
        assert app.screen.NAME == "compose"
        assert app.focused.text.startswith("pts")
        await pilot.press("ctrl+z", "tab", "x", "backspace")
        assert app.focused.id == "label", "past the line where letters are keys"
        await pilot.press("escape")
        ways = {"p": "preview", "s": "send", "enter": "picker", "t": "test_send", "d": "message_details"}
        for letter, name in ways.items():
            await pilot.press(letter)
            await settled(pilot)
            assert name == app.screen.NAME
            await pilot.press("f3")
            await settled(pilot)
        for letter, widget in (("r", StarterList), ("i", "#choices"), ("h", AdviceList), ("k", Ask), ("x", Ask)):
            await pilot.press(letter)
            await settled(pilot)
            assert app.screen.query_one(widget).display
            await pilot.press("escape")
        await pilot.press("q")
        await settled(pilot)
        assert app.screen.NAME == "desk"


async def test_f_keys_act_while_one_types(store: Store, sample: Sample):
    message_id = new(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        for key, name in (("f5", "preview"), ("f6", "test_send"), ("f8", "send"), ("f9", "schedule")):
            await pilot.press(key)
            await settled(pilot)
            assert name == app.screen.NAME
            while app.screen.NAME != "compose":
                await pilot.press("f3")
                await settled(pilot)
        for key, widget in (("f4", "#choices"), ("f7", StarterList)):
            await pilot.press(key)
            await settled(pilot)
            assert app.screen.query_one(widget).display
            await pilot.press("f3")
            assert isinstance(app.focused, Body)


async def test_a_field_goes_where_the_cursor_is(store: Store, sample: Sample):
    message_id = new(store, text="Bonjour ,", subject="")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        await pilot.press("f4", "enter")
        assert app.screen.query_one("#subject", Input).value == FIELDS[0].insert
        await pilot.press("enter", *["right"] * 8, "f4", "enter")
        assert app.screen.query_one(Body).text == "Bonjour {{ first_name }},"
        await pilot.press("f4", "c", "c", "enter")
        assert '{{ closes("' in app.screen.query_one(Body).text
        await pilot.press("f4", "end")
        assert "! Not all of them have ordered before." in text_of(app)
        await pilot.press("enter")
        assert '{{ last_order("' in app.screen.query_one(Body).text, "advice is no wall"
        assert "! “last_order” does not fit all of them" in text_of(app)


async def test_a_starter_asks_before_it_replaces_and_can_be_taken_back(store: Store, sample: Sample):
    message_id = new(store, text="mes mots")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        await pilot.press("f7")
        await settled(pilot)
        await pilot.press("enter")
        assert "Replace what is written" in text_of(app)
        assert app.screen.query_one(Body).text == "mes mots"
        await pilot.press("enter")
        await settled(pilot)
        assert "{{ distribution.day }}" in app.screen.query_one(Body).text
        await pilot.press("ctrl+z")
        assert app.screen.query_one(Body).text == "mes mots"


async def test_a_starter_decides_whose_refusal_counts_and_until_when_it_goes(store: Store, sample: Sample):
    message_id = store.messages.new(parse("everyone - ordered(distribution=next) + not_ordered(distribution=next)"))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        await pilot.press("f7")
        await settled(pilot)
        await pilot.press("enter")
        await written(pilot)
        message = store.messages.get(message_id)
        assert (message.kind, message.label) == ("last_call", "Last call")
        assert message.send_before is not None
        assert "names the group" in text_of(app)


async def test_ready_texts_in_three_languages_and_of_ones_own(store: Store, sample: Sample):
    message_id = new(store, label="Fromages d'hiver")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        await pilot.press("f7")
        await settled(pilot)
        assert "Ordering opens" in text_of(app)
        await pilot.press("right")
        assert "Ouverture des commandes" in text_of(app)
        await pilot.press("delete")
        assert "comes with the program" in text_of(app)
        await pilot.press("escape", "escape", "k", "enter")
        await written(pilot)
        await pilot.press("k", "enter")
        await written(pilot)
        assert "There is “Fromages d'hiver” already." in text_of(app)
        await pilot.press("enter")
        await written(pilot)
        assert [starter.text for starter in store.messages.starters()] == [TEXT]
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("f", "f")
        assert "Fromages d'hiver (own)" in text_of(app)
        await pilot.press("delete", "enter")
        await written(pilot)
        assert not store.messages.starters()


async def test_a_ready_text_brings_its_language_along_and_so_does_one_that_was_kept_from_it(
    store: Store, sample: Sample
):
    other = store.messages.new(EVERYONE, "Ciao", "A {{ distribution.day }}", language="it")
    store.messages.keep_starter("Zucche", other)
    message_id = store.messages.new(EVERYONE, "", "")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        for keys, language in (
            (("right", "enter"), "fr"),
            (("o", "enter", "enter"), ""),
            (("z", "enter", "enter"), "it"),
        ):
            await pilot.press("f7")
            await settled(pilot)
            await pilot.press(*keys)
            await kept(pilot)
            assert store.messages.get(message_id).language == language
            assert ("in French" in text_of(app), "in Italian" in text_of(app)) == (language == "fr", language == "it")


async def test_advice_is_given_with_its_reason_mends_and_is_never_a_wall(store: Store, sample: Sample):
    text = "Bonjour,\n\n" + "ligne\n" * 6 + "[à remplir]\n"
    message_id = new(store, subject="S" * 70, text=text)
    async with make_app(store).run_test(size=(100, 40)) as pilot:
        app = await compose(pilot, message_id)
        assert "! 70: 60 are shown" in text_of(app)
        await pilot.press("f8")
        await settled(pilot)
        assert app.screen.NAME == "send"
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("escape", "h")
        shown = " ".join(text_of(app).split())
        for said in (
            "! 1 of 5 got “AMAP des Oiseaux : dern…” today Who gets one message after the other",
            "! 7 lines: 4 are enough Short messages are read",
            "! the subject does not name the group",
            "! to fill in: [à remplir]",
        ):
            assert said in shown
        await pilot.press("enter", *"ici")
        assert app.screen.query_one(Body).text.endswith("ici\n"), "what is to fill in was marked"
        await pilot.press("escape", "h", "enter")
        assert app.screen.query_one("#subject", Input).value == "{{ group }}: " + "S" * 70
        await pilot.press("escape", "h")
        while "got “AMAP" not in str(app.screen.query_one(AdviceList).marked):
            await pilot.press("down")
        await pilot.press("enter")
        await kept(pilot)
        assert store.messages.get(message_id).segment == parse(f"everyone - written_to(message={sample.message})")
        assert "5 mails to 4 members" in text_of(app)


async def test_details_are_said_beside_the_words(store: Store, sample: Sample):
    message_id = new(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        await pilot.press("escape", "f")
        await kept(pilot)
        assert "<bureau@exemple.fr>" in text_of(app)
        await pilot.press("d")
        await settled(pilot)
        await pilot.press("l")
        assert "24/11/2026 12:00" in text_of(app), "the closing that the text speaks of"
        await pilot.press("enter", "space", "f8")
        assert "Say why everybody has to know" in text_of(app)
        await pilot.press(*"Fermeture", "enter", "i", "enter", "right", "enter", *"Bureau", "enter", "left")
        await pilot.press("enter", *"reponse@", "f8")
        assert app.screen.NAME == "message_details", "no address yet"
        await pilot.press(
            *"exemple.fr", "enter", "ctrl+u", *"23/11 20h", "enter", *"21/11", "enter", *"20/11/2026", "f8"
        )
        assert "before the day" in text_of(app)
        await pilot.press("ctrl+u", *"5/12", "f8")
        await written(pilot)
        assert "last call · service · in Italian · before Mon 23 Nov 20:00 · about T…" in text_of(app)
        assert "Bureau <amap@exemple.fr>   Reply to: reponse@exemple.fr" in text_of(app)
        saved = store.messages.get(message_id)
        assert (saved.counts_from, saved.closes_on) == (date(2026, 11, 21), date(2026, 12, 5))
        store.messages.save(replace(saved, counts_from=None, closes_on=date(2026, 11, 20)))
        app._poll()
        await settled(pilot)
        await pilot.press("h")
        shown = " ".join(text_of(app).split())
        assert "! its orders count until Fri 20 Nov, before it goes Its results would show nobody" in shown
        while "its orders count" not in app.screen.query_one(AdviceList).marked.sentence:
            await pilot.press("down")
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.NAME == "message_details"
        await pilot.press(*["down"] * 10, "ctrl+u", *"5/12", "f8")
        await written(pilot)
        assert "its orders count" not in text_of(app)
        await pilot.press("tab", "!", "f3")
        await settled(pilot)
    message = store.messages.get(message_id)
    assert (message.kind, message.service_reason, message.label) == ("last_call", "Fermeture", "Noël!")
    assert message.language == "it"
    assert message.distribution_id == sample.audience.offering.next
    assert (message.from_name, message.from_address, message.reply_to) == ("Bureau", "", "reponse@exemple.fr")
    assert message.send_before == datetime(2026, 11, 23, 20, 0)
    assert (message.counts_from, message.closes_on) == (None, date(2026, 12, 5))


async def test_a_test_is_known_when_one_comes_back(store: Store, sample: Sample):
    message_id = new(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        assert "not tested yet" in text_of(app)
        await pilot.press("f6")
        await settled(pilot)
        await pilot.press("enter", *"a@exemple.fr", "enter")
        await written(pilot)
        while app.screen.NAME != "compose":
            await pilot.press("f3")
            await settled(pilot)
        assert "tested by Marie 21:04" in text_of(app)
        await pilot.press("x")
        await kept(pilot)
        assert "tested by Marie 21:04, text changed since" in text_of(app)


async def test_a_draft_without_a_word_is_gone_after_f2_too(store: Store, sample: Sample):
    message_id = new(store, text="", subject="", label="")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        await pilot.press("f2", "m")
        await settled(pilot)
        assert app.screen.NAME == "members"
        app.writer.close()
        assert message_id not in [row.id for row in store.messages.all()]


# -- the last look


async def test_what_is_left_to_fill_in_is_asked_once_more(store: Store, sample: Sample):
    message_id = new(store, subject="{{ group }} : [produit]", text="Bonjour,\n\n[prix]\n[prix]\n")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        await pilot.press("f8")
        await settled(pilot)
        assert "! to fill in: [produit] [prix]\n" in text_of(app)
        await pilot.press("enter")
        assert "Something is left to fill in." in text_of(app)
        await pilot.press("escape")
        await settled(pilot)
        assert (app.screen.NAME, store.messages.get(message_id).state) == ("send", MessageState.DRAFT)
        await pilot.press("enter", "enter")
        assert "y sends them." in text_of(app)
        await pilot.press("y")
        await written(pilot)
        assert store.messages.get(message_id).state is MessageState.QUEUED


async def test_many_mails_are_sent_only_after_their_number_was_typed(store: Store, sample: Sample):
    store.settings.set("messages.ask_above", 5)
    message_id = new(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        await compose(pilot, message_id)
        await pilot.press("f8")
        await settled(pilot)
        await pilot.press("enter", *"5", "enter")
        await settled(pilot)
        assert store.messages.get(message_id).state is MessageState.DRAFT
        await pilot.press("enter", *"6", "enter")
        await settled(pilot)
        await settled(pilot)
        assert store.messages.get(message_id).state is MessageState.QUEUED


async def test_what_cannot_be_sent_is_told_where_it_can_be_mended(store: Store, sample: Sample):
    message_id = new(store, text="{{ nickname }}")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await compose(pilot, message_id)
        await pilot.press("f8")
        await settled(pilot)
        assert "! There is no field “nickname”" in text_of(app)
        assert (app.screen.NAME, app.screen.focused) == ("compose", app.screen.query_one(Body))
        assert store.messages.get(message_id).state is MessageState.DRAFT


# -- pictures


async def test_hostile_words_are_only_words(store: Store, sample: Sample):
    name = " ".join(HOSTILE)
    message_id = new(store, text=name, subject=name, label=name)
    app = make_app(store)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await compose(pilot, message_id)
        for key in ("f5", "f3", "f8", "f3"):
            await pilot.press(key)
            await settled(pilot)
    assert app.fault is None


def test_a_message_being_written(store: Store, sample: Sample, snap_compare):
    message_id = new(store)

    async def run(pilot: Pilot[None]) -> None:
        await compose(pilot, message_id)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)


def test_the_fields_that_can_be_put_in(store: Store, sample: Sample, snap_compare):
    message_id = new(store)

    async def run(pilot: Pilot[None]) -> None:
        await compose(pilot, message_id)
        await pilot.press("f4", "end")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)


def test_the_details_of_a_message(store: Store, sample: Sample, snap_compare):
    message_id = new(store)

    async def run(pilot: Pilot[None]) -> None:
        await opened(pilot, "message_details", message_id=message_id)
        await pilot.press("l", "enter", "space", "enter", *"Lieu changé")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)


def test_the_last_look(store: Store, sample: Sample, snap_compare):
    message_id = new(store)

    async def run(pilot: Pilot[None]) -> None:
        await compose(pilot, message_id)
        await pilot.press("f8")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)


# -- the desk's reminder


async def test_the_reminder_of_the_desk_is_ready_in_few_keys(store: Store, sample: Sample):
    store.settings.set("group", asdict(replace(store.settings.group(), language="fr")))
    other = store.messages.new(EVERYONE, "Bientôt", "Bonjour", "Rappel", kind="last_call")
    store.messages.schedule(other, datetime(2026, 11, 22, 18, 0), expected_mails=7)
    starter = ready_texts("fr", parse(REMIND))[0]
    words = {name: getattr(starter, name) for name in ("subject", "text", "label", "kind")}
    left = begun(store, parse(REMIND), words)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = pilot.app
        await settled(pilot)
        await pilot.press("r", "r")
        await settled(pilot)
        assert app.screen.NAME == "compose"
        found = [store.messages.get(row.id) for row in store.messages.all(MessageState.DRAFT)]
        (message,) = [one for one in found if one.title == "Dernier rappel"]
        assert (message.id, message.kind) == (left, "last_call"), "one that a dropped line left untouched"
        (line,) = [line for line in text_of(app).splitlines() if line.strip().startswith("Subject")]
        assert line.split()[-1] == "59", "the subject is as long as it is in the mails"
        advice = "get “Rappel” Sun 22 Nov"
        assert advice in text_of(app)
        await pilot.press("f8")
        await settled(pilot)
        assert "AMAP des Oiseaux : dernier rappel pour le jeudi 26 novembre" in text_of(app)
        assert advice in text_of(app)
        # Left as it was, it leaves nothing behind but the way back.
        await pilot.press("escape", "f3")
        await written(pilot)
        assert message.id not in {row.id for row in store.messages.all(MessageState.DRAFT)}
        assert "Nothing was written: the draft is deleted. z brings it back." in text_of(app)
        await pilot.press("z")
        await settled(pilot)
        (back,) = [row.id for row in store.messages.all(MessageState.DRAFT) if row.title == message.title]
        await pilot.press("end", "x", "f3")
        await written(pilot)
        assert store.messages.get(back).state is MessageState.DRAFT, "a letter was typed"


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("everyone - ordered(distribution=next)", "last_call"),
        ("nobody + not_ordered(distribution=next)", "last_call"),
        ("nobody + ordered(distribution=next)", "pickup"),
        ("nobody + reactivation(months=3)", "we_miss_you"),
        ("nobody + activation(months=3) - ordered(distribution=next)", "first_order"),
        ("everyone", "opening"),
    ],
)
def test_the_ready_text_suits_the_people(words: str, first: str):
    assert ready_texts("en", parse(words))[0].name == first
