"""Operators and roles: who has which rights, what follows when they change, and that an admin is always left."""

from __future__ import annotations

import threading
from contextlib import closing, suppress

import pytest

from store import Store
from store.erasing import erase
from store.errors import Invalid, NotAllowed, NotFound, UnknownOperator
from store.exchange.member_export import export_members
from store.exchange.members import import_members
from store.exchange.tables import ImportFile
from store.members import Member, Person
from store.merging import merge
from store.rights import Right, told
from store.segments import parse
from tests.store.posted import household, post


@pytest.fixture
def catalogues(store: Store) -> tuple[int, int]:
    """Two catalogues of two producers."""
    return tuple(
        store.catalogues.add_catalogue(name, store.catalogues.add_producer(name), "EUR") for name in ("Rigaud", "Gué")
    )  # type: ignore[return-value]


def has(store: Store, login: str) -> tuple[str | None, list[str]]:
    """The role and the rights of somebody."""
    found = store.operators.get(login)
    return found.role, told(found.grants)


def test_the_role_is_noted_as_long_as_the_rights_are_its_own(store, catalogues):
    rigaud, gue = catalogues
    store.operators.add("paul", "Paul", "phone_desk")
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[rigaud])
    assert has(store, "marie")[0] == "coordinator"
    assert has(store, "paul") == ("phone_desk", ["members", "orders"])
    store.operators.set_rights("paul", give=[(Right.MESSAGES_SEE, None)])
    assert has(store, "paul") == (None, ["members", "messages.see", "orders"])
    store.operators.set_rights("paul", role="phone_desk", give=[(Right.ORDERS, gue)])
    assert has(store, "paul") == ("phone_desk", ["members", f"orders:{gue}"])
    store.operators.set_rights("rigaud", give=[(Right.ORDERS, gue)])
    assert has(store, "rigaud") == ("producer", [f"orders:{rigaud}", f"orders:{gue}"])
    store.operators.set_rights("rigaud", take=[(Right.ORDERS, rigaud)])
    assert has(store, "rigaud") == ("producer", [f"orders:{gue}"])
    store.operators.set_rights("rigaud", role="producer")
    assert has(store, "rigaud") == ("producer", [f"orders:{gue}"])
    store.operators.set_rights("rigaud", give=[(Right.ORDERS, None)])
    assert has(store, "rigaud") == (None, ["orders"])
    with pytest.raises(Invalid, match="needed"):
        store.operators.set_rights("rigaud", role="producer")
    with pytest.raises(Invalid, match="no_orders"):
        store.operators.add("anne", "Anne", "writer", catalogues=[gue])


def test_a_role_is_changed_for_all_who_have_it_and_for_nobody_else(store, catalogues, act_as):
    for login in ("paul", "lucie", "zoe", "yves"):
        store.operators.add(login, login.title(), "phone_desk")
    store.operators.set_rights("zoe", give=[(Right.RESULTS_MONEY, None)])
    store.operators.set_rights("yves", role="phone_desk", give=[(Right.ORDERS, catalogues[0])])
    store.operators.remove("lucie")
    paul = act_as("paul")
    with pytest.raises(NotAllowed):
        paul.messages.all()
    changed = store.operators.set_role("phone_desk", [Right.ORDERS, Right.MESSAGES_SEE])
    assert [one.login for one in changed] == ["paul", "yves"]
    assert paul.messages.all() == []  # in a session that was open
    with pytest.raises(NotAllowed):
        paul.members.tags()
    assert has(store, "yves") == ("phone_desk", ["messages.see", f"orders:{catalogues[0]}"])
    assert has(store, "zoe") == (None, ["members", "orders", "results.money"])
    assert has(store, "lucie") == ("phone_desk", ["members", "orders"])
    role = next(one for one in store.operators.roles() if one.name == "phone_desk")
    assert (role.comes, role.changed, role.operators) == (True, True, 2)
    assert store.operators.bring_back("lucie").may(Right.MESSAGES_SEE)
    assert not store.operators.get("lucie").may(Right.MEMBERS)
    store.operators.forget_role("phone_desk")
    assert has(store, "lucie") == ("phone_desk", ["members", "orders"])
    role = next(one for one in store.operators.roles() if one.name == "phone_desk")
    assert (role.changed, role.operators) == (False, 3)


def test_who_is_kept_to_catalogues_never_gets_them_all_by_a_role(store, catalogues):
    store.operators.set_role("stall", [Right.MEMBERS, Right.ORDERS])
    for login in ("paul", "lucie"):
        store.operators.add(login, login.title(), "stall", catalogues=catalogues[:1])
    store.operators.remove("lucie")
    with pytest.raises(Invalid, match="limited"):
        store.operators.set_role("stall", [Right.MEMBERS])
    with pytest.raises(Invalid, match="orders"):
        store.operators.set_role("producer", [Right.MEMBERS])
    store.operators.set_rights("paul", role="writer")
    store.operators.set_role("stall", [Right.MEMBERS])
    store.operators.bring_back("lucie")
    store.operators.set_role("stall", [Right.MEMBERS, Right.ORDERS])
    assert has(store, "lucie") == (None, ["members"])
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=catalogues[:1])
    store.operators.set_role("producer", [Right.ORDERS, Right.MEMBERS])
    assert has(store, "rigaud") == ("producer", ["members", f"orders:{catalogues[0]}"])


def test_a_role_of_the_group_is_made_and_dropped(store):
    store.operators.set_role("  Stand  du jeudi ", [Right.ORDERS])
    store.operators.set_role("STAND DU JEUDI", [Right.ORDERS, Right.MEMBERS])
    assert [role.name for role in store.operators.roles()][-1] == "Stand du jeudi"
    assert len(store.operators.roles()) == 6
    store.operators.add("paul", "Paul", "Stand du jeudi")
    with pytest.raises(Invalid, match="in_use"):
        store.operators.forget_role("stand du jeudi")
    store.operators.remove("paul")
    store.operators.forget_role("stand du jeudi")
    assert len(store.operators.roles()) == 5
    assert has(store, "paul") == (None, ["members", "orders"])
    assert store.operators.bring_back("paul").may(Right.ORDERS)
    with pytest.raises(NotFound):
        store.operators.forget_role("stand du jeudi")
    for name in ("", " — ", "x" * 41, "a\x1b[2J"):
        with pytest.raises(Invalid):
            store.operators.set_role(name, [Right.ORDERS])


def test_a_right_of_a_newer_cabas_opens_nothing_here(store):
    store.operators.add("paul", "Paul", "writer")
    with store.writing() as t:
        t.execute("INSERT INTO rights (operator_id, name) SELECT id, 'everything' FROM operators WHERE login = 'paul'")
        t.insert("roles", name="newer", rights='["everything", "members"]')
    assert has(store, "paul") == ("writer", ["members", "messages.see", "messages.send", "messages.write"])
    assert store.operators.set_rights("paul", role="newer").grants == frozenset({(Right.MEMBERS, None)})


LAST = {
    "taken": lambda o: o.set_rights("marie", take=[(Right.ADMIN, None)]),
    "another role": lambda o: o.set_rights("marie", role="writer"),
    "a role's change": lambda o: o.set_role("coordinator", [Right.MEMBERS]),
    "removed": lambda o: o.remove("marie"),
    "renamed": lambda o: o.describe("marie", new_login="m"),
    "saved": lambda o: o.save("marie", {"name": "M"}, rights=[Right.MEMBERS]),
}


@pytest.mark.parametrize("act", LAST)
def test_the_last_admin_stays_one_and_can_come_in(store, act):
    store.operators.save(None, {"login": "paul", "name": "Paul"}, rights=list(Right))
    store.operators.remove("paul")  # who is gone is no admin
    before = (store.operators.all(gone=True), store.operators.roles(), store.change_number())
    with pytest.raises(Invalid, match="last"):
        LAST[act](store.operators)
    assert (store.operators.all(gone=True), store.operators.roles(), store.change_number()) == before
    store.operators.bring_back("paul")
    LAST[act](store.operators)


def test_the_last_admin_of_a_role_made_here_stays_one(store):
    store.operators.set_role("chiefs", list(Right))
    store.operators.set_rights("marie", role="chiefs")
    with pytest.raises(Invalid, match="last"):
        store.operators.set_role("chiefs", [Right.MEMBERS])
    with pytest.raises(Invalid, match="in_use"):
        store.operators.forget_role("chiefs")


def test_of_two_admins_who_remove_each_other_one_stays(store):
    store.operators.add("paul", "Paul", "coordinator")
    ready, ended = threading.Barrier(2), []

    def remove(who: str, whom: str) -> None:
        with closing(Store(store.path, who, store.clock.now)) as acting:
            ready.wait()
            try:
                acting.operators.remove(whom)
                ended.append("done")
            except (UnknownOperator, Invalid):
                ended.append("refused")

    both = [threading.Thread(target=remove, args=pair) for pair in (("marie", "paul"), ("paul", "marie"))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(ended) == ["done", "refused"]
    left = 0
    for who in ("marie", "paul"):
        with suppress(UnknownOperator), closing(Store(store.path, who, store.clock.now)) as acting:
            left += acting.operators.me().may(Right.ADMIN)
    assert left == 1


def test_an_open_session_follows_what_becomes_of_its_operator(store, act_as):
    store.operators.add("paul", "Paul", "phone_desk")
    paul = act_as("paul")
    store.operators.describe("paul", new_login="paul.h", name="Paul H.", language="fr")
    assert (paul.operators.me().name, paul.operators.me().language, paul.actor) == ("Paul H.", "fr", "paul.h")
    paul.members.add(Member((Person("Odette", "Maréchal"),)))
    assert [(entry.login, entry.operator) for entry in store.journal.entries(limit=1)] == [("paul.h", "Paul H.")]
    store.operators.remove("paul.h")
    for act in (paul.operators.me, paul.members.tags, lambda: paul.unfinished.keep("member", {"a": "b"})):
        with pytest.raises(UnknownOperator):
            act()
    with pytest.raises(UnknownOperator):
        Store(store.path, "paul.h")
    store.operators.bring_back("paul.h")
    assert paul.members.tags() == ()


def test_what_somebody_decided_stays_theirs_under_another_login(store):
    store.operators.add("paul", "Paul", "writer")
    (mail,) = post(store, household(store, "odette@exemple.fr"), state="unknown")
    with closing(Store(store.path, "paul", store.clock.now)) as paul:
        paul.deliveries.resolve(mail, "sent")
    store.operators.describe("paul", new_login="p")
    assert store.deliveries.story(mail).attempts[-1].answer == "Paul"


def test_a_login_that_somebody_had_is_given_to_nobody_else(store):
    """The key that opened cabas as them would open it as somebody else."""
    store.operators.add("paul", "Paul", "writer")
    store.operators.add("lucie", "Lucie", "writer")
    store.operators.describe("paul", new_login="p.henry")
    store.operators.remove("p.henry")
    with pytest.raises(Invalid, match="former"):
        store.operators.add("Paul", "Paul B.", "coordinator")
    with pytest.raises(Invalid, match="former"):
        store.operators.describe("lucie", new_login="paul")
    with pytest.raises(UnknownOperator) as refused:
        Store(store.path, "paul")
    assert refused.value.now == "p.henry"
    store.operators.bring_back("p.henry")
    assert store.operators.describe("p.henry", new_login="paul").name == "Paul"


@pytest.mark.parametrize(("who", "noted"), [("marie", "Marie"), ("paul", "Paul")])
def test_nobody_but_an_admin_writes_under_another_name_by_a_file(store, act_as, tmp_path, who, noted):
    person = household(store, "odette@exemple.fr").people[0]
    store.members.set_preference(person.id, "email", "targeted", False, "phone")
    own = export_members(store, "json").content
    store.members.set_preference(person.id, "email", "targeted", True, "phone")
    with store.writing() as t:
        t.execute("DELETE FROM preferences")
    store.operators.add("paul", "Paul", "phone_desk")
    import_members(act_as(who), ImportFile(tmp_path / "members.json", own))
    said = {one.kind: one for one in store.members.preferences(person.id)}["targeted"]
    assert (said.allowed, said.by) == (False, noted)


def test_a_login_is_one_persons_and_so_is_a_name(store):
    store.operators.add("paul", "Paul", "writer")
    store.operators.remove("paul")
    for login, reason in (
        ("marie", "taken"), ("MARIE", "taken"), ("automatic", "taken"), ("paul", "gone"), ("", "syntax"),
        ("-o", "syntax"), ("a b", "syntax"), ("a'b", "syntax"), ("ève", "syntax"), ("a\n", "syntax"),
        ("x" * 65, "syntax"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=reason):
            store.operators.add(login, "Ève", "writer")
    for name, reason in ((" ", "empty"), ("x" * 61, "too_long"), ("MARIE", "taken")):
        with pytest.raises(Invalid, match=reason):
            store.operators.add("eve", name, "writer")
    store.operators.add("DOM.eve@exemple.fr", "Paul", "writer")
    with pytest.raises(Invalid, match="taken"):
        store.operators.bring_back("paul")
    store.operators.describe("DOM.eve@exemple.fr", name="paul b.")
    assert store.operators.bring_back("paul").name == "Paul"
    for said in ({"language": "de"}, {"email": "no address"}):
        with pytest.raises(Invalid):
            store.operators.describe("paul", **said)
    store.operators.describe("paul", language="it", email="paul@exemple.fr")
    cleared = store.operators.describe("paul", language=None, email="")
    assert (cleared.language, cleared.email) == (None, None)


def test_the_linked_member_makes_the_rules_true_and_goes_without_the_operator(store):
    here, there, gone = (household(store, address).id for address in ("a@exemple.fr", "b@exemple.fr", "c@exemple.fr"))
    store.operators.add("paul", "Paul", "phone_desk", member_id=here)
    store.operators.add("lucie", "Lucie", "phone_desk", member_id=here)  # both people of a household
    store.operators.describe("marie", member_id=there)

    def found(rule: str) -> list[int]:
        return sorted(row.id for row in store.members.search("", segment=parse(f"nobody + {rule}")).rows)

    def board() -> list[int]:
        return found("board")

    assert board() == sorted([here, there])
    assert found("test") == [there]
    store.operators.describe("marie", member_id=gone)
    assert (found("test"), board()) == ([gone], sorted([here, gone]))
    store.operators.describe("marie", member_id=there)
    store.operators.remove("paul")
    store.operators.remove("lucie")
    assert board() == [there]
    store.operators.bring_back("paul")
    merge(store, there, here)
    assert [store.operators.get(login).member_id for login in ("paul", "lucie", "marie")] == [there, there, there]
    erase(store, there)
    marie = store.operators.get("marie")
    assert (marie.member_id, marie.may(Right.ADMIN), board()) == (None, True, [])
    for member_id in (here, there):
        with pytest.raises(Invalid, match="gone"):
            store.operators.describe("paul", member_id=member_id)
    with pytest.raises(NotFound):
        store.operators.describe("paul", member_id=999)
    store.operators.describe("paul", member_id=gone)
    assert store.operators.describe("paul", member_id=None).member_id is None


def test_a_new_one_gets_a_role_or_rights_of_their_own(store):
    paul = store.operators.save(None, {"login": "paul", "name": "Paul", "language": "fr"}, role="phone_desk")
    assert (paul.role, paul.language, paul.may(Right.ORDERS)) == ("phone_desk", "fr", True)
    lucie = store.operators.save(None, {"login": "lucie", "name": "Lucie"}, rights=[Right.MEMBERS])
    assert (lucie.role, lucie.grants) == (None, frozenset({(Right.MEMBERS, None)}))


def test_what_is_not_said_stays(store):
    store.operators.save(None, {"login": "paul", "name": "Paul", "language": "fr"}, role="phone_desk")
    paul = store.operators.save("paul", {"login": "paul.h", "email": "paul@exemple.fr"})
    assert (paul.login, paul.name, paul.language, paul.role) == ("paul.h", "Paul", "fr", "phone_desk")


def test_where_a_part_is_refused_nothing_is_stored(store):
    store.operators.save(None, {"login": "paul", "name": "Paul"}, role="phone_desk")
    before = store.operators.get("paul")
    with pytest.raises(Invalid, match="taken"):
        store.operators.save("paul", {"name": "Marie"}, role="writer")
    with pytest.raises(Invalid, match="last"):
        store.operators.save("marie", {"email": "marie@exemple.fr"}, role="writer")
    assert store.operators.get("paul") == before
    assert store.operators.me().email is None
