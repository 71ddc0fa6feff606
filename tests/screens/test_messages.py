"""The list of messages, one message, and the walk through its mails."""

from __future__ import annotations

from textual.pilot import Pilot

from screens.widgets.ask import Ask
from store import Store
from store.message_records import MessageState
from store.segments import EVERYONE
from tests.screens.conftest import SIZE
from tests.screens.sample import HOSTILE, Sample, make_app, opened, settled, text_of

TEXT = "Bonjour {{ first_name }},\n\nvotre commande :\n\n{{ order.lines }}\nTotal **{{ order.total }}** <b>\n"


def queued(store: Store) -> int:
    from mail.composing import freeze

    message_id = store.messages.new(EVERYONE, "{{ group }} : dernier rappel", "Bonjour {{ first_name }}", "Rappel")
    freeze(store, message_id)
    return message_id


# -- the list


async def test_an_empty_list_says_what_to_do(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "messages")
        assert "No message yet. n writes the first one." in text_of(app)
        await pilot.press("n")
        await settled(pilot)
        assert app.screen.NAME == "picker"


async def test_a_draft_is_deleted_after_one_question_that_names_it(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "messages")
        before = {row.id for row in store.messages.all()}
        draft = next(row for row in store.messages.all() if row.state is MessageState.DRAFT)
        while app.screen._marked != draft:
            await pilot.press("down")
        await pilot.press("x")
        assert "Delete the draft “AMAP des Oiseaux : fromages de Noël”" in text_of(app)
        await pilot.press("escape")
        assert {row.id for row in store.messages.all()} == before
        await pilot.press("x", "enter")
        await settled(pilot)
        assert {row.id for row in store.messages.all()} == before - {draft.id}


async def test_what_was_sent_is_not_deleted_but_copied(store: Store, sample: Sample):
    message_id = queued(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "messages")
        while app.screen._marked.id != message_id:
            await pilot.press("down")
        await pilot.press("x")
        assert not app.screen.query_one(Ask).display
        await pilot.press("c")
        await settled(pilot)
        assert app.screen.NAME == "compose"
        copy = store.messages.all()[0]
        assert (copy.title, copy.state) == ("Rappel", MessageState.DRAFT)


async def test_who_may_only_see_opens_a_draft_to_read_it(store: Store, sample: Sample, act_as):
    store.operators.add("lucie", "Lucie", "treasurer")
    async with make_app(act_as("lucie")).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "messages")
        await pilot.press("x", "c", "n", "enter")
        await settled(pilot)
        assert app.screen.NAME == "message"


def test_no_message_yet(store: Store, snap_compare):
    async def run(pilot: Pilot[None]) -> None:
        await opened(pilot, "messages")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)


def test_the_messages(store: Store, sample: Sample, snap_compare):
    queued(store)
    store.messages.cancel(sample.message)

    async def run(pilot: Pilot[None]) -> None:
        await opened(pilot, "messages")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)


# -- one message


async def test_the_call_list_gives_the_phones(store: Store, sample: Sample):
    message_id = queued(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "message", message_id=message_id)
        assert "6 waiting · 3 to call · 1 does not want it" in text_of(app)
        await pilot.press("v", "v")
        shown = text_of(app)
        assert "Odette Maréchal" in shown
        assert "06 39 98 00 00" in shown
        assert "chiara@exemple.fr" not in shown


async def test_what_has_not_gone_is_held_after_one_question(store: Store, sample: Sample):
    message_id = queued(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "message", message_id=message_id)
        await pilot.press("x")
        assert "6 mails have not gone yet." in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        assert store.deliveries.counts(message_id).held == 6
        assert "cancelled" in text_of(app)


async def test_a_member_of_the_call_list_orders_with_one_key(store: Store, sample: Sample):
    message_id = queued(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "message", message_id=message_id)
        await pilot.press("v", "v", "enter")
        await settled(pilot)
        assert app.screen.NAME == "order_entry"


def test_what_became_of_a_message(store: Store, sample: Sample, snap_compare):
    message_id = queued(store)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sent' WHERE address = 'chiara@exemple.fr'")
        t.execute("UPDATE deliveries SET state = 'unknown' WHERE address = 'prix@exemple.fr'")

    async def run(pilot: Pilot[None]) -> None:
        await opened(pilot, "message", message_id=message_id)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)


# -- the walk


async def test_the_walk_begins_with_what_looks_wrong(store: Store, sample: Sample):
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
        await pilot.press("n", "b", "space", "right")
        assert "6 of 6" in text_of(app)


async def test_the_mail_is_seen_as_text_and_as_it_is_sent(store: Store, sample: Sample):
    message_id = store.messages.new(EVERYONE, "Été", "**Bonjour** [site](https://exemple.fr)")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "preview", message_id=message_id)
        assert "Bonjour site\n" in text_of(app)
        await pilot.press("v")
        assert "Bonjour site (https://exemple.fr)" in text_of(app)
        await pilot.press("v")
        assert "Subject: =?utf-8?" in text_of(app)


async def test_a_recipient_is_found_by_name(store: Store, sample: Sample):
    message_id = store.messages.new(EVERYONE, "S", "T")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "preview", message_id=message_id)
        await pilot.press("slash", *"rossi", "enter")
        assert "Chiara Rossi" in text_of(app)
        await pilot.press("slash", *"xyz", "enter")
        assert "Nobody called “xyz”" in text_of(app)


async def test_a_text_that_cannot_be_read_is_told(store: Store, sample: Sample):
    message_id = store.messages.new(EVERYONE, "S", "{{ nickname }}")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "preview", message_id=message_id)
        assert "There is no field “nickname”" in text_of(app)


async def test_hostile_words_are_only_words(store: Store, sample: Sample):
    name = " ".join(HOSTILE)
    message_id = store.messages.new(EVERYONE, name, name, name)
    app = make_app(store)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await opened(pilot, "preview", message_id=message_id)
        await pilot.press("v", "v", "n", "n", "n")
        await settled(pilot)
        assert "\x1b" not in text_of(app)
    assert app.fault is None


async def test_once_sent_the_mails_are_shown_as_they_were_frozen(store: Store, sample: Sample):
    message_id = queued(store)
    with store.writing() as t:
        t.execute("UPDATE people SET first_name = 'Giulia' WHERE first_name = 'Chiara'")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "preview", message_id=message_id)
        await pilot.press("slash", *"rossi", "enter")
        assert "Bonjour Chiara" in text_of(app)
        await pilot.press("t")
        assert not app.screen.query_one(Ask).display


def test_a_mail_as_it_will_be(store: Store, sample: Sample, snap_compare):
    message_id = store.messages.new(EVERYONE, "{{ group }} : votre commande", "# Bravo\n" + TEXT, "Commande")

    async def run(pilot: Pilot[None]) -> None:
        await opened(pilot, "preview", message_id=message_id)
        await pilot.press("end")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)
