"""`cabas members show --everything` and `cabas members erase`: what is stored about somebody, and taking it away."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from screens.text import visible
from templates.words import N_, _
from tui.context import Context
from tui.output import Ended, print_json, say, warn

if TYPE_CHECKING:
    from store import Store


def show_everything(store: Store, member_id: int, *, as_json: bool) -> None:
    """Everything that is stored about a member, for who asks what the group knows of them."""
    from store.exchange.export_notes import note_export
    from store.personal_data import everything_about

    data = everything_about(store, member_id)
    note_export(store, "member", "json" if as_json else "txt", 1, member_id)
    if as_json:
        print_json(data)
    else:
        from screens.member_data_lines import sections

        for title, lines in sections(data, store.clock, store.settings.group().currency):
            say(title)
            for line in lines:
                say(f"  {line}")
    if data.orders is None:
        warn(_("Orders are not shown: you are not allowed to see them."))
    if data.messages is None:
        warn(_("Messages are not shown: you are not allowed to see them."))


@click.command(
    help=N_(
        "Erase a member for good, or one of the two people: names, addresses, phones, notes and mails go, orders stay "
        "without a name, and what they refused is never asked again. It cannot be undone: it says first what goes and "
        "asks. Backups and exports are not touched."
    ),
    short_help=N_("Erase a member, or one of two people, for good."),
)
@click.argument("member")
@click.option("--person", type=click.IntRange(1, 2), metavar="1|2", help=N_("Only this one of the two people."))
@click.option("--second", is_flag=True, help=N_("Only the second of the two people."))
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@click.pass_obj
def erase(context: Context, member: str, person: int | None, second: bool, yes: bool) -> None:
    from screens.member_erase import erased_words, preview_lines
    from store.erasing import erase as erase_for_good
    from store.erasing import erasing_preview

    store = context.store()
    member_id = store.members.resolve(member, archived=True)
    person_id = _person_id(store, member_id, 2 if second else person)
    preview = erasing_preview(store, member_id, person_id=person_id)
    for line in preview_lines(preview):
        warn(line.plain.rstrip())
    if not yes and not _asked(preview.person or preview.name):
        raise Ended(_("Nothing is erased."))
    say(erased_words(erase_for_good(store, member_id, person_id=person_id)))


def _person_id(store: Store, member_id: int, place: int | None) -> int | None:
    if place is None:
        return None
    people = store.members.get(member_id).people
    if place > len(people):
        raise Ended(_("There is no second person in this household."))
    return people[place - 1].id


def _asked(name: str) -> bool:
    """Whether a person says yes; raises `Ended` where there is no terminal to ask on."""
    if not sys.stdin.isatty():
        raise Ended(_("Nothing is erased: nobody can be asked here. --yes erases without asking."))
    try:
        question = _("Erase {name} for good? Nobody can bring it back.").format(name=visible(name))
        return click.confirm(question, err=True)
    except click.Abort:
        warn("")
        return False
