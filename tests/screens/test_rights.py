"""What an operator may not do is there to be seen, and says why."""

from __future__ import annotations

from textual.binding import Binding

from mail.composing import freeze
from screens.base import HouseScreen
from screens.widgets.bars import Dimmed, NoticeLine, shown_keys
from screens.widgets.table import HouseTable
from store import Store
from store.rights import Right
from store.segments import EVERYONE
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, opened, settled, text_of, written


class OrderTable(HouseTable):
    """A list whose Enter needs a right of its own."""

    NEEDS = {"select_cursor": Right.ORDERS}
    BINDINGS = [Binding("enter", "select_cursor", "Order", tooltip="Takes an order")]


class TryScreen(HouseScreen[None]):
    """A screen with keys that need rights."""

    NAME = "try"
    NEEDS = {"send": Right.MESSAGES_SEND, "either": (Right.MESSAGES_SEND, Right.ORDERS), "gone": Right.ADMIN}
    BINDINGS = [
        Binding("s", "send", "Send it", tooltip="Sends"),
        Binding("t", "either", "Either", tooltip="Takes one of two rights"),
        Binding("y", "gone", "Gone", tooltip="Is not possible now"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.did: list[str] = []

    def content(self):
        yield OrderTable(id="list")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "gone"

    def action_send(self) -> None:
        self.did.append("send")

    def action_either(self) -> None:
        self.did.append("either")

    def on_data_table_row_selected(self) -> None:
        self.did.append("order")


async def opened_by(store: Store, pilot) -> TryScreen:
    await settled(pilot)
    screen = TryScreen()
    pilot.app.push_screen(screen)
    await settled(pilot)
    screen.query_one(OrderTable).add_column("x")
    screen.query_one(OrderTable).fill([("1", ["Odette"])])
    screen.query_one(OrderTable).focus()
    await pilot.pause()
    return screen


def said(pilot) -> str:
    return pilot.app.screen.query_one(NoticeLine).text


async def test_what_takes_a_right_is_dimmed_and_says_who_can_give_it(store: Store, act_as):
    store.operators.add("paul", "Paul [/]", "phone_desk")
    async with make_app(act_as("paul")).run_test(size=SIZE, notifications=True) as pilot:
        screen = await opened_by(store, pilot)
        dimmed = [entry for entry in shown_keys(screen) if isinstance(entry, Dimmed)]
        assert dimmed == [("s", "Send it")]
        assert "s Send it" in text_of(pilot.app)
        await pilot.press("s", "y")
        assert said(pilot) == "You are not allowed to send messages. To be allowed, ask Marie."
        await pilot.press("t", "enter")
        assert screen.did == ["either", "order"]
        await pilot.press("question_mark")
        await settled(pilot)
        assert "Send it: Sends · not allowed to you" in text_of(pilot.app)
        assert "Is not possible" not in text_of(pilot.app)


async def test_a_list_has_needs_of_its_own_and_a_right_that_is_given_counts_at_once(store: Store, act_as):
    store.operators.add("lucie", "Lucie", "treasurer")
    async with make_app(act_as("lucie")).run_test(size=SIZE) as pilot:
        screen = await opened_by(store, pilot)
        await pilot.press("enter")
        assert said(pilot) == "You are not allowed to take orders. To be allowed, ask Marie."
        assert screen.did == []
        with store.writing() as t:
            t.execute("UPDATE rights SET name = 'orders' WHERE operator_id = 2 AND name = 'members'")
            t.journal("operator.changed")
        pilot.app._poll()
        await pilot.press("enter", "t")
        assert screen.did == ["order", "either"]


async def test_a_place_that_is_not_open_says_so_by_its_letter_and_after_f2(store: Store, act_as):
    store.operators.add("paul", "Paul", "phone_desk")
    async with make_app(act_as("paul")).run_test(size=SIZE) as pilot:
        await settled(pilot)
        for keys in (("e",), ("f2", "w")):
            await pilot.press(*keys)
            await settled(pilot)
            assert pilot.app.screen.NAME == "desk"
            assert "You are not allowed to" in said(pilot)
        assert said(pilot) == "You are not allowed to write messages. To be allowed, ask Marie."
        await pilot.press("f2")
        assert "w Write" in text_of(pilot.app)


async def test_who_takes_calls_has_the_call_list_of_a_message_that_they_may_not_see(
    store: Store, sample: Sample, act_as
):
    message_id = store.messages.new(EVERYONE, "Fromages", "Bonjour {{ first_name }}")
    freeze(store, message_id)
    store.operators.add("paul", "Paul", "phone_desk")
    async with make_app(act_as("paul")).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "message_calls", message_id=message_id)
        await settled(pilot)
        assert "To call: Fromages" in text_of(app)
        assert "Bonjour Paul" in text_of(app)
        await pilot.press("c")
        await written(pilot)
        assert store.messages.calls(message_id)[0].state == "called"


async def test_who_only_sees_messages_is_told_so_on_the_desk_and_while_they_go_out(
    store: Store, sample: Sample, act_as
):
    store.operators.add("lucie", "Lucie", "treasurer")
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'unknown' WHERE message_id = ?", (sample.message,))
        t.execute("INSERT INTO rights (operator_id, name) SELECT id, 'orders' FROM operators WHERE login = 'lucie'")
    async with make_app(act_as("lucie")).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert ("r", "Remind") in [entry for entry in shown_keys(pilot.app.screen) if isinstance(entry, Dimmed)]
        await pilot.press("r")
        assert said(pilot) == "You are not allowed to write messages. To be allowed, ask Marie."
        app = await opened(pilot, "sending", message_id=sample.message)
        for key in ("d", "a"):
            await pilot.press(key)
            if key == "d":
                app.screen.query_one("#doubt").focus()
            assert said(pilot) == "You are not allowed to send messages. To be allowed, ask Marie."
        assert store.deliveries.counts(sample.message).unknown == 1
