"""`cabas members`: find, show, add and change members."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from templates.words import LANGUAGES, N_, _, ngettext
from tui.commands.personal import erase, show_everything
from tui.context import Context
from tui.output import print_json, print_table, say

if TYPE_CHECKING:
    from store.people import Member

EVERYONE = 10_000_000
FIELDS = ("first_name", "last_name", "email", "phone", "mobile")
PLACES = ("address1", "address2", "postal_code", "city", "language", "notes")

json_option = click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))


@click.group(help=N_("The members of the group: one row is a household of one or two people."))
def members() -> None:
    pass


members.add_command(erase)


@members.command("list", help=N_("List members, archived ones left out."))
@click.option("--segment", metavar="WORDS", help=N_("Only those of a segment, as 'nobody + vip'."))
@click.option("--search", metavar="TEXT", default="", help=N_("Only those found by a name, phone or e-mail."))
@json_option
@click.pass_obj
def list_members(context: Context, segment: str | None, search: str, as_json: bool) -> None:
    chosen = None
    if segment is not None:
        from store.segments import parse

        chosen = parse(segment)
    found = context.store().members.search(search, limit=EVERYONE, segment=chosen)
    if as_json:
        names = ("id", "first_name", "last_name", "email", "mobile", "postal_code")
        print_json([{name: getattr(row, name) for name in names} for row in found.rows])
        return
    if not found.rows:
        say(_("No member answers to this.") if search or chosen else _("There are no members yet: cabas members add"))
        return
    print_table(
        (_("id"), _("name"), _("e-mail"), _("phone"), _("mobile"), _("postal code"), "★"),
        [(r.id, r.name, r.email, r.phone, r.mobile, r.postal_code, "★" if r.vip else "") for r in found.rows],
        right=(0,),
    )
    say(ngettext("{n} member", "{n} members", found.total).format(n=found.total))


@members.command(help=N_("Show one member, found by id, name, phone or e-mail."))
@click.argument("member")
@click.option("--everything", is_flag=True, help=N_("All that is stored: orders, mails, who changed what."))
@json_option
@click.pass_obj
def show(context: Context, member: str, everything: bool, as_json: bool) -> None:
    store = context.store()
    member_id = store.members.resolve(member, archived=True)
    if everything:
        show_everything(store, member_id, as_json=as_json)
        return
    found = store.members.get(member_id)
    if as_json:
        print_json(found)
        return
    from screens.member_words import described

    for line in described(found):
        say(line)


@members.command(help=N_("Add a member."))
@click.option("--first-name", default="", help=N_("First name."))
@click.option("--last-name", default="", help=N_("Last name."))
@click.option("--email", default="", help=N_("E-mail, where there is one."))
@click.option("--phone", default="", help=N_("Phone, as one writes it."))
@click.option("--mobile", default="", help=N_("Mobile phone, as one writes it."))
@click.option("--postal-code", default="", help=N_("Postal code."))
@click.option("--city", default="", help=N_("Town."))
@json_option
@click.pass_obj
def add(context: Context, /, postal_code: str, city: str, as_json: bool, **person: str) -> None:
    from store.people import Member, Person

    store = context.store()
    member = Member(people=(Person(**person),), postal_code=postal_code, city=city)  # type: ignore[arg-type]
    member_id = store.members.add(member)
    if as_json:
        print_json({"id": member_id})
    else:
        say(_("{name} is member {id}.").format(name=store.members.get(member_id).name, id=member_id))


@members.command(help=N_("Change one member, found by id, name, phone or e-mail; what is not named stays."))
@click.argument("member")
@click.option("--second", is_flag=True, help=N_("The names, e-mail and phones are those of the second person."))
@click.option("--first-name", help=N_("First name."))
@click.option("--last-name", help=N_("Last name."))
@click.option("--email", help=N_("E-mail; an empty one takes it away."))
@click.option("--phone", help=N_("Phone, as one writes it."))
@click.option("--mobile", help=N_("Mobile phone, as one writes it."))
@click.option("--address1", help=N_("Address, first line."))
@click.option("--address2", help=N_("Address, second line."))
@click.option("--postal-code", help=N_("Postal code."))
@click.option("--city", help=N_("Town."))
@click.option(
    "--language", type=click.Choice(("", *LANGUAGES)), metavar="CODE", help=N_("Language of mails: en, fr or it.")
)
@click.option("--notes", help=N_("Notes, for operators only."))
@click.option("--vip/--no-vip", default=None, help=N_("Give or take the star."))
@click.option("--archive/--no-archive", default=None, help=N_("Take out of every list, or back in."))
@click.pass_obj
def edit(
    context: Context, /, member: str, second: bool, vip: bool | None, archive: bool | None, **given: str | None
) -> None:
    store = context.store()
    known = store.members.get(store.members.resolve(member, archived=True))
    assert known.id is not None
    changed = _changed(known, second, given)
    if vip is not None:
        changed = replace(changed, vip=vip)
    if changed != known:
        store.members.save(changed)
    if archive is not None:
        store.members.archive(known.id, archive)
    say(_("{name} is changed.").format(name=changed.name))


def _changed(member: Member, second: bool, given: dict[str, str | None]) -> Member:
    from store.people import EmailState, Person

    people = list(member.people)
    while second and len(people) < 2:
        people.append(Person())
    values = {name: given[name] for name in FIELDS if given[name] is not None}
    if "email" in values:
        values["email_state"] = EmailState.UNKNOWN
    if values:
        people[int(second)] = replace(people[int(second)], **values)  # type: ignore[arg-type]
    places = {name: given[name] for name in PLACES if given[name] is not None}
    return replace(member, people=tuple(people), **places)  # type: ignore[arg-type]
