"""`cabas segment`: who is meant, how many they are, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import pairwise
from typing import TYPE_CHECKING

import click

from templates.words import N_, _, ngettext
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, print_table, say

if TYPE_CHECKING:
    from store.segments import Listing, Segment

# `- vip` begins with what click would take for an option.
WORDS = {"ignore_unknown_options": True}
KINDS = click.Choice(["opening", "last_call", "pickup", "automatic", "targeted"])


words_argument = click.argument("words", nargs=-1, required=True)
kind_option = click.option(
    "--kind",
    type=KINDS,
    default="targeted",
    show_default=True,
    help=N_("The kind of message; people refuse each apart."),
)


@click.group(
    help=N_("Segments: who is meant, as 'everyone - ordered(distribution=next)'; + adds, & keeps only, - removes."),
    short_help=N_("Who is meant, and how many they are."),
)
def segment() -> None:
    pass


@segment.command(context_settings=WORDS, help=N_("How many a segment means, and how they can be reached."))
@words_argument
@kind_option
@json_option
@click.pass_obj
def count(context: Context, words: tuple[str, ...], kind: str, as_json: bool) -> None:
    counts = context.store().segments.count(_parse(words), kind)
    if as_json:
        print_json(asdict(counts))
        return
    rows = (
        (_("members"), counts.members),
        (_("selected"), counts.selected),
        (_("e-mail"), counts.email),
        (_("mobile"), counts.mobile),
        (_("not reachable"), counts.unreachable),
        (_("opted out"), counts.opted_out),
        (_("mails"), counts.mails),
    )
    print_table((_("who"), _("how many")), rows, right=(1,))


@segment.command(
    "list",
    context_settings=WORDS,
    help=N_("The members of a segment with the address or phone that reaches them; without WORDS the saved segments."),
)
@click.argument("words", nargs=-1)
@kind_option
@json_option
@click.pass_obj
def list_(context: Context, words: tuple[str, ...], kind: str, as_json: bool) -> None:
    if not words:
        _list_saved(context, as_json)
        return
    listing = context.store().segments.people(_parse(words), kind, limit=-1)
    rows = list(_reach_rows(listing))
    if as_json:
        keys = ("id", "name", "reach", "addresses", "phone")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    said = {"email": _("e-mail"), "unreachable": _("not reachable"), "opted_out": _("opted out")}
    print_table(
        (_("number"), _("name"), _("reach"), _("address or phone")),
        [(id_, name, said[reach], ", ".join(addresses) or phone) for id_, name, reach, addresses, phone in rows],
        right=(0,),
    )


@segment.command(context_settings=WORDS, help=N_("What each step of a segment adds or takes away."))
@words_argument
@json_option
@click.pass_obj
def explain(context: Context, words: tuple[str, ...], as_json: bool) -> None:
    from store.segments import step_words
    from store.segments import words as in_words

    chosen = _parse(words)
    segments = context.store().segments
    totals, sentences = segments.step_counts(chosen), segments.sentences(chosen)
    steps = list(zip(chosen.steps, sentences, pairwise(totals), strict=True))
    if as_json:
        listed = [
            {"words": step_words(step), "sentence": sentence, "change": after - before, "members": after}
            for step, sentence, (before, after) in steps
        ]
        print_json({"words": in_words(chosen), "members": totals[0], "steps": listed})
        return
    said = {"add": _("add"), "keep": _("keep only"), "remove": _("remove")}
    start = _("Everyone") if chosen.start == "everyone" else _("Nobody")
    rows: list[tuple[object, ...]] = [(_("start"), start, "", totals[0])]
    rows += [(said[step.verb], sentence, f"{after - before:+}", after) for step, sentence, (before, after) in steps]
    print_table((_("step"), _("rule"), _("change"), _("members")), rows, right=(2, 3))


@segment.command(context_settings=WORDS, help=N_("Keep a segment under a name; 'next' and 'last' stay relative."))
@words_argument
@click.option("--name", required=True, help=N_("The name; a segment that has it already is replaced."))
@click.pass_obj
def save(context: Context, words: tuple[str, ...], name: str) -> None:
    chosen = _parse(words)
    segments = context.store().segments
    segments.save(name, chosen)
    members = segments.step_counts(chosen)[-1]
    text = ngettext("Saved as “{name}”: {n} member now.", "Saved as “{name}”: {n} members now.", members)
    say(text.format(name=name, n=members))


def _parse(words: tuple[str, ...]) -> Segment:
    from store.segments import parse

    return parse(" ".join(words))


def _list_saved(context: Context, as_json: bool) -> None:
    from store.segments import words as in_words

    saved = context.store().segments.saved()
    if as_json:
        print_json([{"id": s.id, "name": s.name, "words": in_words(s.segment)} for s in saved])
    elif saved:
        print_table((_("name"), _("segment")), [(s.name, in_words(s.segment)) for s in saved])
    else:
        say(_("No segment is saved yet. “cabas segment save WORDS --name NAME” keeps one."))


def _reach_rows(listing: Listing) -> Iterator[tuple[int, str, str, list[str], str]]:
    lists = (("email", listing.reached), ("unreachable", listing.unreachable), ("opted_out", listing.opted_out))
    for reach, people in lists:
        for person in people:
            yield person.member_id, person.name, reach, list(person.addresses), person.phone
