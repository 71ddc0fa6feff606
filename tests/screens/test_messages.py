"""The list of messages, and one message."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual.pilot import Pilot

from screens.house import HouseApp
from screens.message_lines import list_cells
from screens.widgets.ask import Ask
from screens.widgets.bars import Dimmed, shown_keys
from store import Store
from store.message_records import MessageState
from store.segments import EVERYONE
from tests.screens.conftest import SIZE
from tests.screens.sample import NOW, Sample, make_app, opened, settled, text_of, written


def queued(store: Store, *, sent: bool = False) -> int:
    from mail.composing import freeze

    message_id = store.messages.new(EVERYONE, "{{ group }} : dernier rappel", "Bonjour {{ first_name }}", "Rappel")
    freeze(store, message_id)
    if sent:
        with store.writing() as t:
            t.execute("UPDATE deliveries SET state = 'sent' WHERE message_id = ?", (message_id,))
    return message_id


async def mark(pilot: Pilot[None], message_id: int) -> None:
    """Go to a message in the list, which has it."""
    screen = pilot.app.screen
    assert str(message_id) in screen._rows
    await pilot.press("home")
    while screen._marked.id != message_id:
        await pilot.press("down")


def flat(app: HouseApp) -> str:
    """What is on the screen, sentences that are broken over lines in one piece."""
    return " ".join(text_of(app).split())


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
        await mark(pilot, sample.draft)
        await pilot.press("x")
        assert "Delete the draft “AMAP des Oiseaux : fromages de Noël”" in text_of(app)
        await pilot.press("escape")
        assert {row.id for row in store.messages.all()} == before
        await pilot.press("x", "enter")
        await settled(pilot)
        assert {row.id for row in store.messages.all()} == before - {sample.draft}


async def test_what_was_sent_is_not_deleted_but_copied(store: Store, sample: Sample):
    message_id = queued(store, sent=True)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "messages")
        await mark(pilot, message_id)
        await pilot.press("x")
        assert not app.screen.query_one(Ask).display
        await pilot.press("c")
        await settled(pilot)
        assert app.screen.NAME == "compose"
        copy = store.messages.all()[0]
        assert (copy.title, copy.state) == ("Rappel", MessageState.DRAFT)


async def test_who_may_only_see_opens_a_draft_to_read_it_and_is_told_what_takes_a_right(
    store: Store, sample: Sample, act_as
):
    store.operators.add("lucie", "Lucie", "treasurer")
    async with make_app(act_as("lucie")).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "messages")
        await mark(pilot, sample.draft)
        dimmed = [entry for entry in shown_keys(app.screen) if isinstance(entry, Dimmed)]
        keys = [("n", "New"), ("c", "Copy"), ("x", "Delete"), ("s", "Send…"), ("a", "At an hour")]
        assert dimmed == keys
        await pilot.press("x")
        assert "You are not allowed to write messages. To be allowed, ask Marie." in flat(app)
        await pilot.press("c", "n", "enter")
        await settled(pilot)
        assert app.screen.NAME == "message"
        assert "Nothing of this message has been sent yet." in text_of(app)
        assert "Order" not in [label for _key, label in shown_keys(app.screen)]
        await pilot.press("c")
        assert "You are not allowed to write messages." in text_of(app)
        await pilot.press("f3")
        await settled(pilot)
        await mark(pilot, sample.message)
        await pilot.press("x")
        assert "You are not allowed to send messages." in text_of(app)


async def test_the_views_go_round_what_there_is_and_what_is_put_away_comes_back(store: Store, sample: Sample):
    sent, kept = queued(store, sent=True), store.messages.new(EVERYONE, "S", "T", "Demain")
    store.messages.schedule(kept, datetime(2026, 11, 22, 18, 0), expected_mails=6)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "messages")
        await mark(pilot, sent)
        await pilot.press("a")
        await written(pilot)
        assert "“Rappel” is put away: z brings it back." in flat(app)
        assert sent not in [row.id for row in store.messages.all()]
        await pilot.press("z")
        await written(pilot)
        await mark(pilot, sent)
        assert "“Rappel” is among the others again." in text_of(app)
        await pilot.press("a")
        await written(pilot)
        seen = []
        for _ in range(5):
            await pilot.press("v")
            seen.append((app.screen.heading()[1], [row.title for row in app.screen._rows.values()]))
        store.messages.cancel(sample.message)
        assert [part for part, _titles in seen] == [
            "drafts: 1", "kept for their hour: 1", "in the outbox: 1", "put away: 1", "1 draft",
        ]  # fmt: skip
        assert [titles for _part, titles in seen][:4:3] == [[store.messages.get(sample.draft).title], ["Rappel"]]
        await pilot.press("v", "v")
        assert "kept for Sun 22 Nov 18:00" in text_of(app)
        assert "6 mails when it was kept" in text_of(app)


async def test_what_is_kept_is_a_draft_again_and_what_waits_is_held_after_one_question(store: Store, sample: Sample):
    waiting, kept = queued(store), store.messages.new(EVERYONE, "S", "T", "Demain")
    store.messages.schedule(kept, datetime(2026, 11, 22, 18, 0), expected_mails=6)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "messages")
        await mark(pilot, kept)
        await pilot.press("x", "escape")
        assert store.messages.get(kept).state is MessageState.SCHEDULED
        await pilot.press("x", "enter")
        await written(pilot)
        assert store.messages.get(kept).state is MessageState.DRAFT
        assert "It is a draft again" in text_of(app)
        await mark(pilot, waiting)
        await pilot.press("x")
        assert "6 mails have not gone yet." in flat(app)
        await pilot.press("enter")
        await written(pilot)
        assert store.deliveries.counts(waiting).held == 6


async def test_who_may_send_but_not_write_keeps_a_draft_for_an_hour_and_then_for_another(
    store: Store, sample: Sample, act_as
):
    store.operators.add("lucie", "Lucie", "treasurer")
    with store.writing() as t:
        t.execute("UPDATE rights SET name = 'messages.send' WHERE operator_id = 2 AND name = 'results.money'")
    draft = store.messages.new(EVERYONE, "S", "T", "Demain")
    async with make_app(act_as("lucie")).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "messages")
        await mark(pilot, draft)
        assert ("s", "Send…") in [entry for entry in shown_keys(app.screen) if not isinstance(entry, Dimmed)]
        await pilot.press("s")
        await settled(pilot)
        assert app.screen.NAME == "send"
        await pilot.press("q", "enter")
        await settled(pilot)
        for hour in (9, 10):
            assert app.screen.NAME == "message"
            await pilot.press("a")
            await settled(pilot)
            assert app.screen.NAME == "schedule"
            await pilot.press("ctrl+u", *f"demain {hour}h", "enter")
            await written(pilot)
            assert store.messages.get(draft).send_at == datetime(2026, 11, 22, hour, 0)
            assert f"Kept for Sun 22 Nov {hour:02}:00" in flat(app)
        await pilot.press("q", "a")
        await settled(pilot)
        assert app.screen.NAME == "schedule"


def test_the_messages(store: Store, sample: Sample, snap_compare):
    queued(store)
    store.messages.cancel(sample.message)
    kept = store.messages.new(EVERYONE, "Panne de camion", "T", service_reason="la distribution est retardée")
    store.messages.schedule(kept, datetime(2026, 11, 22, 18, 0), expected_mails=183)

    async def run(pilot: Pilot[None]) -> None:
        await opened(pilot, "messages")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)


# -- one message


async def test_the_views_say_who_is_to_be_called_and_since_when_who_refuses(store: Store, sample: Sample):
    message_id = queued(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "message", message_id=message_id)
        shown = text_of(app)
        assert "For: Everyone" in shown
        assert "6 waiting" in shown
        assert "[everybody 10]  not arrived 6   to call 3   do not want it 1" in shown
        await pilot.press("v", "v")
        shown = text_of(app)
        assert "[to call 3]" in shown
        assert "Odette Maréchal" in shown
        assert "06 39 98 00 00" in shown
        assert "chiara@exemple.fr" not in shown
        await pilot.press("v")
        assert "refused 21 Nov, Marie" in text_of(app)


async def test_a_kept_message_says_whom_it_reaches_now_and_what_changed(store: Store, sample: Sample):
    message_id = store.messages.new(EVERYONE, "S", "T", "Demain", send_before=datetime(2026, 11, 23, 20, 0))
    store.messages.attach(message_id, "plan.pdf", b"%PDF-1.4 plan")
    store.messages.schedule(message_id, datetime(2026, 11, 22, 18, 0), expected_mails=30)
    async with make_app(store).run_test(size=SIZE) as pilot:
        shown = flat(await opened(pilot, "message", message_id=message_id))
        assert "Kind: news · 1 file, 1 KB in each mail" in shown
        assert "Now: 6 mails to 5 members, 3 to call" in shown
        assert "! Mails: 6. It was 30 when the message was kept for its hour." in shown
        assert "Nothing goes after Mon 23 Nov 20:00." in shown
        assert "! The group has no mailbox yet" in shown or "! Nothing on this machine sends by itself" in shown


async def test_a_kept_message_says_when_its_hour_and_its_limit_have_passed(store: Store, sample: Sample):
    message_id = store.messages.new(EVERYONE, "S", "T", "Demain", send_before=datetime(2026, 11, 23, 20, 0))
    store.messages.schedule(message_id, datetime(2026, 11, 22, 18, 0), expected_mails=6)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "message", message_id=message_id)
        assert "passed" not in text_of(app)
        store.clock._now = lambda: NOW + timedelta(hours=21)
        app.screen.changed()
        await settled(pilot)
        assert "kept for Sun 22 Nov 18:00: its hour has passed" in text_of(app)
        assert "! Its hour has passed, and nothing has sent it. " in flat(app)
        listed = await opened(pilot, "messages")
        await mark(pilot, message_id)
        assert "! overdue" in text_of(listed)
        assert "kept for Sun 22 Nov 18:00: its hour has passed" in text_of(listed)
        store.clock._now = lambda: NOW + timedelta(hours=48)
        listed.screen.changed()
        await settled(pilot)
        assert "! too late" in text_of(listed)
        shown = flat(await opened(pilot, "message", message_id=message_id))
        assert "! too late" in shown
        assert "! nothing of it may go after Mon 23 Nov 20:00, which has passed: it stays here." in shown
        assert "cabas outbox run" not in shown


def test_what_asks_for_attention_is_first_in_the_list(store: Store, sample: Sample):
    message_id = queued(store, sent=True)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'unknown' WHERE id = (SELECT max(id) FROM deliveries)")
    row = next(row for row in store.messages.all() if row.id == message_id)
    assert list_cells(row, store.clock)[-1] == "! 1 in doubt · 5 sent"


async def test_what_has_not_gone_is_held_after_one_question(store: Store, sample: Sample):
    message_id = queued(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "message", message_id=message_id)
        await pilot.press("x")
        assert "6 mails have not gone yet." in text_of(app)
        await pilot.press("enter")
        await written(pilot)
        assert store.deliveries.counts(message_id).held == 6
        assert "cancelled" in text_of(app)
        await pilot.press("a")
        await written(pilot)
        assert store.messages.get(message_id).archived_at is not None
        await pilot.press("a")
        await written(pilot)
        assert store.messages.get(message_id).archived_at is None


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
