"""A workflow's step: said as a sentence, refused in words where it makes no sense, its words written and looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from textual.pilot import Pilot

from screens import compose_draft, test_send
from screens.compose_parts import Body
from screens.house import HouseApp
from screens.resuming import hand_over
from screens.workflow_sentences import segment_words
from store import Store
from store.message_records import MessageState
from store.rights import Right
from store.segments import parse
from store.workflow_records import Audience, NewStep, Place, Scope, Timing, Trigger
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, opened, settled, text_of, written
from tests.screens.test_resuming import resumed


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts are saved after a moment that a test can wait for; the process that sends is tested elsewhere."""
    monkeypatch.setattr(test_send, "start_sending", lambda _store: True)
    monkeypatch.setattr(compose_draft, "SAVE_SECONDS", 0.05)


def said(app: HouseApp) -> str:
    """What is on the screen, with single spaces."""
    return " ".join(text_of(app).split())


async def form(pilot: Pilot[None], sample: Sample, *, new: bool = False) -> HouseApp:
    step_id = None if new else sample.step.id
    return await opened(pilot, "workflow_step", workflow_id=sample.workflow, step_id=step_id)


async def words(pilot: Pilot[None], sample: Sample, step_id: int = 0) -> HouseApp:
    return await opened(pilot, "step_words", workflow_id=sample.workflow, step_id=step_id or sample.step.id)


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await written(pilot)


async def test_a_step_is_made_and_written_by_keyboard_and_nonsense_is_refused(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await form(pilot, sample, new=True)
        assert "1 day before ordering closes, at 18:00, to all who have not ordered" in said(app)
        await press(pilot, "r")
        assert "Nobody knows of it days before: choose “at once” or “days after”." in said(app)
        await press(pilot, "f8")
        assert len(store.workflows.get(sample.workflow).steps) == 1
        await press(pilot, "right", "enter", "ctrl+u", *"90", "enter", "ctrl+u", *"9h")
        assert "90 days cannot be: 0 to 60 are possible." in said(app)
        await press(pilot, "up", "ctrl+u", *"14")
        assert "14 days after a registration, at 09:00, to the member, who has not ordered by then" in said(app)
        await press(pilot, "f8")
        assert "Words for “Weekly”" in said(app)
        await press(pilot, *"Envie", "enter", *"Bonjour", "f8")
        assert app.screen.NAME == "desk", "the words are the end of it"
    made = store.workflows.get(sample.workflow).steps[1]
    assert (made.trigger, made.timing, made.days, made.hour) == (Trigger.REGISTRATION, Timing.AFTER, 14, "09:00")
    assert made.audience is Audience.NOT_ORDERED
    message = store.messages.get(made.message_id)
    assert (message.subject, message.text, message.kind) == ("Envie", "Bonjour", "automatic")


async def test_others_are_chosen_in_the_picker_and_read_in_the_sentence(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await form(pilot, sample)
        app.screen.field("audience").focus()
        await press(pilot, "right", "f8")
        assert "Choose who is meant: Enter on Segment." in said(app)
        await press(pilot, "enter")
        assert app.screen.NAME == "picker"
        await press(pilot, *"vip", "enter", "f8")
        assert "at 18:00, to “VIP”: “AMAP des Oiseaux" in said(app)
        await press(pilot, "f8")
    step = store.workflows.get(sample.workflow).steps[0]
    assert (step.audience, step.segment) == (Audience.SEGMENT, parse("nobody + vip"))


def test_a_segment_is_read_in_a_sentence(store: Store):
    for segment, said_so in (
        ("nobody + vip", "“VIP”"),
        ("everyone & vip", "“VIP”"),
        ("everyone - vip", "everyone but “VIP”"),
        ("nobody + vip + is_producer & has_mobile", "“VIP” and “Producers” if also among “Has a mobile”"),
        ("everyone", "everyone"),
    ):
        assert segment_words(store, parse(segment)) == said_so


async def test_words_are_shown_on_a_day_that_can_be_chosen_and_tested_so_and_are_never_sent(
    store: Store, sample: Sample
):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await words(pilot, sample)
        assert "Goes to all who have not ordered · shown for Thu 26 Nov: 6 mails" in said(app)
        await press(pilot, "escape", *"slx")
        assert (app.screen.NAME, store.messages.get(sample.step.message_id).state) == ("step_words", MessageState.DRAFT)
        await press(pilot, "o", "down", "enter")
        assert "shown for Thu 12 Nov: 7 mails" in said(app)
        await press(pilot, "p")
        assert "Preview for Thu 12 Nov 1 of 7" in said(app)
        assert "Friday 6 November at 20:00" in said(app), "when that day closed"
        await press(pilot, "t", *"essai@exemple.fr", "enter")
        await press(pilot, "q")
        assert "shown for Thu 12 Nov" in said(app), "the day stays chosen"
        assert "tested by Marie" in said(app)
        await press(pilot, "d")
        app.screen.field("from_name").value = "Le bureau"
        await press(pilot, "f8")
        assert "Le bureau <" in said(app)
        assert "text changed since" in said(app)
        await press(pilot, "f8")
        assert app.screen.NAME == "desk"
    with store.reading() as t:
        test = t.one("SELECT mime FROM deliveries WHERE address = 'essai@exemple.fr'")
    assert test is not None
    mail = message_from_bytes(test["mime"], policy=policy.default)
    assert mail["Subject"] == "[test] AMAP des Oiseaux : dernier rappel"
    assert "6 November" in mail.get_body(("plain",)).get_content()
    message = store.messages.get(sample.step.message_id)
    assert (message.distribution_id, message.kind) == (None, "last_call"), "looking changes nothing"


async def test_what_follows_an_order_or_a_closing_is_shown_on_one(store: Store, sample: Sample):
    text = "{{ first_name }} : {{ order.lines }}"
    thanks = store.workflows.add_step(sample.workflow, NewStep(Trigger.CONFIRMED, subject="Merci", text=text))
    recap = store.workflows.add_step(sample.workflow, NewStep(Trigger.RECAP, subject="Liste", text="Bonjour, voici"))
    hello = store.workflows.add_step(sample.workflow, NewStep(Trigger.REGISTRATION, subject="Salut", text="Bonjour"))
    basket = store.workflows.add_step(sample.workflow, NewStep(Trigger.BASKET, subject="Panier", text="Bonjour"))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await words(pilot, sample, thanks.id)
        assert "Goes to the member · shown for Hélène Guérin, Thu 26 Nov: 1 mail" in said(app)
        assert "does not fit" not in said(app), "who confirmed has an order"
        await press(pilot, "f5")
        assert "Tomates" in said(app)
        await press(pilot, "q", "f8")
        app = await words(pilot, sample, recap.id)
        assert "Goes to the producer · shown for Thu 26 Nov, " in said(app)
        await press(pilot, "f5")
        assert "Bonjour, voici" in said(app)
        await press(pilot, "o", "down", "enter")
        assert "Preview for Thu 26 Nov, Moulin d'Ancenis" in said(app)
        await press(pilot, "v", "v", "q", "f8")
        app = await opened(pilot, "step_preview", step_id=basket.id)
        assert "Odette Maréchal gets no mail: has no e-mail" in said(app), "the only open basket"
        await press(pilot, "o", "down", "enter")
        assert "Preview for Hélène Guérin" in said(app)
        await press(pilot, "q")
        app = await words(pilot, sample, hello.id)
        await press(pilot, "f9")
        assert "member" in said(app)
        assert app.fault is None


async def test_words_that_are_half_typed_are_there_again_and_the_day_that_was_looked_at(store: Store, sample: Sample):
    app = make_app(store)
    async with app.run_test(size=SIZE) as pilot:
        await words(pilot, sample)
        await press(pilot, "f9", "down", "enter")
        await pilot.press("ctrl+home", *"Oh ")
        token = hand_over(app)
        await written(pilot)
    assert store.messages.get(sample.step.message_id).text.startswith("Oh Bonjour")
    assert store.workflows.words_in_use(sample.step.id).text.startswith("Bonjour")
    app = resumed(store, token)
    async with app.run_test(size=SIZE) as pilot:
        await written(pilot)
        assert "shown for Thu 12 Nov" in said(app)
        app.screen.query_one(Body).insert("Ah ")
        app.screen.keep()  # the line is lost
        assert "Ah " in store.messages.get(sample.step.message_id).text
    assert store.workflows.words_in_use(sample.step.id).text.startswith("Bonjour")


async def test_words_go_out_once_they_are_finished_and_what_is_not_is_said(store: Store, sample: Sample):
    store.workflows.attach(sample.workflow, Place(Scope.DISTRIBUTIONS))

    def goes() -> tuple[str, str]:
        found = store.workflows.words_in_use(sample.step.id)
        return found.text[:7], found.subject

    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await words(pilot, sample)
        await press(pilot, "ctrl+home", *"Tru")
        for _try in range(100):
            if store.messages.get(sample.step.message_id).text.startswith("TruBonjour"):
                break
            await pilot.pause(0.05)
        assert store.messages.get(sample.step.message_id).text.startswith("TruBonjour")
        assert goes()[0] == "Bonjour"
        assert "not in use yet · not tested" in said(app)
        await press(pilot, "f3")
        assert "These words are kept, but not in use yet: open them once more, then F8." in said(app)
        app = await opened(pilot, "workflow", workflow_id=sample.workflow)
        changed = "Words changed Sat 21 Nov 21:04 by Marie, not in use yet"
        assert f"! {changed}: w, then F8" in said(app)
        await press(pilot, "enter")
        assert f"! {changed}: F4, then F8" in said(app)
        await press(pilot, "f4")
        assert "These words are not in use yet: F8 uses them; Esc, then b goes back." in said(app)
        await press(pilot, "ctrl+home", *"ffes ", "f8")
        assert goes()[0] == "ffes Tr"
        assert "These words go out from now on." in said(app)
        assert "not in use yet" not in said(app)
        await press(pilot, "f3", "w", "ctrl+home", *"Oh ", "escape", "b", "enter")
        assert "not in use yet" not in said(app)
        await press(pilot, "f8")
        assert goes()[0] == "ffes Tr"
        assert store.workflows.step(sample.step.id).typed_at is None


async def test_words_that_their_event_never_has_are_said_in_the_form_on_the_page_and_where_they_are_attached(
    store: Store, sample: Sample
):
    basket = NewStep(Trigger.BASKET, subject="Panier", text="{{ basket.lines }}")
    workflow = store.workflows.new("Paniers", [basket])
    step = store.workflows.get(workflow).steps[0]
    wrong = "! It will not be sent: The field “basket.lines” has nothing to say: no basket is open."
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "workflow", workflow_id=workflow)
        await press(pilot, "enter")
        assert wrong not in said(app)
        app.screen.field("trigger").choose("promotion_starts")
        app.screen._touched()
        await settled(pilot)
        assert wrong in said(app)
        await press(pilot, "f8")
        assert wrong in said(app)
        await press(pilot, "o", "down")
        assert wrong in said(app)
    assert store.workflows.step(step.id).trigger is Trigger.PROMOTION_STARTS


@pytest.fixture
def paul(store: Store, sample: Sample, act_as: Callable[[str], Store]) -> Store:
    """The same file, as a colleague who may send."""
    store.operators.add("paul", "Paul", "coordinator")
    return act_as("paul")


async def test_a_colleague_changes_the_step_and_removes_it_while_it_is_open(store: Store, sample: Sample, paul: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await form(pilot, sample)
        app.screen.field("days").value = "3"
        paul.workflows.save_step(replace(sample.step, hour="19:00"))
        app._poll()
        await settled(pilot)
        assert "Paul saved meanwhile; taken over: Hour. F8 saves yours." in said(app)
        await press(pilot, "f8")
        step = store.workflows.get(sample.workflow).steps[0]
        assert (step.days, step.hour) == (3, "19:00")
        app = await form(pilot, sample)
        app.screen.field("days").value = "4"
        paul.workflows.save_step(replace(step, days=6))
        await press(pilot, "f8")
        assert "Paul saved meanwhile (Days: 6). Yours is kept: F8 saves it." in said(app)
        assert store.workflows.step(step.id).days == 6, "nothing is written over before it was said"
        await press(pilot, "f8")
        assert store.workflows.step(step.id).days == 4
        app = await words(pilot, sample)
        app.screen.query_one(Body).insert("Mes mots. ")
        paul.workflows.remove_step(step.id)
        await press(pilot, "f8")
        for _try in range(100):
            if app.screen.NAME == "compose":
                break
            await pilot.pause(0.05)
        await settled(pilot)
        assert "You are in that message now, not in the step." in said(app)
        assert "Somebody else deleted this draft. What you typed is kept as a draft of its own." in said(app)
        await press(pilot, "f2", "d")
        assert app.screen.NAME == "desk", "the way on is open"
    assert store.messages.get(store.messages.all(MessageState.DRAFT)[0].id).text.startswith("Mes mots. Bonjour")


async def test_the_words_of_what_goes_by_itself_are_for_who_may_send(store: Store, sample: Sample, paul: Store):
    store.operators.set_role("pen", [Right.MESSAGES_SEE, Right.MESSAGES_WRITE])
    store.operators.add("anne", "Anne", "pen")
    paul.workflows.attach(sample.workflow, Place(Scope.DISTRIBUTIONS))
    anne = Store(store.path, "anne", store.clock.now)
    async with make_app(anne).run_test(size=SIZE) as pilot:
        app = await words(pilot, sample)
        await press(pilot, "tab", "tab", *"xyz")
        assert "This workflow is attached." in said(app)
        await press(pilot, "f3")
        assert app.screen.NAME == "desk"
        app = await form(pilot, sample)
        await press(pilot, "right", "f8")
        assert app.screen.NAME == "workflow_step"
    anne.close()
    assert store.messages.get(sample.step.message_id).text.startswith("Bonjour")
    assert store.workflows.get(sample.workflow).steps[0].trigger is Trigger.CLOSES


async def test_a_wide_terminal_shows_the_recap_beside_the_words_that_stand_above_it(store: Store, sample: Sample):
    recap = store.workflows.add_step(sample.workflow, NewStep(Trigger.RECAP, subject="Liste", text="Bonjour, voici"))
    empty = store.workflows.add_step(sample.workflow, NewStep(Trigger.OPENS))
    async with make_app(store).run_test(size=(140, 40)) as pilot:
        app = await words(pilot, sample, empty.id)
        await press(pilot, "f8")
        assert store.messages.get(empty.message_id).text == "", "a step without a word stays, to be written"
        await opened(pilot, "workflow_step", workflow_id=sample.workflow, step_id=empty.id)
        assert "! It has no words yet, so nothing can go: F4 writes them." in said(app)
        await press(pilot, "f3")
        app = await words(pilot, sample, recap.id)
        assert "as soon as the recap is due · other automatic" in said(app)
        assert "no e-mail known" in said(app)
        assert "Tomates" in text_of(app), "the list"
        await press(pilot, "f4", "end")
        assert "! A producer gets it" in said(app)
