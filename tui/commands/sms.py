"""`cabas sms`: what SMS cost and to whom they may go, and whether the gateway of the configuration works."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from store.rights import Right
from templates.words import N_, _, ngettext
from tui.commands.options import confirmed, json_option
from tui.context import Context
from tui.output import FAILED, NOT_NOW, WRONG_USE, Ended, print_json, say, warn

if TYPE_CHECKING:
    from mail.sms import Gateway
    from store import Store


@click.group(help=N_("SMS: what they cost, how many may go, and the gateway that takes them."))
def sms() -> None:
    pass


def _cost(_context: click.Context, _option: click.Parameter, text: str | None) -> int | None:
    from screens.sms_settings_words import cost_of

    try:
        return None if text is None else cost_of(text)
    except ValueError:
        raise click.BadParameter(_("“{value}” is no price; write it as 0,045.").format(value=text)) from None


@sms.command(help=N_("Say how SMS are set, how many were handed over in 24 hours, and what keeps others from going."))
@json_option
@click.pass_obj
def show(context: Context, as_json: bool) -> None:
    from mail.sms import is_set_up
    from screens.channel_words import precise
    from screens.sms_settings_words import set_up_words, state_words

    store = context.store()
    settings, budget, waiting = store.sms.get(), store.sms.budget(), store.deliveries.due().sms
    there = is_set_up(store.path)
    if as_json:
        print_json({**asdict(settings), "used": budget.used, "left": budget.left, "waiting": waiting, "gateway": there})
        return
    say(_("One SMS costs {sum}.").format(sum=precise(settings)) if settings.cost else _("Nobody said what SMS cost."))
    text = ngettext("{n} handed over in 24 hours", "{n} handed over in 24 hours", budget.used).format(n=budget.used)
    limit = _("at most {n}").format(n=settings.per_day) if settings.per_day else _("there is no limit")
    say(f"{text}, {limit}.")
    say(_("They go only to who said yes.") if settings.only_allowed else _("They go to all who have not refused them."))
    missing = set_up_words(store)
    say(_("No SMS goes out: {why}.").format(why=missing) if missing else state_words(store.sms.standing(), store.clock))
    if waiting:
        say(ngettext("{n} SMS waits.", "{n} SMS wait.", waiting).format(n=waiting))
    if not there:
        say(_("No gateway is named. {how}").format(how=_how()))


def _how() -> str:
    from screens.sms_words import HOW

    return _(HOW)


@sms.command("set", help=N_("Say what one SMS costs, how many may go in 24 hours, and to whom."))
@click.option("--cost", callback=_cost, metavar="PRICE", help=N_("Of one SMS, as 0,045; 0: they are free."))
@click.option("--currency", metavar="CODE", help=N_("Of the cost: three letters, as EUR."))
@click.option("--per-day", type=click.IntRange(0, 100_000), help=N_("At most so many in 24 hours; 0: no limit."))
@click.option(
    "--only-allowed/--everybody",
    "only_allowed",
    default=None,
    help=N_("Who gets them: who said yes, or all but who refused."),
)
@json_option
@click.pass_obj
def set_(
    context: Context,
    cost: int | None,
    currency: str | None,
    per_day: int | None,
    only_allowed: bool | None,
    as_json: bool,
) -> None:
    currency = None if currency is None else currency.strip().upper()
    given = {"cost": cost, "currency": currency, "per_day": per_day, "only_allowed": only_allowed}
    changes = {name: value for name, value in given.items() if value is not None}
    if not changes:
        raise Ended(_("Say what to change: --cost, --currency, --per-day, --only-allowed or --everybody."), WRONG_USE)
    settings = context.store().sms.set(**changes)
    if as_json:
        print_json(asdict(settings))
    else:
        say(_("Stored."))


@sms.command(help=N_("Look whether the configuration names a gateway that can be used; sends nothing."))
@json_option
@click.pass_obj
def check(context: Context, as_json: bool) -> None:
    from mail.sms import check as look

    store = context.store()
    service = look(store.path)
    if as_json:
        print_json({"service": service or None})
    if not service:
        raise Ended("" if as_json else _("No gateway is named. {how}").format(how=_how()))
    if not as_json:
        say(_("The gateway is reached by {service}. Try it: cabas sms test NUMBER").format(service=service))


@sms.command(help=N_("Send one SMS to a number now, which may cost something, and say what the gateway answers."))
@click.argument("number")
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@json_option
@click.pass_obj
def test(context: Context, number: str, yes: bool, as_json: bool) -> None:
    from mail.sms import Accepted, Trouble
    from mail.sms import gateway as find
    from screens.sms_words import outcome_words
    from store.phones import parse

    store = context.store()
    store.operators.me().require(Right.MESSAGES_SEND)
    group = store.settings.group()
    phone = parse(number, group.country)
    if not phone.e164:
        raise Ended(_("“{number}” is no phone number.").format(number=number), WRONG_USE)
    gateway = find(store.path)
    if gateway is None:
        raise Ended(_("No gateway is named. {how}").format(how=_how()))
    if not phone.is_mobile:
        warn("! " + _("{number} is no mobile number: messages send no SMS there.").format(number=phone.shown))
    if not yes and not confirmed(_("Send an SMS to {number} now?").format(number=phone.shown)):
        raise Ended(_("Nothing was sent."))
    outcome = _send(store, gateway, phone.e164, group.name)
    if as_json:
        print_json({"outcome": type(outcome).__name__.lower(), **asdict(outcome)})
    taken = isinstance(outcome, Accepted)
    if taken and not as_json:
        say(outcome_words(outcome))
    elif not taken:
        code = NOT_NOW if isinstance(outcome, Trouble) and outcome.kind in _PASSING else FAILED
        raise Ended("" if as_json else outcome_words(outcome), code)


_PASSING = ("busy", "network")


def _send(store: Store, gateway: Gateway, number: str, name: str) -> Any:
    """Hand it over, and where it is taken let go on what the gateway had stopped."""
    from mail.sms import Accepted

    ref = f"test-{store.clock.now():%Y%m%d%H%M%S}"
    outcome = gateway.send(number, _("{group}: this SMS is a test.").format(group=name), ref)
    store.sms.note_test(type(outcome).__name__.lower())
    if isinstance(outcome, Accepted) and store.sms.get().reason not in ("", "operator"):
        store.sms.resume()
    return outcome


@sms.command(help=N_("Send no SMS for now; mails go on."))
@json_option
@click.pass_obj
def pause(context: Context, as_json: bool) -> None:
    context.store().sms.pause()
    _say_paused(_("Paused. The SMS under way is finished; “cabas sms resume” goes on."), as_json, paused=True)


@sms.command(help=N_("Let SMS go on, whatever stopped them; “cabas outbox run” then sends."))
@json_option
@click.pass_obj
def resume(context: Context, as_json: bool) -> None:
    context.store().sms.resume()
    _say_paused(_("SMS go on. “cabas outbox run” sends."), as_json, paused=False)


def _say_paused(words: str, as_json: bool, *, paused: bool) -> None:
    if as_json:
        print_json({"paused": paused})
    else:
        say(words)
