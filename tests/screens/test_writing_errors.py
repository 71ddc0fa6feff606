"""Whatever the store refuses about messages, files, calls and limits has words of its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from screens.errors import words_for
from store.errors import Invalid, NotFound
from store.limits import RANGES

STORE = Path(__file__).parents[2] / "store"
FILES = ("messages", "message_rows", "message_files", "message_calls", "own_starters", "limits", "kept")
LONG = {"subject", "label", "text", "from_name", "reply_to", "service_reason"}


def said(error: str) -> set[tuple[str, ...]]:
    """The literal arguments of every `error` that these files raise, without the value."""
    found = set()
    for name in FILES:
        for node in ast.walk(ast.parse((STORE / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == error:
                words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and arg.value]
                found.add(tuple(str(word) for word in words))
    return found


def test_each_refusal_says_what_is_wrong():
    refused = {words for words in said("Invalid") if len(words) == 2} | {(field, "too_long") for field in LONG}
    assert len(refused) > 20
    for field, reason in sorted(refused):
        moment = field in ("send_at", "send_before")
        sentence = words_for(Invalid(field, "2026-11-24T20:00" if moment else "X1", reason))
        assert "cannot be taken here" not in sentence, (field, reason)
        assert "{" not in sentence


@pytest.mark.parametrize("name", RANGES)
def test_a_limit_says_its_borders(name: str):
    least, most = RANGES[name]
    assert words_for(Invalid(name, "x", "range")).endswith(f"from {least} to {most}.")


def test_what_is_not_there_is_named():
    for (what,) in {words[:1] for words in said("NotFound") if words}:
        assert words_for(NotFound(what, "77")) != "There is no “77”.", what
