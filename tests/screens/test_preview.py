"""The walk through a message's mails: what looks wrong first and why, what differs, every way to look at it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from mail.differing import differing
from screens.house import HouseApp
from screens.preview_marks import fenced, marked
from screens.rendered import rendered
from store import Store
from store.segments import EVERYONE
from tests.screens.conftest import SIZE
from tests.screens.sample import HOSTILE, Sample, make_app, opened, settled, text_of

TEXT = "Bonjour {{ first_name }},\n\nvotre commande :\n\n{{ order.lines }}\nTotal **{{ order.total }}** <b>\n"


def reversed_in(app: HouseApp) -> str:
    """What is in reverse video on the screen, a line each."""
    strips = app.screen._compositor.render_strips()
    lines = ("".join(s.text for s in strip if s.style and s.style.reverse) for strip in strips)
    return "\n".join(line for line in lines if line)


async def test_the_walk_begins_with_what_looks_wrong_and_says_why(store: Store, sample: Sample):
    message_id = store.messages.new(EVERYONE, "S", TEXT)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "preview", message_id=message_id)
        assert "1 of 6 · ! 5 look wrong" in text_of(app)
        assert "“order.total” has nothing to say" in text_of(app) or "“order.lines”" in text_of(app)
        await pilot.press("left", "end")
        shown = text_of(app)
        assert "6 of 6" in shown
        assert "Hélène Guérin & François Guérin <guerin@exemple.fr>" in shown
        assert "- 3 kg Tomates cœur de bœuf: €11.70" in shown
        assert "Total €14.10 <b>" in shown
        assert " ! " not in shown.split("\n", 1)[1]
        await pilot.press("n", "b", "space", "right")
        assert "6 of 6" in text_of(app)
        for name, said in (
            ("xyz", "Nobody called “xyz”"),
            ("odette", "Maréchal Odette is in, but no mail reaches them: call 06 39"),
            ("petit", "Petit Zoé is in, but does not want such mails."),
        ):
            await pilot.press("slash", *name, "enter")
            await settled(pilot)
            assert said in text_of(app)


async def test_what_is_left_to_fill_in_and_who_has_no_first_name_are_named(store: Store, sample: Sample):
    message_id = store.messages.new(EVERYONE, "Fête [date]", "Bonjour {{ first_name }}, écrivez { group }.")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "preview", message_id=message_id)
        await pilot.press("slash", *"club", "enter")
        shown = text_of(app)
        for said in ("! To fill in: [date]", "! “{ group }” is no field", "and 1 more"):
            assert said in shown


async def test_what_others_get_otherwise_is_marked_without_colour(store: Store, sample: Sample):
    text = "Bonjour **{{ first_name }}**,\n\nla commande de {{ people }} est prête : [site](https://exemple.fr)."
    message_id = store.messages.new(EVERYONE, "Pour {{ first_name }}", text, language="fr")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "preview", message_id=message_id)
        await pilot.press("slash", *"benali", "enter")
        await settled(pilot)
        assert reversed_in(app) == "Aïcha\nAïcha\nAïcha Benali et Paul Dupont"
        assert "la commande de Aïcha Benali et Paul Dupont est prête : site." in text_of(app)
        await pilot.press("v")
        assert reversed_in(app) == "Aïcha\nAïcha\nAïcha Benali et Paul Dupont"
        assert "est prête : site (https://exemple.fr)." in text_of(app).replace("\n ", " ")
        await pilot.press("v")
        assert "Subject: =?utf-8?" in text_of(app)
        await pilot.press("v", "m")
        await settled(pilot)
        assert reversed_in(app) == ""
        assert "Without marks." in text_of(app)


async def test_the_mail_is_written_as_a_page_and_sent_as_a_test(store: Store, sample: Sample):
    message_id = store.messages.new(EVERYONE, "Été", "**Bonjour** {{ first_name }}")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "preview", message_id=message_id)
        await pilot.press("slash", *"rossi", "enter", "w")
        await settled(pilot)
        (page,) = (store.path.parent / "exports").iterdir()
        assert re.search(r"<strong[^>]*>Bonjour</strong> Chiara", page.read_text(encoding="utf-8"))
        assert f"{page.name} is in the folder" in text_of(app).replace("\n", "")
        await pilot.press("t")
        await settled(pilot)
        assert "as Chiara Rossi gets it" in text_of(app)


async def test_a_text_that_cannot_be_read_is_told(store: Store, sample: Sample):
    message_id = store.messages.new(EVERYONE, "S", "{{ nickname }}")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "preview", message_id=message_id)
        assert text_of(app).count("! There is no field “nickname”") == 1
        await pilot.press("t", "w", "v", "m")
        assert app.screen.NAME == "preview"


async def test_hostile_words_are_only_words(store: Store, sample: Sample):
    name = " ".join(HOSTILE)
    message_id = store.messages.new(EVERYONE, name, "{{ first_name }}" + name, name)
    app = make_app(store)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await opened(pilot, "preview", message_id=message_id)
        for _view in range(3):
            await pilot.press("v", "n", "n")
            await settled(pilot)
            assert "\x1b" not in text_of(app)
    assert app.fault is None


async def test_once_sent_the_mails_are_shown_as_they_were_frozen(store: Store, sample: Sample):
    from mail.composing import freeze

    message_id = store.messages.new(EVERYONE, "{{ group }}", "Bonjour {{ first_name }}", "Rappel")
    freeze(store, message_id)
    with store.writing() as t:
        t.execute("UPDATE people SET first_name = 'Giulia' WHERE first_name = 'Chiara'")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "preview", message_id=message_id)
        await pilot.press("slash", *"rossi", "enter")
        assert "Bonjour Chiara" in text_of(app)
        await pilot.press("slash", *"benali", "enter")
        await settled(pilot)
        assert reversed_in(app) == "Aïcha"
        await pilot.press("t")
        await settled(pilot)
        assert app.screen.NAME == "preview"


def test_a_mail_as_it_will_be(store: Store, sample: Sample, snap_compare):
    text = "# Bravo\nBonjour {{ first_name }},\n\n- le **{{ distribution.day }}**\n- pour {{ people }}\n"
    message_id = store.messages.new(EVERYONE, "{{ group }} : {{ first_name }}", text, "Commande")

    async def run(pilot: Pilot[None]) -> None:
        await opened(pilot, "preview", message_id=message_id)
        await pilot.press("slash", *"rin", "enter")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)


# -- marks

MARKDOWN = st.lists(
    st.sampled_from(
        [
            "Anne",
            "**Paul**",
            "[site](https://exemple.fr/a1)",
            "<https://exemple.fr>",
            "\n\n",
            "\n- ",
            "3 kg",
            "*é*",
            " ",
        ]
    )
).map("".join)


@given(MARKDOWN, MARKDOWN)
def test_marks_change_no_letter(text: str, other: str):
    spans = differing(text, [other])
    assert rendered(fenced(text, spans)).plain == rendered(text).plain
    assert marked(text, spans).plain == "\n".join(text.split("\n"))


@pytest.mark.parametrize(
    ("text", "other", "found"),
    [
        ("Bonjour **Anne**, à jeudi", "Bonjour **Paul**, à jeudi", ["Anne"]),
        ("- 3 kg Tomates\n- 1 Ail", "- 2 kg Tomates\n- 4 Ail", ["3", "1"]),
        ("[Anne](https://x.fr/1) et nous", "[Paul](https://x.fr/2) et nous", ["Anne"]),
    ],
)
def test_what_is_marked_is_what_differs(text: str, other: str, found: list[str]):
    shown = rendered(fenced(text, differing(text, [other])))
    assert [shown.plain[s.start : s.end] for s in shown.spans if "reverse" in str(s.style)] == found
