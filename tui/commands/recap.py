"""`cabas recap`: what producers are told, by mail or otherwise, and what they do not know yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from templates.words import N_, _, dates, ngettext
from tui.commands.options import distribution_option, json_option
from tui.context import Context
from tui.output import Ended, print_json, print_table, say

if TYPE_CHECKING:
    from store import Store
    from store.clock import Clock
    from store.lists.records import RecapState, Telling

catalogue_option = click.option(
    "--catalogue", required=True, metavar="C", help=N_("The catalogue, by id, name or beginning of it.")
)
supplement_option = click.option(
    "--supplement", "supplement", is_flag=True, help=N_("Only what changed since the producer was told.")
)


@click.group(help=N_("What producers are told: recaps, and supplements of what changed since."))
def recap() -> None:
    pass


@recap.command("list", help=N_("Where each catalogue of a distribution stands: what is ordered, what was told."))
@distribution_option
@click.option("--due", is_flag=True, help=N_("Only what is left to do, of all distributions to come."))
@json_option
@click.pass_obj
def list_recaps(context: Context, distribution: str, due: bool, as_json: bool) -> None:
    from templates.words.money import sums

    store = context.store()
    states = store.lists.due() if due else store.lists.states(store.distributions.resolve(distribution))
    if as_json:
        print_json([_state(state) for state in states])
        return
    if not states:
        say(_("Every producer knows what is ordered.") if due else _("This distribution has no catalogue."))
        return
    print_table(
        (_("day"), _("catalogue"), _("orders"), _("total"), _("told"), _("not told")),
        [
            (
                dates.day(state.day),
                state.name,
                state.orders,
                sums(state.totals, estimated=state.estimated),
                _("closed, not told") if state.recap is None and state.due else _last(state, store.clock),
                state.untold or "",
            )
            for state in states
        ],
        right=(2, 3, 5),
    )
    for state in states:
        if state.lost is not None:
            say(_("{catalogue}: nobody got the mail. Send it again, or tell them.").format(catalogue=state.name))


@recap.command(help=N_("Show the mail that a producer would get now, and where it would go."))
@distribution_option
@catalogue_option
@supplement_option
@click.option("--told", "as_told", is_flag=True, help=N_("The recap as it was told last, whatever came since."))
@json_option
@click.pass_obj
def show(context: Context, distribution: str, catalogue: str, supplement: bool, as_told: bool, as_json: bool) -> None:
    from mail.recaps import recap_mail

    store = context.store()
    if as_told:
        _show_told(store, *_which(store, distribution, catalogue), as_json)
        return
    mail = recap_mail(store, *_which(store, distribution, catalogue), _kind(supplement))
    if as_json:
        print_json(mail)
        return
    say(_("To: {addresses}").format(addresses=", ".join(mail.to) or "-"))
    say(_("Subject: {subject}").format(subject=mail.subject))
    say()
    say(mail.text)


def _show_told(store: Store, distribution_id: int, catalogue_id: int, as_json: bool) -> None:
    from mail.sheets import text, told_sheet
    from store.exchange.list_export import as_json as rows_of

    recap = store.lists.recap(distribution_id, catalogue_id)
    made = told_sheet(recap, group=store.settings.group().name, clock=store.clock)
    if made is None:
        raise Ended(_("{name} has not been told yet.").format(name=recap.catalogue.name))
    say(rows_of([recap.told]).decode().rstrip() if as_json and recap.told is not None else text(made))


@recap.command(help=N_("Put the recap for a producer into the outbox; what changes later is late and not told."))
@distribution_option
@catalogue_option
@supplement_option
@json_option
@click.pass_obj
def send(context: Context, distribution: str, catalogue: str, supplement: bool, as_json: bool) -> None:
    from mail.recaps import queue_recap

    store = context.store()
    told = queue_recap(store, *_which(store, distribution, catalogue), _kind(supplement))
    if as_json:
        print_json(_telling(told))
        return
    addresses = ", ".join(mail.address for mail in told.mails)
    say(_("In the outbox for {addresses}. “cabas outbox run” sends it.").format(addresses=addresses))


@recap.command(help=N_("Say that a producer has been told otherwise: in words, or by what was printed."))
@distribution_option
@catalogue_option
@supplement_option
@click.option(
    "--by", "way", type=click.Choice(("said", "file")), default="said", show_default=True,
    help=N_("said: by phone or in person; file: on paper or as a file."),
)  # fmt: skip
@click.option("--up-to", type=int, metavar="N", help=N_("Only what “recap show --json” said, by its up_to."))
@json_option
@click.pass_obj
def told(
    context: Context,
    distribution: str,
    catalogue: str,
    supplement: bool,
    way: str,
    up_to: int | None,
    as_json: bool,
) -> None:
    store = context.store()
    distribution_id, catalogue_id = _which(store, distribution, catalogue)
    done = store.lists.tell(distribution_id, catalogue_id, _kind(supplement), way, up_to=up_to)
    if as_json:
        print_json(_telling(done))
        return
    name = store.catalogues.get(catalogue_id).name
    if supplement:
        say(ngettext("{name} knows {n} change more.", "{name} knows {n} changes more.", done.changes).format(
            name=name, n=done.changes))  # fmt: skip
    else:
        say(_("{name} has been told; what is ordered from now on is late.").format(name=name))


def _which(store: Store, distribution: str, catalogue: str) -> tuple[int, int]:
    return store.distributions.resolve(distribution), store.catalogues.resolve(catalogue)


def _kind(supplement: bool) -> str:
    return "supplement" if supplement else "recap"


def _last(state: RecapState, clock: Clock) -> str:
    return "" if state.last is None else _told(state.last, clock)


def _told(telling: Telling, clock: Clock) -> str:
    """When and by whom, and how the mail is where it was one: "Tue 24 Nov 20:02 Marie, sent"."""
    from screens.message_states import DELIVERIES

    text = f"{dates.moment(clock.to_wall(telling.at))} {telling.by or ''}".rstrip()
    states = dict.fromkeys(_(DELIVERIES[mail.state]) for mail in telling.mails)
    return ", ".join((text, *states))


def _telling(telling: Telling) -> dict[str, Any]:
    names = ("id", "kind", "way", "at", "by", "changes", "lost")
    mails = [
        {"delivery": mail.id, "address": mail.address, "state": mail.state, "reason": mail.reason}
        for mail in telling.mails
    ]
    return {**{name: getattr(telling, name) for name in names}, "mails": mails}


def _state(state: RecapState) -> dict[str, Any]:
    names = (
        *("distribution_id", "day", "catalogue_id", "name", "producer_name", "phone", "emails", "opens", "closes"),
        *("closed", "orders", "lines", "totals", "estimated", "untold", "due"),
    )
    told = [_telling(telling) for telling in state.tellings]
    return {**{name: getattr(state, name) for name in names}, "tellings": told}
