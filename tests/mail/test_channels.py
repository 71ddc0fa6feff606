"""A message that goes by several ways: each member hears of it once, in words that are theirs, or nobody does."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import datetime

import pytest

from mail import composing
from mail.calls import words_for_call
from mail.channel_csv import export_rows
from mail.crash_points import FREEZING
from mail.paper import paper
from mail.refused import EmptyAudience, NoMailbox, TextRefused, Unfinished
from mail.sms_texts import sms_of
from store import Store
from store.channels import CHANNELS
from store.errors import Invalid, NotAllowed
from store.handing import hand_over
from store.message_records import Message
from store.people import EmailState, Member, Person
from store.segments import EVERYONE, NOBODY, parse

TEXTS = {"sms_text": "Bonjour {{ first_name }}, panier jeudi : 3 €", "call_text": "Dire à {{ people }} : **jeudi**"}


@pytest.fixture
def store(french_store: Store) -> Store:
    """Saturday 21 November 2026, 21:04: Anne by mail, Bruno and Carla at one mobile, Dora by post, Emile and Fanny."""
    for person, home in (
        (Person("Anne", "Aubert", "anne@exemple.fr", mobile="06 39 98 00 01"), {}),
        (Person("Bruno", "Blin", mobile="06 39 98 00 02"), {"address1": "1 rue Haute", "city": "Dijon"}),
        (Person("Carla", "Blin", "carla@exemple.fr", EmailState.BOUNCED, mobile="06 39 98 00 02"), {}),
        (Person("Dora", "Dupré"), {"address1": "<b>3</b> rue Basse", "postal_code": "21000", "city": "Dijon"}),
        (Person("Emile", "Eder", phone="01 99 00 12 34"), {"postal_code": "21000"}),
        (Person("Fanny", "Faure", "fanny@exemple.fr"), {"address1": "5 rue Basse", "city": "Dijon"}),
    ):
        french_store.members.add(Member(people=(person,), **home))
    fanny = french_store.members.get(6).people[0]
    french_store.members.set_preference(fanny.id or 0, "email", "targeted", False, "by phone")
    return french_store


def set_mailbox(store: Store) -> None:
    from store.mailbox import MailboxSettings

    store.mailbox.set(MailboxSettings("localhost", 1025, "none", "amap", "amap@exemple.fr"))


def new(store: Store, *channels: str, text: str = "Bonjour **{{ first_name }}** !", **rest: str) -> int:
    return store.messages.new(EVERYONE, "Panier", text, channels=channels or CHANNELS, **{**TEXTS, **rest})


def by_channel(store: Store, message_id: int) -> dict[int, str]:
    with store.reading() as t:
        rows = t.all("SELECT member_id, channel FROM recipients WHERE message_id = ? ORDER BY 1", (message_id,))
    return dict(tuple(row) for row in rows)


def outbox(store: Store) -> list[tuple[str, str, str, int]]:
    with store.reading() as t:
        rows = t.all("SELECT channel, address, mime, parts FROM deliveries ORDER BY id")
    return [(r["channel"], r["address"], r["mime"].decode() if r["channel"] == "sms" else "", r["parts"]) for r in rows]


def test_each_member_hears_of_it_by_the_first_channel_that_reaches_them(store: Store):
    set_mailbox(store)
    message_id = new(store)
    queued = composing.freeze(store, message_id)
    assert (queued.mails, queued.sms, queued.letters, queued.csv, queued.call_list) == (1, 1, 1, 1, ())
    assert by_channel(store, message_id) == {1: "email", 2: "sms", 3: "sms", 4: "letter", 5: "csv", 6: ""}
    assert outbox(store) == [
        ("email", "anne@exemple.fr", "", 0),
        ("sms", "+33639980002", "Bonjour Bruno et Carla, panier jeudi : 3 €", 1),
    ]
    with store.reading() as t:
        assert tuple(t.one("SELECT members_then, mobile_then FROM messages") or ()) == (6, 3)
        assert t.value("SELECT count(*) FROM delivery_people") == 3
    assert store.messages.calls(message_id) == ()
    rows = {row.member_id: (row.channel, row.delivery_state) for row in store.messages.recipients(message_id)}
    assert rows == {1: ("email", "ready"), 2: ("sms", "ready"), 3: ("sms", "ready"), 4: ("letter", ""),
                    5: ("csv", ""), 6: ("", "")}  # fmt: skip
    assert [(one.name, one.number, one.text) for one in sms_of(store, message_id)] == [
        ("Bruno Blin & Carla Blin", "+33639980002", "Bonjour Bruno et Carla, panier jeudi : 3 €")
    ]
    assert composing.preview(store, message_id).count == 1


@pytest.mark.parametrize(
    ("channels", "heard"),
    [
        (("sms",), {1: "sms", 2: "sms", 3: "sms", 4: "call", 5: "call", 6: ""}),
        (("letter",), {1: "call", 2: "letter", 3: "call", 4: "letter", 5: "call", 6: ""}),
        (("csv",), {1: "csv", 2: "csv", 3: "csv", 4: "csv", 5: "csv", 6: ""}),
        (("sms", "letter"), {1: "sms", 2: "sms", 3: "sms", 4: "letter", 5: "call", 6: ""}),
    ],
)
def test_a_message_without_mail_needs_no_mailbox_and_calls_only_who_is_left(
    store: Store, channels: tuple[str, ...], heard: dict[int, str]
):
    message_id = new(store, *channels)
    queued = composing.freeze(store, message_id)
    assert by_channel(store, message_id) == heard
    called = [member for member, channel in heard.items() if channel == "call"]
    assert [one.member_id for one in queued.call_list] == called
    assert [call.member_id for call in store.messages.calls(message_id)] == called
    assert [one.left for one in store.messages.to_call()] == ([len(called)] if called else [])
    row = store.messages.all()[0]
    assert (row.unreachable, queued.mails) == (len(called), 0)


def test_an_sms_that_failed_is_a_call(store: Store):
    message_id = new(store, "sms")
    composing.freeze(store, message_id)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'failed' WHERE address = '+33639980002'")
        t.journal("outbox.resolved", 1)
    assert [call.member_id for call in store.messages.calls(message_id)] == [2, 3, 4, 5]
    said = words_for_call(store, message_id, 4)
    assert said == "Dire à Dora Dupré : jeudi"


def test_what_is_missing_is_said_and_nothing_is_stored(store: Store):
    for channels, rest, error in (
        (("email", "sms"), {}, NoMailbox()),
        (("sms",), {"sms_text": " "}, Unfinished("sms_text")),
        (("letter",), {"text": ""}, Unfinished("text")),
    ):
        with pytest.raises(type(error)) as told:
            composing.freeze(store, new(store, *channels, **rest))
        assert told.value == error
    for field in ("sms_text", "letter_text", "call_text"):
        with pytest.raises(TextRefused):
            composing.freeze(store, new(store, "sms", "letter", **{field: "{{ first_nam }}"}))
    with pytest.raises(TextRefused, match="Dora"):  # one letter that says nothing stops all of it
        composing.freeze(store, new(store, "sms", "letter", letter_text="Le {{ order.lines }}"))
    with pytest.raises(EmptyAudience):
        composing.freeze(store, store.messages.new(NOBODY, "a", "b", channels=("csv",)))
    assert outbox(store) == []
    with store.reading() as t:
        assert t.value("SELECT count(*) FROM recipients") == 0
    with pytest.raises(Invalid):
        store.messages.new(EVERYONE, "a", "b", channels=())


def test_letters_are_printed_for_who_has_no_other_way_and_marked_as_handed_over(store: Store):
    message_id = new(store, "sms", "letter", letter_text="Chère {{ first_name }},\n\n- *un*\n- https://exemple.fr/a")
    before = paper(store, message_id)  # of a draft: to look at
    assert before.letters == 1
    composing.freeze(store, message_id)
    made = paper(store, message_id)
    assert handed(store, message_id) == []
    html = made.html.decode()
    assert "Dora Dupré<br>\n&lt;b&gt;3&lt;/b&gt; rue Basse<br>\n21000 Dijon" in html
    assert "<h1>Panier</h1>" in html
    assert "<p>Chère Dora,</p>" in html
    assert "samedi 21 novembre 2026" in html
    assert '<a class="bare" href="https://exemple.fr/a">' in html
    assert html.count("<article") == 1
    assert hand_over(store, message_id, "letter") == 1
    assert handed(store, message_id) == [4]
    store.members.archive(4)
    assert paper(store, message_id).letters == 0  # who has left gets none
    store.messages.cancel(message_id)
    with pytest.raises(Invalid):
        paper(store, message_id)


def handed(store: Store, message_id: int) -> list[int]:
    with store.reading() as t:
        rows = t.all("SELECT member_id FROM recipients WHERE message_id = ? AND handed_at IS NOT NULL", (message_id,))
    return [row[0] for row in rows]


def test_rows_for_another_tool_have_what_it_needs_and_no_more(store: Store):
    dora = store.members.get(4)
    store.members.save(replace(dora, people=(replace(dora.people[0], first_name="=Dora", mobile="06 39 98 00 04"),)))
    store.members.set_preference(dora.people[0].id or 0, "sms", "targeted", False, "by phone")
    message_id = new(store, "csv")
    composing.freeze(store, message_id)
    made = export_rows(store, message_id)
    rows = list(csv.DictReader(io.StringIO(made.content.decode("utf-8-sig")), delimiter=";"))
    assert made.rows == len(rows) == 5
    assert [(row["name"], row["email"], row["mobile"], row["city"]) for row in rows] == [
        ("Aubert", "anne@exemple.fr", "+33639980001", ""),
        ("Blin", "", "+33639980002", "Dijon"),
        ("Blin", "", "+33639980002", ""),
        ("Dupré", "", "", "Dijon"),  # refused to get SMS
        ("Eder", "", "", ""),
    ]
    assert rows[3]["first_name"] == "'=Dora"
    assert (rows[0]["text"], rows[0]["sms"]) == ("Bonjour Anne !", "Bonjour Anne, panier jeudi : 3 €")
    store.sms.set(only_allowed=True)
    rows = list(csv.DictReader(io.StringIO(export_rows(store, message_id).content.decode("utf-8-sig")), delimiter=";"))
    assert {row["mobile"] for row in rows} == {""}  # nobody has said yes
    assert handed(store, message_id) == []
    assert hand_over(store, message_id, "csv") == 5
    assert handed(store, message_id) == [1, 2, 3, 4, 5]


def test_each_channel_can_be_looked_at_before_and_after(store: Store):
    set_mailbox(store)
    message_id = new(store, "email", "sms", "letter")
    for _time in range(2):
        looked = {name: composing.channel_preview(store, message_id, name) for name in ("sms", "letter", "call")}
        assert {name: one.count for name, one in looked.items()} == {"sms": 1, "letter": 1, "call": 1}
        sms, letter, call = (one.at(0) for one in looked.values())
        assert (sms.address, sms.parts.parts if sms.parts else 0) == ("+33639980002", 1)
        assert letter.address.splitlines() == ["Dora Dupré", "<b>3</b> rue Basse", "21000 Dijon"]
        assert (letter.subject, letter.text) == ("Panier", "Bonjour Dora !")
        assert "&lt;b&gt;3" in looked["letter"].html_file(0)
        assert (call.text, call.address) == ("Dire à Emile Eder : jeudi", "01 99 00 12 34")
        assert "Dora" in looked["letter"].whom(0)
        if _time == 0:
            composing.freeze(store, message_id)


def test_a_copy_goes_by_the_same_channels_and_what_one_got_is_told_by_channel(store: Store):
    message_id = new(store, "sms", "letter")
    composing.freeze(store, message_id)
    copy = store.messages.get(store.messages.duplicate(message_id))
    assert texts(copy) == texts(store.messages.get(message_id))
    from store.personal_data import everything_about

    assert [(one.reach, one.channel) for one in everything_about(store, 4).messages] == [("unreachable", "letter")]
    assert [one.channel for one in store.messages.of_member(2)] == ["sms"]


def texts(message: Message) -> tuple[object, ...]:
    return message.channels, message.text, message.sms_text, message.letter_text, message.call_text


def test_only_who_may_send_hands_letters_over(store: Store):
    message_id = new(store, "letter")
    composing.freeze(store, message_id)
    store.operators.add("luc", "Luc", "treasurer")  # sees messages
    with closing(Store(store.path, "luc", store.clock.now)) as other:
        assert composing.channel_preview(other, message_id, "letter").at(0).text
        for take in (paper, export_rows):
            with pytest.raises(NotAllowed):
                take(other, message_id)
    assert handed(store, message_id) == []


def test_a_rule_about_who_was_written_to_counts_sms(store: Store):
    message_id = new(store, "email", "sms")
    set_mailbox(store)
    store.messages.schedule(message_id, datetime(2026, 11, 22, 18, 0))
    kept = parse(f"nobody + written_to(message={message_id})")
    assert store.segments.count(kept).selected == 3  # Anne by mail, Bruno and Carla by SMS
    store.messages.unschedule(message_id)
    composing.freeze(store, message_id)
    assert store.segments.count(kept).selected == 3
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sent' WHERE channel = 'sms'")
        t.journal("outbox.resolved", 1)
    assert store.segments.count(parse(f"nobody + received(message={message_id})")).selected == 2


FREEZE = """
import sys
from mail.composing import freeze
from store import Store
store = Store(__import__("pathlib").Path({path!r}), "marie")
freeze(store, {message})
"""


@pytest.mark.parametrize("point", FREEZING)
def test_killed_while_it_is_frozen_all_channels_are_there_or_none(store: Store, point: str):
    set_mailbox(store)
    message_id = new(store, "email", "sms", "letter")
    code = FREEZE.format(path=str(store.path), message=message_id)
    assert subprocess.run([sys.executable, "-c", code], env={**os.environ, "CABAS_CRASH": point}).returncode == 137
    written = point == "message_queued"
    with store.reading() as t:
        counts = [t.value(f"SELECT count(*) FROM {table}") for table in ("recipients", "deliveries")]
    assert counts == ([6, 2] if written else [0, 0])
    if not written:
        assert composing.freeze(store, message_id).sms == 1
    assert by_channel(store, message_id) == {1: "email", 2: "sms", 3: "sms", 4: "letter", 5: "call", 6: ""}


def test_of_two_who_are_one_the_better_way_counts_and_a_letter_is_not_written_twice(store: Store):
    from store.merging import merge

    message_id = new(store, "sms", "letter")
    composing.freeze(store, message_id)
    hand_over(store, message_id, "letter")
    merge(store, 5, 4)
    assert by_channel(store, message_id) == {1: "sms", 2: "sms", 3: "sms", 5: "letter", 6: ""}
    assert handed(store, message_id) == [5]
    assert store.messages.calls(message_id) == ()
