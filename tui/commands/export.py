"""`cabas export`: what the group has, as files for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from screens.export_words import FORMS, counted, left_out_words
from templates.words import N_, _, ngettext
from tui.commands.export_file import file
from tui.commands.journal import export_of, wanted_options
from tui.commands.options import distribution_option
from tui.context import Context
from tui.output import put_out, warn
from tui.paths import Writable

if TYPE_CHECKING:
    from store.exchange.export_folder import Export

to_option = click.option(
    "-o",
    "--output",
    type=Writable(dash=True),
    metavar="FILE",
    help=N_("Write to this file, which must not be there yet; without it to the standard output."),
)
LIST_FORMS = ("csv", "json", "txt", "html")
list_form_option = click.option(
    "--format",
    "form",
    type=click.Choice(LIST_FORMS),
    default="txt",
    show_default=True,
    help=N_("txt and html are to read and print, csv and json for other programs."),
)


@click.group(help=N_("Write members, products, orders and lists as files for other programs, and to print."))
def export() -> None:
    pass


@export.command(
    help=N_(
        "Write members: csv and json hold everything that is stored of them and can be imported again, archived "
        "members too unless a segment is named; cagette is what Cagette and CAMAP load; to is for a mail program's To "
        "field; vcf are cards for an address book; phones and html are the phone list."
    ),
    short_help=N_("Write members, in one of seven forms."),
)
@click.option("--segment", metavar="WORDS", help=N_("Only those of a segment, as 'nobody + vip'."))
@click.option("--format", "form", type=click.Choice(tuple(FORMS)), default="csv", show_default=True)
@to_option
@click.pass_obj
def members(context: Context, segment: str | None, form: str, output: Path | None) -> None:
    from store.exchange.member_export import export_members
    from store.segments import parse

    chosen = None if segment is None else parse(segment)
    made = export_members(context.store(), form, segment=chosen)
    _hand_out(made, output, counted(form, made.rows))
    if left := left_out_words(form, made.left_out):
        warn(left)


@export.command(help=N_("Write products and their prices as a CSV file that can be imported again."))
@click.option(
    "--catalogue", "catalogues", multiple=True, metavar="C", help=N_("Only of this catalogue, by id or name.")
)
@to_option
@click.pass_obj
def products(context: Context, catalogues: tuple[str, ...], output: Path | None) -> None:
    from store.exchange.product_export import export_products

    store = context.store()
    chosen = [store.catalogues.resolve(name) for name in catalogues] or None
    made = export_products(store, chosen)
    _hand_out(made, output, ngettext("{n} product", "{n} products", made.rows).format(n=made.rows))


@export.command(
    help=N_(
        "Write the order lines of a distribution: as a CSV file that can be imported again, or with --by or another "
        "form as a list to read and print."
    ),
    short_help=N_("Write the order lines of a distribution."),
)
@distribution_option
@click.option("--by", type=click.Choice(("member", "product", "producer")), help=N_("What they are put together by."))
@click.option("--format", "form", type=click.Choice(LIST_FORMS), default="csv", show_default=True)
@to_option
@click.pass_obj
def orders(context: Context, distribution: str, by: str | None, form: str, output: Path | None) -> None:
    _list(context, "orders", form, distribution, None, output, by)


def _of_producers(name: str, help_: str) -> None:
    """Add a subcommand for a list that is of one catalogue, or of all."""

    @export.command(name, help=help_)
    @distribution_option
    @click.option("--catalogue", metavar="C", help=N_("Only of this catalogue, by id or name."))
    @list_form_option
    @to_option
    @click.pass_obj
    def command(context: Context, distribution: str, catalogue: str | None, form: str, output: Path | None) -> None:
        _list(context, name, form, distribution, catalogue, output)


_of_producers("recap", N_("Write what is ordered from a producer, or from each: product by product, then for whom."))
_of_producers("supplement", N_("Write what changed since the producer was told: added, changed, removed, for whom."))


@export.command(help=N_("Write the pick-up sheet: members by name and what they get, with boxes to tick."))
@distribution_option
@list_form_option
@to_option
@click.pass_obj
def pickup(context: Context, distribution: str, form: str, output: Path | None) -> None:
    _list(context, "pickup", form, distribution, None, output)


@export.command(
    help=N_(
        "Write whom to call back: who ordered by phone last time, and not yet this time. With --message: whom to call "
        "since no mail of the message reaches them, and what to say."
    ),
    short_help=N_("Write whom to call, back or for a message."),
)
@distribution_option
@click.option("--message", "message_id", type=int, metavar="ID", help=N_("The call list of this message instead."))
@list_form_option
@to_option
@click.pass_obj
def calls(context: Context, distribution: str, message_id: int | None, form: str, output: Path | None) -> None:
    if message_id is None:
        _list(context, "calls", form, distribution, None, output)
        return
    from mail.call_sheet import export_message_calls

    made = export_message_calls(context.store(), form, message_id)
    _hand_out(made, output, _counted("calls", made.rows))


@export.command(help=N_("Write whom a message was meant for, and what became of each mail."))
@click.argument("message_id", metavar="ID", type=int)
@click.option(
    "--channel", type=click.Choice(("csv",)), help=N_("What another tool is to send, with the texts: CSV only.")
)
@click.option("--format", "form", type=click.Choice(("csv", "json")), default="csv", show_default=True)
@to_option
@click.pass_obj
def message(context: Context, message_id: int, channel: str | None, form: str, output: Path | None) -> None:
    from store.exchange.message_export import export_message

    if channel is not None:
        from tui.commands.message_channels import write_rows

        if form != "csv":
            raise click.UsageError(_("What another tool is to send is written as CSV only."))
        write_rows(context.store(), message_id, output)
        return
    made = export_message(context.store(), form, message_id)
    _hand_out(made, output, ngettext("{n} recipient", "{n} recipients", made.rows).format(n=made.rows))


@export.command(
    help=N_(
        "Write what messages brought: of one, or of all that somebody wrote. Without the right to see turnover there "
        "is no money in it."
    ),
    short_help=N_("Write what messages brought."),
)
@click.option("--message", "message_id", type=int, metavar="ID", help=N_("Only of this message."))
@click.option("--automatic", is_flag=True, help=N_("Of those that workflows sent instead."))
@click.option("--days", is_flag=True, help=N_("Day by day, as the curves show it."))
@click.option("--recipients", is_flag=True, help=N_("The people that the message was meant for instead."))
@click.option("--format", "form", type=click.Choice(("csv", "json")), default="csv", show_default=True)
@to_option
@click.pass_obj
def results(
    context: Context,
    message_id: int | None,
    automatic: bool,
    days: bool,
    recipients: bool,
    form: str,
    output: Path | None,
) -> None:
    from store.exchange.results_export import export_result_recipients, export_results

    if not recipients:
        made = export_results(context.store(), form, message_id, days=days, automatic=automatic)
        _hand_out(made, output, ngettext("{n} line", "{n} lines", made.rows).format(n=made.rows))
        return
    if message_id is None:
        raise click.UsageError(_("--recipients is of one message: name it with --message."))
    made = export_result_recipients(context.store(), form, message_id)
    _hand_out(made, output, ngettext("{n} recipient", "{n} recipients", made.rows).format(n=made.rows))


@export.command(
    help=N_(
        "Write who got which mail or SMS, and when: all that was tried for those of a message, of a member, or of all "
        "messages, with the answers' own words. A member is named by number or name."
    ),
    short_help=N_("Write who got which mail or SMS, and when."),
)
@click.option("--message", "message_id", type=int, metavar="ID", help=N_("Only of this message."))
@click.option("--member", metavar="M", help=N_("Only of those to this member."))
@click.option("--format", "form", type=click.Choice(("csv", "json")), default="csv", show_default=True)
@to_option
@click.pass_obj
def attempts(context: Context, message_id: int | None, member: str | None, form: str, output: Path | None) -> None:
    from store.exchange.attempts_export import export_attempts

    store = context.store()
    member_id = None if member is None else store.members.resolve(member)
    made = export_attempts(store, form, message_id=message_id, member_id=member_id)
    _hand_out(made, output, ngettext("{n} line", "{n} lines", made.rows).format(n=made.rows))


export.add_command(file)


@export.command(
    help=N_("Write who did what, and when: an admin gets everything, everybody else what they did themselves."),
    short_help=N_("Write who did what, and when."),
)
@wanted_options
@click.option("--format", "form", type=click.Choice(("csv", "json")), default="csv", show_default=True)
@to_option
@click.pass_obj
def journal(context: Context, /, form: str, output: Path | None, **options: Any) -> None:
    made, count = export_of(context, form, **options)
    _hand_out(made, output, count)


def _list(
    context: Context,
    what: str,
    form: str,
    distribution: str,
    catalogue: str | None,
    output: Path | None,
    by: str | None = None,
) -> None:
    from mail.sheets import export_list

    store = context.store()
    catalogue_id = None if catalogue is None else store.catalogues.resolve(catalogue)
    made = export_list(store, what, form, store.distributions.resolve(distribution), catalogue_id, by)
    _hand_out(made, output, _counted(what, made.rows))


def _counted(what: str, rows: int) -> str:
    if what in ("pickup", "calls"):
        return ngettext("{n} member", "{n} members", rows).format(n=rows)
    if what == "recap":
        return ngettext("{n} product", "{n} products", rows).format(n=rows)
    if what == "supplement":
        return ngettext("{n} change", "{n} changes", rows).format(n=rows)
    return ngettext("{n} order line", "{n} order lines", rows).format(n=rows)


def _hand_out(made: Export, output: Path | None, count: str) -> None:
    if output is None or str(output) == "-":
        put_out(made.content)
        return
    from store.exchange.export_folder import write_new

    write_new(output, made.content)
    warn(_("{count} in {path}").format(count=count, path=output))
