"""Every change that is written anywhere has a sentence, in every language, whatever is gone or was never there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from screens.journal_days import days_of
from screens.journal_sentences import COUNTED, FAMILIES, FIELDS, PLAIN
from screens.journal_words import _SPECIAL, sentence
from screens.member_data_lines import DEEDS
from store.journal_records import FOLDED, Entry, kind_of
from store.rights import Right
from templates import words
from templates.words import LANGUAGES

ROOT = Path(__file__).parents[2]
WRITTEN_BY = {"journal", "_journal", "_mark", "_change", "_decide", "decide", "_set_state"}
"""What writes a row, and what is told the action of one."""

SPELLED_OUT = {
    "f'delivery.{as_}'": ("delivery.sent", "delivery.again"),
    "f'delivery.{phase}'": ("delivery.found", "delivery.answered"),
    "f'{kind}.sent'": ("recap.sent", "supplement.sent"),
    "f'export.{what}'": ("export.orders", "export.recap", "export.supplement", "export.pickup", "export.calls"),
}
"""Actions that are put together; another way of doing so has to be entered here."""

ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
NO_ACTIONS = {"outbox.home", "outbox.clock", "update.copy", *map(str, Right)}
"""Names of settings and of rights, which look like actions."""


def calls() -> Iterator[ast.Call]:
    for room in ("store", "mail", "tui", "screens"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text()
            if any(f"{name}(" in text for name in (*WRITTEN_BY, "note_export")):
                yield from (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def written() -> set[str]:
    """The actions in the source: where rows are written, and elsewhere in the store what begins as one of them."""
    found: set[str] = set()
    for call in calls():
        name = name_of(call)
        if name == "note_export" and isinstance(call.args[1], ast.Constant):
            found.add(f"export.{call.args[1].value}")
        if name not in WRITTEN_BY:
            continue
        for argument in call.args:
            for node in ast.walk(argument):
                if isinstance(node, ast.JoinedStr) and "." in ast.unparse(node):
                    found.update(SPELLED_OUT[ast.unparse(node)])
                elif isinstance(node, ast.Constant) and isinstance(node.value, str) and ACTION.fullmatch(node.value):
                    found.add(node.value)
    families = {action.partition(".")[0] for action in found}
    for room in ("store", "mail"):
        for path in (ROOT / room).rglob("*.py"):
            for text in re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", path.read_text()):
                if text.partition(".")[0] in families and not text.endswith((".py", ".csv")):
                    found.add(text)
    return found - NO_ACTIONS


def test_every_action_that_is_written_has_a_sentence():
    found = written()
    assert len(found) > 100
    assert found - PLAIN.keys() - COUNTED.keys() == set()
    assert set(FOLDED) <= found
    of_members = {action for action in found if kind_of(action) in ("member", "order", "delivery", "came_back")}
    assert of_members - DEEDS.keys() == set()
    families = {family for _name, words_ in FAMILIES.values() for family in words_}
    assert {action.partition(".")[0] for action in found} - families == set()


def test_whatever_makes_a_file_of_what_the_group_has_leaves_a_row():
    made_by = {
        str(path.relative_to(ROOT)): "note_export(" in text
        for room in ("store", "mail", "screens", "tui")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"[^\w]Export\(", text := path.read_text())
    }
    # What an import refused was in the volunteer's own file.
    refused = {"screens/import_job.py", "tui/commands/imports.py"}
    assert {path for path, noted in made_by.items() if not noted} == refused
    assert "store/exchange/member_export.py" in made_by


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said_whatever_is_known(language: str):
    words.use(language)
    rich = {
        "fields": ["phone", "price", "text", "unknown"],
        "count": 3,
        "rows": 2,
        "form": "csv",
        "late": 2,
        "state": "called",
        "kind": "hard",
        "before": "2026-11-20",
        "after": "2026-11-27",
        "at": "2026-11-27T18:00",
        "way": "mail",
        "role": "writer",
        "household": False,
    }
    odd = {"fields": "phone", "count": "x", "state": 1, "kind": None, "before": "x", "at": 3, "way": 0, "form": None}
    for action in (*PLAIN, *COUNTED, "nothing.known"):
        for detail in ({}, rich, odd):
            for subject_id, subject, also in ((None, "", ""), (7, "", ""), (7, "Prix [/] {who}", "2026-11-26")):
                entry = Entry(
                    *(1, "2026-11-21T20:04:00.000000Z", "Marie", "marie", action, subject_id, detail),
                    *(None, kind_of(action), subject, also),
                )
                said = sentence(entry)
                assert said.startswith("Marie"), (action, said)
                assert "{" not in said.replace("Prix [/] {who}", ""), said
    assert set(_SPECIAL) <= PLAIN.keys()
    assert "phone" in FIELDS


def test_of_an_order_it_is_said_which_vouchers_came_on_it_and_went_off():
    order = {"kind": "order", "subject": "Odette Maréchal"}
    done = {"late": 1, "on": ["K7PA-3MXD"], "off": ["H4CA-9TRE"]}
    entry = Entry(1, "2026-11-21T20:04:00.000000Z", "Marie", "marie", "order.confirmed", 7, done, **order)
    said = "Marie confirmed the order of Odette Maréchal, 1 line late, voucher K7PA-3MXD on, voucher H4CA-9TRE off"
    assert sentence(entry) == said
    step = Entry(1, entry.at, "Marie", "marie", "basket.voucher_on", 7, {"code": "K7PA-3MXD"}, **order)
    assert sentence(step) == "Marie put a voucher on the basket of Odette Maréchal: K7PA-3MXD"


def test_a_call_for_a_message_is_taken_back_for_who_was_called():
    of_odette = {"subject": "Panier", "also": "Odette Maréchal", "kind": "message"}
    back = Entry(1, "2026-11-21T20:04:00.000000Z", "Marie", "marie", "message.called", 7, {"state": None}, **of_odette)
    assert sentence(back) == "Marie took back what was noted about calling Odette Maréchal"


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("20/11", date(2026, 11, 20), date(2026, 11, 20)),
        ("22/11", date(2025, 11, 22), date(2025, 11, 22)),
        ("22/11/2026", date(2026, 11, 22), date(2026, 11, 22)),
        ("today", date(2026, 11, 21), date(2026, 11, 21)),
        ("hier", date(2026, 11, 20), date(2026, 11, 20)),
        ("aujourd'hui", date(2026, 11, 21), date(2026, 11, 21)),
        ("5", date(2026, 11, 5), date(2026, 11, 5)),
        ("saturday", date(2026, 11, 21), date(2026, 11, 21)),
        ("lundi", date(2026, 11, 16), date(2026, 11, 16)),
        ("29/2", date(2024, 2, 29), date(2024, 2, 29)),
        ("14/11 - 20/11", date(2026, 11, 14), date(2026, 11, 20)),
        ("14 nov. au 20 nov.", date(2026, 11, 14), date(2026, 11, 20)),
        ("2026-11-14..2026-11-20", date(2026, 11, 14), date(2026, 11, 20)),
    ],
)
def test_days_of_the_past_are_typed_as_one_says_them(typed: str, first: date, last: date):
    assert days_of(typed, date(2026, 11, 21)) == (first, last)


@pytest.mark.parametrize("typed", ["x", "31/11", "20/11 - 14/11", "1/1 - 2/1 - 3/1", "-"])
def test_what_is_no_day_is_refused(typed: str):
    with pytest.raises(ValueError):
        days_of(typed, date(2026, 11, 21))
