"""Operators and roles at the command line: who uses cabas, what they may do, and how that is changed."""

from __future__ import annotations

import json

import pytest

from store.handle import unix_login

pytestmark = pytest.mark.usefixtures("store")


def test_an_operator_is_added_described_removed_and_brought_back(cabas):
    cabas("members", "add", "--first-name", "Odette", "--last-name", "Maréchal")
    cabas("operator", "add", "odette", "--name", "Odette M.", "--role", "phone_desk", "--member", "odette")
    cabas("operator", "edit", "odette m.", "--language", "fr", "--email", "odette@exemple.fr", "--name", "Odette")
    shown = cabas("operator", "show", "odette")
    for word in (
        "Odette (odette) may:",
        "see and change members",
        "phone_desk",
        "odette@exemple.fr",
        "Maréchal Odette",
    ):
        assert word in shown
    moved = cabas("operator", "edit", "odette", "--login", "o.marechal", "--member", "", "--email", "")
    assert "cabas operator key o.marechal" in moved
    assert "was somebody else's" in cabas("operator", "add", "odette", "--role", "writer", code=1)
    assert "“odette” is “o.marechal” by now" in cabas("--operator", "odette", "members", "list", code=1)
    assert json.loads(cabas("operator", "show", "Odette", "--json")) == {
        "login": "o.marechal",
        "name": "Odette",
        "language": "fr",
        "email": None,
        "member_id": None,
        "role": "phone_desk",
        "active": True,
        "rights": ["members", "orders"],
    }
    assert "cabas operator back o.marechal" in cabas("operator", "remove", "Odette")
    assert "o.marechal" not in cabas("operator", "list")
    assert "removed" in cabas("operator", "list", "--gone")
    assert "was removed" in cabas("operator", "show", "odette")
    assert "may not use this group any more" in cabas("--operator", "o.marechal", "members", "list", code=1)
    for command in ("remove", "rights", "edit"):
        more = {"rights": ("--give", "admin"), "edit": ("--name", "Lola")}.get(command, ())
        assert "was removed. Bring them back first" in cabas("operator", command, "odette", *more, code=1)
    assert "see and change members" in cabas("operator", "back", "odette")
    assert "uses cabas already" in cabas("operator", "back", "odette", code=1)


def test_what_is_typed_wrong_is_said_and_changes_nothing(cabas):
    me = unix_login()
    before = cabas("operator", "list", "--json")
    for said, *words in (
        ("is no login", "add", "--role", "writer", "--", "--file"),
        ("is no login", "add", "a b", "--role", "writer"),
        ("is taken", "add", me.upper(), "--name", "Other", "--role", "writer"),
        ("is taken", "add", "automatic", "--role", "writer"),
        ("one called", "add", "other", "--name", me.title(), "--role", "writer"),
        ("There is no role “cook”. Possible: coordinator, phone_desk", "add", "anne", "--role", "cook"),
        ("no e-mail address", "add", "anne", "--role", "writer", "--email", "anne"),
        ("There is no member", "add", "anne", "--role", "writer", "--member", "Nobody"),
        ("There is no operator", "show", "nobody"),
        ("There is no operator", "back", "nobody"),
        ("A name is needed", "edit", me, "--name", " "),
        ("too long", "edit", me, "--name", "x" * 61),
        ("would be locked out", "edit", me, "--login", "other"),
        ("Nobody else has the right admin", "remove", me),
        ("Nobody else has the right admin", "role", "coordinator", "--take", "admin"),
        ("There is no role", "role", "cook"),
        ("There is no role", "role", "cook", "--forget"),
        ("There is no right", "role", "writer", "--give", "cook"),
        ("was not given so", "role", "writer", "--take", "admin"),
        ("stays with their role", "role", "producer", "--set", "members"),
    ):
        assert said in cabas("operator", *words, code=1)
    assert "Say only one" in cabas("operator", "role", "writer", "--give", "admin", "--forget", code=2)
    assert cabas("operator", "list", "--json") == before


def test_a_changed_role_is_changed_for_all_who_have_it(cabas):
    cabas("catalogue", "add", "Fromages")
    for login, role in (("lucie", "phone_desk"), ("paul", "phone_desk"), ("anne", "writer")):
        cabas("operator", "add", login, "--role", role)
    cabas("operator", "rights", "paul", "--give", "results.money")

    def rights() -> dict[str, list[str]]:
        return {one["login"]: one["rights"] for one in json.loads(cabas("operator", "list", "--json"))}

    def roles() -> dict[str, dict]:
        return {one["name"]: one for one in json.loads(cabas("operator", "roles", "--json"))}

    assert (roles()["phone_desk"]["operators"], roles()["phone_desk"]["changed"]) == (1, False)
    said = cabas("operator", "role", "phone_desk", "--give", "messages.see", "--take", "orders")
    assert "1 operator has this role" in said
    assert "cabas operator role phone_desk --forget" in said
    assert rights()["lucie"] == ["members", "messages.see"]
    assert rights()["paul"] == ["members", "orders", "results.money"]
    assert roles()["phone_desk"]["changed"]
    cabas("operator", "role", "Phone desk", "--forget")
    assert rights()["lucie"] == ["members", "orders"]
    cabas("operator", "role", "Stand du jeudi", "--set", "orders", "--set", "members")
    cabas("operator", "rights", "anne", "--role", "Stand du jeudi", "--give", "orders:fromages")
    assert rights()["anne"] == ["members", "orders:1"]
    assert "Give them another one first" in cabas("operator", "role", "stand du jeudi", "--forget", code=1)
    assert "anne may take orders of named catalogues only" in cabas(
        "operator", "role", "stand du jeudi", "--take", "orders", code=1
    )
    cabas("operator", "rights", "anne", "--role", "writer")
    assert "is gone" in cabas("operator", "role", "stand du jeudi", "--forget")
    assert list(roles()) == ["coordinator", "phone_desk", "writer", "producer", "treasurer"]


def test_what_stops_with_the_account_of_the_machine_is_said(cabas):
    me = unix_login()
    cabas("operator", "add", "lucie", "--role", "coordinator")
    assert f"runs by itself as {me}" in cabas("--operator", "lucie", "operator", "remove", me)
    cabas("--operator", "lucie", "operator", "back", me)
    assert f"runs by itself as {me}" in cabas("operator", "edit", me, "--login", "marie")
    assert "by itself" not in cabas("--operator", "marie", "operator", "remove", "lucie")


def test_nobody_acts_as_the_program_itself(cabas, monkeypatch):
    for words in (("members", "list"), ("operator", "rights", unix_login(), "--give", "admin")):
        assert "“automatic” is no operator" in cabas("--operator", "automatic", *words, code=1)
    monkeypatch.setattr("store.handle.unix_login", lambda: "automatic")
    assert "“automatic” is no operator" in cabas("members", "list", code=1)


def test_who_is_no_admin_changes_only_what_is_their_own(cabas):
    cabas("operator", "add", "lucie", "--role", "phone_desk", "--email", "lucie@exemple.fr")
    me = unix_login()
    cabas("members", "add", "--first-name", "Odette", "--last-name", "Maréchal")
    cabas("operator", "edit", me, "--email", "chef@exemple.fr", "--member", "odette")

    def as_lucie(*words: str, code: int = 1) -> str:
        return cabas("--operator", "lucie", "operator", *words, code=code)

    for words in (
        ("add", "anne", "--role", "writer"),
        ("edit", me, "--language", "fr"),
        ("edit", "lucie", "--name", "Marie"),
        ("edit", "lucie", "--login", "marie"),
        ("edit", "lucie", "--member", ""),
        ("rights", "lucie", "--give", "admin"),
        ("role", "phone_desk", "--give", "admin"),
        ("role", "phone_desk", "--forget"),
        ("remove", me),
        ("back", me),
    ):
        assert "not allowed to change the group's settings" in as_lucie(*words), words
    as_lucie("edit", "lucie", "--language", "it", "--email", "l@exemple.fr", code=0)
    seen = json.loads(as_lucie("list", "--json", code=0))
    assert {one["login"]: one["email"] for one in seen} == {"lucie": "l@exemple.fr", me: None}
    assert [one["member_id"] for one in seen] == [None, None]
    assert "phone_desk" in as_lucie("roles", code=0)
