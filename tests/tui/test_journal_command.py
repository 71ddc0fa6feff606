"""`cabas journal` and `cabas export journal`: who did what, and when, at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from store import Store
from store.handle import unix_login
from store.people import Member, Person

Cabas = Callable[..., str]


def test_who_did_what_by_operator_member_day_and_action(store: Store, cabas: Cabas, tmp_path: Path):
    me = unix_login()
    store.operators.add("paul", "Paul", "coordinator")
    odette = store.members.add(Member((Person("Odette", "Maréchal"),)))
    store.members.add(Member((Person("Yves", "Le Bihan"),)))
    paul = Store(store.path, "paul")
    known = paul.members.get(odette)
    paul.members.save(replace(known, people=(replace(known.people[0], phone="06 39 98 00 09"),)))
    paul.close()

    said = cabas("journal", "--operator", "Paul")
    assert "Paul changed the phone of Odette Maréchal" in said
    assert me not in said
    said = cabas("journal", "--member", "odette")
    assert f"{me} added Odette Maréchal" in said
    assert "Bihan" not in said
    assert "Odette" not in cabas("journal", "--operator", "automatic")
    assert cabas("journal", "--action", "member.added").count("added") == 2
    assert "1 more line: --limit shows more." in cabas("journal", "--action", "member.added", "--limit", 1)
    today = store.clock.today().isoformat()
    assert "Yves" in cabas("journal", "--day", today)
    assert cabas("journal", "--until", "2020-01-01") == "Nothing of this kind was done.\n"
    (row,) = json.loads(cabas("journal", "--json", "--action", "member.edited"))
    assert (row["login"], row["member_id"], row["detail"]) == ("paul", odette, {"fields": ["phone"]})
    assert row["what"] == "Paul changed the phone of Odette Maréchal"

    cabas("journal", "--day", today, "--since", today, code=2)
    assert "There is no operator" in cabas("journal", "--operator", "nobody", code=1)
    assert "Odette" not in cabas("journal", "--member", "nobody at all", code=1)
    cabas("journal", "--day", "yesterday", code=1)

    path = tmp_path / "journal.csv"
    assert f"1 line in {path}" in cabas("export", "journal", "--operator", "paul", "-o", path)
    assert ";Paul;paul;member.edited;" in path.read_text("utf-8-sig")
    assert json.loads(cabas("export", "journal", "--format", "json", "--day", today))[0]["action"] == "export.journal"


def test_everything_about_somebody_that_is_written_out_is_written_down(store: Store, cabas: Cabas):
    odette = store.members.add(Member((Person("Odette", "Maréchal"),)))
    cabas("members", "show", odette, "--everything")
    assert "wrote out all that is known of Odette Maréchal (text, 1 line)" in cabas("journal", "--member", odette)
