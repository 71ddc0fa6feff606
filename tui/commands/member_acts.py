"""`cabas members`: merging, preferences, archiving and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from screens.text import labelled
from templates.words import N_, _, dates, ngettext
from tui.commands.options import EVERYONE, confirmed, json_option
from tui.context import Context
from tui.output import WRONG_USE, Ended, print_json, print_table, say, warn

if TYPE_CHECKING:
    from store import Store
    from store.merging import MergePreview
    from store.people import Preference

members_argument = click.argument("members", nargs=-1, required=True, metavar="MEMBER...")
WIDTH = 100
"""Characters of a line that shows two members beside each other."""


@click.command(help=N_("Merge OTHER into KEEP: orders, messages, ids and refusals follow. Can be undone: unmerge."))
@click.argument("keep")
@click.argument("other")
@click.option("--stays", multiple=True, metavar="NAME", help=N_("Of more than two people, one who stays; twice."))
@click.option("--dry-run", is_flag=True, help=N_("Say what would be done, and do nothing."))
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@json_option
@click.pass_obj
def merge(
    context: Context, keep: str, other: str, stays: tuple[str, ...], dry_run: bool, yes: bool, as_json: bool
) -> None:
    from store import merging

    store = context.store()
    ids = _resolve(store, keep), _resolve(store, other)
    preview = merging.merge_preview(store, *ids)
    people = _staying(preview, stays)
    if people:
        preview = merging.merge_preview(store, *ids, people)
    if not as_json:
        _show(preview)
    if dry_run:
        if as_json:
            print_json({"merge": None, "preview": preview})
        return
    if preview.choose and not people:
        names = ", ".join(person.name for person in preview.people)
        raise Ended(
            _("More than two people: {names}. Say which two stay: --stays NAME --stays NAME").format(names=names)
        )
    question = _("Merge {other} into {keep}?").format(other=preview.other.name, keep=preview.keep.name)
    if not yes and not confirmed(question):
        raise Ended(_("Nothing was merged."))
    merge_id = merging.merge(store, *ids, people)
    if as_json:
        print_json({"merge": merge_id, "member": ids[0], "preview": preview})
    else:
        say(_("Done. To undo it: cabas members unmerge {id}").format(id=merge_id))


@click.command(help=N_("Undo a merge, by the number that merge or merges says."))
@click.argument("number", type=int)
@json_option
@click.pass_obj
def unmerge(context: Context, number: int, as_json: bool) -> None:
    from store import merging

    store = context.store()
    undone = merging.undo_merge(store, number)
    if as_json:
        print_json(undone)
    else:
        kept = store.members.get(undone.kept_id).name
        say(_("{gone} and {kept} are two members again.").format(gone=undone.gone_name, kept=kept))


@click.command(help=N_("The merges of a member, the latest first."))
@click.argument("member")
@json_option
@click.pass_obj
def merges(context: Context, member: str, as_json: bool) -> None:
    from store import merging
    from store.clock import unstamp

    store = context.store()
    found = merging.merges_of(store, _resolve(store, member))
    if as_json:
        print_json(found)
        return
    if not found:
        say(_("This member was never merged."))
        return
    rows = [
        (
            one.id,
            one.gone_name,
            one.kept_id,
            dates.day(store.clock.to_wall(unstamp(one.at)).date(), year=True),
            one.by,
            _("undone") if one.undone_at else "",
        )
        for one in found
    ]
    print_table((_("id"), _("went"), _("into"), _("day"), _("by"), ""), rows, right=(0, 2))


@click.command(help=N_("What a member wants to get, and what not; or write down what they said."))
@click.argument("member")
@click.option("--second", is_flag=True, help=N_("Of the second person."))
@click.option("--channel", type=click.Choice(("email", "sms")), default="email", help=N_("E-mail, or SMS."))
@click.option("--refuse", multiple=True, metavar="KIND", help=N_("A kind the person does not want; “all” for all."))
@click.option("--allow", multiple=True, metavar="KIND", help=N_("A kind the person wants again."))
@click.option("--source", default="phone", show_default=True, help=N_("Who or what said so; stop: a STOP they sent."))
@click.option("--said-so", is_flag=True, help=N_("The person wants it again in spite of the STOP they sent."))
@json_option
@click.pass_obj
def preferences(
    context: Context,
    member: str,
    second: bool,
    channel: str,
    refuse: tuple[str, ...],
    allow: tuple[str, ...],
    source: str,
    said_so: bool,
    as_json: bool,
) -> None:
    store = context.store()
    found = store.members.get(_resolve(store, member))
    if second and len(found.people) < 2:
        raise Ended(_("{name} is one person.").format(name=found.name))
    person = found.people[int(second)]
    wanted = {(channel, kind): False for kind in _kinds(refuse)} | {(channel, kind): True for kind in _kinds(allow)}
    if wanted:
        store.members.set_preferences(person.id or 0, wanted, source, said_so=said_so)
    told = store.members.all_preferences(person.id or 0)
    if as_json:
        print_json({"member": found.id, "person": person.id, "preferences": told})
        return
    say(person.listed)
    _show_preferences(store, told)


@click.command(help=N_("Take members out of every list and search; restore brings them back."))
@members_argument
@click.option("--yes", is_flag=True, help=N_("Also those who are expected at a distribution to come."))
@json_option
@click.pass_obj
def archive(context: Context, members: tuple[str, ...], yes: bool, as_json: bool) -> None:
    store = context.store()
    ids = [_resolve(store, member) for member in members]
    expected = store.members.expected(ids)
    for one in expected:
        state = _("has an order for {day}") if one.state == "confirmed" else _("has an open basket for {day}")
        warn("! " + labelled(one.name, state.format(day=dates.day(one.day))))
    if expected and not yes:
        raise Ended(_("Nobody was archived. --yes archives them all the same; orders and baskets stay."))
    _changed(store.members.archive_many(ids), as_json)


@click.command(help=N_("Bring archived members back, by their ids."))
@members_argument
@json_option
@click.pass_obj
def restore(context: Context, members: tuple[str, ...], as_json: bool) -> None:
    store = context.store()
    ids = [_resolve(store, member) for member in members]
    _changed(store.members.archive_many(ids, False), as_json)


@click.command(help=N_("Give members a tag, or take it away."))
@click.argument("tag")
@click.argument("members", nargs=-1, metavar="[MEMBER...]")
@click.option("--remove", is_flag=True, help=N_("Take the tag away."))
@click.option("--segment", metavar="WORDS", help=N_("All members of a segment, as 'nobody + vip'."))
@json_option
@click.pass_obj
def tag(context: Context, tag: str, members: tuple[str, ...], remove: bool, segment: str | None, as_json: bool) -> None:
    store = context.store()
    ids = [_resolve(store, member) for member in members]
    if segment is not None:
        from store.segments import parse

        ids += [row.id for row in store.members.search("", limit=EVERYONE, segment=parse(segment)).rows]
    if not ids and segment is None:
        raise Ended(_("Say which members: their names or ids, or --segment WORDS."), WRONG_USE)
    _changed(store.members.tag_many(ids, tag, not remove), as_json)


@click.command(help=N_("Members that are perhaps here twice, two by two, the most alike first."))
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help=N_("How many at most."))
@json_option
@click.pass_obj
def twice(context: Context, limit: int, as_json: bool) -> None:
    pairs = context.store().members.likely_pairs(limit)
    if as_json:
        print_json([{"keep": one.id, "other": other.id} for one, other in pairs])
    elif pairs:
        rows = [(one.id, one.name, other.id, other.name) for one, other in pairs]
        print_table((_("id"), _("name"), _("id"), _("name")), rows, right=(0, 2))
        say(_("Look at two and make them one: cabas members merge ID ID --dry-run"))
    else:
        say(_("Nobody seems to be here twice."))


COMMANDS = (merge, unmerge, merges, twice, preferences, archive, restore, tag)


def _resolve(store: Store, text: str) -> int:
    return store.members.resolve(text, archived=True)


def _changed(count: int, as_json: bool) -> None:
    if as_json:
        print_json({"changed": count})
    else:
        say(ngettext("{n} member changed", "{n} members changed", count).format(n=count))


def _staying(preview: MergePreview, stays: tuple[str, ...]) -> tuple[int, ...] | None:
    """The ids of the people that are named, by id, first name or whole name; None where nobody is."""
    from store.folding import fold

    if not stays:
        return None
    found = []
    for text in stays:
        named = [
            person.id or 0
            for person in preview.people
            if fold(text) in (fold(person.first_name), fold(person.name), fold(person.listed), str(person.id))
        ]
        if len(named) != 1:
            raise Ended(_("“{name}” is none of them, or several.").format(name=text))
        found += named
    return tuple(found)


def _show(preview: MergePreview) -> None:
    from screens.member_merge_lines import legend, moves, side_by_side

    for line in side_by_side(preview, WIDTH):
        say(line.plain)
    say(legend())
    for text in moves(preview):
        say(text)


def _kinds(given: tuple[str, ...]) -> list[str]:
    from store.preferences import EVERYTHING, KINDS

    if EVERYTHING in given:
        return [kind for kind in KINDS if kind != "measured"]
    return list(given)


def _show_preferences(store: Store, told: tuple[Preference, ...]) -> None:
    from screens.member_words import CHANNELS, KINDS, said_words
    from store.clock import unstamp

    def when(preference: Preference) -> str:
        if not preference.since:
            return ""
        return dates.day(store.clock.to_wall(unstamp(preference.since)).date(), year=True)

    rows = [
        (
            _(CHANNELS[one.channel]),
            _(KINDS[one.kind]),
            one.kind,
            _("yes") if one.allowed else _("no"),
            when(one),
            one.by,
            said_words(one),
        )
        for one in told
        if one.since or (one.channel, one.kind) != ("sms", "measured")
    ]
    headers = (_("channel"), _("message"), _("kind"), _("wanted"), _("since"), _("by"), _("how"))
    print_table(headers, rows)
