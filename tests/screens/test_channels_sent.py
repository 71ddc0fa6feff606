"""From the last look to what became of it: SMS are paid for, letters are written, and each member is found again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from mail.composing import freeze
from screens import start_sending
from screens.house import HouseApp
from screens.message_lines import row_lines
from store import Store
from store.message_records import MessageState
from store.segments import EVERYONE
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, opened, settled, text_of, written

CHANNELS = ("email", "sms", "letter")


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No process is started: what is put into the outbox is looked at."""
    starts: list[str] = []

    def start(*_arguments: object, **_options: object) -> bool:
        starts.append("started")
        return True

    for place in ("screens.send", "screens.start_sending"):
        monkeypatch.setattr(f"{place}.start_sending", start)
    assert start_sending.start_sending is start
    return starts


def new(store: Store, *channels: str, **words: str) -> int:
    texts = {"subject": "Fromages", "text": "Bonjour", "sms_text": "Retrait 17h STOP 02 40 00 00 00", **words}
    return store.messages.new(EVERYONE, channels=channels, label="Noël", **texts)


def shown(app: HouseApp) -> str:
    return " ".join(text_of(app).split())


async def press(pilot: Pilot[None], *keys: str) -> str:
    """Press keys, each once the one before is shown; what is on the screen then."""
    assert isinstance(pilot.app, HouseApp)
    for key in keys:
        await pilot.press(key)
        await settled(pilot)
    return shown(pilot.app)


def with_addresses(store: Store, sample: Sample, *keys: str) -> None:
    for key in keys:
        member = store.members.get(sample.audience.members[key])
        store.members.save(replace(member, address1="3 rue du Puits", postal_code="44000", city="Nantes"))


async def test_sms_that_are_paid_for_go_once_their_number_is_typed(store: Store, sample: Sample, started: list[str]):
    store.sms.set(cost=450)
    message_id = new(store, "email", "sms", sms_text="Retrait à 17h " + "x" * 160, call_text="[qui ?]")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "send", message_id=message_id)
        said = shown(app)
        assert "To 6 mails to 5 members SMS 3 SMS (2 parts each, €0.27) Retrait à 17h xxx" in said
        assert "! The SMS wait: no gateway is set up." in said
        said = await press(pilot, "enter")
        assert "Something is left to fill in. Enter goes on anyway" in said
        said = await press(pilot, "enter")
        assert "Type the number of mails and SMS, 9, to go on" in said
        await press(pilot, "6", "enter")
        assert store.messages.get(message_id).state is MessageState.DRAFT
        await press(pilot, "enter", "enter", "9", "enter")
        await written(pilot)
        assert started == ["started"]
        app = await opened(pilot, "message", message_id=message_id)
        said = shown(app)
        assert "e-mail, else SMS" in said
        assert "by SMS 3" in said
        assert "SMS: waiting" in said
        said = await press(pilot, "v", "v")
        assert "[by SMS 3]" in said
        store.sms.set(per_day=2)
        with store.writing() as t:
            t.execute(
                "INSERT INTO attempts (delivery_id, at, phase, counted) SELECT id, ?, 'request', 1 FROM deliveries"
                " WHERE channel = 'sms'",
                (t.stamp,),
            )
        await opened(pilot, "sms_settings")
        said = shown(app)
        assert "! No SMS goes out before Sun 22 Nov 21:04: the day's limit is used up. 6 SMS in the last" in said
        assert "F9" not in said, "one cannot go on"


async def test_letters_alone_need_no_mailbox_and_are_written_where_one_finds_them(
    store: Store, sample: Sample, started: list[str]
):
    with_addresses(store, sample, "odette", "guerin")
    message_id = new(store, "letter", "csv", subject="", text="Bonjour {{ first_name }}")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "compose", message_id=message_id)
        said = await press(pilot, "f8", "enter")
        assert "Letters 2 letters to print" in said
        assert "Now goes out: 2 letters," in said
        await pilot.press("y")
        await written(pilot)
        assert not started, "there is nothing to send"
        assert app.screen.NAME == "message"
        said = shown(app)
        assert "! 2 letters, not written yet: l" in said
        assert "letter: not written yet" in said
        await pilot.press("l")
        await written(pilot)
        folder = store.path.parent / "exports"
        assert "2 letters: letters-noel.html is in the folder" in shown(app)
        assert "3 rue du Puits" in (folder / "letters-noel.html").read_text(encoding="utf-8")
        assert "2 letters, written today" in shown(app) or "2 letters, written 21:04" in shown(app)
        await press(pilot, "t")
        await written(pilot)
        assert (folder / "rows-noel.csv").exists()
        for key, question in (("l", "Written 21:04 already: Enter writes all again"), ("t", "Written 21:04")):
            assert question in await press(pilot, key), "a colleague may have posted them"
            await press(pilot, "escape")
        assert len(list(folder.iterdir())) == 2, "nothing was written anew"
        assert "2 letters: letters-noel-2.html" in await press(pilot, "l", "enter")
        assert "Message “Noël” letters" in shown(app)
        assert "Text: Bonjour {{ first_name }}" in shown(app)
        said = await press(pilot, "v")
        assert "[letters 2]" in said
        assert "letter: written" in said


async def test_the_call_list_says_the_words_for_the_phone(store: Store, sample: Sample):
    message_id = new(store, "email", call_text="Allô {{ first_name }}, retrait à 17h")
    by_sms = new(store, "sms", subject="", text="", sms_text="Retrait à 17h, {{ first_name }}")
    for one in (message_id, by_sms):
        freeze(store, one)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "message_calls", message_id=message_id)
        assert "Allô Paul, retrait à 17h" in shown(app)
        app = await opened(pilot, "message_calls", message_id=by_sms)
        assert "Retrait à 17h, Aïcha" in shown(app), "nothing else is written"
        app = await opened(pilot, "message", message_id=by_sms)
        assert "SMS: Retrait à 17h, {{ first_name }}" in shown(app)
        (row,) = (row for row in store.messages.all() if row.id == by_sms)
        assert "3 waiting · 5 to call" in row_lines(row, store.clock, store.settings.limits())[-1].plain
        assert "[everybody 9] not arrived 3 by SMS 3 to call 5" in shown(app)
        await press(pilot, "s", "t")
        assert app.screen.NAME == "message", "it has gone"


async def test_each_channel_is_walked_through_before_anything_goes(store: Store, sample: Sample):
    with_addresses(store, sample, "odette", "paul")
    message_id = new(
        store, "email", "letter", sms_text="", text="Bonjour {{ first_name }}", letter_text="Chez {{ people }}"
    )
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "compose", message_id=message_id)
        await press(pilot, "ctrl+t", "f5")
        assert app.screen.NAME == "channel_preview"
        said = shown(app)
        assert "Letters · 1 of 2" in said
        assert "To Paul Durand" in said
        assert "3 rue du Puits 44000 Nantes" in said
        assert "Chez Paul Durand" in said
        said = await press(pilot, "n")
        assert "Chez Odette Maréchal" in said
        said = await press(pilot, "slash", *"durand", "enter")
        assert "Chez Paul Durand" in said
        await pilot.press("w")
        await written(pilot)
        assert f"letter-{message_id}-1.html is in the folder" in shown(app)
        said = await press(pilot, "c")
        assert "To call · 1 of 1" in said
        assert "Bonjour Yves" in said
        said = await press(pilot, "c")
        assert app.screen.NAME == "preview"
        await press(pilot, "c", "f3")
        assert app.screen.NAME == "compose", "one walk takes the place of the other"
        store.messages.save(replace(store.messages.get(message_id), letter_text="Chez {{ nobody }}"))
        app.go("channel_preview", message_id=message_id, channel="letter")
        await settled(pilot)
        assert "nobody" in shown(app)


async def test_a_message_is_kept_for_its_hour_with_its_sms(store: Store, sample: Sample):
    store.sms.set(cost=450)
    message_id = new(store, "sms", subject="", text="")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "schedule", message_id=message_id)
        assert "SMS 3 SMS (€0.14)" in shown(app)
        await press(pilot, *"demain 18h", "enter")
        assert "Type the number of SMS, 3, to go on" in shown(app)
        await pilot.press("3", "enter")
        await written(pilot)
        kept = store.messages.get(message_id)
        assert (kept.state, kept.expected_mails) == (MessageState.SCHEDULED, 3)
        app = await opened(pilot, "message", message_id=message_id)
        assert "Now: 3 SMS, 5 to call" in shown(app)
        assert "when the message was kept" not in shown(app), "it is as many as it was"
