"""What each row of the journal says, as a sentence in the operator's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from screens.channel_words import many_words
from screens.journal_sentences import COUNTED, FIELDS, FORMS, KINDS, PLAIN, WAYS
from screens.limits_words import LABELS as LIMITS
from screens.member_data_lines import CALLS, RETURNS
from screens.roles_words import RIGHT_NAMES, role_name
from store.clock import unstamp
from store.rights import AUTOMATIC
from templates.words import N_, _, dates, ngettext
from templates.words.money import number

if TYPE_CHECKING:
    from store.clock import Clock
    from store.journal import Entry

MOST_FIELDS = 3


def sentence(entry: Entry) -> str:
    """Who did what: "Paul changed the phone of Odette Maréchal"; an action without words is named as it is kept."""
    values = _values(entry)
    template = PLAIN.get(entry.action)
    values["said"] = (_(template) if template is not None else "{who}: {action}").format(**values)
    if (special := _SPECIAL.get(entry.action)) is not None and (said := special(entry, values)):
        return said
    counted = COUNTED.get(entry.action)
    if counted is not None and entry.subject_id is None:
        return ngettext(*counted, _count(entry)).format(**values)
    return str(values["said"])


def who_words(login: str, name: str) -> str:
    """The operator's name; what nobody did, cabas did."""
    return "cabas" if login == AUTOMATIC.login else name


def day_words(entry: Entry, clock: Clock) -> str:
    """The local day of a row, as a heading."""
    return dates.day(clock.to_wall(unstamp(entry.at)).date(), year=True)


def hour_words(entry: Entry, clock: Clock) -> str:
    """The local hour of a row."""
    return dates.hour(clock.to_wall(unstamp(entry.at)))


def what_words(entry: Entry) -> str:
    """The thing that a row is about; one that has no name any more by its number."""
    name = entry.subject
    if entry.kind == "order":
        return _order(entry)
    if entry.kind == "distribution" and name:
        return _("the distribution of {day}").format(day=_day(name))
    if entry.kind == "delivery" and name:
        return _("the mail to {name}").format(name=name)
    if entry.kind in ("message", "starter", "segment", "workflow") and name:
        return _("“{title}”").format(title=name)
    if name or entry.subject_id is None:
        return name
    return f"{_(KINDS[entry.kind])} {entry.subject_id}" if entry.kind in KINDS else str(entry.subject_id)


def _order(entry: Entry) -> str:
    name = entry.subject or _("somebody who is gone")
    if not entry.also:
        words = _("the basket of {name}") if entry.action.startswith("basket") else _("the order of {name}")
        return words.format(name=name)
    if entry.action.startswith("basket"):
        words = _("the basket of {name} for {day}")
    else:
        words = _("the order of {name} for {day}")
    return words.format(name=name, day=_day(entry.also))


def _day(text: str) -> str:
    """A distribution's ISO day as people say it."""
    try:
        return dates.day(date.fromisoformat(text))
    except ValueError:
        return text


def _values(entry: Entry) -> dict[str, Any]:
    gone = _("(gone)")
    what = what_words(entry) or gone
    name = role_name(str(entry.detail.get("role"))) if entry.action.startswith("role.") else entry.subject or what
    return {
        "who": who_words(entry.login, entry.operator),
        "action": entry.action,
        "what": what,
        "name": name,
        "day": _day(entry.subject) if entry.kind == "distribution" and entry.subject else gone,
        "also": entry.also or gone,
        "n": number(_count(entry)),
    }


def _count(entry: Entry) -> int:
    detail = entry.detail
    for name in ("count", "rows", "mails", "orders", "sent"):
        if isinstance(detail.get(name), int):
            return int(detail[name])
    listed = next((detail[name] for name in ("products", "made") if isinstance(detail.get(name), list)), ())
    return len(listed)


def fields_words(names: object) -> str:
    """The fields that were changed, as a list with their articles; "" where they have no words, or are many."""
    known = [FIELDS[name] for name in names if name in FIELDS] if isinstance(names, list | tuple) else []
    words = list(dict.fromkeys(_(text) for text in known))
    return ", ".join(words) if len(words) <= MOST_FIELDS else ""


def _edited(entry: Entry, values: Mapping[str, Any]) -> str:
    fields = fields_words(entry.detail.get("fields"))
    return _("{who} changed {fields} of {what}").format(**values, fields=fields) if fields else ""


def _touched(entry: Entry, values: Mapping[str, Any]) -> str:
    """Where the fields have no "of" before them: "changed the group's settings: the name"."""
    fields = fields_words(entry.detail.get("fields"))
    return _with_fields(values, fields)


def _with_fields(values: Mapping[str, Any], fields: str) -> str:
    return _("{said}: {fields}").format(said=values["said"], fields=fields) if fields else ""


def _late(entry: Entry, values: Mapping[str, Any]) -> str:
    late = entry.detail.get("late", 0)
    if not late:
        return ""
    return ngettext("{said}, {n} line late", "{said}, {n} lines late", late).format(said=values["said"], n=late)


def _ordered(entry: Entry, values: Mapping[str, Any]) -> str:
    """An order that was written, with what is late, and the vouchers that came on it and went off."""
    said = _late(entry, values) or str(values["said"])
    for name, words in (("on", N_("{said}, voucher {codes} on")), ("off", N_("{said}, voucher {codes} off"))):
        codes = entry.detail.get(name)
        if isinstance(codes, list) and codes:
            said = _(words).format(said=said, codes=", ".join(map(str, codes)))
    return said


def _with_code(entry: Entry, values: Mapping[str, Any]) -> str:
    code = entry.detail.get("code")
    return _with_fields(values, code) if isinstance(code, str) else ""


def _erased(entry: Entry, values: Mapping[str, Any]) -> str:
    if entry.detail.get("household", True):
        return ""
    return _("{who} erased one of the two people of {what} for good").format(**values)


def _stopped(entry: Entry, values: Mapping[str, Any]) -> str:
    return "" if entry.subject_id else _("{who} wrote down a STOP of an address").format(**values)


def _called(entry: Entry, values: Mapping[str, Any]) -> str:
    state = entry.detail.get("state")
    if entry.action == "message.called":
        values = {**values, "name": values["also"]}
    if state is None:
        return _("{who} took back what was noted about calling {name}").format(**values)
    words = _("{who} noted about calling {name}: {state}")
    if entry.action == "message.called":
        words = _("{who} noted about calling {name} for {what}: {state}")
    return words.format(**values, state=_(CALLS[state]) if state in CALLS else state)


def _came_back(entry: Entry, values: Mapping[str, Any]) -> str:
    kind = entry.detail.get("kind")
    said = _(RETURNS[kind]) if kind in RETURNS else ""
    return _("{who} noted of {name}: {said}").format(**{**values, "said": said}) if said else ""


def _moved(entry: Entry, values: Mapping[str, Any]) -> str:
    before, after = entry.detail.get("before"), entry.detail.get("after")
    if not before or not after or before == after:
        return ""
    words = _("{who} moved the distribution of {before} to {after}")
    return words.format(who=values["who"], before=_day(before), after=_day(after))


def _scheduled(entry: Entry, values: Mapping[str, Any]) -> str:
    try:
        hour = dates.moment(datetime.fromisoformat(str(entry.detail.get("at"))))
    except ValueError:
        return ""
    return _("{who} kept {what} to be sent {moment}").format(**values, moment=hour)


def _imported(entry: Entry, values: Mapping[str, Any]) -> str:
    numbers = {name: number(entry.detail.get(name, 0)) for name in ("new", "changed", "bad")}
    return _("{said}: {new} new, {changed} changed, {bad} refused").format(said=values["said"], **numbers)


def _deleted(entry: Entry, values: Mapping[str, Any]) -> str:
    return _("{who} deleted an imported mailing: {what}").format(**values) if entry.detail.get("imported") else ""


def _exported(entry: Entry, values: Mapping[str, Any]) -> str:
    form = entry.detail.get("form")
    if not form:
        return ""
    words = ngettext("{said} ({form}, {n} line)", "{said} ({form}, {n} lines)", _count(entry))
    return words.format(said=values["said"], form=_(FORMS.get(form, form)), n=values["n"])


def _told(entry: Entry, values: Mapping[str, Any]) -> str:
    way = entry.detail.get("way")
    return _("{said} ({way})").format(said=values["said"], way=_(WAYS[way])) if way in WAYS else ""


def _reason(entry: Entry, values: Mapping[str, Any]) -> str:
    reason = entry.detail.get("reason")
    return _("{said} ({way})").format(said=values["said"], way=reason) if reason else ""


def _limits(entry: Entry, values: Mapping[str, Any]) -> str:
    return _with_fields(values, ", ".join(_(LIMITS[name]) for name in entry.detail if name in LIMITS))


def _sent(entry: Entry, values: Mapping[str, Any]) -> str:
    """A text and how many mails it was, and SMS, letters and rows where there were any."""
    if further := _further(entry):
        parts = [ngettext("{n} mail", "{n} mails", _count(entry)).format(n=values["n"])] if _count(entry) else []
        return _("{name} ({what})").format(name=values["said"], what=", ".join([*parts, *further]))
    return ngettext("{said} ({n} mail)", "{said} ({n} mails)", _count(entry)).format(**values)


def _further(entry: Entry) -> list[str]:
    """What of a message goes beside the mails."""
    found = {"sms": entry.detail.get("sms"), "letter": entry.detail.get("letters"), "csv": entry.detail.get("csv")}
    return [many_words(channel, n) for channel, n in found.items() if isinstance(n, int) and n]


def _rights(entry: Entry, values: Mapping[str, Any]) -> str:
    """What was given and taken; the role where one was given whole."""
    role = entry.detail.get("role")
    if entry.action == "operator.rights" and isinstance(role, str):
        values = {**values, "said": _("{who} gave {name} the role {role}").format(**values, role=role_name(role))}
        return _with_fields(values, _changes(entry)) or str(values["said"])
    return _with_fields(values, _changes(entry))


def _changes(entry: Entry) -> str:
    before, after = entry.detail.get("before") or [], entry.detail.get("after") or []
    if not isinstance(before, list) or not isinstance(after, list):
        return ""
    changes = [("+", one) for one in after if one not in before] + [("-", one) for one in before if one not in after]
    rights = dict.fromkeys((sign, str(one).partition(":")[0]) for sign, one in changes)
    names = {right.value: name for right, name in RIGHT_NAMES.items()}
    return ", ".join(f"{sign} {_(names.get(right, right))}" for sign, right in rights)


_SPECIAL: dict[str, Callable[[Entry, Mapping[str, Any]], str]] = {
    "member.edited": _edited,
    "distribution.edited": _edited,
    "catalogue.edited": _edited,
    "producer.edited": _edited,
    "product.edited": _edited,
    "message.edited": _edited,
    "operator.described": _edited,
    "group.changed": _touched,
    "mailbox.set": _touched,
    "sms.set": _touched,
    "order.confirmed": _ordered,
    "order.recorded": _ordered,
    "order.changed": _ordered,
    "order.cancelled": _ordered,
    "basket.voucher_on": _with_code,
    "basket.voucher_off": _with_code,
    "member.voucher_cancelled": _with_code,
    "member.erased": _erased,
    "member.stopped": _stopped,
    "call.marked": _called,
    "message.called": _called,
    "came_back.noted": _came_back,
    "distribution.moved": _moved,
    "message.scheduled": _scheduled,
    "members.imported": _imported,
    "products.imported": _imported,
    "orders.imported": _imported,
    "messages.imported": _imported,
    "message.deleted": _deleted,
    "recap.sent": _told,
    "supplement.sent": _told,
    "operator.rights": _rights,
    "role.changed": _rights,
    "role.forgotten": _rights,
    "message.service": _reason,
    "limits.changed": _limits,
    "message.queued": _sent,
    "message.tested": _sent,
    "outbox.run_ended": _sent,
    **{action: _exported for action in PLAIN if action.startswith("export.")},
}
"""Where a sentence says more than the plain one, which is `said`; "" leaves it to that."""
