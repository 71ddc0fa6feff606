"""`cabas workflow`: workflows made, changed, attached and deleted by scripts, and what is refused in words."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta

import pytest

from store import Store


@pytest.fixture
def days(store: Store) -> list[int]:
    """A catalogue, and two distributions that are far enough off."""
    catalogue = store.catalogues.add_catalogue(
        "Légumes du Gué", store.catalogues.add_producer("Le Gué"), "EUR", 3, "20:00"
    )
    today = store.clock.today()
    return [
        store.distributions.add(today + timedelta(days=ahead), "18:00", "19:30", "Treillières", [catalogue])
        for ahead in (30, 37)
    ]


def test_a_ready_workflow_is_used_attached_changed_and_deleted(cabas, days, store: Store, monkeypatch):
    assert "last_call" in cabas("workflow", "templates")
    assert [one["name"] for one in json.loads(cabas("workflow", "templates", "--language", "it", "--json"))][:2] == [
        "opening",
        "last_call",
    ]
    assert "cabas workflow templates" in cabas("workflow", "list")
    said = cabas("workflow", "new", "--template", "last call")
    assert "1 day before ordering closes, at 18:00, to all who have not ordered: “AMAP des Oiseaux: last call" in said
    assert "cabas workflow attach 1 --help" in said
    assert "attached to all distributions to come" in cabas("workflow", "attach", "last CALL", "--all")
    day = store.distributions.get(days[0]).day
    cabas("workflow", "exempt", "1", day.isoformat())
    shown = cabas("workflow", "show", "1")
    assert "Attached to all distributions to come, since" in shown
    assert f"Not for the distribution of {day:%a}" in shown
    cabas("workflow", "exempt", "1", str(days[0]), "--no")
    cabas("workflow", "attach", "1", "--catalogue", "légumes du gué")
    cabas("workflow", "pause", "1")
    listed = cabas("workflow", "list")
    assert "paused; all distributions to come, the catalogue Légumes du Gué" in listed
    assert "Mails go for “Last call” again" in cabas("workflow", "resume", "1")
    assert json.loads(cabas("workflow", "duplicate", "1", "Mine", "--json"))["places"] == []
    cabas("workflow", "rename", "Mine", "Ours")
    assert "is not attached to the catalogue" in cabas("workflow", "detach", "1", "--catalogue", "légumes du gué")
    found = json.loads(cabas("workflow", "show", "1", "--json"))
    assert [place["scope"] for place in found["places"]] == ["distributions"]
    assert (found["template"], found["exempt"], found["paused"]) == ("last_call", [], False)
    step = found["steps"][0]
    assert {key: step[key] for key in ("number", "trigger", "timing", "days", "hour", "audience", "segment")} == {
        "number": 1, "trigger": "closes", "timing": "before", "days": 1, "hour": "18:00", "audience": "not_ordered",
        "segment": None,
    }  # fmt: skip
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert "attached to: all distributions to come? [y/N]" in cabas("workflow", "delete", "1", code=1)
    assert "Deleted" in cabas("workflow", "delete", "1", "--yes")
    assert [one["title"] for one in json.loads(cabas("workflow", "list", "--json"))] == ["Ours"]


def test_steps_are_written_changed_and_moved_with_text_from_a_file_or_stdin(cabas, days, tmp_path, monkeypatch):
    cabas("workflow", "new", "News")
    (tmp_path / "text.md").write_text("Hello {{ first_name }}")
    said = cabas(
        "workflow", "step", "add", "News", "--trigger", "distribution", "--after", "1", "--hour", "09:30",
        "--segment", "everyone & vip", "--subject", "How was it?", "--body-file", tmp_path / "text.md",
    )  # fmt: skip
    assert "1 day after the distribution, at 09:30, to “VIP”: “How was it?”" in said
    draft = json.loads(cabas("workflow", "show", "News", "--json"))["steps"][0]["message_id"]
    assert json.loads(cabas("message", "show", draft, "--json"))["text"] == "Hello {{ first_name }}"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("Là {{ grop }}".encode())))
    assert "grop" in cabas("workflow", "step", "edit", "News", "1", "--body-file", "-", "--to", "all")
    (tmp_path / "basket.md").write_text("{{ basket.lines }}")
    wrong = "It will not be sent: The field “basket.lines” has nothing to say: no basket is open."
    assert f"! {wrong}" in cabas("workflow", "step", "edit", "News", "1", "--body-file", tmp_path / "basket.md")
    assert f"   ! {wrong}" in cabas("workflow", "show", "News")
    assert f"! Step 1: {wrong}" in cabas("workflow", "attach", "News", "--all")
    cabas("workflow", "detach", "News", "--all")
    cabas("workflow", "step", "edit", "News", "1", "--body-file", tmp_path / "text.md")
    changed = json.loads(cabas("workflow", "step", "edit", "News", "1", "--after", "0", "--json"))
    assert (changed["days"], changed["hour"], changed["audience"]) == (0, "09:30", "all")
    for hour, meant in (("9:00", "09:00"), ("18h30", "18:30"), ("18", "18:00")):
        assert f"at {meant}" in cabas("workflow", "step", "edit", "News", "1", "--hour", hour)
    cabas("workflow", "step", "edit", "News", "1", "--at-once")
    cabas("workflow", "step", "add", "News", "--trigger", "registration", "--subject", "Welcome")
    moved = cabas("workflow", "step", "move", "News", "2", "1")
    assert moved.splitlines()[0].startswith("1  As soon as a member is registered")
    cabas("message", "attach", draft, tmp_path / "text.md")
    assert "Removed: When the distribution begins" in cabas("workflow", "step", "remove", "News", "2")
    assert "! Step 1" not in cabas("workflow", "attach", "News", "--group")
    assert "change it in the workflow" in cabas(
        "message", "edit", draft, "--segment", "vip", code=1
    )  # its words alone are a message's
    assert cabas("message", "list", "--json").strip() == "[]"


def test_nonsense_and_what_is_not_there_is_said_in_words(cabas, days):
    cabas("workflow", "new", "--template", "welcome")
    for said, *words in (
        ("Nobody knows of it days before", "step", "edit", "1", "1", "--before", "2", "--hour", "18:00"),
        ("Say at which hour", "step", "edit", "1", "1", "--after", "2"),
        ("0 to 60", "step", "edit", "1", "2", "--after", "61"),
        ("no such step", "step", "remove", "1", "3"),
        ("There is no workflow “Welcom”. Possible: Welcome", "show", "Welcom"),
        ("There is no workflow “Comewel”.\n", "show", "Comewel"),
        ("There is no template “x”", "new", "--template", "x"),
        ("There is a workflow “welcome” already", "new", "welcome"),
        ("None of its steps", "attach", "1", "--all"),
        ("“Welcome” is not attached there", "detach", "1", "--group"),
        ("There is no distribution “2020-01-01”", "exempt", "1", "2020-01-01"),
    ):
        assert said in cabas("workflow", *words, code=1), words
    for words in (
        ("attach", "1"),
        ("attach", "1", "--all", "--group"),
        ("new",),
        ("step", "add", "1"),
        ("step", "edit", "1", "1"),
        ("step", "edit", "1", "1", "--at-once", "--hour", "18:00"),
        ("step", "edit", "1", "1", "--to", "all", "--segment", "vip"),
        ("step", "edit", "1", "1", "--before", "1", "--after", "1"),
    ):
        cabas("workflow", *words, code=2)
    cabas("workflow", "new", "Empty")
    assert "no step yet" in cabas("workflow", "attach", "Empty", "--group", code=1)
    cabas("workflow", "step", "add", "Empty", "--trigger", "closes", "--before", "1", "--hour", "18:00")
    cabas("workflow", "step", "add", "Empty", "--trigger", "registration")
    said = cabas("workflow", "attach", "Empty", "--distribution", "next")
    assert "! Step 2 does nothing there: does not happen here." in said


def test_days_that_are_over_cannot_be_attached_to(cabas, store: Store):
    catalogue = store.catalogues.add_catalogue("Légumes", store.catalogues.add_producer("Le Gué"), "EUR", 3, "20:00")
    store.distributions.add(date(2020, 1, 2), "18:00", "19:30", "Treillières", [catalogue])
    cabas("workflow", "new", "--template", "pickup")
    assert "the moment of each of its steps is past" in cabas(
        "workflow", "attach", "1", "--distribution", "2020-01-02", code=1
    )
