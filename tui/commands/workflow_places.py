"""`cabas workflow attach`, `detach`, `exempt`: for what its mails go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from templates.words import N_, _, dates
from tui.commands.options import json_option
from tui.commands.workflow_said import plain, workflow_argument
from tui.context import Context
from tui.output import print_json, say, warn

if TYPE_CHECKING:
    from store import Store
    from store.workflow_records import Idle, Place, Workflow

Command = TypeVar("Command", bound=Callable[..., Any])

_PLACES = (
    click.option("--distribution", metavar="D", help=N_("One distribution: next, a day as 2026-11-26, or an id.")),
    click.option("--all", "every", is_flag=True, help=N_("All distributions to come.")),
    click.option("--catalogue", metavar="C", help=N_("A catalogue: at each distribution that offers it.")),
    click.option("--group", is_flag=True, help=N_("The group: registrations and promotions.")),
)


def place_options(command: Command) -> Command:
    """Give a command the options that say one place."""
    for option in reversed(_PLACES):
        command = option(command)
    return command


def place_said(store: Store, given: dict[str, Any]) -> Place:
    """The one place that the options say; raises `NotFound`, `Ambiguous`."""
    from store.workflow_records import Place, Scope

    if sum(map(bool, given.values())) != 1:
        raise click.UsageError(_("Say one place: --distribution, --all, --catalogue or --group."))
    if given["distribution"]:
        return Place(Scope.DISTRIBUTION, distribution_id=store.distributions.resolve(given["distribution"]))
    if given["catalogue"]:
        return Place(Scope.CATALOGUE, catalogue_id=store.catalogues.resolve(given["catalogue"]))
    return Place(Scope.DISTRIBUTIONS if given["every"] else Scope.GROUP)


@click.command(help=N_("Attach a workflow: from now on its mails go, for what is still to come there."))
@workflow_argument
@place_options
@json_option
@click.pass_obj
def attach(context: Context, /, workflow: str, as_json: bool, **given: Any) -> None:
    store = context.store()
    place = place_said(store, given)
    number = store.workflows.resolve(workflow)
    store.workflows.attach(number, place)
    found = store.workflows.get(number)
    idle = store.workflows.idle(number, place)
    if as_json:
        print_json({**plain(store, found), "idle": {str(step): why for step, why in idle.items()}})
    else:
        say(_("“{title}” is attached to {place}.").format(title=found.title, place=_named(found, place)))
    for line in (*_idle_lines(found, idle), *_wrong_lines(store, found, idle)):
        warn(line)


def _named(workflow: Workflow, place: Place) -> str:
    from screens.workflow_words import place_words

    return place_words(next((there for there in workflow.places if there.where == place.where), place))


def _idle_lines(workflow: Workflow, idle: Mapping[int, Idle]) -> list[str]:
    from screens.workflow_words import idle_words

    numbers = {step.id: number for number, step in enumerate(workflow.steps, 1)}
    return [
        _("! Step {number} does nothing there: {why}.").format(number=numbers[step_id], why=idle_words(why))
        for step_id, why in idle.items()
        if step_id in numbers
    ]


def _wrong_lines(store: Store, workflow: Workflow, idle: Mapping[int, Idle]) -> list[str]:
    from screens.workflow_wrong import wrong_words

    found = zip(workflow.steps, wrong_words(store, workflow.steps, workflow.places), strict=True)
    return [
        _("! Step {number}: {why}").format(number=number, why=wrong)
        for number, (step, wrong) in enumerate(found, 1)
        if wrong and step.id not in idle
    ]


@click.command(help=N_("Attach a workflow to a place no more; what is in the outbox already goes."))
@workflow_argument
@place_options
@click.pass_obj
def detach(context: Context, /, workflow: str, **given: Any) -> None:
    store = context.store()
    place = place_said(store, given)
    before = store.workflows.get(store.workflows.resolve(workflow))
    store.workflows.detach(before.id, place)
    say(_("“{title}” is not attached to {place} any more.").format(title=before.title, place=_named(before, place)))


@click.command(help=N_("Let a workflow leave one distribution alone, whatever it is attached to."))
@workflow_argument
@click.argument("distribution")
@click.option("--no", "back", is_flag=True, help=N_("No more: it goes for this distribution again."))
@click.pass_obj
def exempt(context: Context, workflow: str, distribution: str, back: bool) -> None:
    store = context.store()
    found = store.workflows.get(store.workflows.resolve(workflow))
    day = store.distributions.get(store.distributions.resolve(distribution))
    store.workflows.exempt(found.id, day.id, not back)
    if back:
        text = _("“{title}” does not leave {day} alone any more.")
    else:
        text = _("“{title}” leaves the distribution of {day} alone.")
    say(text.format(title=found.title, day=dates.day(day.day)))


COMMANDS: tuple[click.Command, ...] = (attach, detach, exempt)
