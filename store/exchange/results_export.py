"""What messages brought, as files: their figures, their curves day by day, and the people they were meant for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from store.exchange.export_folder import Export
from store.exchange.export_notes import note_export
from store.exchange.own_files import ENCODING, decimal_text, own_table
from store.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from store.handle import Store
    from store.result_records import Curves, Figure, Group, ResultRecipient, Results

FORMS = ("csv", "json")
UNITS = ("piece", "kg", "l")
FIGURES = (
    *("message", "label", "kind", "workflow", "sent_on", "closes_on", "counts_from", "counts_until", "imported"),
    *("members", "selected", "email", "sms", "letters", "csv", "calls", "opted_out", "mobile"),
    *("mails_sent", "mails_failed", "mails_bounced", "mails_unknown", "mails_held", "mails_waiting"),
    *("sms_sent", "sms_failed", "sms_unknown", "sms_held", "sms_waiting", "opted_out_since"),
    *("written_to", "came_back", "orders", "came_back_before", "not_written_to", "not_written_to_came_back"),
    *("all_came_back", "measured", "opened", "clicked", *UNITS, "of_its_file"),
    "orders_known_since",
)
"""One row for each message. `came_back_before`: of those written to, in as many days before; `all_came_back`: of all
members. `of_its_file`: the figures that an old mailing was imported with. What cannot be known is empty, as orders of
days before `orders_known_since` are."""
MONEY = (
    *("currency", "turnover", "margin", "cost_not_known", "estimated"),
    *("group_turnover", "group_margin", "group_cost_not_known"),
    *("turnover_before", "turnover_not_written_to", "turnover_per_member", "turnover_per_member_not_written_to"),
)
"""For who may see it, of one currency: a message that brought orders in two has a second row with its money alone."""
DAYS = ("message", "label", "day", "came_back", "orders", *UNITS)
DAYS_MONEY = ("currency", "turnover", "margin", "group_turnover", "group_margin")
"""One row for each day, and currency: all until the end of that day."""
RECIPIENTS = (
    *("member", "name", "first_name", "email", "mobile", "postal_code"),
    *("channel", "written_to", "came_back", "opted_out_since"),
)


def export_results(
    store: Store, form: str, message_id: int | None = None, *, days: bool = False, automatic: bool = False
) -> Export:
    """The figures of one message, or of all that somebody wrote (`automatic`: that workflows sent), the latest first.

    With `days` the table of their curves instead. Needs the right `messages.see`; without `results.money` there is no
    column of money. Raises as `AllResults.of`.
    """
    ids = [row.id for row in store.results.all(automatic=automatic)] if message_id is None else [message_id]
    found = [store.results.of(one) for one in ids]
    money = store.operators.me().may(Right.RESULTS_MONEY)
    columns: tuple[str, ...] = (*(DAYS if days else FIGURES), *((DAYS_MONEY if days else MONEY) if money else ()))
    rows = [row for one in found for row in (_days(one) if days else _figures(one))]
    what = "days" if days else "figures"
    name = "results" if message_id is None else f"results-{message_id}"
    note_export(store, "results", form, len(rows), message_id, {"what": what})
    return _export(store, f"{name}-days" if days else name, form, columns, rows)


def export_result_recipients(store: Store, form: str, message_id: int) -> Export:
    """The people a message was meant for, one row each, but for who had refused it; needs the right `messages.see`.

    Raises as `AllResults.of`.
    """
    rows = [_recipient(one) for one in store.results.recipients(message_id)]
    note_export(store, "result_recipients", form, len(rows), message_id)
    return _export(store, f"recipients-{message_id}", form, RECIPIENTS, rows)


def _export(
    store: Store, name: str, form: str, columns: Sequence[str], rows: Sequence[dict[str, int | str | bool | None]]
) -> Export:
    if form == "json":
        plain = [{column: row[column] for column in columns if column in row} for row in rows]
        content = (json.dumps(plain, ensure_ascii=False, indent=2) + "\n").encode()
    else:
        cells = ([_cell(row.get(column, "")) for column in columns] for row in rows)
        content = own_table(columns, cells).encode(ENCODING)
    return Export(f"{name}-{store.clock.today().isoformat()}.{form}", content, len(rows))


def _cell(value: int | str | bool | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)


def _figures(results: Results) -> Iterator[dict[str, Any]]:
    row, span, reach = results.row, results.span, results.reach
    mails, sms = results.mails, results.sms
    plain = {
        **_named(results),
        "kind": row.kind,
        "workflow": row.workflow,
        "sent_on": row.day.isoformat(),
        "closes_on": row.closes_on.isoformat() if row.closes_on else "",
        "counts_from": span.since.isoformat(),
        "counts_until": span.until.isoformat(),
        "imported": row.imported,
        **{name: getattr(reach, name) for name in ("members", "selected", "email", "sms", "letters", "csv", "calls")},
        "opted_out": reach.opted_out,
        "mobile": reach.mobile,
        "mails_bounced": mails.bounced,
        "opted_out_since": results.opted_out_since,
        "written_to": results.written.members,
        "not_written_to": results.others.members,
        **_ordered(results),
        "measured": results.measured.people,
        "opened": results.measured.opened,
        "clicked": results.measured.clicked,
        "orders_known_since": results.known_since.isoformat() if results.known_since else "",
        "of_its_file": ", ".join(f"{one.name}={_figure(one)}" for one in results.figures),
    }
    for name, counts in (("mails", mails), ("sms", sms)):
        plain |= {f"{name}_{state}": getattr(counts, state) for state in ("sent", "failed", "held")}
        plain |= {f"{name}_unknown": counts.unfinished, f"{name}_waiting": counts.ready}
    first, *further = _money(results) or [{}]
    yield {**plain, **first}
    for more in further:
        yield {**_named(results), **more}


def _ordered(results: Results) -> dict[str, int | str]:
    """Who ordered and how much; nothing where that is not known."""
    if not results.counted:
        return {}
    before = {"came_back_before": results.before.came_back} if results.compared else {}
    return {
        "came_back": results.written.came_back,
        "orders": results.written.orders,
        **before,
        "not_written_to_came_back": results.others.came_back,
        "all_came_back": results.everybody.came_back,
        **{one.unit: decimal_text(one.quantity, 3) for one in results.quantities},
    }


def _named(results: Results) -> dict[str, Any]:
    return {"message": results.row.id, "label": results.row.title}


def _figure(one: Figure) -> str:
    if one.currency:
        return f"{decimal_text(one.value, 2)} {one.currency}"
    return decimal_text(one.value, 3) if one.name == "quantity" else str(one.value)


def _money(results: Results) -> list[dict[str, str]]:
    """The money by currency, nothing without the right to see it."""
    return [
        {
            "currency": one.currency,
            "turnover": decimal_text(one.turnover, 2),
            "margin": decimal_text(one.margin, 2),
            "cost_not_known": decimal_text(one.uncosted, 2),
            "estimated": decimal_text(one.estimated, 2),
            "group_turnover": decimal_text(one.group_turnover, 2),
            "group_margin": decimal_text(one.group_margin, 2),
            "group_cost_not_known": decimal_text(one.group_uncosted, 2),
            "turnover_before": _in(results.before.turnover, one.currency) if results.compared else "",
            "turnover_not_written_to": _in(results.others.turnover, one.currency),
            "turnover_per_member": _each(results.written, one.currency),
            "turnover_per_member_not_written_to": _each(results.others, one.currency),
        }
        for one in (results.money or () if results.counted else ())
    ]


def _in(turnover: Any, currency: str) -> str:
    return decimal_text((turnover or {}).get(currency, 0), 2)


def _each(group: Group, currency: str) -> str:
    """The turnover for each member; empty where there is none to divide by."""
    return _in(group.per_member, currency) if group.members else ""


def _days(results: Results) -> Iterator[dict[str, Any]]:
    curves: Curves = results.curves
    if not results.counted:
        return
    for place, day in enumerate(curves.days):
        plain = {
            **_named(results),
            "day": day.isoformat(),
            "came_back": curves.came_back[place],
            "orders": curves.orders[place],
            **{one.unit: decimal_text(one.quantity[place], 3) for one in curves.quantities},
        }
        if curves.money is None:
            yield plain
        for curve in curves.money or ():
            amounts: Iterable[str] = DAYS_MONEY[1:]
            money = {name: decimal_text(getattr(curve, name)[place], 2) for name in amounts}
            yield {**plain, "currency": curve.currency, **money}


def _recipient(one: ResultRecipient) -> dict[str, Any]:
    return {
        "member": one.member_id,
        "name": one.last_name,
        "first_name": one.first_name,
        "email": one.email,
        "mobile": one.mobile,
        "postal_code": one.postal_code,
        "channel": one.channel,
        "written_to": one.written,
        "came_back": one.came_back,
        "opted_out_since": one.refused,
    }
