"""What the settings say of each thing that is set: read from the store in a thread, then put into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from screens.channel_words import each_words
from screens.roles_words import people
from screens.routes import lacking
from screens.sms_settings_words import set_up_words
from screens.sms_settings_words import state_words as sms_state_words
from store.rights import AUTOMATIC, Right
from templates.words import N_, _, dates, languages, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.clock import Clock
    from store.journal_records import Entry
    from store.limits import Limits
    from store.mailbox import MailboxSettings, MailboxState
    from store.measuring import MeasuringSettings
    from store.rights import Operator
    from store.roles import Role
    from store.settings import Group
    from store.sms_gateway import SmsSettings
    from store.workflow_records import Workflow


@dataclass(frozen=True, slots=True)
class Facts:
    """How everything stands; `mailbox` and `state` None: there is none, or the operator may not see it, nor workflows.

    `no_sms` is why no SMS can go from this machine, `change` the last one that the operator may see, `backup` the
    newest that is whole, None: there is none.
    """

    group: Group
    operators: tuple[Operator, ...]
    roles: tuple[Role, ...]
    mailbox: MailboxSettings | None
    state: MailboxState | None
    workflows: tuple[Workflow, ...] | None
    limits: Limits
    sms: SmsSettings
    no_sms: str
    measuring: MeasuringSettings
    change: Entry | None
    backup: datetime | None


NAMES = {
    "group_form": N_("Group"),
    "operators": N_("Operators"),
    "roles": N_("Roles"),
    "mailbox": N_("Mailbox"),
    "workflows": N_("Workflows"),
    "attached": N_("For the group"),
    "limits": N_("Limits"),
    "sms_settings": N_("SMS"),
    "measuring": N_("Opens, clicks"),
    "journal": N_("Journal"),
    "backups": N_("Backups"),
    "me": N_("Yourself"),
}
"""What can be set, by its screen, in the order of the list."""


def read_facts(store: Store) -> Facts:
    """Read them all."""
    sees_mailbox = not lacking(store.operators.me(), "mailbox")
    return Facts(
        group=store.settings.group(),
        operators=tuple(store.operators.all()),
        roles=store.operators.roles(),
        mailbox=store.mailbox.get() if sees_mailbox else None,
        state=store.mailbox.state() if sees_mailbox else None,
        workflows=None if lacking(store.operators.me(), "workflows") else store.workflows.all(),
        limits=store.settings.limits(),
        sms=store.sms.get(),
        no_sms=set_up_words(store),
        measuring=store.measuring.get(),
        change=next(iter(store.journal.entries(limit=1)), None),
        backup=backup.at if (backup := store.backups.last()) is not None else None,
    )


def lines(facts: Facts, me: Operator, clock: Clock) -> dict[str, str]:
    """How each thing stands, in a few words; without one there is nothing to say."""
    return {
        "group_form": _group(facts.group),
        "operators": _operators(facts.operators),
        "roles": _roles(facts.roles),
        "mailbox": _mailbox(facts, clock),
        "workflows": _workflows(facts.workflows),
        "attached": _of_group(facts.workflows),
        "limits": _limits(facts.limits),
        "sms_settings": _sms(facts, clock),
        "measuring": _("on: {address}").format(address=facts.measuring.address) if facts.measuring.on else _("off"),
        "journal": _journal(facts.change, clock),
        "backups": _backups(facts.backup, clock),
        "me": f"{me.name} ({me.login}){_spoken(me)}",
    }


def _group(group: Group) -> str:
    return " · ".join((languages.name(group.language), group.country, group.currency, group.timezone, group.name))


def _operators(operators: tuple[Operator, ...]) -> str:
    admins = sum(one.may(Right.ADMIN) for one in operators)
    all_rights = ngettext("{n} may do everything", "{n} may do everything", admins).format(n=admins)
    return f"{people(len(operators))}, {all_rights}"


def _roles(roles: tuple[Role, ...]) -> str:
    many = ngettext("{n} role", "{n} roles", len(roles)).format(n=len(roles))
    own, changed = sum(not role.comes for role in roles), sum(role.changed for role in roles)
    if own:
        many += ", " + ngettext("{n} made here", "{n} made here", own).format(n=own)
    if changed:
        many += ", " + ngettext("{n} changed", "{n} changed", changed).format(n=changed)
    return many


def _mailbox(facts: Facts, clock: Clock) -> str:
    from screens.outbox_words import state_words

    settings, state = facts.mailbox, facts.state
    if state is None:
        return ""
    if settings is None:
        return _("none yet: nothing can go out")
    if state.state == "ok":
        return _("{address}: ready to send").format(address=settings.address)
    if state.reason == "operator":
        return "! " + _("{address}: sending is paused by hand").format(address=settings.address)
    return f"! {state_words(state, settings, clock)}"


def _workflows(workflows: tuple[Workflow, ...] | None) -> str:
    if workflows is None:
        return ""
    if not workflows:
        return _("none yet: nothing goes out by itself")
    going = sum(bool(one.places) and not one.paused for one in workflows)
    many = ngettext("{n} workflow", "{n} workflows", len(workflows)).format(n=len(workflows))
    return f"{many}, " + ngettext("{n} goes by itself", "{n} go by themselves", going).format(n=going)


def _of_group(workflows: tuple[Workflow, ...] | None) -> str:
    from store.workflow_records import Scope

    if workflows is None:
        return ""
    named = [one.title for one in workflows if any(place.scope is Scope.GROUP for place in one.places)]
    return _("{titles}, by itself").format(titles=", ".join(named)) if named else _("nothing goes by itself")


def _limits(limits: Limits) -> str:
    from store.limits import Limits as Coming

    return _("as they come") if limits == Coming() else _("changed here")


def _sms(facts: Facts, clock: Clock) -> str:
    if facts.sms.state != "ok":
        return f"! {sms_state_words(facts.sms, clock)}"
    if facts.no_sms:
        return facts.no_sms
    return each_words(facts.sms) or _("ready to send")


def _journal(change: Entry | None, clock: Clock) -> str:
    from screens.outbox_words import local

    if change is None:
        return _("nothing was done yet")
    name = _("automatic") if change.login == AUTOMATIC.login else change.operator
    return _("last change {moment}, {name}").format(moment=local(change.at, clock), name=name)


def _backups(last: datetime | None, clock: Clock) -> str:
    if last is None:
        return "! " + _("none yet")
    return _("last backup {moment}").format(moment=dates.moment(clock.to_wall(last)))


def _spoken(me: Operator) -> str:
    return f", {languages.name(me.language)}" if me.language else ""
