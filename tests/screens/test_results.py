"""What a message brought, at the screen: sentences that compare, curves that tell each other apart without colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from rich.color import Color
from textual.pilot import Pilot

from mail.composing import freeze
from screens import resting
from screens.result_curves import drawing, first_view, quantity_words
from screens.result_words import beside_list, page
from screens.widgets.curve import Curve, CurveLine, day_ticks, scale
from screens.widgets.table import HouseTable
from store import Store
from store.measuring import Measured
from store.result_records import Figure, Group, Results, Span
from store.segments import parse
from store.voucher_records import Offer
from templates.words.money import number
from tests.screens.conftest import SIZE
from tests.screens.packets import at
from tests.screens.sample import Sample, make_app, opened, settled, text_of

HEARD_BY_MAIL = ("guerin", "benali", "rossi", "hostile", "nameless")


@pytest.fixture
def brought(store: Store, sample: Sample) -> int:
    """A message with vouchers to all nine, sent on 10 November to five; three have no e-mail, and one refuses.

    After it Guérin ordered for 14,10 and Benali for 4,30 francs, as did Durand (22,50), who has no e-mail; before it
    Benali did, for 1,90. Vegetables and flour are sold for a euro, or a franc, more than they cost; of poultry the cost
    is not known.
    """
    message = store.messages.new(parse("everyone"), "AMAP des Oiseaux : les fromages", "Bonjour", "Fromages de Daniel")
    store.vouchers.set_offer(message, Offer("EUR", amount=500))
    freeze(store, message)
    sold, members = sample.audience.offering, sample.audience.members
    store.orders.record(members["benali"], sold.past, [(sold.products["potatoes"], 1000)])
    with store.writing() as t:
        t.execute("UPDATE catalogues SET currency = 'CHF' WHERE id = ?", (sold.catalogues["flour"],))
    store.orders.record(members["benali"], sold.next, [(sold.products["wheat"], 2000)])
    days = {
        ("benali", sold.past): "2026-11-05",
        ("paul", sold.past): "2026-10-02",
        ("guerin", sold.next): "2026-11-12",
        ("paul", sold.next): "2026-11-15",
        ("benali", sold.next): "2026-11-18",
    }
    with store.writing() as t:
        t.execute(
            "UPDATE messages SET queued_at = '2026-11-10T18:00:00.000000Z', counts_from = '2026-11-10' WHERE id = ?",
            (message,),
        )
        t.execute("UPDATE deliveries SET state = 'sent' WHERE message_id = ?", (message,))
        for (name, distribution), day in days.items():
            t.execute(
                "UPDATE orders SET ordered_on = ? WHERE member_id = ? AND distribution_id = ? AND state = 'confirmed'",
                (day, members[name], distribution),
            )
        t.execute("UPDATE order_lines SET cost = price - 100 WHERE catalogue_id <> ?", (sold.catalogues["poultry"],))
        t.execute("UPDATE deliveries SET state = 'held', reason = 'cancelled' WHERE message_id = ?", (sample.message,))
        t.execute("UPDATE messages SET state = 'cancelled' WHERE id = ?", (sample.message,))
    return message


def said(app: object) -> str:
    """What is on the screen, sentences that are broken over lines in one piece."""
    return " ".join(text_of(app).split())  # type: ignore[arg-type]


# -- a message's page


async def test_from_the_messages_to_what_one_brought_and_round_its_curves(store: Store, brought: int):
    async with at(store) as hands:
        await hands.open("messages")
        table = hands.app.screen.query_one(HouseTable)
        table.move_cursor(row=table.get_row_index(str(brought)))
        await hands.type("r")
        assert hands.app.screen.NAME == "result"
        shown = said(hands.app)
        assert "Results of “Fromages de Daniel”" in shown
        assert "orders counted: 10 Nov – 21 Nov · 12 days so far" in shown
        assert "9 of 9 members selected · e-mail 5" in shown
        assert "3 to call · 1 does not want it" in shown
        assert "0 opted out since" in shown
        assert "2 of 5 came back (40%), 2 orders, €14.10 + CHF 4.30" in shown.replace("\xa0", " ")
        assert "In the 12 days before: 1 of the same 5 (20%), €1.90, €0.38 a member." in shown
        assert "Of 4 not written to: 1 ordered (25%), €22.50, €5.63 a member." in shown
        assert "Of all 9 members: 3 ordered (33%)" in shown
        assert "Margin: €4.00 · everybody's €4.00 · €22.50 sold at no known cost" in shown
        for turned in (
            "Turnover: ● €14.10 ○ CHF 4.30 (right)",
            "Quantity: ",
            "Total margin: ● theirs €4.00 ○ everybody's €4.00 + theirs CHF 2.00 (right) × everybody's CHF 2.00 (right)",
            "Who came back: ● 2 members ○ 2 orders",
            "Margin: ● €4.00 ○ CHF 2.00 (right)",
        ):
            await hands.type("t")
            assert turned in said(hands.app).replace("\xa0", " ")
        assert "came back" not in await hands.type("<enter>"), "the curve alone"
        assert "2 of 5 came back" in await hands.type("<enter>")
        await hands.type("E", "<down>", "<down>", "<enter>")
        assert "recipients-" in said(hands.app)
        (people,) = (store.path.parent / "exports").iterdir()
        assert "guerin@exemple.fr" in people.read_text("utf-8-sig")
        assert "Vouchers: 8 not used yet €40.00" in shown
        assert "Vouchers" in (await hands.type("v")).splitlines()[0]
        await hands.type("<f3>", "i")
        assert hands.app.screen.NAME == "message"
        await hands.type("r")
        assert hands.app.screen.NAME == "result"


async def test_who_may_not_see_money_sees_none_and_is_told_whom_to_ask(
    store: Store, brought: int, act_as: Callable[[str], Store]
):
    store.operators.add("zoe", "Zoé", "writer")
    async with at(act_as("zoe")) as hands:
        await hands.open("result", message_id=brought)
        curves = set()
        for _turn in range(3):
            shown = said(hands.app)
            assert "€" not in shown
            assert "CHF" not in shown
            curves.add("Quantity: ●" in shown)
            await hands.type("t")
        assert curves == {True, False}, "the curve turns between quantities and members"
        assert "2 of 5 came back (40%), 2 orders." in shown
        assert "You are not allowed to" in shown
        await hands.type("<f3>", "<f2>", "r")
        assert "2 of 5 came back (40%)" in said(hands.app)
        assert "€" not in said(hands.app)


async def test_who_was_called_was_reached_and_weighed_lines_and_unknown_costs_are_named(
    store: Store, sample: Sample, brought: int
):
    with store.writing() as t:
        t.execute("UPDATE orders SET ordered_on = '2026-11-15' WHERE member_id = ?", (sample.audience.members["paul"],))
        t.execute(
            "UPDATE recipients SET channel = 'call', call_state = 'called' WHERE message_id = ? AND member_id = ?",
            (brought, sample.audience.members["paul"]),
        )
    async with at(store) as hands:
        shown = " ".join((await hands.open("result", message_id=brought)).split())
    assert "3 of 6 came back (50%)" in shown, "who was called was reached"
    assert "€22.50 sold at no known cost" in shown
    assert "€22.50 estimated" in shown


# -- the list


async def test_the_list_shows_the_marked_one_follows_colleagues_and_draws_nothing_twice(
    store: Store, sample: Sample, brought: int, monkeypatch: pytest.MonkeyPatch
):
    sold, members = sample.audience.offering, sample.audience.members
    older = store.messages.new(parse("nobody + member(ids=5)"), "AMAP : bienvenue", "Bonjour", "Bienvenue à toutes")
    freeze(store, older)
    with store.writing() as t:
        t.execute("UPDATE messages SET queued_at = '2025-03-28T18:00:00.000000Z' WHERE id = ?", (older,))
        t.execute("UPDATE messages SET closes_on = '2025-04-02' WHERE id = ?", (older,))
    drawn: list[object] = []
    rested: list[Callable[[], None]] = []
    monkeypatch.setattr(resting, "REST_SECONDS", 600)
    async with at(store) as hands:
        await hands.type("<f2>", "rtt")
        shown = said(hands.app)
        assert "10 Nov Fromages de Daniel" in shown
        assert "28.03.25 Bienvenue à toutes 02.04.25" in shown
        assert "9 of 9 · e-mail 5 · mobile 3" in shown
        assert "Not written to: 1 of 4 (25%)" in shown
        assert "Quantity: ●" in shown, "typed ahead of the figures"
        await hands.type("<down>")
        shown = said(hands.app)
        assert "28 Mar 2025 – 2 Apr 2025 · 6 days" in shown
        assert "Nobody was written to." in shown
        await hands.type("<up>", "t", "t", "t", "t")
        assert "Turnover: ● €14.10" in said(hands.app)
        built = Curve._lay_out
        monkeypatch.setattr(Curve, "_lay_out", lambda curve: drawn.append(curve) or built(curve))
        store.members.star(members["rossi"], True)
        hands.app._poll()
        await hands.shown()
        assert not drawn, "a colleague's change elsewhere draws no curve"
        store.orders.record(members["rossi"], sold.next, [(sold.products["potatoes"], 2000)])
        monkeypatch.setattr(hands.app.screen, "set_timer", lambda _seconds, act: rested.append(act) or act)
        for starred in (False, True):
            hands.app._poll()
            assert "2 of 5 came back (40%)" in " ".join((await hands.shown()).split()), "it was read just now"
            store.members.star(members["rossi"], starred)
        (read_anew,) = rested
        read_anew()
        assert "3 of 5 came back (60%)" in " ".join((await hands.shown()).split())
        assert "Turnover: ● €17.90" in said(hands.app)
        assert "All messages the figures of the whole list" in " ".join((await hands.type("E")).split())
        await hands.type("<down>", "<down>", "<down>", "<enter>")
        (figures,) = (store.path.parent / "exports").iterdir()
        assert len(figures.read_text("utf-8-sig").splitlines()) == 1 + 3, "two messages, one of them in two currencies"
        await hands.type("<enter>")
        assert "Results of “Fromages de Daniel”" in said(hands.app)


async def test_an_empty_list_and_an_imported_mailing_say_what_there_is_to_know(store: Store, sample: Sample):
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'held', reason = 'cancelled' WHERE message_id = ?", (sample.message,))
        t.execute("UPDATE messages SET state = 'cancelled' WHERE id = ?", (sample.message,))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "results")
        assert "Nothing has gone out yet" in said(app)
        await pilot.press("t", "i", "b", "E")
        assert app.screen.NAME == "results"
        app = await opened(pilot, "result", message_id=sample.message)
        assert app.screen.NAME == "results"
        assert "! Nothing of “AMAP des Oiseaux : dernier rappel” has gone out: there are no results yet." in said(app)
        with store.writing() as t:
            t.execute(
                "INSERT INTO messages (label, kind, segment, state, created_at, changed_at, queued_at, imported_at)"
                " SELECT 'Une très longue lettre de printemps', kind, segment, 'queued', created_at, changed_at,"
                " '2026-04-02T10:00:00.000000Z', changed_at FROM messages WHERE id = ?",
                (sample.draft,),
            )
            old = t.one("SELECT max(id) AS id FROM messages")["id"]
            t.execute(
                "INSERT INTO message_figures (message_id, name, currency, value) VALUES"
                " (?, 'sent', '', 41), (?, 'turnover', 'EUR', 128450), (?, 'quantity', '', 7500)",
                (old, old, old),
            )
            t.execute(
                "INSERT INTO recipients (message_id, member_id, reach) VALUES (?, ?, 'email')",
                (old, sample.audience.members["guerin"]),
            )
            t.journal("message.changed")
        app._poll()
        await settled(pilot)
        assert "Une très … imported" in said(app)
        await pilot.press("enter")
        await settled(pilot)
        shown = said(app)
        assert "whom it was meant for and what became of each mail cannot be known" in shown
        assert "Its file says: sent 41 · turnover €1,284.50 · quantity 7.5" in shown.replace("\xa0", " ")


def test_what_cannot_be_known_or_not_yet_is_left_out_and_said(store: Store, brought: int):
    found = store.results.of(brought)

    def told(results: Results) -> str:
        return "\n".join(line.plain.strip() for line in page(results))

    young = replace(found, known_since=date(2026, 11, 2))
    assert "2 of 5 came back (40%)" in told(young)
    assert "Orders are known since Mon 2 Nov 2026: the days before cannot be compared." in told(young)
    assert "Orders are known since Mon 2 Nov 2026" in [line.plain for line in beside_list(young)]
    to_come = replace(found, span=Span(date(2026, 12, 1), date(2026, 11, 21), over=False))
    before = replace(found, row=replace(found.row, imported=True), known_since=date(2026, 11, 11))
    too_late = replace(found, span=Span(date(2026, 11, 21), date(2026, 11, 20), over=True))
    assert "Orders are known since Wed 11 Nov 2026: what was ordered in these days is not here." in told(before)
    assert "orders counted: from Tue 1 Dec on" in told(to_come)
    assert "orders counted: none, its last day was before it went" in told(too_late)
    for results in (to_come, before, too_late):
        assert "5 members were written to" in told(results)
        assert not [word for word in ("came back", "before:", "Margin", "Quantity", "0%") if word in told(results)]
    old = replace(before, reach=replace(found.reach, selected=0), written=Group(0, 0, 0, None), figures=())
    for said, figures in {
        "Its file does not say to whom it went.": (),
        "Nobody whom its file names was found among the members.": (Figure("unmatched", "", 2),),
    }.items():
        results = replace(old, figures=figures)
        assert said in told(results)
        assert said in "\n".join(line.plain for line in beside_list(results))
        assert "Nobody was written to" not in told(results)


def test_sentences_for_what_is_rare(store: Store, brought: int):
    found = store.results.of(brought)
    texted = replace(found, reach=replace(found.reach, sms=27))
    assert "by SMS 27" in "\n".join(
        line.plain for line in page(texted)
    )  # members: of two who share a number one SMS goes
    measured = replace(found, measured=Measured(mails=10, people=12, opened=9, clicked=1))
    assert "Of the 12 people measured, opened: 9 (75%) · clicked: 1 (8%)" in page(measured)[-1].plain
    assert found.curves.money is not None
    three = replace(found.curves, money=(*found.curves.money, replace(found.curves.money[0], currency="GNC")))
    drawn = drawing(three, "turnover")
    assert drawn.legend.replace("\xa0", " ") == "Turnover: ● €14.10  ○ CHF 4.30 (right)  GNC 14.10 (not drawn)"
    assert [line.right for line in drawn.lines] == [False, True]
    euros, francs, *_others = found.curves.money
    at_cost = replace(found.curves, money=(replace(euros, margin=(0,) * len(three.days)), francs))
    assert drawing(at_cost, "margin").legend.replace("\xa0", " ") == "Margin: €0.00  ● CHF 2.00"
    one_day = replace(three, days=three.days[:1])
    assert drawing(one_day, "turnover").lines == (), "a single day is no curve"
    without = replace(found.curves, money=())
    assert first_view(without) == "quantity"
    assert drawing(without, "margin").legend == "Margin: nothing yet"


# -- curves


def test_scales_end_where_the_values_do_and_are_marked_at_round_ones():
    assert scale([0, 1263_00], 2) == (0, 126300, [0, 100000])
    assert scale([-4_00, 9_50], 3) == (-400, 950, [0, 500])
    assert scale([0, 4_443_00], 2) == (0, 444300, [0, 200000, 400000]), "something but 0 is marked"
    assert scale([0, 0], 3) == (0, 1, [0])
    assert list(day_ticks(23, 45)) == [0, 11, 22]
    assert list(day_ticks(2, 120)) == [0, 1]
    assert quantity_words(1500, "kg") == "1.5 kg"
    assert quantity_words(1000, "piece") == "1 piece"
    assert quantity_words(2000, "piece") == "2 pieces"


@pytest.mark.parametrize("term", ["xterm", "linux"])
async def test_two_curves_differ_without_colours_and_on_the_console(
    store: Store, monkeypatch: pytest.MonkeyPatch, term: str
):
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("NO_COLOR", "1")
    days = [date(2026, 11, day) for day in range(1, 6)]
    async with make_app(store).run_test(size=SIZE) as pilot:
        curve = Curve()
        await pilot.app.screen.mount(curve)
        lines = [CurveLine((0, 5, 5, 10, 10), number), CurveLine((0, -2, 4, 4, 8), number, right=True)]
        curve.show(days, lines)
        for height in (12, 3, 1, 8):
            curve.styles.height = height
            await pilot.pause()
        strips = [curve.render_line(y) for y in range(curve.size.height)]
        drawn = "".join(segment.text for strip in strips for segment in strip)
        assert {segment.style.color for strip in strips for segment in strip if segment.style} <= {
            None,
            Color.default(),
        }
        assert "●" in drawn
        assert "○" in drawn
        assert "1 Nov" in drawn
        shown = text_of(pilot.app)  # type: ignore[arg-type]
        assert ("●" in shown) == (term == "xterm")
        assert {"linux": "*", "xterm": "○"}[term] in shown
        curve.show(days[:1], [])
        await pilot.pause()
        assert not "".join(segment.text for y in range(8) for segment in curve.render_line(y)).strip()


def test_what_messages_brought(store: Store, brought: int, snap_compare):
    async def run(pilot: Pilot[None]) -> None:
        await opened(pilot, "results")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)
