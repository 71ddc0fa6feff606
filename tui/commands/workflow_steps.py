"""`cabas workflow step`: what a workflow does, one mail after the other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from store.errors import NotFound, StoreError
from store.workflow_records import Audience, NewStep, Timing, Trigger
from templates.words import LANGUAGES, N_, _
from tui.commands.message_fields import text_said, warn_of_text
from tui.commands.options import json_option
from tui.commands.segment_words import warn_of_doubts
from tui.commands.workflow_said import plain_step, said_step, workflow_argument
from tui.context import Context
from tui.output import print_json, say, warn
from tui.paths import TextFile

if TYPE_CHECKING:
    from store import Store
    from store.workflow_records import Step, Workflow

Command = TypeVar("Command", bound=Callable[..., Any])

WHOM = tuple(audience.value for audience in Audience if audience is not Audience.SEGMENT)
_OPTIONS = (
    click.option(
        "--trigger",
        type=click.Choice([trigger.value for trigger in Trigger]),
        metavar="TRIGGER",
        help=N_(
            "opens, closes, distribution, registration, confirmed, changed, added, basket, promotion_starts, "
            "promotion_ends or recap."
        ),
    ),
    click.option("--at-once", is_flag=True, help=N_("It goes as soon as that happens.")),
    click.option("--before", type=int, metavar="DAYS", help=N_("It goes so many days before; 0: on the day itself.")),
    click.option("--after", type=int, metavar="DAYS", help=N_("It goes so many days after; 0: on the day itself.")),
    click.option("--hour", metavar="HH:MM", help=N_("At which hour, local time, as 18:00.")),
    click.option("--to", "whom", type=click.Choice(WHOM), help=N_("Who gets it: all, those who have ordered or not.")),
    click.option("--segment", "words", metavar="WORDS", help=N_("Who gets it, as for cabas segment.")),
    click.option("--subject", help=N_("The subject; may hold fields.")),
    click.option("--body-file", type=TextFile(), help=N_("The text in UTF-8; - for stdin.")),
    click.option("--label", help=N_("What the mail is called here.")),
    click.option("--language", type=click.Choice(LANGUAGES), help=N_("Of the text; else the group's.")),
)
step_argument = click.argument("number", metavar="STEP", type=int)


def step_options(command: Command) -> Command:
    """Give a command what can be said of a step and its words; what is not given is None."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group(
    help=N_("The steps of a workflow: its mails. They are counted from 1, as “cabas workflow show” lists them."),
    short_help=N_("The steps of a workflow."),
)
def step() -> None:
    pass


@step.command(help=N_("Add a step at the end. Files and images: cabas message attach, on the draft of its text."))
@workflow_argument
@step_options
@json_option
@click.pass_obj
def add(context: Context, /, workflow: str, as_json: bool, **given: Any) -> None:
    if given["trigger"] is None:
        raise click.UsageError(_("Say what it waits for: --trigger TRIGGER."))
    store = context.store()
    number = store.workflows.resolve(workflow)
    blank = NewStep(Trigger(given["trigger"]))
    added = store.workflows.add_step(number, replace(blank, **_said(store, blank, given), **_words(given)))
    _say_step(store, added, as_json)


@step.command(help=N_("Change when a step goes, to whom, or its words: what is said is changed."))
@workflow_argument
@step_argument
@step_options
@json_option
@click.pass_obj
def edit(context: Context, /, workflow: str, number: int, as_json: bool, **given: Any) -> None:
    store = context.store()
    before = _numbered(_found(store, workflow), number)
    said, words = _said(store, before, given), _words(given)
    if not said and not words:
        raise click.UsageError(_("Say what to change, as --hour."))
    if said:
        store.workflows.save_step(replace(before, **said))
    if words:
        store.messages.save(replace(store.messages.get(before.message_id), **words))
    _say_step(store, store.workflows.step(before.id), as_json)


@step.command(help=N_("Remove a step with its text; what went out for it stays."))
@workflow_argument
@step_argument
@click.pass_obj
def remove(context: Context, workflow: str, number: int) -> None:
    store = context.store()
    found = _numbered(_found(store, workflow), number)
    store.workflows.remove_step(found.id)
    say(_("Removed: {step}").format(step=said_step(store, found)))


@step.command(help=N_("Show a step at another place of the list: its new number."))
@workflow_argument
@step_argument
@click.argument("to", type=int)
@click.pass_obj
def move(context: Context, workflow: str, number: int, to: int) -> None:
    store = context.store()
    found = _found(store, workflow)
    store.workflows.move_step(_numbered(found, number).id, to - number)
    for place, one in enumerate(store.workflows.get(found.id).steps, 1):
        say(f"{place}  {said_step(store, one)}")


def _found(store: Store, name: str) -> Workflow:
    return store.workflows.get(store.workflows.resolve(name))


def _numbered(workflow: Workflow, number: int) -> Step:
    if not 1 <= number <= len(workflow.steps):
        raise NotFound("workflow_step", str(number))
    return workflow.steps[number - 1]


def _said(store: Store, before: Step, given: dict[str, Any]) -> dict[str, Any]:
    """The fields of a step that the options say; a trigger alone leaves the moment as it is."""
    timings = [name for name in ("before", "after") if given[name] is not None] + ["at_once"] * given["at_once"]
    if len(timings) > 1:
        raise click.UsageError(_("Say one of --at-once, --before and --after."))
    said: dict[str, Any] = {}
    if given["trigger"] is not None:
        said["trigger"] = Trigger(given["trigger"])
    if timings:
        said["timing"] = Timing(timings[0])
        said["days"] = 0 if given["at_once"] else given[timings[0]]
    if given["hour"] is not None:
        if said.get("timing", before.timing) is Timing.AT_ONCE:
            raise click.UsageError(_("An hour goes with --before or --after."))
        said["hour"] = _hour(given["hour"])
    if given["whom"] is not None and given["words"] is not None:
        raise click.UsageError(_("Say one of --to and --segment."))
    if given["whom"] is not None:
        said["audience"] = Audience(given["whom"])
    if given["words"] is not None:
        said["audience"], said["segment"] = Audience.SEGMENT, store.segments.read(given["words"])
        warn_of_doubts(store, said["segment"])
    return said


def _hour(text: str) -> str:
    """An hour as people type it, 9:00 or 18h30; what is none is refused with the rest of the step."""
    from screens.moments import hour_of

    try:
        return hour_of(text) or ""
    except ValueError:
        return text.strip()


def _words(given: dict[str, Any]) -> dict[str, Any]:
    body: BinaryIO | None = given["body_file"]
    words = {name: given[name] for name in ("subject", "label", "language") if given[name] is not None}
    return words if body is None else {**words, "text": text_said(body)}


def _say_step(store: Store, found: Step, as_json: bool) -> None:
    from screens.workflow_wrong import wrong_words

    workflow = store.workflows.get(found.workflow_id)
    if wrong := wrong_words(store, [found], workflow.places)[0]:
        warn(f"! {wrong}")
    else:
        # Where no distribution is planned, there is nobody to look at it for.
        with suppress(StoreError):
            warn_of_text(store, found.message_id)
    number = 1 + [one.id for one in workflow.steps].index(found.id)
    if as_json:
        print_json(plain_step(store, found, number))
        return
    say(f"{number}  {said_step(store, found)}")
    say(_("To see it: cabas message preview {id}").format(id=found.message_id))
