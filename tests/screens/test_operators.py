"""The settings: the group, its operators and their roles, and oneself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from store import Store
from store.rights import Right
from tests.screens.conftest import SIZE
from tests.screens.packets import at
from tests.screens.sample import Sample, make_app, opened, settled

ACT = Callable[[str], Store]


async def test_the_settings_say_how_everything_stands_and_lead_there(store: Store, sample: Sample):
    async with at(store) as desk:
        shown = await desk.type("<f2>", "s")
        assert "g   Group             English · FR · EUR · Europe/Paris · AMAP des Oiseaux" in shown
        assert "o   Operators         1 operator, 1 may do everything" in shown
        assert "x   Mailbox           amap@exemple.fr: ready to send" in shown
        assert "j   Journal           last change Sat 21 Nov 21:04, Marie" in shown
        for letter, route in (("g", "group_form"), ("o", "operators"), ("r", "roles"), ("l", "limits"), ("m", "me")):
            await desk.type(letter)
            assert route == desk.app.screen.NAME
            await desk.type("<f3>")
        store.settings.set_limits(files_mb=25)
        desk.app._poll()
        assert "l   Limits            changed here" in await desk.shown()
        await desk.type("<down>", "<enter>")
        assert desk.app.screen.NAME == "operators"


async def test_the_group_gets_another_name_and_keeps_its_currency(store: Store, act_as: ACT):
    store.operators.add("paul", "Paul", "coordinator")
    async with at(act_as("paul")) as other, at(store) as desk:
        shown = await desk.type("<f2>", "s", "g")
        assert "Every price is meant in this currency and every hour in this zone" in shown
        shown = await desk.type("<ctrl+u>", "<f8>")
        assert "A name is needed." in shown
        shown = await desk.type("AMAP du Gué", "<enter>", "<right>", "<enter>", "<ctrl+u>", "xx", "<f8>")
        assert "“XX” is no country" in shown
        assert store.settings.group().name == "AMAP des Oiseaux"
        shown = await desk.type("<ctrl+u>", "it", "<f8>")
        assert "Saved." in shown
        group = store.settings.group()
        assert (group.name, group.language, group.country, group.currency) == ("AMAP du Gué", "fr", "IT", "EUR")
        assert "AMAP du Gué" in await desk.type("<f3>", "<f3>")
        other.app._poll()
        assert "AMAP du Gué" in await other.shown()


async def test_somebody_is_added_with_a_role_and_gets_rights_of_their_own(store: Store, sample: Sample):
    async with at(store) as desk:
        shown = await desk.open("operators")
        shown = await desk.type("n", "Zoé Durand")
        assert "Login            zoe" in shown
        assert "cabas operator key zoe FILE.pub" in shown
        shown = await desk.type("<f8>", "n")
        assert "phone desk" in shown
        shown = await desk.type("Marie", "<f8>")
        assert "There is one called “Marie” already." in shown
        shown = await desk.type("<ctrl+u>", "Rigaud", "<down>", "<down>", "<down>", "<down>", "gue", "<enter>")
        assert "Guérin Hélène & François" in shown
        shown = await desk.type("<down>", "<right>", "<right>", "<f8>")
        assert "A producer takes orders of named catalogues only: choose one." in shown
        shown = await desk.type("vol", "<enter>", "<f8>")
        assert "producer: Volailles" in shown
        rigaud = store.operators.get("rigaud")
        poultry = sample.audience.offering.catalogues["poultry"]
        assert (rigaud.role, rigaud.grants) == ("producer", frozenset({(Right.ORDERS, poultry)}))
        assert rigaud.member_id == sample.audience.members["guerin"]
        shown = await desk.type("<down>", "<enter>", *["<down>"] * 6, "<space>", "volamcx")
        assert "< own rights >" in shown
        assert [desk.app.screen.NAME, len(desk.app.screen_stack)] == ["operator", 3], "no letter leads away from a tick"
        shown = await desk.type("<f1>", "<end>")
        assert "letter alone" not in shown
        assert "F2: Then a letter: another screen" in shown
        shown = await desk.type("<f3>")
        assert "< own rights >" in shown
        await desk.type("<f8>")
        zoe = store.operators.get("zoe")
        assert (zoe.role, zoe.grants) == (None, frozenset({(Right.ORDERS, None)}))


async def test_who_is_removed_is_out_and_can_come_back(store: Store, sample: Sample, act_as: ACT):
    store.operators.add("paul", "Paul [/]", "writer")
    paul = act_as("paul")
    paul.messages.schedule(sample.draft, datetime(2026, 11, 23, 18))
    async with at(store) as desk:
        await desk.open("operators")
        shown = await desk.type("<down>", "x")
        assert "1 message kept by Paul [/] will not go: “AMAP des Oiseaux : fromages de Noël”" in shown
        assert "Remove Paul [/]?" in shown
        shown = await desk.type("<escape>")
        assert store.operators.get("paul").active
        await desk.type("x")
        shown = await desk.type("<enter>")
        assert "Paul [/] is removed: x brings them back." in shown
        assert "1 operator" in shown
        desk.app.screen.say("")
        shown = await desk.type("<enter>")
        assert "Paul [/] is removed: x brings them back." in shown
        shown = await desk.type("x")
        assert "Paul [/] can use cabas again." in shown
        assert store.operators.get("paul").role == "writer"


async def test_the_last_admin_stays_and_what_was_typed_too(store: Store):
    async with at(store) as desk:
        shown = await desk.open("operator", login="marie")
        shown = await desk.type(" M", *["<down>"] * 5, "<right>", "<f8>")
        assert "Nobody else has the right" in shown
        assert "Marie M" in shown
        await desk.type("<f3>", "<f3>")
        shown = await desk.open("role", role="coordinator")
        shown = await desk.type("<up>", "<up>", "<space>", "<f8>")
        assert "Nobody else has the right" in shown
        await desk.type("<f3>", "<f3>")
        await desk.open("operators")
        await desk.type("x")
        shown = await desk.type("<enter>")
        assert "Nobody else has the right" in shown
    assert store.operators.me().may(Right.ADMIN)


async def test_a_role_that_is_changed_holds_for_who_is_at_work(store: Store, act_as: ACT):
    store.operators.add("paul", "Paul", "phone_desk")
    async with at(act_as("paul")) as phone, at(store) as desk:
        assert "You are not allowed to write messages." in await phone.type("w")
        shown = await desk.open("roles")
        assert "phone desk            members, orders                           1 operator" in shown
        shown = await desk.type("<down>", "<enter>", "<down>", "<down>", "<down>", "<space>")
        assert "1 operator with this role: a change holds for them at once." in shown
        shown = await desk.type("<f8>")
        assert "Saved: it holds for 1 operator at once." in shown
        assert "phone desk *" in shown
        assert "changed since it came" in shown
        phone.app._poll()
        await phone.type("w")
        assert phone.app.screen.NAME == "picker"  # whom to write to comes first
        shown = await desk.type("x", "<enter>")
        assert "phone desk has the rights that it came with." in shown
        assert not store.operators.get("paul").may(Right.MESSAGES_WRITE)
        shown = await desk.type("n", "Accueil", "<enter>", "<space>", "<f8>")
        assert "Accueil               members" in shown
        shown = await desk.type("x", "<enter>")
        assert "Accueil is removed." in shown
        assert "Accueil" not in [role.name for role in store.operators.roles()]


async def test_a_volunteer_has_their_own_language_at_once_and_is_told_who_sets_the_rest(store: Store, act_as: ACT):
    store.operators.add("paul", "Paul", "phone_desk")
    async with at(act_as("paul")) as desk:
        shown = await desk.type("s", "o")
        assert "You are not allowed to change the group's settings. To be allowed, ask Marie." in shown
        shown = await desk.type("m")
        assert "phone desk" in shown
        shown = await desk.type("<right>", "<right>", "<enter>", "paul@exemple.fr", "<f8>")
        assert "Adhérents" in await desk.type("<f3>", "<f2>")
        paul = store.operators.get("paul")
        assert (paul.language, paul.email) == ("fr", "paul@exemple.fr")


def test_picture_of_the_list(store: Store, sample: Sample, snap_compare):
    _people(store, sample)

    async def shown(pilot) -> None:
        await opened(pilot, "operators")
        await pilot.press("down", "down")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=shown)


def test_picture_of_one(store: Store, sample: Sample, snap_compare):
    _people(store, sample)

    async def shown(pilot) -> None:
        await opened(pilot, "operator", login="rigaud")
        await pilot.press(*["down"] * 5)
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=shown)


def _people(store: Store, sample: Sample) -> None:
    found, operators = sample.audience, store.operators
    operators.add("paul", "Paul", "phone_desk", language="fr", member_id=found.members["paul"])
    operators.add("rigaud", "Volailles Rigaud", "producer", catalogues=[found.offering.catalogues["poultry"]])
    operators.save(None, {"login": "lucie", "name": "Lucie"}, rights=[Right.MEMBERS, Right.MESSAGES_SEE])
    operators.add("yves", "Yves", "writer")
    operators.remove("yves")
