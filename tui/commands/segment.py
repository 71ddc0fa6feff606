"""`cabas segment`: who is meant, how many they are, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from store.channels import CHANNELS, EMAIL_ONLY
from store.messages import KINDS
from templates.words import N_, _
from tui.commands.options import json_option
from tui.commands.segment_rules import rules
from tui.commands.segment_saved import SAVED, list_saved
from tui.commands.segment_words import WORDS, doubted, parsed, print_steps, words_argument
from tui.context import Context
from tui.output import print_json, print_table, say

if TYPE_CHECKING:
    from store.clock import Clock
    from store.segments import Counts, Listing, Overlap, Reached

LINE = 120
"""Cells of a line of the answer to why somebody is in or out."""


kind_option = click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="targeted",
    show_default=True,
    help=N_("The kind of message; people refuse each apart."),
)


service_option = click.option(
    "--service", is_flag=True, help=N_("A service message: who opted out gets it, except who answered STOP.")
)
channels_option = click.option(
    "--channel",
    "--channels",
    "channels",
    multiple=True,
    type=click.Choice(CHANNELS),
    help=N_("How it would go, once for each; else by e-mail alone."),
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
@service_option
@channels_option
@json_option
@click.pass_obj
def count(
    context: Context, words: tuple[str, ...], kind: str, service: bool, channels: tuple[str, ...], as_json: bool
) -> None:
    chosen = channels or EMAIL_ONLY
    counts = context.store().segments.count(doubted(context, words), kind, service=service, channels=chosen)
    if as_json:
        print_json(asdict(counts))
        return
    rows = (
        (_("members"), counts.members),
        (_("selected"), counts.selected),
        (_("e-mail"), counts.email),
        (_("mobile"), counts.mobile),
        *_not_by_mail(counts, chosen),
        (_("opted out"), counts.opted_out),
        (_("mails"), counts.mails),
        *([(_("SMS"), counts.sms)] if "sms" in chosen else []),
    )
    print_table((_("who"), _("how many")), rows, right=(1,))


def _not_by_mail(counts: Counts, channels: Sequence[str]) -> Iterator[tuple[str, int]]:
    """How many members no mail reaches, and of them by which other way each is; together they are as many."""
    if tuple(channels) == EMAIL_ONLY:
        yield _("not reachable"), counts.unreachable
        return
    yield _("not by e-mail"), counts.unreachable
    if "sms" in channels:
        yield f"– {_('by SMS')}", counts.texted
    if "letter" in channels:
        yield f"– {_('by letter')}", counts.letters
    if "csv" in channels:
        yield f"– {_('in the CSV file')}", counts.csv
    yield f"– {_('to call')}", counts.calls


@segment.command(
    "list",
    context_settings=WORDS,
    help=N_("The members of a segment with the address or phone that reaches them; without WORDS the saved segments."),
)
@click.argument("words", nargs=-1)
@kind_option
@service_option
@json_option
@click.pass_obj
def list_(context: Context, words: tuple[str, ...], kind: str, service: bool, as_json: bool) -> None:
    if not words:
        list_saved(context, as_json)
        return
    store = context.store()
    listing = store.segments.people(doubted(context, words), kind, service=service, limit=-1)
    if as_json:
        print_json([_as_json(reach, person) for reach, person in _listed(listing)])
        return
    said = {"email": _("e-mail"), "unreachable": _("not reachable"), "opted_out": _("opted out")}
    print_table(
        (_("number"), _("name"), _("reach"), _("address or phone")),
        [(one.member_id, one.name, said[reach], _way(one, store.clock)) for reach, one in _listed(listing)],
        right=(0,),
    )


@segment.command(context_settings=WORDS, help=N_("What each step of a segment adds or takes away."))
@words_argument
@json_option
@click.pass_obj
def explain(context: Context, words: tuple[str, ...], as_json: bool) -> None:
    print_steps(context, parsed(words), as_json)


@segment.command(
    context_settings=WORDS,
    help=N_("Why a member is in a segment or not, and how a message would reach each person."),
)
@words_argument
@click.option("--member", required=True, metavar="M", help=N_("The member's id, name, phone number or e-mail."))
@kind_option
@service_option
@json_option
@click.pass_obj
def why(context: Context, words: tuple[str, ...], member: str, kind: str, service: bool, as_json: bool) -> None:
    chosen, store = doubted(context, words), context.store()
    fate = store.segments.fate(chosen, store.members.resolve(member, archived=True), kind, service=service)
    if as_json:
        print_json({"selected": fate.selected, **asdict(fate)})
        return
    from screens.picker_why import why_lines

    for line in why_lines(fate, chosen, store.segments.sentences(chosen), store, LINE):
        say(line.plain.rstrip())


@segment.command(
    context_settings=WORDS,
    help=N_("Which messages of the last days, or kept for an hour, most of a segment's members get as well."),
)
@words_argument
@kind_option
@service_option
@click.option("--message", type=int, help=N_("The message that is written, which is not named itself."))
@json_option
@click.pass_obj
def overlap(
    context: Context, words: tuple[str, ...], kind: str, service: bool, message: int | None, as_json: bool
) -> None:
    from store.segments import leave_out
    from store.segments import words as in_ids

    chosen, store = doubted(context, words), context.store()
    found = store.segments.overlap(chosen, message_id=message, kind=kind, service=service)
    if as_json:
        print_json([{**asdict(one), "leave_out": in_ids(leave_out(chosen, one.message_id))} for one in found])
    elif found:
        rows = [
            (one.message_id, one.title, _hour(one, store.clock), f"{one.members} / {one.selected}") for one in found
        ]
        print_table((_("number"), _("message"), _("when"), _("get both")), rows, right=(0, 3))
        left_out = store.segments.in_words(leave_out(chosen, found[0].message_id))
        say(_("This leaves the first ones out: {words}").format(words=left_out))
    else:
        say(_("No other message of these days goes to them."))


def _listed(listing: Listing) -> Iterator[tuple[str, Reached]]:
    lists = (("email", listing.reached), ("unreachable", listing.unreachable), ("opted_out", listing.opted_out))
    for reach, people in lists:
        for person in people:
            yield reach, person


def _as_json(reach: str, person: Reached) -> dict[str, object]:
    refused = person.refused
    return {
        "id": person.member_id,
        "name": person.name,
        "reach": reach,
        "addresses": list(person.addresses),
        "phone": person.phone,
        "refused": refused and {name: getattr(refused, name) for name in ("since", "by", "source", "stopped")},
    }


def _way(person: Reached, clock: Clock) -> str:
    """The addresses or the phone that reach a member; of who does not want it, since when and by whom."""
    if person.refused is None:
        return ", ".join(person.addresses) or person.phone
    from screens.member_words import since_words

    return since_words(person.refused, clock)


def _hour(one: Overlap, clock: Clock) -> str:
    from templates.words import dates

    wall = clock.to_wall(one.at)
    when = f"{dates.day(wall.date())} {wall:%H:%M}"
    return _("kept for {when}").format(when=when) if one.kept else when


for command in (rules, *SAVED):
    segment.add_command(command)
