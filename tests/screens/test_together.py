"""Two people at work on one group: what a colleague changes is followed and told, and no typed text suffers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from textual.widgets import Input, TextArea

from mail.composing import freeze
from screens import too_small
from screens.base import HouseScreen
from screens.compose_parts import Body
from screens.routes import ROUTES
from screens.widgets import bars
from screens.widgets.line import Line
from store import Store
from store.colleagues import who_changed
from store.mailbox import MailboxSettings
from store.orders import Entry
from store.people import Member, Person
from store.rights import Right
from tests.screens.conftest import SIZE
from tests.screens.packets import Packets, at
from tests.screens.sample import Sample, make_app, open_route, settled, text_of

FOLLOWED = {
    "roles": "Rôle{n}",
    "role": "[ ] orders",
    "desk": "Titre{n}",
    "members": "Guérin{n}",
    "member": "Nantes{n}",
    "member_page": "Guérin{n}",
    "member_data": "Guérin{n}",
    "member_erase": "Guérin{n}",
    "member_merge": "Guérin{n}",
    "member_merge_preview": "Guérin{n}",
    "member_preferences": "Guérin{n}",
    "orders": "Salle{n}",
    "settle": "Salle{n}",
    "order": "Salle{n}",
    "order_entry": "Salle{n}",
    "distributions": "Salle{n}",
    "distribution": "Salle{n}",
    "distribution_form": "Salle{n}",
    "distribution_copy": "Salle{n}",
    "distribution_cancel": "Salle{n}",
    "distribution_catalogue": "Rigaud{n}",
    "recaps": "Salle{n}",
    "recap": "Rigaud{n}",
    "pickup": "Salle{n}",
    "catalogues": "Rigaud{n}",
    "catalogue": "Légumes{n}",
    "products": "Légumes{n}",
    "product": "Poulet{n}",
    "promotions": "Poulet{n}",
    "promotion": "Poulet{n}",
    "messages": "Titre{n}",
    "message": "Guérin{n}",
    "message_details": "Titre{n}",
    "voucher_offer": "Titre{n}",
    "channels": "Titre{n}",
    "channel_preview": "Titre{n}",
    "compose": "Titre{n}",
    "workflows": "Semaine{n}",
    "workflow": "Semaine{n}",
    "workflow_places": "Semaine{n}",
    "attached": "Semaine{n}",
    "workflow_step": "Titre{n}",
    "step_words": "Titre{n}",
    "step_details": "Titre{n}",
    "step_preview": "Titre{n}",
    "calendar": "Salle{n}",
    "calendar_entry": "Salle{n}",
    "preview": "Titre{n}",
    "send": "Titre{n}",
    "test_send": "Titre{n}",
    "schedule": "Titre{n}",
    "message_files": "Titre{n}",
    "delivery": "Guérin{n}",
    "limits": "{n}00",
    "sms_settings": "{n}00",
    "measuring": "stat{n}.example.org",
    "settings": "AMAP{n}",
    "group_form": "AMAP{n}",
    "me": "Marie{n}",
    "operators": "Marie{n}",
    "operator": "Marie{n}",
    "journal": "Titre{n}",
}
"""What a screen shows once a colleague has changed it."""
ELSEWHERE = {
    *("calendar_preview", "calls", "came_back", "import_report", "mailbox", "message_calls", "picker", "sending"),
    *("results", "result", "vouchers"),
}
"""Screens that follow other things: a decision, a call; shown below and in their own tests."""
OUTSIDE = {"mails": "held by hand", "export": "10 members", "backups": "1 backup"}
"""What these show once a colleague holds a mail back, writes a member down, and makes a backup."""
OF_A_MOMENT = {"write", "import", "import_mapping", "import_question", "journal_member"}
"""Screens that show nothing of the group that could change: a file, a search, or the way to another screen."""


FIRST = 11


def meddle(paul: Store, sample: Sample, n: int) -> None:
    """Change whatever the screens show."""
    members, offering = sample.audience.members, sample.audience.offering
    guerin = paul.members.get(members["guerin"])
    first = replace(guerin.people[0], last_name=f"Guérin{n}")
    paul.members.save(replace(guerin, people=(first, *guerin.people[1:]), city=f"Nantes{n}"))
    chicken = paul.catalogues.product(offering.products["chicken"])
    paul.catalogues.edit_product(chicken.id, chicken.version, name=f"Poulet{n}")
    for key, name in (("poultry", "Rigaud"), ("veg", "Légumes")):
        catalogue = paul.catalogues.get(offering.catalogues[key])
        paul.catalogues.edit_catalogue(catalogue.id, catalogue.version, name=f"{name}{n}")
    day = paul.distributions.get(offering.next)
    paul.distributions.edit(day.id, day.version, starts_at="10:00", ends_at="11:30", place=f"Salle{n}", note="")
    paul.messages.save(replace(paul.messages.get(sample.draft), subject=f"Titre{n}"))
    paul.messages.save(replace(paul.messages.get(sample.step.message_id), subject=f"Titre{n}"))
    paul.workflows.rename(sample.workflow, f"Semaine{n}", paul.workflows.get(sample.workflow).version)
    paul.settings.set_limits(ask_above=n * 100)
    paul.sms.set(per_day=n * 100)
    paul.measuring.set(address=f"https://stat{n}.example.org")
    paul.settings.set_group(name=f"AMAP{n}")
    paul.operators.describe("marie", name=f"Marie{n}")
    if n == FIRST:  # a long list shows its first lines
        paul.operators.set_role(f"Rôle{n}", [Right.MEMBERS])
        paul.operators.set_role("phone_desk", [Right.MEMBERS, Right.ORDERS])
    else:
        paul.operators.set_role("phone_desk", [Right.MEMBERS])


@pytest.fixture
def paul(store: Store, sample: Sample, act_as: Callable[[str], Store]) -> Store:
    """The same file, as Marie's colleague."""
    store.operators.add("paul", "Paul", "coordinator")
    return act_as("paul")


def typed_in(screen: HouseScreen[object]) -> tuple[object, ...]:
    """What the first field holds, where the cursor is in it, and what has the focus."""
    field = screen.query("Input, TextArea").first(Input | TextArea)
    if isinstance(field, TextArea):
        return field.text, field.selection, screen.focused
    return field.value, field.cursor_position, screen.focused


def at_once(text: str) -> str:
    """A screen's text with single spaces: a sentence may go on on the next line."""
    return " ".join(text.split())


async def until(hands: Packets, text: str) -> str:
    """The screen with single spaces, once a text is on it: a terminal must be too small for a moment."""
    for _try in range(500):
        if text in (shown := at_once(await hands.shown())):
            return shown
        await hands.pilot.pause(0.01)
    raise AssertionError(f"{text!r} is not on the screen")


def test_it_is_said_of_every_screen_whether_it_follows():
    assert FOLLOWED.keys() | OUTSIDE.keys() | ELSEWHERE | OF_A_MOMENT == ROUTES.keys()


@pytest.mark.parametrize("first", range(0, len(FOLLOWED), 15))
async def test_every_screen_follows_a_colleague_and_leaves_what_is_half_typed(
    store: Store, sample: Sample, paul: Store, first: int
):
    async with make_app(store).run_test(size=SIZE) as pilot:
        for n, (route, shown) in enumerate([*FOLLOWED.items()][first : first + 15], FIRST):
            screen = await open_route(pilot, route, sample)
            types = [one for one in screen.query("Input, TextArea") if one.region and not one.disabled]
            if types and not isinstance(screen.focused, Line):  # what is typed there waits: the tests below
                types[0].focus()
                # Copies of nonsense are none, and would show nothing.
                await pilot.press(*("left",) if route == "distribution_copy" else ("z", "q", "left"))
            before = typed_in(screen) if types else None
            meddle(paul, sample, n)
            pilot.app._poll()
            await settled(pilot)
            if route not in ("compose", "step_words"):  # nothing is shown under words that are not saved: below
                assert shown.format(n=n) in text_of(pilot.app), route
            assert before is None or typed_in(screen) == before, route
            pilot.app.pop_screen() if route != "desk" else None
            await settled(pilot)


async def test_mails_exports_and_backups_follow_a_colleague_too(store: Store, sample: Sample, paul: Store):
    abel = Member(people=(Person("Abel", "Abadie", "abel@exemple.fr"),))
    acts = {
        "mails": lambda: paul.deliveries.hold(1),
        "export": lambda: paul.members.add(abel),
        "backups": lambda: paul.backups.make(),
    }
    async with make_app(store).run_test(size=SIZE) as pilot:
        for route, shown in OUTSIDE.items():
            await open_route(pilot, route, sample)
            assert shown not in text_of(pilot.app)
            acts[route]()
            pilot.app._poll()
            await settled(pilot)
            assert shown in text_of(pilot.app)
            pilot.app.pop_screen()
            await settled(pilot)


async def test_who_saved_a_field_that_is_typed_in_is_named_and_read_before_it_is_overwritten(
    store: Store, sample: Sample, paul: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bars, "READ_SECONDS", 0.0)
    member_id, chicken = sample.audience.members["guerin"], sample.audience.offering.products["chicken"]
    async with at(store) as marie:
        await marie.open("member", member_id=member_id)
        marie.app.screen.query_one("#member-city", Input).focus()
        await marie.type("Rezé")
        theirs = paul.members.get(member_id)
        first = replace(theirs.people[0], first_name="Hélène-Marie")
        paul.members.save(replace(theirs, people=(first, *theirs.people[1:]), city="Nantes"))
        told = "! Paul saved meanwhile (Town: Nantes). Yours is kept: F8 saves it. Taken over: First name."
        marie.app._poll()
        shown = await marie.shown()
        assert told in at_once(shown)
        assert "Hélène-Marie" in shown, "what nobody types in is taken over"
        assert told not in at_once(await marie.type("-les-Nantes")), "it gives way to the next key"
        assert told in at_once(await marie.type("<f8>")), "nobody may have read it: not saved yet"
        assert paul.members.get(member_id).city == "Nantes"
        await marie.type("<f8>")
        saved = paul.members.get(member_id)
        assert (saved.city, saved.people[0].first_name) == ("Rezé-les-Nantes", "Hélène-Marie")

        await marie.open("product", product_id=chicken)
        known = paul.catalogues.product(chicken)
        paul.catalogues.edit_product(chicken, known.version, price=1400)
        marie.app._poll()
        shown = await marie.shown()
        assert "Paul saved meanwhile; taken over: Price." in shown
        assert "14.00" in shown
        await marie.type("<f8>")
        assert marie.app.screen.NAME == "desk", "nothing of one's own is typed: nothing is asked"

        await marie.open("product", product_id=chicken)
        await marie.type(" noir")
        known = paul.catalogues.product(chicken)
        paul.catalogues.edit_product(chicken, known.version, name="Poulet roux")
        marie.app._poll()
        assert "Yours is kept: F8 saves it." in at_once(await marie.shown())
        await marie.type("<f8>")
        assert paul.catalogues.product(chicken).name.endswith(" noir"), "what stands there until F8 was read"

        coming = paul.distributions.get(sample.audience.offering.next)
        await marie.open("distribution_form", distribution_id=coming.id)
        await marie.type("17h-19h")
        paul.distributions.cancel(coming.id, coming.version, "neige")
        marie.app._poll()
        told = "! Cancelled Sat 21 Nov 21:04 by Paul: neige. This distribution is cancelled."
        assert told in at_once(await marie.shown())
        for _again in range(2):
            assert told in at_once(await marie.type("<f8>"))
        assert paul.distributions.get(coming.id).starts_at == "18:00"
        await marie.type("<f3>", "<f3>")

        await marie.open("product", product_id=chicken)
        await marie.type("x")
        paul.members.star(member_id, True)
        marie.app._poll()
        assert "meanwhile" not in await marie.shown(), "it has nothing to do with the product"


async def test_a_form_of_what_is_gone_keeps_its_text_and_says_so_once(store: Store, sample: Sample, paul: Store):
    from store.erasing import erase

    rossi = sample.audience.members["rossi"]
    async with at(store) as marie:
        await marie.open("member", member_id=rossi)
        await marie.type("zz")
        erase(paul, rossi)
        marie.app._poll()
        told = "! Rossi Chiara was merged into another member, or erased."
        assert told in await marie.shown()
        marie.app.screen.say("")
        paul.members.star(sample.audience.members["yves"], True)
        marie.app._poll()
        shown = await marie.shown()
        assert told not in shown, "it was said"
        assert "Rossizz" in shown
        assert told in await marie.type("<f8>")
        assert marie.app.screen.NAME == "member"
        assert paul.members.get(rossi).people[0].last_name == ""


async def test_a_draft_that_two_write_loses_no_words(store: Store, sample: Sample, paul: Store):
    async with at(store) as marie:
        await marie.open("compose", message_id=sample.draft)
        marie.app.screen.query_one(Body).move_cursor((0, 4))
        paul.messages.save(replace(paul.messages.get(sample.draft), subject="Fromages", text="Bonjour à tous !"))
        marie.app._poll()
        shown = await marie.shown()
        assert "Paul changed this draft just now: you see it as it is." in shown
        assert "Bonjour à tous !" in shown
        assert marie.app.screen.query_one(Body).cursor_location == (0, 4)
        await marie.type("X")
        paul.messages.save(replace(paul.messages.get(sample.draft), text="Bonsoir"))
        marie.app._poll()
        shown = await marie.shown()
        assert "Paul changed this draft just now. What you type is kept as a draft of its own." in at_once(shown)
        assert "BonjXour à tous !" in shown
        marie.app.screen.say("")
        assert "! Paul changed this draft just now." in await marie.type("<f3>"), "it is said who"
        texts = {store.messages.get(row.id).text for row in store.messages.all()}
        assert {"Bonsoir", "BonjXour à tous !"} <= texts


async def test_a_draft_that_a_colleague_sends_is_left_before_anything_is_typed_into_another(
    store: Store, sample: Sample, paul: Store
):
    async with at(store) as marie:
        await marie.open("compose", message_id=sample.draft)
        paul.messages.schedule(sample.draft, datetime(2099, 11, 26, 18))
        marie.app._poll()
        assert "Paul has kept this message for later." in await marie.shown()
        assert marie.app.screen.NAME == "desk"
        paul.messages.unschedule(sample.draft)
        await marie.open("compose", message_id=sample.draft)
        freeze(paul, sample.draft)
        marie.app._poll()
        assert "Paul has sent this message." in await marie.shown()
        assert marie.app.screen.NAME == "desk"
    assert len([row for row in store.messages.all() if "draft" in row.state]) == 0


async def test_a_mail_that_is_read_stays_while_a_colleague_changes_who_gets_it(
    store: Store, sample: Sample, paul: Store
):
    paul.messages.save(replace(paul.messages.get(sample.draft), text="Bonjour !\n\n" + "Du fromage.\n\n" * 30))
    async with at(store) as marie:
        await marie.open("preview", message_id=sample.draft)
        before = await marie.type("<right>", "<pagedown>")
        assert "Subject" in before
        paul.members.add(Member(people=(Person("Abel", "Abadie", "abel@exemple.fr"),)))
        marie.app._poll()
        now = await marie.shown()
        assert [line for line in before.splitlines() if " of " not in line] == [
            line for line in now.splitlines() if " of " not in line
        ]
        assert now != before, "there is one more"


async def test_what_a_colleague_does_to_the_order_is_told_while_a_line_is_typed_and_shown_after(
    store: Store, sample: Sample, paul: Store
):
    odette, sold = sample.audience.members["odette"], sample.audience.offering
    async with at(store) as marie:
        await marie.open("order_entry", member_id=odette, distribution_id=sold.next)
        await marie.type("2 far", "<left>")
        basket = paul.orders.open_basket(odette, sold.next)
        paul.orders.enter(basket.id, Entry("1 oe", sold.products["eggs"], 0, 1000))
        marie.app._poll()
        shown = await marie.shown()
        assert "Paul has just changed this order: Œufs plein air." in shown
        assert (marie.line, marie.app.screen.query_one(Line).cursor_position) == ("2 far", 4)
        assert "Œufs plein air " not in shown, "the order stays as it is while a line is typed"
        shown = await marie.type("<escape>")
        assert "1   Œufs plein air" in shown, "nothing is typed any more"
        await marie.type("<enter>")  # it is being read to the caller
        paul.orders.enter(basket.id, Entry("2 oe", sold.products["eggs"], 1000, 2000))
        marie.app._poll()
        assert "Paul has just changed this order: Œufs plein air." in await marie.shown()


async def test_a_weight_a_wish_and_the_mailbox_that_two_change_are_told_by_name(
    store: Store, sample: Sample, paul: Store
):
    guerin, sold = sample.audience.members["guerin"], sample.audience.offering
    person = store.members.get(guerin).people[0].id
    async with at(store) as marie:
        await marie.open("settle", distribution_id=sold.next)
        await marie.type("1.9")
        paul.orders.settle(sample.late_order, {sold.products["chicken"]: 1950})
        marie.app._poll()
        assert "! Paul has weighed this just now: 1.95." in await marie.shown()
        assert marie.line == "1.9"
        assert "1.95" in (await marie.type("<backspace>", "<backspace>", "<backspace>")).split(" > ")[0]

        paul.members.set_preferences(person, {("email", "opening"): False}, "by letter")
        await marie.open("member_preferences", member_id=guerin)
        await marie.type("<space>")
        paul.members.set_preferences(person, {("email", "opening"): False}, "stop")
        marie.app._poll()
        shown = await marie.shown()
        assert "! Paul wrote down meanwhile: ordering opens: STOP." in shown
        assert not marie.app.screen.keeps(), "a STOP is not written over in passing"

        store.mailbox.set(MailboxSettings("smtp.exemple.fr", 465, "implicit", "amap", "amap@exemple.fr"))
        await marie.open("mailbox")
        await marie.type("x")
        paul.mailbox.set(replace(paul.mailbox.get(), host="mail.exemple.fr"))
        marie.app._poll()
        shown = at_once(await marie.shown())
        assert "! Paul saved meanwhile: " in shown
        assert "What you type here stays." in shown


def test_only_who_did_it_is_named(store: Store, sample: Sample, paul: Store):
    store.operators.add("anne", "Anne", "coordinator")
    guerin, since = sample.audience.members["guerin"], store.change_number()
    assert who_changed(store, "member", guerin, since) == ""
    paul.members.star(sample.audience.members["yves"], True)
    assert who_changed(store, "member", guerin, since) == "Paul", "nobody else wrote anything"
    anne = Store(store.path, "anne", store.clock._now)
    anne.members.star(guerin, True)
    anne.close()
    assert who_changed(store, "member", guerin, since) == "Anne"
    assert who_changed(store, "product", 1, since) == "", "one of two: nobody is accused"


async def test_a_terminal_that_is_too_small_says_so_and_keeps_everything(
    store: Store, sample: Sample, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(too_small, "AFTER", 0.01)
    async with at(store) as marie:
        await marie.open("member", member_id=sample.audience.members["guerin"])
        field = marie.app.screen.query_one("#member-city", Input)
        field.focus()
        await marie.type("Rezé", "<left>")
        for size in ((79, 24), (20, 5), (80, 23), (40, 12)):
            await marie.pilot.resize_terminal(*size)
            shown = await until(marie, f"Too small: {size[0]}×{size[1]}, cabas needs 80×24.")
            assert "Rezé" not in shown
            await marie.type("x", "<f8>", "<f3>", "<f2>", "m")
        await marie.paste("unseen")
        await marie.pilot.resize_terminal(80, 24)
        assert "Too small" not in await marie.shown()
        assert marie.app.focused is field
        assert (field.value, field.cursor_position) == ("Rezé", 3)
        await marie.pilot.resize_terminal(70, 20)
        await until(marie, "Enter goes on all the same")
        assert "Too small" not in await marie.type("<enter>", "-")
        assert field.value == "Rez-é"
        await marie.pilot.resize_terminal(70, 19)
        await until(marie, "Too small: 70×19")
