"""What comes back of the mails: bounces end an address, STOP ends a kind of message, and a doubt is for a person."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from store import Store
from store.addresses import address_hash
from store.came_back_counts import bounced_since, open_count
from store.came_back_records import CameBack, Kind
from store.clock import stamp
from store.errors import ChangedElsewhere, Invalid, NotAllowed, NotFound
from store.ledger import Ledger, Trace
from store.people import EmailState, Member, Person
from store.unreached_addresses import unreached_addresses
from tests.store.conftest import Hands
from tests.store.posted import FRANCOIS, ODETTE, email_states, household, note, post, state_of


@pytest.fixture
def odette(store: Store) -> Member:
    return household(store, ODETTE)


def refused(store: Store, member: Member, place: int = 0) -> set[str]:
    """What one of a household's people said STOP to."""
    return {p.kind for p in store.members.all_preferences(member.people[place].id or 0) if p.stopped}


def noted(came: CameBack | None) -> CameBack:
    assert came is not None
    return came


# Bounces


def test_a_hard_bounce_says_that_the_address_does_not_work(store: Store, odette: Member) -> None:
    (mail,) = post(store, odette)
    came = noted(note(store, Kind.HARD, mail, ODETTE, status="5.1.1", said="550 5.1.1 no\nsuch user\x1b[2J"))
    assert (came.state, came.title, came.name, came.address) == ("done", "News", "Odette Maréchal", ODETTE)
    assert (came.said, came.by, came.undoable, came.unreached) == ("550 5.1.1 no such user[2J", "", False, True)
    assert state_of(store, mail) == ("bounced", "bounced")
    assert email_states(store, odette) == ["bounced"]
    assert [a.phase for a in store.deliveries.story(mail).attempts] == ["dot", "bounce"]
    assert store.deliveries.story(mail).attempts[1].answer == "550 5.1.1 no such user[2J"
    assert note(store, Kind.HARD, mail, ODETTE) is None, "it was noted before"
    assert len(store.deliveries.story(mail).attempts) == 2


def test_a_forwarded_mail_that_bounces_means_the_address_that_was_written_to(store: Store, odette: Member) -> None:
    other = household(store, "new.box@exemple.fr")
    (mail,) = post(store, odette)
    came = noted(note(store, Kind.HARD, mail, "new.box@exemple.fr", status="5.1.1"))
    assert came.address == ODETTE
    assert (email_states(store, odette), email_states(store, other)) == (["bounced"], ["has"])


def test_who_has_another_address_by_now_keeps_it(store: Store, odette: Member) -> None:
    (mail,) = post(store, odette)
    changed = Member((Person("Odette", "Maréchal", "odette@exemple.fr", id=odette.people[0].id),), id=odette.id)
    store.members.save(changed)
    came = noted(note(store, Kind.HARD, mail))
    assert (came.member_id, came.unreached) == (odette.id, False)
    assert email_states(store, odette) == ["has"]
    assert state_of(store, mail) == ("bounced", "bounced")


def test_an_address_of_two_households_is_nobodys_any_more(store: Store, odette: Member) -> None:
    other = household(store, ODETTE.upper())
    (mail,) = post(store, odette)
    note(store, Kind.HARD, mail)
    assert (email_states(store, odette), email_states(store, other)) == (["bounced"], ["bounced"])


def test_what_comes_back_of_an_archived_members_mail_is_known_when_they_come_back(store: Store, odette: Member) -> None:
    (mail,) = post(store, odette)
    store.members.archive(odette.id or 0)
    came = noted(note(store, Kind.HARD, mail))
    note(store, Kind.STOP, mail)
    assert (came.member_id, came.name) == (odette.id, "Odette Maréchal")
    store.members.archive(odette.id or 0, False)
    assert (email_states(store, odette), refused(store, odette)) == (["bounced"], {"targeted"})


def test_only_the_third_message_in_a_row_that_does_not_arrive_ends_an_address(store: Store, odette: Member) -> None:
    first, second = (post(store, odette)[0] for _ in range(2))
    for mail in (first, second):
        note(store, Kind.SOFT, mail, status="5.2.2")
        note(store, Kind.SOFT, mail, status="5.2.2", digest=f"once more {mail}")
    assert state_of(store, second) == ("bounced", "bounced_soft")
    assert email_states(store, odette) == ["has"], "two messages, however many bounces"
    post(store, odette)  # arrives
    fourth, fifth = (post(store, odette)[0] for _ in range(2))
    for mail in (fourth, fifth):
        note(store, Kind.SOFT, mail)
    rows = {one.delivery_id: one.in_a_row for one in store.came_back.list()}
    assert rows == {first: 1, second: 2, fourth: 1, fifth: 2}, "one that got through begins anew"
    assert email_states(store, odette) == ["has"]
    note(store, Kind.SOFT, post(store, odette)[0])
    assert email_states(store, odette) == ["bounced"]


def test_a_bounce_settles_a_doubt_and_a_mail_that_would_be_sent_again(store: Store, odette: Member) -> None:
    doubt, again = post(store, odette, state="unknown")[0], post(store, odette, state="unknown")[0]
    store.deliveries.resolve(again, "again")
    (never_tried,) = post(store, odette, state="ready")
    for mail in (doubt, again, never_tried):
        note(store, Kind.HARD, mail)
    assert [state_of(store, mail)[0] for mail in (doubt, again, never_tried)] == ["bounced", "bounced", "held"]


def test_a_bounce_that_names_only_an_address_is_for_a_person(store: Store, odette: Member) -> None:
    came = noted(note(store, Kind.HARD, None, f" {ODETTE.upper()} "))
    assert (came.kind, came.state, came.member_id) == (Kind.UNCLEAR, "open", odette.id)
    assert email_states(store, odette) == ["has"], "anybody can write such a report"
    store.came_back.accept(came.id, "hard")
    assert email_states(store, odette) == ["bounced"]


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_is_kept_of_what_has_to_do_with_nobody_here(store: Store, odette: Member, kind: Kind) -> None:
    before = store.change_number()
    assert note(store, kind, None, "a.friend@example.org", said="private") is None
    if kind in (Kind.STOP, Kind.STOP_WORD):
        assert note(store, kind, None, ODETTE, said="STOP") is None, "of no mail of ours"
    assert (store.came_back.list(), store.change_number()) == ((), before)
    assert refused(store, odette) == set()


def test_an_unclear_one_changes_nothing_until_a_person_says_so(store: Store, odette: Member) -> None:
    (mail,) = post(store, odette)
    came = noted(note(store, Kind.UNCLEAR, mail, said="Mancata consegna"))
    assert (came.state, state_of(store, mail), email_states(store, odette)) == ("open", ("sent", ""), ["has"])
    assert open_count(store) == 1
    soft = store.came_back.accept(came.id, "soft")
    assert (state_of(store, mail), email_states(store, odette)) == (("bounced", "bounced_soft"), ["has"])
    store.came_back.reopen(soft.id)
    came = store.came_back.accept(came.id, "hard")
    assert (came.state, came.by, came.undoable) == ("done", "Marie", True)
    assert (state_of(store, mail), email_states(store, odette)) == (("bounced", "bounced"), ["bounced"])
    with pytest.raises(Invalid):
        store.came_back.dismiss(came.id)
    came = store.came_back.reopen(came.id)
    assert (came.state, came.by, came.decided_at) == ("open", "", None)
    assert (state_of(store, mail), email_states(store, odette)) == (("sent", ""), ["has"])
    assert store.came_back.dismiss(came.id).state == "dismissed"
    assert (open_count(store), state_of(store, mail)) == (0, ("sent", ""))


def test_an_address_works_again_and_starts_anew(store: Store, odette: Member, hands: Hands) -> None:
    mails = [post(store, odette)[0] for _ in range(3)]
    for mail in mails:
        note(store, Kind.SOFT, mail)
    assert [one.in_a_row for one in reversed(store.came_back.list())] == [1, 2, 3]
    assert email_states(store, odette) == ["bounced"]
    hands.at += timedelta(hours=1)
    assert unreached_addresses(store) == {ODETTE}
    assert store.came_back.works_again(odette.people[0].id or 0) == 1
    assert email_states(store, odette) == ["has"]
    assert unreached_addresses(store) == frozenset()
    with pytest.raises(Invalid):
        store.came_back.works_again(odette.people[0].id or 0)
    hands.at += timedelta(hours=1)
    note(store, Kind.SOFT, post(store, odette)[0])
    assert email_states(store, odette) == ["has"], "the former three count no more"
    assert {one.in_a_row for one in store.came_back.list()} == {1}
    late = stamp(hands.at - timedelta(minutes=90))
    note(store, Kind.HARD, mails[0], received_at=late)
    assert email_states(store, odette) == ["has"], "it came before somebody said that the address works"


def test_who_is_vouched_for_on_the_members_page_starts_anew_too(store: Store, odette: Member, hands: Hands) -> None:
    for _ in range(3):
        note(store, Kind.SOFT, post(store, odette)[0])
    member = store.members.get(odette.id or 0)
    hands.at += timedelta(hours=1)
    store.members.save(replace(member, people=(replace(member.people[0], email_state=EmailState.HAS),)))
    note(store, Kind.SOFT, post(store, odette)[0])
    assert email_states(store, odette) == ["has"]


def test_who_has_the_member_open_meanwhile_does_not_write_the_address_back(store: Store, odette: Member) -> None:
    (mail,) = post(store, odette)
    note(store, Kind.HARD, mail)
    with pytest.raises(ChangedElsewhere):
        store.members.save(replace(odette, notes="Rings at six."))
    assert email_states(store, odette) == ["bounced"]


def test_what_waits_for_an_address_that_does_not_work_is_held_until_it_does(store: Store) -> None:
    couple, other = household(store, ODETTE, FRANCOIS), household(store, ODETTE)
    (first,) = post(store, other)
    to_odette, to_francois = post(store, couple, state="ready")
    (alone,) = post(store, other, state="ready", title="Alone")
    message_id = store.deliveries.story(alone).row.message_id or 0
    tested = post(store, other, state="ready")[0]
    with store.writing() as t:
        t.execute("UPDATE deliveries SET kind = 'test' WHERE id = ?", (tested,))
    assert store.messages.calls(message_id) == ()
    note(store, Kind.HARD, first)
    held, ready = ("held", "bounced"), ("ready", "")
    assert [state_of(store, mail) for mail in (to_odette, to_francois, alone, tested)] == [held, ready, held, ready]
    assert [call.member_id for call in store.messages.calls(message_id)] == [other.id]
    assert store.deliveries.release("all") == 0, "it would come back like the first"
    # Said to work on one household's page: that one's mail goes, the other one's does not yet.
    member = store.members.get(other.id or 0)
    store.members.save(replace(member, people=(replace(member.people[0], email_state=EmailState.HAS),)))
    assert (state_of(store, alone), state_of(store, to_odette)) == (ready, held)
    note(store, Kind.HARD, first, digest="once more")
    assert state_of(store, alone) == held
    store.came_back.works_again(other.people[0].id or 0)
    assert (state_of(store, alone), state_of(store, to_odette)) == (ready, ready)


def test_what_waits_for_an_address_that_is_corrected_or_refused_stays_held_for_that(
    store: Store, odette: Member
) -> None:
    (back,), (waiting,), (news,) = post(store, odette), post(store, odette, state="ready"), post(store, odette)
    came = noted(note(store, Kind.UNCLEAR, back))
    store.came_back.accept(came.id, "hard")
    assert state_of(store, waiting) == ("held", "bounced")
    stop = noted(note(store, Kind.STOP_WORD, news, ODETTE))
    store.came_back.accept(stop.id, "stop")
    assert state_of(store, waiting) == ("held", "opted_out")
    store.came_back.reopen(stop.id)
    assert state_of(store, waiting) == ("held", "bounced")
    store.came_back.reopen(came.id)
    assert state_of(store, waiting) == ("ready", "")
    store.came_back.accept(came.id, "hard")
    member = store.members.get(odette.id or 0)
    store.members.save(replace(member, people=(replace(member.people[0], email="odette@exemple.fr"),)))
    assert state_of(store, waiting) == ("held", "address_changed")
    row = store.deliveries.story(waiting).row
    assert [call.member_id for call in store.messages.calls(row.message_id or 0)] == [odette.id]
    assert store.deliveries.release("all", row.message_id) == 0, "it would go to the address that does not work"
    assert store.deliveries.release(waiting) == 1, "unless somebody says so of this one"


def test_nothing_goes_to_an_address_that_is_found_not_to_work_meanwhile(store: Store, odette: Member) -> None:
    member = replace(odette, people=(replace(odette.people[0], email_state=EmailState.BOUNCED),))
    store.members.save(member)
    late, released = (post(store, odette, state="ready")[0] for _ in range(2))
    store.deliveries.hold(released)
    store.deliveries.release(released)
    with closing(Ledger(store)) as ledger:
        ledger.begin("command")
        assert ledger.claim(late, "Sat, 21 Nov 2026 21:04:00 +0100") is None
        assert ledger.claim(released, "Sat, 21 Nov 2026 21:04:00 +0100"), "a person let it go in spite of that"
    assert state_of(store, late) == ("held", "bounced")


def test_a_bounce_that_is_faster_than_the_answer_stays(store: Store, odette: Member) -> None:
    (mail,) = post(store, odette, state="ready")
    with closing(Ledger(store)) as ledger:
        ledger.begin("command")
        assert ledger.claim(mail, "Sat, 21 Nov 2026 21:04:00 +0100")
        note(store, Kind.SOFT, mail, said="box full")
        ledger.sent(mail, Trace("answer", 250, "queued"))
    assert state_of(store, mail) == ("bounced", "bounced_soft")
    assert [a.phase for a in store.deliveries.story(mail).attempts] == ["dot", "bounce", "answer"]


# STOP


def test_a_stop_with_its_token_counts_at_once(store: Store, odette: Member) -> None:
    (mail,) = post(store, odette)
    (waiting,) = post(store, odette, state="ready")
    (other_kind,) = post(store, odette, kind="last_call", state="ready")
    stranger = household(store, "somebody.else@example.org")
    came = noted(note(store, Kind.STOP, mail, "somebody.else@example.org", said="STOP token1x0"))
    assert (came.state, came.topic, came.address) == ("done", "targeted", ODETTE)
    assert (state_of(store, waiting), state_of(store, other_kind)) == (("held", "opted_out"), ("ready", ""))
    assert (refused(store, odette), refused(store, stranger)) == ({"targeted"}, set())
    (said,) = store.members.preferences(odette.people[0].id or 0)
    assert (said.by, said.operator_id) == ("", None), "the person said so, not who read the mail"
    later = household(store, ODETTE)
    assert refused(store, later) == {"targeted"}, "the address refuses it, whoever has it"


def test_a_stop_to_an_automatic_mail_ends_that_kind(store: Store, odette: Member) -> None:
    note(store, Kind.STOP, post(store, odette, kind="last_call")[0])
    assert refused(store, odette) == {"last_call"}


def test_a_stop_of_somebody_whose_address_changed_is_that_persons(store: Store, odette: Member) -> None:
    (mail,) = post(store, odette)
    store.members.save(Member((Person("Odette", "Maréchal", FRANCOIS, id=odette.people[0].id),), id=odette.id))
    note(store, Kind.STOP, mail)
    assert refused(store, odette) == {"targeted"}


def test_a_stop_word_is_decided_about_by_a_person_and_can_be_taken_back(store: Store, odette: Member) -> None:
    (mail,), (waiting,) = post(store, odette), post(store, odette, state="ready")
    came = noted(note(store, Kind.STOP_WORD, mail, "odette.perso@example.org", said="stop svp"))
    assert (came.state, came.address, came.said, refused(store, odette)) == (
        "open", "odette.perso@example.org", "stop svp", set(),
    )  # fmt: skip
    with pytest.raises(Invalid):
        store.came_back.accept(came.id, "hard")
    came = store.came_back.accept(came.id, "stop")
    assert (refused(store, odette), state_of(store, waiting)) == ({"targeted"}, ("held", "opted_out"))
    store.came_back.reopen(came.id)
    assert (refused(store, odette), state_of(store, waiting)) == (set(), ("ready", ""))
    assert store.members.preferences(odette.people[0].id or 0) == ()
    with store.reading() as t:
        assert t.value("SELECT count(*) FROM suppressions") == 0
    with pytest.raises(Invalid):
        store.came_back.reopen(came.id)


def test_nothing_is_kept_for_long_of_an_answer_that_was_an_ordinary_one(
    store: Store, odette: Member, hands: Hands
) -> None:
    perso = "odette.perso@example.org"
    ordinary, stop = (
        noted(note(store, Kind.STOP_WORD, post(store, odette)[0], perso, said=said))
        for said in ("Stop by at six, the key is under the pot", "stop svp")
    )
    store.came_back.dismiss(ordinary.id)
    store.came_back.accept(stop.id, "stop")
    store.inbox.note_read("done")
    assert store.came_back.get(ordinary.id).said, "it can be taken back for a day"
    hands.at += timedelta(days=1)
    store.inbox.note_read("done")
    found = store.came_back.get(ordinary.id)
    assert (found.said, found.address, found.undoable, found.state) == ("", ODETTE, False, "dismissed")
    assert store.came_back.get(stop.id).said == "stop svp", "why somebody gets no more mails stays known"


def test_a_decision_is_not_taken_back_over_what_was_said_since(store: Store, odette: Member, hands: Hands) -> None:
    person = odette.people[0].id or 0
    came = noted(note(store, Kind.STOP_WORD, post(store, odette)[0], ODETTE))
    store.came_back.accept(came.id, "stop")
    hands.at += timedelta(days=1)
    store.members.set_preferences(person, {("email", "targeted"): True}, "by phone", said_so=True)
    with pytest.raises(Invalid):
        store.came_back.reopen(came.id)
    assert store.members.preferences(person)[0].allowed
    assert store.came_back.get(came.id).state == "done"


def test_what_was_refused_before_stays_refused_when_a_decision_is_taken_back(store: Store, odette: Member) -> None:
    person = odette.people[0].id or 0
    store.members.set_preference(person, "email", "targeted", False, "by phone")
    before = store.members.preferences(person)
    came = noted(note(store, Kind.STOP_WORD, post(store, odette)[0], ODETTE))
    store.came_back.accept(came.id, "stop")
    assert store.members.preferences(person) != before
    store.came_back.reopen(came.id)
    assert store.members.preferences(person) == before


def test_a_stop_to_a_test_or_to_a_producers_mail_is_for_a_person(store: Store, odette: Member) -> None:
    tried, recap = (post(store, odette)[0] for _ in range(2))
    with store.writing() as t:
        t.execute("DELETE FROM delivery_people")
        t.execute("UPDATE deliveries SET kind = 'test' WHERE id = ?", (tried,))
        t.execute("UPDATE deliveries SET kind = 'recap', message_id = NULL WHERE id = ?", (recap,))
    came = [noted(note(store, Kind.STOP, mail, ODETTE)) for mail in (tried, recap)]
    assert [one.state for one in came] == ["open", "open"]
    assert refused(store, odette) == set()
    store.came_back.accept(came[0].id, "stop")
    assert refused(store, odette) == {"targeted"}
    with pytest.raises(Invalid):
        store.came_back.accept(came[1].id, "stop")
    assert store.came_back.dismiss(came[1].id).state == "dismissed"


def test_an_answer_says_that_a_mail_in_doubt_arrived(store: Store, odette: Member) -> None:
    word, answered, found = (post(store, odette, state="unknown")[0] for _ in range(3))
    note(store, Kind.STOP_WORD, word, ODETTE)
    assert store.deliveries.note_answered(answered)
    assert store.deliveries.found(found, "INBOX.Sent")
    assert not store.deliveries.note_answered(answered)
    assert not store.deliveries.found(found, "INBOX.Sent")
    assert [state_of(store, mail) for mail in (word, answered, found)] == [("sent", "")] * 3
    phases = [store.deliveries.story(mail).attempts[-1] for mail in (word, answered, found)]
    assert [(a.phase, a.answer) for a in phases] == [("answered", ""), ("answered", ""), ("found", "INBOX.Sent")]
    assert store.deliveries.doubts() == store.deliveries.unknown() == ()


def test_a_stop_by_hand_counts_like_any_other(store: Store, odette: Member) -> None:
    (waiting,) = post(store, odette, state="ready")
    assert store.came_back.stop(odette.people[0].id or 0, "targeted") == 1
    assert (refused(store, odette), state_of(store, waiting)) == ({"targeted"}, ("held", "opted_out"))
    (said,) = store.members.preferences(odette.people[0].id or 0)
    assert (said.by, said.stopped) == ("Marie", True)
    other = household(store, FRANCOIS)
    assert store.came_back.stop(f" {FRANCOIS.upper()} ", "all") == 0
    assert refused(store, other) >= {"opening", "last_call", "pickup", "automatic", "targeted"}
    assert store.came_back.stop("nobody.here@example.org", "all") == 0
    assert refused(store, household(store, "nobody.here@example.org")) >= {"opening", "targeted"}
    with pytest.raises(Invalid):
        store.came_back.stop(ODETTE, "lottery")
    with pytest.raises(NotFound):
        store.came_back.stop(99, "all")


# Who sees and decides, what is told


def test_each_needs_its_right(store: Store, odette: Member, act_as: Callable[[str], Store]) -> None:
    (mail,) = post(store, odette)
    came = noted(note(store, Kind.STOP_WORD, mail, ODETTE))
    for login, role in (("desk", "phone_desk"), ("tresor", "treasurer"), ("paul", "writer")):
        store.operators.add(login, login, role)
    desk, treasurer, writer = (act_as(login) for login in ("desk", "tresor", "paul"))
    assert note(desk, Kind.HARD, mail) is not None, "who may send what is in the outbox reads what comes of it"
    assert open_count(desk) == 1
    for wrong in (
        desk.came_back.list,
        lambda: desk.came_back.accept(came.id, "stop"),
        lambda: treasurer.came_back.dismiss(came.id),
        lambda: note(treasurer, Kind.SOFT, mail),
        lambda: treasurer.deliveries.found(mail, "Sent"),
        lambda: treasurer.inbox.set("a", "INBOX", 1, 1),
    ):
        with pytest.raises(NotAllowed):
            wrong()
    assert [one.id for one in treasurer.came_back.list("open")] == [came.id]
    assert desk.came_back.works_again(odette.people[0].id or 0) == 1
    assert writer.came_back.accept(came.id, "stop").by == "paul"


def test_the_list_the_counts_and_the_journal(store: Store, odette: Member, hands: Hands) -> None:
    mails = [post(store, odette, title=f"News {n}")[0] for n in range(3)]
    for mail, kind in zip(mails, (Kind.SOFT, Kind.UNCLEAR, Kind.STOP_WORD), strict=True):
        hands.at += timedelta(hours=1)
        note(store, kind, mail, ODETTE, said="their words")
    assert [(one.kind, one.title) for one in store.came_back.list()] == [
        (Kind.STOP_WORD, "News 2"), (Kind.UNCLEAR, "News 1"), (Kind.SOFT, "News 0")
    ]  # fmt: skip
    assert [one.kind for one in store.came_back.list("open", limit=1)] == [Kind.STOP_WORD]
    assert [one.kind for one in store.came_back.list("done")] == [Kind.SOFT]
    first = stamp(hands.at - timedelta(hours=2))
    assert (bounced_since(store, first), bounced_since(store, stamp(hands.at))) == (1, 0)
    note(store, Kind.SOFT, mails[0], digest="the same mail, told of again")
    assert bounced_since(store, first) == 1
    with store.reading() as t:
        journal = " ".join(str(tuple(row)) for row in t.all("SELECT * FROM journal"))
    assert "came_back.noted" in journal
    for private in (ODETTE, "their words", address_hash(ODETTE)):
        assert private not in journal


def test_what_is_not_there_is_not_found(store: Store, odette: Member) -> None:
    for wrong in (
        lambda: store.came_back.get(9),
        lambda: store.came_back.dismiss(9),
        lambda: note(store, Kind.HARD, 9),
        lambda: store.came_back.works_again(9),
        lambda: store.deliveries.story(9),
    ):
        with pytest.raises(NotFound):
            wrong()
