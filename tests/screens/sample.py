"""A small group in the middle of its week, for tests of screens; how to open every route on it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

from textual.pilot import Pilot

from screens.base import HouseScreen
from screens.house import HouseApp
from screens.routes import ROUTES
from store import Store
from store.occurrences import Occurrence
from store.orders import Entry
from store.people import Member, Person
from store.promotions import Promotion
from store.segments import parse
from store.workflow_records import Audience, NewStep, Place, Scope, Step, Timing, Trigger
from tests import audience
from tests.screens import importing

NOW = datetime(2026, 11, 21, 20, 4, tzinfo=UTC)
"""Saturday 21 November 2026, 21:04 in Paris."""

HOSTILE = ("Prix [/]", "[@click=app.bell]clic", "[link=http://x]y \x1b[31m\x1b]0;t\x07", "\x1b[2J[b", "a\\[b]\\")


@dataclass(frozen=True)
class Sample:
    """A filled group and what is in it; `going` goes out by itself."""

    audience: audience.Audience
    late_order: int
    message: int
    draft: int
    workflow: int
    step: Step
    going: Occurrence
    promotion: int

    def parameters(self, route: str) -> dict[str, Any]:
        """What to open a route with, so that it has something to show."""
        member = self.audience.members["guerin"]
        following = self.audience.offering.next
        return {
            "member": {"member_id": member},
            "member_page": {"member_id": member},
            "member_data": {"member_id": member},
            "member_erase": {"member_id": member},
            "member_merge": {"member_id": member},
            "member_merge_preview": {"keep_id": member, "other_id": self.audience.members["benali"]},
            "member_preferences": {"member_id": member},
            "catalogue": {"catalogue_id": self.audience.offering.catalogues["veg"]},
            "products": {"catalogue_id": self.audience.offering.catalogues["veg"]},
            "promotion": {"promotion_id": self.promotion},
            "product": {"product_id": self.audience.offering.products["chicken"]},
            "order": {"order_id": self.late_order},
            "distribution": {"distribution_id": following},
            "distribution_form": {"distribution_id": following, "act": "move"},
            "distribution_copy": {"distribution_id": following},
            "distribution_cancel": {"distribution_id": following},
            "distribution_catalogue": {
                "distribution_id": following,
                "catalogue_id": self.audience.offering.catalogues["poultry"],
            },
            "recap": {"distribution_id": following, "catalogue_id": self.audience.offering.catalogues["poultry"]},
            "orders": {"distribution_id": following},
            "settle": {"distribution_id": following},
            "order_entry": {"member_id": self.audience.members["odette"], "distribution_id": following},
            "message": {"message_id": self.message},
            "message_calls": {"message_id": self.message},
            "result": {"message_id": self.message},
            "picker": {"segment": parse("everyone - ordered(distribution=next)"), "title": "Fromages de Noël"},
            "compose": {"message_id": self.draft},
            "message_details": {"message_id": self.draft},
            "voucher_offer": {"message_id": self.draft},
            "message_files": {"message_id": self.draft},
            "channels": {"message_id": self.draft},
            "channel_preview": {"message_id": self.draft, "channel": "call"},
            "preview": {"message_id": self.draft},
            "send": {"message_id": self.draft},
            "test_send": {"message_id": self.draft},
            "schedule": {"message_id": self.draft},
            "sending": {"message_id": self.message},
            "mails": {"message_id": self.message},
            "delivery": {"delivery_id": 1},
            "workflow": {"workflow_id": self.workflow},
            "workflow_places": {"workflow_id": self.workflow},
            "attached": {"scope": "distribution", "distribution_id": following},
            "workflow_step": {"workflow_id": self.workflow, "step_id": self.step.id},
            "calendar_entry": {"step_id": self.going.step.id, "key": self.going.key},
            "calendar_preview": {"step_id": self.going.step.id, "key": self.going.key},
            "step_words": {"workflow_id": self.workflow, "step_id": self.step.id},
            "step_details": {"message_id": self.step.message_id},
            "step_preview": {"step_id": self.step.id},
            "operator": {"login": "marie"},
            "role": {"role": "phone_desk"},
        }.get(route) or importing.parameters(route, member)


def fill(store: Store, names: tuple[str, ...] = ()) -> Sample:
    """Members reached in every way, orders, a late line, an open basket, a queued message and a draft.

    `names` become further members, products and message titles, to see that screens survive them.
    """
    found = audience.fill(store)
    sold, members = found.offering, found.members
    store.orders.record(members["paul"], sold.past, [(sold.products["tomatoes"], 2000)])
    store.orders.record(
        members["guerin"], sold.next, [(sold.products["tomatoes"], 3000), (sold.products["eggs"], 1000)]
    )
    store.distributions.mark_recap_sent(sold.next, sold.catalogues["poultry"])
    late = store.orders.record(members["paul"], sold.next, [(sold.products["chicken"], 1000)])
    basket = store.orders.open_basket(members["odette"], sold.next)
    store.orders.enter(basket.id, Entry("2 tomcb", sold.products["tomatoes"], 0, 2000))
    draft = store.messages.new(
        parse("everyone - ordered(distribution=next)"), subject="AMAP des Oiseaux : fromages de Noël", text="Bonjour !"
    )
    message = _queued(store)
    workflow = _workflow(store)
    for number, name in enumerate(names):
        added = store.members.add(
            Member(people=(Person(name, name, f"prix{number}@exemple.fr"),), city=name, notes=name)
        )
        product = store.catalogues.add_product(sold.catalogues["veg"], name, 100)
        store.orders.record(added, sold.next, [(product, 1000)])
        one = store.orders.open_basket(added, sold.next)
        store.orders.enter(one.id, Entry(name, product, 1000, 2000))
        store.messages.new(parse("everyone"), subject=name, text=name, label=name)
    step, going = store.workflows.get(workflow).steps[0], _going(store, sold.next)
    # To come: what is shown of prices stays as it is.
    promotion = store.promotions.add(
        Promotion(date(2027, 3, 1), date(2027, 3, 7), product_id=sold.products["chicken"], percent=10)
    )
    return Sample(found, late.order_id, message, draft, workflow, step, going, promotion)


def _workflow(store: Store) -> int:
    """A workflow of one step, attached nowhere."""
    words = "Bonjour {{ first_name }},\n\nles commandes ferment {{ closes() }}."
    last_call = NewStep(
        Trigger.CLOSES,
        Timing.BEFORE,
        1,
        "18:00",
        Audience.NOT_ORDERED,
        subject="{{ group }} : dernier rappel",
        text=words,
    )
    return store.workflows.new("Weekly", [last_call])


def _going(store: Store, distribution_id: int) -> Occurrence:
    """What a second workflow, attached to a distribution, sends the day before it."""
    words = "Bonjour {{ first_name }},\n\n{{ order.lines }}"
    tomorrow = NewStep(
        Trigger.DISTRIBUTION,
        Timing.BEFORE,
        1,
        "18:00",
        Audience.ORDERED,
        subject="{{ group }} : retrait demain",
        text=words,
        label="Retrait demain",
    )
    workflow = store.workflows.new("Weekly pick-up", [tomorrow])
    store.workflows.attach(workflow, Place(Scope.DISTRIBUTION, distribution_id))
    return store.occurrences.coming()[0]


def _queued(store: Store) -> int:
    """A message whose mails are frozen and wait."""
    from mail.composing import freeze

    message = store.messages.new(
        parse("nobody + member(ids=4)"), subject="AMAP des Oiseaux : dernier rappel", text="Bonjour {{ first_name }}"
    )
    freeze(store, message)
    return message


def make_app(store: Store, least: tuple[int, int] = (80, 24)) -> HouseApp:
    """The app as a terminal would show it, on this store; `least` is the size that is not said to be too small."""
    app = HouseApp(store)
    app.least_size = least
    return app


def screen_class(route: str) -> type[HouseScreen[Any]]:
    """The class behind a route."""
    module, name = ROUTES[route].split(":")
    found: type[HouseScreen[Any]] = getattr(import_module(module), name)
    return found


async def settled(pilot: Pilot[None]) -> None:
    """Until every read is shown; reads may lead to further reads."""
    for _ in range(3):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


async def written(pilot: Pilot[None]) -> None:
    """Until every change that was handed in is made, and what came of it is shown."""
    app = pilot.app
    assert isinstance(app, HouseApp)
    await pilot.pause()
    await asyncio.to_thread(app.writer.submit(lambda: None).result)
    await settled(pilot)


async def opened(pilot: Pilot[None], route: str, **parameters: object) -> HouseApp:
    """The app once it shows a screen, opened as another screen would."""
    app = pilot.app
    assert isinstance(app, HouseApp)
    await settled(pilot)
    app.go(route, **parameters)
    await settled(pilot)
    return app


async def open_route(pilot: Pilot[None], route: str, sample: Sample | None) -> HouseScreen[Any]:
    """Open a route as another screen would, and wait until it has shown what it reads."""
    app = pilot.app
    assert isinstance(app, HouseApp)
    await settled(pilot)
    if route != "desk":
        assert sample is not None
        app.go(route, **sample.parameters(route))
        await pilot.pause()
        await settled(pilot)
    screen = app.screen
    assert isinstance(screen, HouseScreen)
    return screen


def text_of(app: HouseApp) -> str:
    """What is on the screen, a line each."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)
