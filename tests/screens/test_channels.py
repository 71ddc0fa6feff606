"""A message by several channels: chosen, a text each, counted while it is typed, and never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.events import Key
from textual.pilot import Pilot

from screens import compose_draft
from screens.channel_texts import NAMES, rule, sms_words
from screens.compose_advice import AdviceList
from screens.compose_parts import Bodies
from screens.house import HouseApp
from screens.resuming import hand_over
from screens.text import width
from store import Store
from store.segments import EVERYONE
from templates.words import LANGUAGES, _, use
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, opened, settled, text_of, written


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts are saved after a moment that a test can wait for."""
    monkeypatch.setattr(compose_draft, "SAVE_SECONDS", 0.05)


async def kept(pilot: Pilot[None]) -> None:
    """Until what was typed is in the file."""
    await pilot.pause(0.1)
    await settled(pilot)


def new(store: Store, **words: object) -> int:
    texts: dict[str, object] = {"subject": "{{ group }} : fromages", "text": "Bonjour", "label": "Noël"}
    return store.messages.new(EVERYONE, **{**texts, **words})  # type: ignore[arg-type]


def shown(app: HouseApp) -> str:
    return " ".join(text_of(app).split())


async def test_channels_are_ticked_with_whom_each_reaches_and_each_has_a_text_of_its_own(store: Store, sample: Sample):
    message_id = new(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "compose", message_id=message_id)
        assert "6 mails to 5 members, 3 to call" in shown(app)
        await pilot.press("escape", "c")
        await settled(pilot)
        assert app.screen.NAME == "channels"
        assert "3 to call" in shown(app)
        await pilot.press("space")
        assert "Tick one at least" in shown(app)
        await pilot.press("f8")
        assert app.screen.NAME == "channels", "nobody would get it"
        await pilot.press("space", "down", "space")
        await settled(pilot)
        assert "who has a mobile 3 SMS" in shown(app)
        assert "0 to call" in shown(app)
        await pilot.press("f8")
        await written(pilot)
        assert store.messages.get(message_id).channels == ("email", "sms")
        assert "6 mails to 5 members, 3 SMS" in shown(app)
        assert "news · e-mail, else SMS" in shown(app)
        assert "! the SMS has no text yet" in shown(app)
        assert "[mail] SMS call" in shown(app)

        for key in "nRetrait":  # one after the other, without a rest
            app.post_message(Key(key, key))
        await settled(pilot)
        await pilot.press(*" 17h", "tab", "shift+tab")  # the fields round the text in view
        app.screen.query_one(Bodies).shown.focus()
        assert "mail [SMS] call" in shown(app)
        assert "11 of 160: 1 SMS" in shown(app)
        await pilot.press(*" œ")
        assert "! “œ” leaves 70, not 160 · 13 of 70: 1 SMS" in shown(app)
        assert "! “œ” leaves 70 letters in an SMS" in shown(app)
        assert "! the SMS does not say how to stop" in shown(app)
        await pilot.press("backspace", *"STOP ", *"x" * 150)
        assert "! 167 of 306: 2 SMS" in shown(app)
        assert "! 2 SMS each" in shown(app)
        await pilot.press("ctrl+t")
        assert "mail SMS [call]" in shown(app)
        assert "empty: as the mail says it" in shown(app)
        await pilot.press(*"Dites-leur", "ctrl+t")
        await kept(pilot)
        message = store.messages.get(message_id)
        assert (message.text, message.call_text) == ("Bonjour", "Dites-leur")
        assert message.sms_text.startswith("Retrait 17h STOP xx")
        assert "[mail]" in shown(app)
        store.messages.save(replace(message, channels=("email",)))
        app._poll()
        await settled(pilot)
        await pilot.press("escape", "n")
        assert "mail [SMS] call" in shown(app), "what was written is not hidden"
        assert "! not among the channels: c" in shown(app)
        await pilot.press("escape", "q")
        await settled(pilot)
        assert app.screen.NAME == "desk"


async def test_a_message_by_sms_alone_needs_no_subject_and_is_no_empty_draft(store: Store, sample: Sample):
    message_id = new(store, subject="", text="", label="", channels=("sms",))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "compose", message_id=message_id)
        assert "Subject" not in shown(app)
        assert "[SMS] call" in shown(app)
        await pilot.press(*"Salut {{ order.total }}", "escape", "h")
        assert "! “order.total” does not fit all of them" in shown(app)
        while "how to stop" not in str(app.screen.query_one(AdviceList).marked):
            await pilot.press("down")
        await pilot.press("enter")
        assert app.focused is app.screen.query_one(Bodies).body("sms"), "advice leads to the text"
        await pilot.press("f3")
        await settled(pilot)
    assert store.messages.get(message_id).sms_text == "Salut {{ order.total }}"


async def test_no_text_of_any_channel_is_lost_to_a_colleague_or_a_dropped_line(
    store: Store, sample: Sample, act_as: Callable[[str], Store]
):
    message_id = new(store, channels=("email", "sms"), sms_text="Salut")
    store.operators.add("paul", "Paul", "writer")
    paul = act_as("paul")
    app = make_app(store)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "compose", message_id=message_id)
        paul.messages.save(replace(paul.messages.get(message_id), sms_text="Bonsoir"))
        app._poll()
        await settled(pilot)
        assert "Paul changed this draft just now: you see it as it is." in shown(app)
        await pilot.press("ctrl+t")
        assert "Bonsoir" in shown(app)
        assert app.screen.way_back()[1]["shown"] == "sms", "a newer program shows it again"
        await pilot.press("X")
        paul.messages.save(replace(paul.messages.get(message_id), text="Paul"))
        await kept(pilot)
        assert "What you type is kept as a draft of its own." in shown(app)
        texts = {(m.text, m.sms_text) for m in (store.messages.get(row.id) for row in store.messages.all())}
        assert {("Paul", "Bonsoir"), ("Bonjour", "XBonsoir")} <= texts
        await pilot.press("Y")
        app.hang_up()
    assert "XYBonsoir" in {store.messages.get(row.id).sms_text for row in store.messages.all()}


async def test_a_wide_terminal_shows_what_the_first_of_a_channel_hears(store: Store, sample: Sample):
    message_id = new(store, channels=("email", "sms"), sms_text="Salut {{ first_name }}")
    async with make_app(store).run_test(size=(120, 40)) as pilot:
        app = await opened(pilot, "compose", message_id=message_id, shown="sms")
        for text, keys in (
            ("│ Salut Paul", ()),
            ("│ Salut Paul !", ("end", "space", "!")),
            ("│ ! Line 1: the braces of a field are not complete.", [*"{{ x"]),
            ("│ Nobody gets it yet.", ("ctrl+t",)),
        ):
            await pilot.press(*keys)
            for _try in range(100):
                if text in text_of(app):
                    break
                await pilot.pause(0.05)
            assert text in text_of(app)
        assert "12 of 160: 1 SMS" not in text_of(app)


async def test_a_newer_program_goes_on_in_the_same_text(store: Store, sample: Sample):
    message_id = new(store, channels=("email", "sms"), sms_text="Salut")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "compose", message_id=message_id)
        for key in ("ctrl+t", "end", "!"):  # one after the other, without a rest
            app.post_message(Key(key, key if len(key) == 1 else None))
        await settled(pilot)
        assert app.screen.query_one(Bodies).body("sms").text == "Salut!"
        token = hand_over(app)
    newer = HouseApp(store, resumes=token)
    async with newer.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "mail [SMS] call" in shown(newer)
        assert newer.focused is newer.screen.query_one(Bodies).body("sms")
        await pilot.press("?")
        assert newer.screen.query_one(Bodies).shown.text == "Salut!?", "the cursor is where it was"


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_long_an_sms_is_stands_there_whatever_the_language_and_the_texts(language: str):
    texts = ("email", "sms", "letter", "call")
    use(language)
    short = rule(texts, "sms", sms_words("Fromages", {}), 80).plain
    assert all(_(NAMES[name]) in short for name in texts), "there is room for all"
    for sms in ("Ça été prêt", "Ç’ê" + "x" * 960, "œ—’ {{ first_name }}" + "x" * 990):
        said = sms_words(sms, {})
        line = rule(texts, "sms", said, 80).plain
        assert width(line) == 80
        assert "[SMS]" in line
        assert said[0] in line, "the other texts gave way"
        assert said[-1] in rule(texts, "sms", said, 40).plain
