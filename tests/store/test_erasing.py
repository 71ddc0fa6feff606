"""Erasing: the person is gone from the file to the last byte, the group's sums stay, and no refusal is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from store import Store
from store.addresses import address_hash
from store.came_back_counts import open_count
from store.came_back_records import Kind, Note
from store.deliveries import record_attempt
from store.delivery_queue import insert_deliveries
from store.erasing import clean_file, erase, erasing_preview
from store.errors import ChangedElsewhere, Invalid, NotAllowed, NotFound
from store.exchange.export_folder import Export, write_export
from store.exchange.member_export import export_members
from store.exchange.members import import_members
from store.exchange.tables import open_file
from store.frozen_mails import frozen_mails
from store.hand_picks import instead
from store.ledger import Ledger, Trace
from store.members import Member, Person
from store.merging import merge, merges_of
from store.personal_data import everything_about
from store.rules import make
from store.segments import EVERYONE, NOBODY, Reach, Verb
from tests import known_member
from tests.known_member import FRANCOIS, HELENE
from tests.offering import Offering
from tests.store.posted import note, post

# What only this household has, as it is typed, folded for the search, and as numbers and addresses are kept.
TRACES = (
    *("Guérinois", "guerinois", "Hélène", "François", "Tulipier", "noix", "potagère", "103", "BON-GUE77"),
    *(HELENE, FRANCOIS, "11 22 33", "240112233", "39 98 00 77", "639980077"),
)


@pytest.fixture
def member(store: Store, group: Offering) -> int:
    return known_member.fill(store, group)


def raw(path: Path) -> bytes:
    """The file and its log as they lie on the disk."""
    return b"".join(found.read_bytes() for found in sorted(path.parent.glob(f"{path.name}*")))


def left(path: Path, traces: tuple[str, ...] = TRACES) -> list[str]:
    content = raw(path)
    return [text for text in traces if text.encode() in content]


def value(store: Store, sql: str) -> object:
    with store.reading() as t:
        return t.value(sql)


def test_nothing_is_left_in_the_file(store, member):
    # What was there before lies about in free space, where SQLite was not built to overwrite it.
    with closing(sqlite3.connect(store.path, isolation_level=None)) as conn:
        conn.execute("PRAGMA secure_delete = OFF").fetchall()
        for notes in ("Fantômette " * 900, "Allergique aux noix"):
            conn.execute("UPDATE members SET notes = ? WHERE id = ?", (notes, member))
    assert left(store.path, ("Fantômette",))
    assert len(left(store.path)) >= len(TRACES) - 1
    done = erase(store, member)
    assert done.clean
    assert left(store.path, ("Fantômette", *(text for text in TRACES if text != "103"))) == []
    assert value(store, "SELECT count(*) FROM external_ids") == 0
    assert value(store, "SELECT count(*) FROM call_backs") == 0
    assert value(store, "SELECT count(*) FROM measures") == 0
    assert value(store, "SELECT amount FROM vouchers WHERE state = 'cancelled'") == 500


def test_the_log_is_cleaned_while_somebody_else_has_the_file_open(store, member, act_as):
    other = act_as("marie")
    other.change_number()
    assert erase(store, member).clean
    assert left(store.path, (HELENE, "Guérinois")) == []
    assert other.members.search("").total == 3


def test_a_reader_in_the_middle_only_puts_the_cleaning_off(store, member, monkeypatch):
    monkeypatch.setattr("store.file.BUSY_SECONDS", 0.1)
    with store.reading() as t:
        t.value("SELECT count(*) FROM members")
        assert not erase(store, member).clean
    assert clean_file(store.path)
    assert left(store.path, (HELENE, "Guérinois")) == []


def test_orders_stay_nameless_and_sums_with_them(store, member, group):
    before = store.orders.summary(group.next)
    counts = store.deliveries.counts()
    erase(store, member)
    after = store.orders.summary(group.next)
    assert (after.orders, after.totals) == (before.orders, before.totals)
    assert after.baskets == 0
    (row,) = [row for row in store.orders.of_distribution(group.next) if row.member_id == member]
    assert row.member == "erased member"
    assert row.totals == {"EUR": 430}
    assert store.orders.get(row.id).note == ""
    assert value(store, "SELECT count(*) FROM order_changes") == 1
    assert store.deliveries.counts().total == counts.total
    assert value(store, "SELECT count(*) FROM recipients") == 1


def test_an_erased_member_is_called_so(store, member):
    erase(store, member)
    assert store.members.get(member).name == "erased member"
    assert store.members.get(member).archived


def test_an_erased_member_is_in_no_list(store, member, group):
    erase(store, member)
    assert store.members.search("").total == 3
    assert store.members.search("guerinois").total == 0
    assert store.segments.count(EVERYONE).selected == 3
    assert export_members(store, "json").rows == 3
    assert export_members(store, "csv", ids=[member]).rows == 0
    assert [r.name for r in store.messages.recipients(1)] == ["erased member", "erased member"]
    with pytest.raises(NotFound):
        everything_about(store, member)
    with pytest.raises(NotFound):
        erase(store, member)
    with pytest.raises(NotFound):
        store.members.resolve(HELENE, archived=True)


def test_an_erased_member_does_not_come_back(store, member):
    before = store.members.get(member)
    erase(store, member)
    with pytest.raises(ChangedElsewhere):
        store.members.save(before)
    now = store.members.get(member)
    with pytest.raises((ChangedElsewhere, Invalid)):
        store.members.save(Member((Person("Hélène", "Guérinois"),), id=member, version=now.version))
    with pytest.raises(Invalid):
        store.members.archive(member, False)


def test_what_waits_never_goes_out(store, member):
    done = erase(store, member)
    assert done.held == 1
    first, second = store.deliveries.of_message(1)
    assert {first.name, second.name} == {"erased member"}
    assert {first.address, second.address} == {""}
    assert {(row.state, row.reason) for row in (first, second)} == {("failed", ""), ("held", "erased")}
    assert store.deliveries.release("all") == 0
    assert store.deliveries.retry("all") == 0
    with pytest.raises(NotFound):
        store.deliveries.retry(1)
    assert frozen_mails(store, 1) == ()
    with Runner(store) as ledger:
        assert ledger.next_mails(10)[1] == ()
        assert ledger.claim(2, "Sat, 21 Nov 2026 21:04:00 +0100") is None


class Runner:
    """The outbox as its runner has it."""

    def __init__(self, store: Store) -> None:
        self.ledger = Ledger(store)

    def __enter__(self) -> Ledger:
        return self.ledger

    def __exit__(self, *_error: object) -> None:
        self.ledger.close()


def test_what_a_server_says_afterwards_is_not_kept(store, member):
    with Runner(store) as ledger:
        erase(store, member)
        ledger.failed(2, "refused", Trace("rcpt", 550, f"<{FRANCOIS}>: no such user"))
    assert left(store.path, (FRANCOIS,)) == []
    assert value(store, "SELECT state FROM deliveries WHERE id = 2") == "held"


def test_who_is_being_mailed_is_not_erased_in_the_middle(store, member, hands):
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sending', state_at = ? WHERE id = 2", (t.stamp,))
        t.journal("outbox.run_started")
    with pytest.raises(Invalid) as caught:
        erase(store, member)
    assert (caught.value.field, caught.value.reason) == ("erase", "sending")
    assert store.members.get(member).people[0].email == HELENE
    hands.at += timedelta(minutes=11)
    assert erase(store, member).whole


def test_a_mail_in_doubt_can_be_settled_but_not_sent_again(store, member):
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'unknown' WHERE id = 2")
        t.journal("outbox.in_doubt")
    erase(store, member)
    assert store.deliveries.resolve("all", "again") == 0
    assert store.deliveries.resolve(2, "sent") == 1
    assert store.deliveries.story(2).attempts[-1].answer == "Marie"


def test_importing_the_same_file_again_brings_no_refusal_back(store, member, tmp_path):
    file = tmp_path / "members.csv"
    file.write_text(
        f"first_name;last_name;email\nHélène;Guérinois;{HELENE}\nFrançois;Guérinois;{FRANCOIS}\n", encoding="utf-8"
    )
    erase(store, member)
    assert import_members(store, open_file(file)).new == 2
    with store.reading() as t:
        assert {row["address_hash"] for row in t.all("SELECT address_hash FROM suppressions")} >= {
            address_hash(HELENE), address_hash(FRANCOIS)
        }  # fmt: skip
    listing = store.segments.people(EVERYONE, "targeted")
    assert listing.reached == ()
    assert len(listing.opted_out) == 2
    # She refused news only, he said STOP to everything.
    reached = store.segments.people(EVERYONE, "last_call").reached
    assert [member.addresses for member in reached] == [(HELENE,)]


def test_one_of_two_goes_and_the_other_stays(store, member):
    first, second = store.members.get(member).people
    preview = erasing_preview(store, member, person_id=first.id)
    assert (preview.person, preview.mails, preview.waiting) == ("Guérinois Hélène", 1, 0)
    assert preview.notes == "Allergique aux noix"
    assert (preview.orders, preview.order_notes) == (0, 2), "the orders stay those of the other one"
    kept = [row.id for row in store.orders.of_member(member) if row.state == "confirmed"]
    notes = [store.orders.get(order_id).note for order_id in kept]
    assert any(notes)
    done = erase(store, member, person_id=first.id)
    assert not done.whole
    assert [store.orders.get(order_id).note for order_id in kept] == notes
    assert left(store.path, ("Hélène", HELENE, "11 22 33", "240112233")) == []
    now = store.members.get(member)
    assert [person.email for person in now.people] == [FRANCOIS]
    assert now.people[0].id == second.id
    assert not now.archived
    assert store.members.search("francois").total == 1
    assert store.members.search("helene").total == 0
    assert [(row.address, row.state) for row in store.deliveries.of_message(1)] == [("", "failed"), (FRANCOIS, "ready")]
    assert store.orders.of_member(member)
    with store.reading() as t:
        assert t.value("SELECT 1 FROM suppressions WHERE address_hash = ?", (address_hash(HELENE),))


def test_a_couple_s_shared_mail_keeps_the_one_who_stays(store, group):
    shared = "couple@exemple.fr"
    couple = store.members.add(Member((Person("Zoé", "Petitjean", shared), Person("Luc", "Petitjean", shared))))
    zoe, luc = store.members.get(couple).people
    message_id = store.messages.new(EVERYONE, subject="Nouveautés")
    both = known_member.mail(zoe.id, couple, message_id, shared, 9)
    with store.writing() as t:
        insert_deliveries(t, [both])
        t.insert("delivery_people", delivery_id=1, person_id=luc.id, member_id=couple)
        t.journal("message.queued", message_id)
    erase(store, couple, person_id=zoe.id)
    (row,) = store.deliveries.of_message(message_id)
    assert (row.name, row.address, row.state, row.reason) == ("Luc Petitjean", shared, "held", "erased")
    assert store.deliveries.release("all") == 0
    assert left(store.path, ("Zoé", "zoe", "Guérinois")) == []


def test_what_came_back_stays_counted_and_nameless(store, member):
    perso = "helene.perso@example.org"
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sent'")
    store.came_back.note(Note("bounce", Kind.HARD, store.stamp(), FRANCOIS, 2, "5.1.1", f"<{FRANCOIS}>: unknown"))
    word = store.came_back.note(Note("perso", Kind.STOP_WORD, store.stamp(), perso, 1, said="stop, Hélène"))
    store.came_back.accept(word.id, "stop")
    store.inbox.note_read("lost", f"{HELENE} has too many connections")
    kinds = [one.kind for one in store.came_back.list()]
    erase(store, member)
    assert left(store.path, (perso, "stop, H", *TRACES[:-4])) in ([], ["103"])
    assert [one.kind for one in store.came_back.list()] == kinds
    assert {(one.name, one.address, one.said, one.member_id) for one in store.came_back.list()} == {
        ("erased member", "", "", None)
    }
    assert open_count(store) == 0
    with pytest.raises(Invalid):
        store.came_back.reopen(word.id)
    for kind in Kind:
        store.came_back.note(Note(f"later {kind}", kind, store.stamp(), perso, 1, said="stop, Hélène"))
    store.came_back.note(Note("nobody", Kind.HARD, store.stamp(), HELENE, None, said="unknown"))
    assert clean_file(store.path)
    assert left(store.path, (perso, "stop, H", *TRACES[:-4])) in ([], ["103"])
    assert open_count(store) == 0
    assert store.deliveries.story(1).row.name == "erased member"


def test_what_came_back_of_a_couples_address_is_still_the_others(store, group):
    shared = "couple@exemple.fr"
    couple = store.members.add(Member((Person("Zoé", "Petitjean", shared), Person("Luc", "Petitjean", shared))))
    zoe, _luc = store.members.get(couple).people
    (mail,) = post(store, store.members.get(couple))
    note(store, Kind.UNCLEAR, mail, said="Zoé is not here")
    erase(store, couple, person_id=zoe.id)
    (one,) = store.came_back.list("open")
    assert (one.address, one.said, one.member_id, one.person_id) == (shared, "", couple, None)
    store.came_back.accept(one.id, "hard")
    assert store.members.get(couple).people[0].email_state == "bounced"


def test_who_is_alone_is_the_household(store, group):
    odette = group.members["odette"]
    assert erase(store, odette, person_id=store.members.get(odette).people[0].id).whole


def test_the_preview_says_what_goes_what_stays_and_what_is_out_of_reach(store, member):
    (store.path.parent / f"{store.path.name}.v1-20261121T200400.backup").write_bytes(b"")
    write_export(store, Export("members.csv", b"", 0))
    store.inside = True
    write_export(store, Export("orders.csv", b"", 0))
    store.messages.new(EVERYONE, subject="Merci", text="Merci à Hélène Guérinois pour les noix")
    store.messages.attach(store.messages.new(EVERYONE, subject="Photo"), f"{HELENE}.txt", b"x")
    words = store.messages.new(EVERYONE, text="François Guérinois")
    store.messages.keep_starter("Portrait", words)
    store.messages.delete(words)
    preview = erasing_preview(store, member)
    assert preview.people == ("Guérinois Hélène", "Guérinois François")
    assert (preview.person, preview.orders, preview.baskets, preview.order_notes) == ("", 1, 1, 2)
    assert [(row.state, row.day.isoformat()) for row in preview.coming] == [("confirmed", "2026-11-26")]
    assert (preview.mails, preview.waiting, preview.vouchers) == (2, 1, 1)
    assert preview.operators == ("marie",)
    assert [role.kind for role in preview.roles] == ["operator"]
    assert preview.listed_in == ("Voisins",)
    assert preview.refuses
    assert preview.mentions == ("Merci", "Photo", "Portrait")
    assert [path.name for path in preview.copies] == [
        "members.csv", "orders.csv", "group.cabas.v1-20261121T200400.backup"
    ]  # fmt: skip
    assert store.members.get(member).people[0].email == HELENE, "looking changes nothing"


def test_an_operator_stays_one_without_the_member(store, member):
    erase(store, member)
    me = store.operators.me()
    assert (me.login, me.name, me.member_id, me.email) == ("marie", "Marie", None, None)


def test_segments_name_the_erased_no_more(store, member):
    message_id = store.messages.new(EVERYONE.then(Verb.REMOVE, make("member", ids=(member,))), subject="x")
    erase(store, member)
    assert value(store, "SELECT definition FROM segments") == NOBODY.to_json()
    assert store.messages.get(message_id).segment == EVERYONE


def test_keeping_only_the_erased_keeps_nobody():
    segment = EVERYONE.then(Verb.KEEP, make("member", ids=(1, 2))).then(Verb.ADD, make("member", ids=(2, 3)))
    assert instead(segment, (1,), None).steps[0].rule.get("ids") == (2,)
    emptied = instead(segment, (1, 2), None)
    assert [step.rule.name for step in emptied.steps] == ["nobody", "member"]
    assert instead(segment, (9,), None) == segment


def test_somebody_else_with_the_same_name_and_phone_is_untouched(store, member, group):
    twin = store.members.add(Member((Person("Hélène", "Guérinois", "autre@exemple.fr", phone="02 40 11 22 33"),)))
    erase(store, member)
    kept = store.members.get(twin)
    assert (kept.name, kept.people[0].phone) == ("Guérinois Hélène", "02 40 11 22 33")
    assert store.members.search("guerinois").total == 1


@pytest.fixture
def twin(store: Store, member: int) -> int:
    """The same household once more, merged into the first one."""
    twin_id = store.members.add(
        Member((Person("Helene", "Guérinois", HELENE), Person("François", "Guérinois")), notes="La Tulipier du bas")
    )
    merge(store, member, twin_id)
    return twin_id


def test_merged_members_go_together(store, member, twin):
    assert erasing_preview(store, twin).merges == 1
    assert erase(store, twin).member_id == member
    assert store.members.get(twin).erased
    assert merges_of(store, member) == ()
    assert left(store.path, tuple(text for text in TRACES if text != "103")) == []


def test_of_merged_members_one_person_goes_whole(store, member, twin):
    first = store.members.get(member).people[0]
    erase(store, member, person_id=first.id)
    assert left(store.path, ("Hélène", "Helene", HELENE, "11 22 33")) == []
    now = store.members.get(twin)
    assert (now.id, [person.email for person in now.people]) == (member, [FRANCOIS])
    assert [row.state for row in store.deliveries.of_message(1)] == ["failed", "ready"]


def test_the_journal_keeps_who_did_what_and_no_details(store, member):
    erase(store, member)
    with store.reading() as t:
        deeds = t.all("SELECT action, detail FROM journal WHERE action LIKE 'member.%' AND subject_id = ?", (member,))
    assert [deed["action"] for deed in deeds][-1] == "member.erased"
    assert {deed["detail"] for deed in deeds[:-1]} == {None}


def test_only_an_admin_erases(store, member, act_as):
    store.operators.add("paul", "Paul", "phone_desk")
    for act in (erase, erasing_preview):
        with pytest.raises(NotAllowed):
            act(act_as("paul"), member)
    assert store.members.get(member).people


def test_a_person_of_another_household_is_not_found(store, member, group):
    other = store.members.get(group.members["odette"]).people[0].id
    with pytest.raises(NotFound):
        erase(store, member, person_id=other)
    with pytest.raises(NotFound):
        erase(store, 999)


def test_what_was_sent_to_try_a_mail_out_goes_too(store, member):
    with store.writing() as t:
        trial = known_member.mail(1, member, None, FRANCOIS, 7)
        insert_deliveries(t, [replace(trial, kind="test", people=())])
        record_attempt(t, None, "connect", 451, f"greylisted {FRANCOIS}")
        t.journal("message.tested")
    erase(store, member)
    assert left(store.path, (FRANCOIS,)) == []


def test_the_reach_of_the_others_is_as_before(store, member, group):
    before = store.segments.people(EVERYONE, "targeted")
    erase(store, member)
    after = store.segments.people(EVERYONE, "targeted")
    assert [row.member_id for row in after.unreachable] == [
        row.member_id for row in before.unreachable if row.member_id != member
    ]
    assert Reach.EMAIL == "email"
