"""What messages brought: who came back, turnover, quantities and margin, beside what came without them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from store.measuring import measured
from store.message_rows import load_message
from store.result_records import Figure, ResultRecipient, ResultRow, Results, Span
from store.results_curves import currencies, curves_of, money_of, quantities_of
from store.results_list import result_row, result_rows
from store.results_orders import first_ordered, load_orders, who_ordered
from store.results_people import count_mails, count_members, count_reach, load_people, recipients, refused_since
from store.rights import Right
from store.settings import load_group

if TYPE_CHECKING:
    from store.handle import Store
    from store.message_records import Message
    from store.results_people import People
    from store.transaction import Transaction

__all__ = ["AllResults", "ResultRecipient", "ResultRow", "Results"]


class AllResults:
    """Reading needs the right `messages.see`; money is shown with `results.money` only, and None without it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(
        self, *, imported: bool | None = None, automatic: bool | None = None, limit: int | None = None
    ) -> tuple[ResultRow, ...]:
        """The messages that went out, the latest first: all of them, or only those that are imported, or automatic.

        What was cancelled before anything of it went is left out; what was put away is not.
        """
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return result_rows(t, self._store.clock, imported=imported, automatic=automatic, limit=limit)

    def of(self, message_id: int) -> Results:
        """What a message brought until today, with its curves.

        Raises `NotFound`, and `Invalid("results", …, "not_sent")` for one of which nothing went out.
        """
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            row = result_row(t, self._store.clock, message_id)
            message, span, people = self._read(t, row)
            orders, with_money = load_orders(t, span, people), t.actor.may(Right.RESULTS_MONEY)
            reach, (mails, sms) = count_reach(t, message_id, people), count_mails(t, message_id)
            money_in, known_since = currencies(orders, load_group(t).currency), first_ordered(t)
            return Results(
                row=row,
                span=span,
                reach=reach,
                mails=mails,
                sms=sms,
                opted_out_since=len(refused_since(t, message, people)),
                written=orders.written.as_group(len(people.written), with_money=with_money),
                before=orders.before.as_group(len(people.written), with_money=with_money),
                others=orders.others.as_group(len(people.others), with_money=with_money),
                everybody=orders.everybody.as_group(count_members(t, orders.everybody.first), with_money=with_money),
                money=money_of(orders, money_in) if with_money else None,
                quantities=quantities_of(orders.written),
                curves=curves_of(orders, span, known_since, money_in if with_money else None),
                measured=measured(t, message_id),
                figures=_figures(t, message_id, with_money=with_money),
                known_since=known_since,
            )

    def recipients(self, message_id: int) -> tuple[ResultRecipient, ...]:
        """The people a message was meant for, by name, but for those of members who had refused it; raises as `of`.

        Another tool may write to them: where mails do not arrive, or such messages are refused, there is no address.
        """
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            message, span, people = self._read(t, result_row(t, self._store.clock, message_id))
            known = span.counted(first_ordered(t), imported=message.imported)
            came_back = who_ordered(t, span) if known else None
            return recipients(t, message, people, came_back, refused_since(t, message, people))

    def _read(self, t: Transaction, row: ResultRow) -> tuple[Message, Span, People]:
        message = load_message(t, row.id)
        return message, _span(message, row.day, self._store.clock.today()), load_people(t, message)


def _span(message: Message, day: date, today: date) -> Span:
    """The days whose orders count for a message that went out on a day."""
    closes_on = message.closes_on
    until = today if closes_on is None else min(closes_on, today)
    return Span(message.counts_from or day, until, over=closes_on is not None and closes_on < today)


def _figures(t: Transaction, message_id: int, *, with_money: bool) -> tuple[Figure, ...]:
    rows = t.all(
        """SELECT name, currency, value FROM message_figures WHERE message_id = ? AND (currency = '' OR ?)
        ORDER BY name, currency""",
        (message_id, with_money),
    )
    return tuple(Figure(row["name"], row["currency"], row["value"]) for row in rows)
