"""Workflows: made, changed, attached to what they go out for, and left out of single days, by keyboard."""

from __future__ import annotations

from collections.abc import Callable

from screens.widgets.bars import Dimmed, shown_keys
from store import Store
from store.rights import Right
from store.segments import parse
from store.workflow_records import Audience, NewStep, Place, Scope, Timing, Trigger
from tests.screens.conftest import SIZE
from tests.screens.packets import Packets, at
from tests.screens.sample import Sample, make_app, opened, settled

ACT = Callable[[str], Store]
ALL = Place(Scope.DISTRIBUTIONS)
WELCOME = NewStep(Trigger.REGISTRATION, subject="Welcome [/]", text="Bonjour")
PICK_UP = NewStep(Trigger.DISTRIBUTION, Timing.BEFORE, 1, "18:00", Audience.ORDERED, subject="Pick-up", text="Demain")
THANKS = NewStep(
    Trigger.CONFIRMED, audience=Audience.SEGMENT, segment=parse("everyone - orders(at_least=2)"), subject="Thanks"
)


def at_once(text: str) -> str:
    """A screen's text with single spaces: a sentence may go on on the next line."""
    return " ".join(text.split())


def places(store: Store, workflow_id: int) -> list[Scope]:
    """What a workflow is attached to."""
    return [place.scope for place in store.workflows.get(workflow_id).places]


async def test_a_ready_workflow_is_taken_attached_to_all_days_and_left_out_of_one(store: Store, sample: Sample):
    async with at(store) as desk:
        shown = await desk.type("<f2>", "f", "t")
        assert "Last call" in shown
        assert "Tells everyone that one can order, as soon as ordering opens." in shown
        shown = at_once(await desk.type("<down>", "<down>", "<right>"))
        assert "Ready workflows in French" in shown
        assert "Envoie à chacun sa commande, la veille de la distribution, à 18 h." in shown
        shown = await desk.type("<left>", "<enter>", "<ctrl+u>", "Tomorrow [/]", "<enter>")
        made = store.workflows.resolve("Tomorrow [/]")
        assert "Workflow “Tomorrow [/]”" in shown
        assert "1 day before the distribution, at 18:00, to all who have ordered: “AMAP" in at_once(shown)
        assert "! nowhere yet, so nothing goes: o attaches it." in shown

        shown = await desk.type("o", "<space>")
        assert "“Tomorrow [/]” goes out for all distributions to come from now on." in at_once(shown)
        assert "next: Wed 25 Nov 18:00, ~1 person" in shown
        assert places(store, made) == [Scope.DISTRIBUTIONS]
        shown = await desk.type("<down>", "<space>")
        assert "None of its steps would do anything there." in shown, "no member registers for a distribution"
        shown = await desk.type("<down>", "<space>")
        assert "[-]  Distribution Thu 26 Nov" in shown
        assert "leaves out the distribution of Thu 26 Nov. Space takes that back." in at_once(shown)
        assert store.workflows.get(made).exempt == (sample.audience.offering.next,)
        shown = await desk.type("<f3>")
        assert "not for Thu 26 Nov" in shown
        assert "Next mail   nothing within four weeks" in shown
        shown = await desk.type("o", "<down>", "<down>", "<space>", "<down>", "<space>")
        assert "[x]  Distribution Thu 26 Nov" in shown
        assert "To leave one out, mark that distribution." in at_once(shown)
        shown = await desk.type("<f3>")
        assert "Wed 25 Nov 18:00  ~1 person  for Thu 26 Nov  “Pick-up tomorrow”" in shown
        assert "! nothing sends by itself here" in shown
        shown = await desk.type("<f3>")
        assert "Tomorrow [/]            all distributions  Wed 25 Nov 18:00     21 Nov" in shown


async def test_workflows_are_begun_copied_renamed_paused_and_deleted(store: Store):
    async with at(store) as desk:
        shown = at_once(await desk.type("f"))
        assert "No mail goes out by itself yet. t offers ready workflows with their texts" in shown
        shown = await desk.type("n", "Hebdo", "<enter>")
        assert "There is no step in it yet. a adds the first one" in shown
        hebdo = store.workflows.resolve("Hebdo")
        shown = await desk.type("o")
        assert "nothing to do here" in shown
        assert "This workflow has no step yet: add one, then attach it." in await desk.type("<space>")
        store.workflows.add_step(hebdo, PICK_UP)
        store.workflows.attach(hebdo, ALL)
        shown = await desk.type("<f3>", "<f3>", "d", "<enter>")
        assert "Hebdo (copy)            nowhere yet" in shown
        assert "The copy is attached nowhere yet" in shown
        shown = await desk.type("r", "<ctrl+u>", "Hebdo", "<enter>")
        assert "There is a workflow “Hebdo” already" in at_once(shown)
        shown = await desk.type("<end>", "p")
        assert "Its title Hebdop" in at_once(shown), "the question stays open"
        shown = await desk.type("<ctrl+u>", "Autre", "<enter>")
        assert [one.title for one in store.workflows.all()] == ["Autre", "Hebdo"]
        shown = await desk.type("<end>", "p")
        assert "“Hebdo” is paused: nothing of it goes until p lets it go on." in shown
        assert store.workflows.get(hebdo).paused
        shown = await desk.type("p")
        assert "“Hebdo” goes on" in shown
        assert not store.workflows.get(hebdo).paused
        shown = await desk.type("x")
        assert "It goes out for all distributions to come: that ends." in shown
        assert "Delete “Hebdo”? Enter: yes, Esc: no" in shown
        assert "that ends" not in await desk.type("<escape>")
        await desk.type("t", "<enter>", "<ctrl+u>", "hebdo", "<enter>")
        assert "There is a workflow “hebdo” already" in at_once(await desk.shown())
        assert "already" not in at_once(await desk.type("<escape>", "<end>", "<enter>", "<f3>"))
        shown = await desk.type("x")
        shown = await desk.type("<enter>")
        assert "“Hebdo” is deleted." in shown
        assert [one.title for one in store.workflows.all()] == ["Autre"]


async def test_steps_are_moved_changed_and_removed_on_the_page(store: Store, sample: Sample, act_as: ACT):
    workflow_id = store.workflows.new("Toujours", [PICK_UP, THANKS])
    async with at(store) as desk:
        shown = at_once(await desk.open("workflow", workflow_id=workflow_id))
        who = "to the member, if among: everyone but “At least 2 orders”"
        assert f"2 As soon as an order is confirmed, {who}: “Thanks”" in shown
        shown = await desk.type("J")
        assert "▸ 2  1 day before the distribution" in shown
        assert [step.subject for step in store.workflows.get(workflow_id).steps] == ["Thanks", "Pick-up"]
        await desk.type("K", "w")
        assert (desk.app.screen.NAME, desk.app.screen.parameters["step_id"]) == (
            "step_words",
            store.workflows.get(workflow_id).steps[0].id,
        )
        await desk.type("<f3>", "<down>", "<enter>")
        assert (desk.app.screen.NAME, desk.app.screen.parameters["step_id"]) == (
            "workflow_step",
            store.workflows.get(workflow_id).steps[1].id,
        )
        await desk.type("<f3>", "a")
        assert desk.app.screen.parameters["step_id"] is None
        shown = await desk.type("<f3>", "x")
        assert "Remove step 2 with its words? Enter: yes, Esc: no" in shown
        shown = await desk.type("<enter>")
        assert "The step is removed" in shown
        assert [step.subject for step in store.workflows.get(workflow_id).steps] == ["Pick-up"]
        store.operators.add("paul", "Paul", "coordinator")
        act_as("paul").workflows.delete(workflow_id)
        desk.app._poll()
        shown = await desk.shown()
        assert desk.app.screen.NAME == "desk"
        assert "There is no workflow" in shown


async def test_a_day_a_catalogue_and_the_group_say_what_goes_for_them_and_switch_it(store: Store, sample: Sample):
    offering = sample.audience.offering
    both = store.workflows.new("Deux", [PICK_UP, WELCOME])
    async with at(store) as desk:
        await desk.open("distribution", distribution_id=offering.next)
        shown = await desk.type("f")
        assert "Workflows for the distribution of Thu 26 Nov" in shown
        assert "[ ]  Deux                       not attached" in shown
        shown = await desk.type("<space>")
        assert "1 of its 2 steps does nothing there." in at_once(shown)
        assert "! does not happen here" in shown
        assert "[x]  Deux                       attached here            Wed 25 Nov 18:00" in shown
        assert places(store, both) == [Scope.DISTRIBUTION]
        shown = await desk.type("<enter>")
        assert desk.app.screen.NAME == "workflow"
        assert "“Welcome [/]” ! never happens for what it is attached to" in at_once(shown)
        shown = await desk.type("<f3>", "<space>")
        assert "“Deux” goes out for the distribution of Thu 26 Nov no more." in at_once(shown)
        await desk.type("<space>")
        store.workflows.attach(both, ALL)
        desk.app._poll()
        shown = at_once(await desk.type("<space>"))
        assert "“Deux” still goes out for the distribution of Thu 26 Nov, as for all distributions." in shown
        store.workflows.detach(both, ALL)

        await desk.open("catalogues")
        shown = await desk.type("f", "<space>")
        assert "Workflows for the catalogue Légumes du Gué" in shown
        assert places(store, both) == [Scope.CATALOGUE]
        await desk.open("catalogue", catalogue_id=offering.catalogues["poultry"])
        assert "Workflows for the catalogue Volailles Rigaud" in await desk.type("<f4>")
        await desk.open("distribution", distribution_id=offering.next)
        shown = await desk.type("f", "<space>")
        assert "[-]  Deux                       left out" in shown, "it went by the catalogue"

        shown = await desk.type("<f2>", "s")
        assert "f   Workflows         3 workflows, 2 go by themselves" in shown
        assert "w   For the group     nothing goes by itself" in shown
        shown = await desk.type("w", "<space>")
        assert "Workflows for the group" in shown
        assert "w   For the group     Deux, by itself" in await desk.type("<f3>")
        assert places(store, both) == [Scope.CATALOGUE, Scope.GROUP]


def dimmed(desk: Packets) -> set[str]:
    """The keys that are shown and refused."""
    return {entry.key for entry in shown_keys(desk.app.screen) if isinstance(entry, Dimmed)}


async def test_what_goes_by_itself_is_changed_only_by_who_may_send(store: Store, sample: Sample, act_as: ACT):
    store.operators.save(None, {"login": "zoe", "name": "Zoé"}, rights=[Right.MESSAGES_WRITE])
    async with at(act_as("zoe")) as desk:
        await desk.open("workflow", workflow_id=sample.workflow)
        assert dimmed(desk) == {"p"}, "it is attached nowhere"
        store.workflows.add_step(sample.workflow, PICK_UP)
        store.workflows.attach(sample.workflow, ALL)
        desk.app._poll()
        assert "~5 people  for Thu 26 Nov  “dernier rappel”" in await desk.shown(), "without “{{ group }}” before it"
        assert {"Enter", "a", "x", "J", "K", "p"} <= dimmed(desk)
        shown = await desk.type("a")
        assert "You are not allowed to send messages." in shown
        await desk.type("w")
        assert desk.app.screen.NAME == "step_preview", "read, not changed"
        shown = await desk.type("<f3>", "o", "<space>")
        assert "You are not allowed to send messages." in shown
        await desk.open("workflows")
        assert dimmed(desk) == {"p", "x"}, "the marked one goes out"
        assert "You are not allowed to send messages." in at_once(await desk.type("p"))
    assert places(store, sample.workflow) == [Scope.DISTRIBUTIONS]


def test_picture_of_a_workflow(store: Store, sample: Sample, snap_compare):
    words = {"text": "Bonjour {{ first_name }},"}
    steps = [
        NewStep(Trigger.OPENS, subject="{{ group }}: ordering is open", label="Ordering opens", **words),
        NewStep(Trigger.CLOSES, Timing.BEFORE, 0, "12:00", Audience.NOT_ORDERED, subject="Last call today", **words),
        PICK_UP,
        NewStep(Trigger.DISTRIBUTION, Timing.AFTER, 2, "10:00", Audience.ORDERED, subject="Was it good? [/]", **words),
    ]
    workflow_id = store.workflows.new("Every week [/]", steps)
    store.workflows.attach(workflow_id, ALL)

    async def shown(pilot) -> None:
        await opened(pilot, "workflow", workflow_id=workflow_id)
        await pilot.press("down")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=shown)
