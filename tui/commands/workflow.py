"""`cabas workflow`: what goes out by itself, from ready ones or made here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from templates.words import LANGUAGES, N_, _, dates
from tui.commands.options import confirmed, json_option
from tui.commands.workflow_due import due
from tui.commands.workflow_places import COMMANDS as PLACES
from tui.commands.workflow_said import plain, said_steps, workflow_argument
from tui.commands.workflow_steps import step
from tui.context import Context
from tui.output import Ended, print_json, print_table, say

if TYPE_CHECKING:
    from store import Store
    from store.workflow_records import Workflow


@click.group(
    help=N_("Workflows: mails that go out by themselves, when something happens or some days before or after it."),
    short_help=N_("Mails that go out by themselves."),
)
def workflow() -> None:
    pass


for command in (*PLACES, due, step):
    workflow.add_command(command)


@workflow.command("list", help=N_("The workflows by title, with what they are attached to."))
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    store = context.store()
    found = store.workflows.all()
    if as_json:
        print_json([plain(store, one) for one in found])
    elif found:
        print_table(
            (_("number"), _("workflow"), _("steps"), _("attached to"), _("saved")),
            [(one.id, one.title, len(one.steps), _attached(one), _saved(store, one)) for one in found],
            right=(0, 2),
        )
    else:
        say(_("No workflow yet. Ready ones: cabas workflow templates."))


def _attached(one: Workflow) -> str:
    from screens.workflow_words import place_words

    places = ", ".join(place_words(place) for place in one.places) or _("nothing yet")
    return _("paused; {places}").format(places=places) if one.paused else places


def _saved(store: Store, one: Workflow) -> str:
    moment = dates.moment(store.clock.to_wall(one.changed_at))
    return f"{moment} {one.changed_by}".rstrip()


@workflow.command(help=N_("Show a workflow: each of its steps as a sentence, and what it is attached to."))
@workflow_argument
@json_option
@click.pass_obj
def show(context: Context, workflow: str, as_json: bool) -> None:
    from screens.workflow_words import place_words, typed_words
    from screens.workflow_wrong import wrong_words

    store = context.store()
    found = store.workflows.get(store.workflows.resolve(workflow))
    if as_json:
        print_json(plain(store, found))
        return
    say(f"{found.title}  [{_('paused')}]" if found.paused else found.title)
    wrong = wrong_words(store, found.steps, found.places)
    for number, (one, text) in enumerate(zip(found.steps, said_steps(store, found), strict=True), 1):
        say(f"{number}  {text}")
        for warning in filter(None, (wrong[number - 1], typed_words(one, store.clock))):
            say(f"   ! {warning}")
    for place in found.places:
        since = "" if place.since is None else dates.moment(store.clock.to_wall(place.since))
        say(_("Attached to {place}, since {moment}.").format(place=place_words(place), moment=since))
    for distribution_id in found.exempt:
        day = dates.day(store.distributions.get(distribution_id).day)
        say(_("Not for the distribution of {day}.").format(day=day))
    if not found.places:
        say(_("It is attached to nothing yet, so that nothing goes: cabas workflow attach --help"))


@workflow.command("templates", help=N_("The ready workflows that come with cabas, and what they do."))
@click.option("--language", type=click.Choice(LANGUAGES), help=N_("In this language; else the group's."))
@json_option
@click.pass_obj
def templates_(context: Context, language: str | None, as_json: bool) -> None:
    from mail.workflow_templates import templates

    store = context.store()
    found = templates(language or store.settings.group().language)
    if as_json:
        print_json(found)
    else:
        print_table((_("name"), _("workflow"), _("what it does")), [(one.name, one.title, one.says) for one in found])


@workflow.command(help=N_("Make a workflow under a title, from a ready one or empty; it is attached to nothing yet."))
@click.argument("title", required=False)
@click.option("--template", metavar="NAME", help=N_("Begin with a ready one: cabas workflow templates."))
@click.option("--language", type=click.Choice(LANGUAGES), help=N_("Of the ready one; else the group's."))
@json_option
@click.pass_obj
def new(context: Context, title: str | None, template: str | None, language: str | None, as_json: bool) -> None:
    from mail.workflow_templates import named, use

    store = context.store()
    if template is not None:
        made = use(store, named(language or store.settings.group().language, template), title or "")
    elif title:
        made = store.workflows.new(title)
    else:
        raise click.UsageError(_("Say a title, or --template NAME."))
    _say_made(store, made, as_json)


@workflow.command(help=N_("Make another workflow with the same steps, texts and files; it is attached to nothing yet."))
@workflow_argument
@click.argument("title")
@json_option
@click.pass_obj
def duplicate(context: Context, workflow: str, title: str, as_json: bool) -> None:
    store = context.store()
    _say_made(store, store.workflows.duplicate(store.workflows.resolve(workflow), title), as_json)


def _say_made(store: Store, number: int, as_json: bool) -> None:
    made = store.workflows.get(number)
    if as_json:
        print_json(plain(store, made))
        return
    say(_("Workflow {number}: {title}.").format(number=number, title=made.title))
    for text in said_steps(store, made):
        say(f"  {text}")
    if made.steps:
        more = _("Nothing goes before it is attached: cabas workflow attach {number} --help")
    else:
        more = _("It has no step yet: cabas workflow step add {number} --help")
    say(more.format(number=number))


@workflow.command(help=N_("Give a workflow another title."))
@workflow_argument
@click.argument("title")
@click.pass_obj
def rename(context: Context, workflow: str, title: str) -> None:
    store = context.store()
    found = store.workflows.get(store.workflows.resolve(workflow))
    store.workflows.rename(found.id, title, found.version)
    say(_("It is called “{title}” now.").format(title=store.workflows.get(found.id).title))


@workflow.command(help=N_("Delete a workflow with its steps; what went out for it stays. Asks before."))
@workflow_argument
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@click.pass_obj
def delete(context: Context, workflow: str, yes: bool) -> None:
    from screens.workflow_words import place_words

    store = context.store()
    found = store.workflows.get(store.workflows.resolve(workflow))
    question = _("Delete the workflow “{title}”?").format(title=found.title)
    if found.places:
        places = ", ".join(place_words(place) for place in found.places)
        question = _("Delete the workflow “{title}”, which is attached to: {places}?").format(
            title=found.title, places=places
        )
    if not yes and not confirmed(question):
        raise Ended(_("Nothing was deleted."))
    store.workflows.delete(found.id)
    say(_("Deleted."))


@workflow.command(help=N_("Let nothing go for a workflow until it is resumed."))
@workflow_argument
@click.pass_obj
def pause(context: Context, workflow: str) -> None:
    _pause(context.store(), workflow, paused=True)


@workflow.command(help=N_("Let mails go for it again; what was due in between does not go any more."))
@workflow_argument
@click.pass_obj
def resume(context: Context, workflow: str) -> None:
    _pause(context.store(), workflow, paused=False)


def _pause(store: Store, name: str, *, paused: bool) -> None:
    found = store.workflows.get(store.workflows.resolve(name))
    store.workflows.pause(found.id, paused)
    if paused:
        say(_("Nothing goes for “{title}” until it is resumed.").format(title=found.title))
    else:
        say(_("Mails go for “{title}” again.").format(title=found.title))
