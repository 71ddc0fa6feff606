"""`cabas members`: find, show, add and change members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from store.errors import NotFound
from store.rights import Right
from templates.words import N_, _, ngettext
from tui.commands.member_acts import COMMANDS
from tui.commands.member_fields import PERSON, SECOND, field_options, with_fields
from tui.commands.options import EVERYONE, json_option
from tui.commands.personal import erase, show_everything
from tui.context import Context
from tui.output import print_json, print_table, say, warn

if TYPE_CHECKING:
    from store import Store
    from store.people import Member


@click.group(help=N_("The members of the group: one row is a household of one or two people."))
def members() -> None:
    pass


for command in (*COMMANDS, erase):
    members.add_command(command)


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

    me = store.operators.me()
    limited = not (me.may(Right.MEMBERS) or me.may(Right.ORDERS))
    for line in (*described(found, limited=limited), *_what_keeps_mail_away(store, found)):
        say(line)


def _what_keeps_mail_away(store: Store, member: Member) -> Iterator[str]:
    """What a member's people refuse, and why an address counts as one that does not work, for who may know that."""
    from screens.came_back_words import reason_of, when_words
    from screens.member_words import refusals
    from screens.text import labelled

    me = store.operators.me()
    if me.may(Right.MEMBERS):
        said = [(person, store.members.all_preferences(person.id)) for person in member.people if person.id is not None]
        if text := refusals(said):
            yield "  " + labelled(_("refused"), text)
    if me.may(Right.MESSAGES_SEE):
        back = {came.address: came for came in reversed(store.came_back.of_member(member.id or 0)) if came.unreached}
        for came in back.values():
            if came.state == "done" and came.kind in ("hard", "soft", "unclear"):
                text = _("{name}: {what}").format(name=came.address, what=reason_of(came) or came.said)
                yield "  " + labelled(_("came back"), f"{when_words(came.received_at, store.clock)}, {text}")


@members.command(help=N_("Add a member: a household of one or two people."))
@field_options
@json_option
@click.pass_obj
def add(context: Context, /, as_json: bool, **given: Any) -> None:
    from store.people import Member

    store = context.store()
    member = with_fields(Member(people=()), given)
    alike = store.members.alike(member)
    member_id = store.members.add(member)
    if as_json:
        print_json({"id": member_id, "alike": [row.id for row in alike]})
        return
    say(_("{name} is member {id}.").format(name=store.members.get(member_id).name, id=member_id))
    for row in alike:
        known = ", ".join(part for part in (row.name, row.phone or row.email) if part)
        warn(_("! Perhaps here twice: {known} (member {id})").format(known=known, id=row.id))


@members.command(help=N_("Change one member, found by id, name, phone or e-mail; what is not named stays."))
@click.argument("member")
@click.option("--second", is_flag=True, help=N_("The names, e-mail and phones are those of the second person."))
@field_options
@click.option("--swap", is_flag=True, help=N_("Exchange the two people, after the other changes."))
@click.option("--archive/--no-archive", default=None, help=N_("Take out of every list, or back in."))
@json_option
@click.pass_obj
def edit(
    context: Context, /, member: str, second: bool, swap: bool, archive: bool | None, as_json: bool, **given: Any
) -> None:
    store = context.store()
    known = store.members.get(store.members.resolve(member, archived=True))
    if known.erased:
        raise NotFound("member", member)
    if second:
        given |= {f"{SECOND}{name}": given[name] for name in PERSON if given[name] is not None}
        given |= dict.fromkeys(PERSON)
    changed = with_fields(known, given)
    if changed != known:
        changed = store.members.save(changed)
    member_id = known.id or 0
    if swap:
        changed = store.members.swap(member_id, changed.version)
    if archive is not None:
        store.members.archive(member_id, archive)
    if as_json:
        print_json(store.members.get(member_id))
    else:
        say(_("{name} is changed.").format(name=changed.name))
