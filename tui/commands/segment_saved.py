"""`cabas segment`: segments that are kept under a name."""

from __future__ import annotations

from contextlib import suppress

import click

from store.errors import NotFound
from templates.words import N_, _, ngettext
from tui.commands.options import json_option
from tui.commands.segment_words import WORDS, print_steps, warn_of_doubts, words_argument
from tui.context import Context
from tui.output import print_json, print_table, say

name_argument = click.argument("name", metavar="NAME")


@click.command(context_settings=WORDS, help=N_("Keep a segment under a name; 'next' and 'last' stay relative."))
@words_argument
@click.option("--name", required=True, help=N_("The name; a segment that has it already is replaced."))
@click.pass_obj
def save(context: Context, words: tuple[str, ...], name: str) -> None:
    segments = context.store().segments
    chosen = segments.read(" ".join(words))
    warn_of_doubts(context.store(), chosen)
    members = segments.step_counts(chosen)[-1]  # a name in it that nobody knows is told before it is saved
    with suppress(NotFound):
        before = segments.in_words(segments.named(name).segment)
        say(_("“{name}” was: {words}").format(name=name, words=before))
    segments.save(name, chosen)
    text = ngettext("Saved as “{name}”: {n} member now.", "Saved as “{name}”: {n} members now.", members)
    say(text.format(name=name, n=members))


@click.command(help=N_("What each step of a saved segment adds or takes away now."))
@name_argument
@json_option
@click.pass_obj
def show(context: Context, name: str, as_json: bool) -> None:
    segments = context.store().segments
    saved = segments.named(name)
    if not as_json:
        say(f"{saved.name}: {segments.in_words(saved.segment)}")
    print_steps(context, saved.segment, as_json)


@click.command(help=N_("Give a saved segment another name."))
@name_argument
@click.argument("new", metavar="NEW")
@click.pass_obj
def rename(context: Context, name: str, new: str) -> None:
    segments = context.store().segments
    saved = segments.named(name)
    segments.rename(saved.id, new)
    say(_("“{old}” is called “{new}” now.").format(old=saved.name, new=segments.named(new).name))


@click.command(help=N_("Delete a saved segment; messages and lists that were made with it stay as they are."))
@name_argument
@click.pass_obj
def forget(context: Context, name: str) -> None:
    segments = context.store().segments
    saved = segments.named(name)
    segments.forget(saved.id)
    say(_("“{name}” is deleted. It was: {words}").format(name=saved.name, words=segments.in_words(saved.segment)))


def list_saved(context: Context, as_json: bool) -> None:
    """The saved segments by name, as a table or as JSON."""
    from store.segments import words

    segments = context.store().segments
    saved = segments.saved()
    if as_json:
        print_json([{"id": s.id, "name": s.name, "words": words(s.segment)} for s in saved])
    elif saved:
        print_table((_("name"), _("segment")), [(s.name, segments.in_words(s.segment)) for s in saved])
    else:
        say(_("No segment is saved yet. “cabas segment save WORDS --name NAME” keeps one."))


SAVED = (save, show, rename, forget)
