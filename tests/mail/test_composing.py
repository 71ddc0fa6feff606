"""From a draft to the outbox: who gets which words, and nothing half stored when something is wrong."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from mail import composing, freezing, letters
from mail.refused import EmptyAudience, NoDraft, NoMailbox, TextRefused, Unfinished, UnknownSender
from screens.errors import words_for
from store import Store
from store.errors import ChangedElsewhere, Invalid, NotAllowed, NotFound, StoreError
from store.message_records import MessageState
from store.people import Member, Person
from store.segments import EVERYONE, NOBODY, parse
from templates.render.errors import NoValue, UnknownField
from tests.audience import HOSTILE, Audience, fill

TABLES = ("recipients", "deliveries", "delivery_people")


@pytest.fixture
def store(french_store: Store) -> Store:
    return french_store


@pytest.fixture
def audience(store: Store) -> Audience:
    return fill(store)


def new(store: Store, text: str = "Bonjour {{ first_name }}", subject: str = "Sujet", words: str = "everyone") -> int:
    return store.messages.new(parse(words), subject, text)


def mails(store: Store) -> dict[str, EmailMessage]:
    """What is in the outbox, by address (and member, where there are several); every mail is read strictly."""
    found: dict[str, EmailMessage] = {}
    with store.reading() as t:
        for row in t.all("SELECT * FROM deliveries ORDER BY id"):
            message = email.message_from_bytes(b"Date: x\r\n" + row["mime"], policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            assert not message.defects
            assert len(row["mime"]) < 100_000
            found[f"{row['address']}{row['about_member'] or ''}"] = message
    return found


def plain(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def rows(store: Store) -> dict[str, int]:
    with store.reading() as t:
        return {table: t.value(f"SELECT count(*) FROM {table}") for table in TABLES}


def test_another_version_than_the_one_looked_at_does_not_go(store: Store, audience: Audience) -> None:
    message_id = new(store)
    looked_at = store.messages.get(message_id)
    store.messages.save(replace(looked_at, subject="Un autre sujet"))
    with pytest.raises(ChangedElsewhere):
        composing.freeze(store, message_id, seen=looked_at)
    assert store.messages.get(message_id).state is MessageState.DRAFT
    assert store.deliveries.counts().total == 0


def test_one_address_used_twice_gets_one_mail_that_names_both(store: Store, audience: Audience):
    queued = composing.freeze(store, new(store))
    found = mails(store)
    assert set(found) == {
        "guerin@exemple.fr", "aicha@exemple.fr", "paul.d@exemple.fr", "chiara@exemple.fr", "prix@exemple.fr",
        "club@exemple.fr",
    }  # fmt: skip
    assert queued.mails == 6
    assert plain(found["guerin@exemple.fr"]).startswith("Bonjour Hélène ")
    assert "François" in plain(found["guerin@exemple.fr"]).splitlines()[0]
    with store.reading() as t:
        both = t.all(
            """SELECT p.first_name FROM delivery_people dp JOIN people p ON p.id = dp.person_id
            JOIN deliveries d ON d.id = dp.delivery_id WHERE d.address = 'guerin@exemple.fr' ORDER BY p.position"""
        )
    assert [row["first_name"] for row in both] == ["Hélène", "François"]


def test_those_without_mail_are_the_call_list_and_those_who_refuse_are_left_alone(store: Store, audience: Audience):
    message_id = new(store)
    queued = composing.freeze(store, message_id)
    assert {(r.first_name, r.phone) for r in queued.call_list} == {
        ("Odette", "06 39 98 00 00"),
        ("Paul", "06 39 98 00 01"),
        ("Yves", "06 39 98 00 02"),
    }
    reach = {row.name: row.reach for row in store.messages.recipients(message_id)}
    assert reach["Zoé Petit"] == "opted_out"
    assert list(reach.values()).count("unreachable") == 3


def test_the_numbers_are_those_that_the_picker_counts(store: Store, audience: Audience):
    for words in ("everyone", "everyone & has_email", "everyone - no_email + member(ids=4,9)"):
        counts = store.segments.count(parse(words))
        queued = composing.freeze(store, new(store, words=words))
        assert (queued.mails, len(queued.call_list)) == (counts.mails, counts.unreachable)
    counts = store.segments.count(parse("everyone & no_email"))
    with pytest.raises(EmptyAudience) as caught:
        composing.freeze(store, new(store, words="everyone & no_email"))
    assert (caught.value.unreachable, caught.value.opted_out) == (counts.unreachable, counts.opted_out)


def test_a_text_about_the_order_makes_one_mail_a_member(store: Store, audience: Audience):
    sold, members = audience.offering, audience.members
    twin = store.members.add(Member(people=(Person("Jeanne", "Guérin", "GUERIN@exemple.fr"),)))
    for member, thousandths in ((members["guerin"], 3000), (twin, 1500)):
        store.orders.record(member, sold.next, [(sold.products["tomatoes"], thousandths)])
    text = "{{ first_name }} {{ order.total }}\n{{ order.lines }}"
    assert composing.freeze(store, new(store, text, words="nobody + ordered(distribution=next)")).mails == 2
    found = mails(store)
    assert "11,70\xa0€" in plain(found[f"guerin@exemple.fr{members['guerin']}"])
    assert "- 1,5 kg Tomates cœur de bœuf: 5,85\xa0€" in plain(found[f"GUERIN@exemple.fr{twin}"]).replace("\xa0:", ":")
    assert plain(found[f"GUERIN@exemple.fr{twin}"]).startswith("Jeanne ")


@pytest.mark.parametrize(("written_in", "day"), [("", "jeudi 26 novembre"), ("it", "giovedì 26 novembre")])
def test_fields_speak_the_language_of_the_text_and_the_footer_that_of_each(
    store: Store, audience: Audience, written_in: str, day: str
):
    text = "{{ distribution.day }}, {{ closes() }}. {{ unsubscribe }}"
    message_id = store.messages.new(EVERYONE, "{{ closes() }}", text, language=written_in)
    composing.freeze(store, message_id)
    found, language = mails(store), written_in or "fr"
    bodies = set()
    for address, reader in (("aicha@exemple.fr", "fr"), ("chiara@exemple.fr", "it"), ("prix@exemple.fr", "fr")):
        mail = found[address]
        said, _, footer = plain(mail).partition("\n-- \n")
        bodies.add((mail["Subject"], re.sub(r"STOP \w+", "", said)))
        assert said.startswith(day)
        assert ("Riceve" in footer, "Vous recevez" in footer) == (reader == "it", reader == "fr")
        html = mail.get_body(("html",)).get_content()
        assert mail["Content-Language"] == language
        assert f'<html lang="{language}">' in html
        assert re.findall(r'\blang="(\w+)"', html.partition("<body")[2]) == [reader] * (reader != language)
    assert len(bodies) == 1


def test_a_name_that_looks_like_a_field_or_markup_is_only_a_name(store: Store, audience: Audience):
    composing.freeze(store, new(store, subject="Pour {{ first_name }}"))
    message = mails(store)["prix@exemple.fr"]
    assert message["Subject"] == f"Pour {HOSTILE}"
    assert plain(message).startswith(f"Bonjour {HOSTILE}\n")
    html = message.get_body(("html",))
    assert html is not None
    assert "Bonjour Prix [/] &lt;b&gt;*{{ 7*7 }}" in html.get_content()


def test_each_mail_has_its_own_token_and_message_id(store: Store, audience: Audience):
    composing.freeze(store, new(store))
    found = list(mails(store).values())
    assert len({message["Message-ID"] for message in found}) == len(found)
    for message in found:
        token = message["X-Cabas-Ref"].partition("-")[2]
        assert message["List-Unsubscribe"] == f"<mailto:amap@exemple.fr?subject=STOP%20{token}>"
        assert f"STOP {token}" in plain(message)


def test_later_changes_do_not_reach_a_frozen_mail(store: Store, audience: Audience):
    composing.freeze(store, new(store))
    member = store.members.get(audience.members["rossi"])
    store.members.save(replace(member, people=(replace(member.people[0], first_name="Giulia"),)))
    assert "Chiara" in plain(mails(store)["chiara@exemple.fr"])


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"text": "{{ nickname }}"}, TextRefused),
        ({"text": "Bonjour {{ order.total }}"}, TextRefused),
        ({"text": "{{ first_name"}, TextRefused),
        ({"text": " \n"}, Unfinished),
        ({"subject": " "}, Unfinished),
        ({"reply_to": "marie chez nous"}, Invalid),
        ({"segment": NOBODY}, EmptyAudience),
        ({"segment": parse("everyone & no_email")}, EmptyAudience),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_stored(store: Store, audience: Audience, words, error):
    message_id = store.messages.new(**{"segment": EVERYONE, "subject": "S", "text": "T", **words})
    before = rows(store)
    with pytest.raises(error) as caught:
        composing.freeze(store, message_id)
    sentence = words_for(caught.value)
    assert "fault of its own" not in sentence
    assert "\n" not in sentence
    assert rows(store) == before
    assert store.messages.get(message_id).state is MessageState.DRAFT


def test_an_error_in_the_text_names_the_field_and_the_recipient(store: Store, audience: Audience):
    sold, members = audience.offering, audience.members
    store.orders.record(members["benali"], sold.next, [(sold.products["eggs"], 1000)])
    with pytest.raises(TextRefused) as caught:
        composing.freeze(store, new(store, "{{ order.total }}", words="nobody + member(ids=5,6)"))
    assert caught.value.problem == NoValue("order.total")
    assert caught.value.recipient == "Chiara Rossi"
    with pytest.raises(TextRefused) as caught:
        composing.freeze(store, new(store, "{{ nickname }}", words="nobody + member(ids=6)"))
    assert isinstance(caught.value.problem, UnknownField)
    assert words_for(caught.value) == (
        "There is no field “nickname”. The fields that exist are offered while you write. (For Chiara Rossi.)"
    )


def test_an_address_that_the_mailbox_lost_meanwhile_sends_nothing(store: Store, audience: Audience):
    message_id = store.messages.new(EVERYONE, "S", "T", from_address="bureau@exemple.fr")
    settings = store.mailbox.get()
    assert settings is not None
    store.mailbox.set(replace(settings, identities=()))
    with pytest.raises(UnknownSender) as caught:
        composing.freeze(store, message_id)
    assert "bureau@exemple.fr" in words_for(caught.value)
    assert rows(store) == dict.fromkeys(TABLES, 0)


def test_without_a_mailbox_nothing_is_stored(store: Store):
    fill(store, mailbox=False)
    message_id = new(store)
    with pytest.raises(NoMailbox):
        composing.freeze(store, message_id)
    assert rows(store) == dict.fromkeys(TABLES, 0)


def test_a_message_goes_out_once(store: Store, audience: Audience):
    message_id = new(store)
    composing.freeze(store, message_id)
    before = rows(store)
    with pytest.raises(NoDraft):
        composing.freeze(store, message_id)
    assert rows(store) == before


def test_only_who_may_send_can_freeze(store: Store, audience: Audience):
    store.operators.add("lucie", "Lucie", "treasurer")
    lucie = Store(store.path, "lucie", lambda: datetime(2026, 11, 21, 20, 4, tzinfo=UTC))
    message_id = new(store)
    with pytest.raises(NotAllowed):
        composing.freeze(lucie, message_id)
    with pytest.raises(NotAllowed):
        composing.queue_tests(lucie, message_id, ("lucie@exemple.fr",))
    assert composing.preview(lucie, message_id).count == 6
    lucie.close()


def test_whoever_refuses_while_the_mails_are_made_gets_none(store: Store, audience: Audience):
    chiara = store.members.get(audience.members["rossi"]).people[0].id
    assert chiara is not None

    def refuse(number: int, _of: int) -> None:
        if number == 1 and not refused:
            refused.append(True)
            store.members.set_preference(chiara, "email", "targeted", False, "phone")

    refused: list[bool] = []
    assert composing.freeze(store, new(store), refuse).mails == 5
    assert "chiara@exemple.fr" not in mails(store)


def test_an_order_that_changes_while_the_mails_are_made_is_in_them(store: Store, audience: Audience):
    sold, member = audience.offering, audience.members["rossi"]
    store.orders.record(member, sold.next, [(sold.products["eggs"], 1000)])

    def order_more(_number: int, _of: int) -> None:
        if not ordered:
            ordered.append(True)
            store.orders.record(member, sold.next, [(sold.products["eggs"], 2000)])

    ordered: list[bool] = []
    composing.freeze(store, new(store, "{{ order.total }}", words="nobody + member(ids=6)"), order_more)
    last = store.orders.last_of(member)
    assert last is not None
    amount = sum(line.amount for line in last.lines)
    assert plain(next(iter(mails(store).values()))).startswith(f"{amount // 100},{amount % 100:02}")


def test_a_message_that_is_edited_all_the_time_is_not_frozen_half(store: Store, audience: Audience):
    message_id = new(store)

    def edit(_number: int, of: int) -> None:
        message = store.messages.get(message_id)
        store.messages.save(replace(message, text=message.text + "."))

    with pytest.raises(ChangedElsewhere):
        composing.freeze(store, message_id, edit)
    assert rows(store) == dict.fromkeys(TABLES, 0)


def test_a_fault_while_storing_leaves_nothing(store: Store, audience: Audience, monkeypatch: pytest.MonkeyPatch):
    message_id = new(store)
    monkeypatch.setattr(freezing, "new_token", lambda: "same")  # the second mail cannot be stored
    with pytest.raises(Exception, match="UNIQUE"):
        composing.freeze(store, message_id)
    assert rows(store) == dict.fromkeys(TABLES, 0)
    assert store.messages.get(message_id).state is MessageState.DRAFT


def test_a_service_message_reaches_who_switched_the_kind_off(store: Store, audience: Audience):
    message_id = store.messages.new(EVERYONE, "S", "T", service_reason="la distribution est annulée")
    assert composing.freeze(store, message_id).mails == 7
    assert "zoe@exemple.fr" in mails(store)


def test_what_is_too_late_is_known_to_the_outbox(store: Store, audience: Audience):
    composing.freeze(store, store.messages.new(EVERYONE, "S", "T", send_before=datetime(2026, 11, 23, 20, 0)))
    with store.reading() as t:
        assert t.value("SELECT DISTINCT send_before FROM deliveries") == "2026-11-23T19:00:00.000000Z"


def test_a_limit_is_taken_over_by_a_message_that_has_none(store: Store, audience: Audience):
    own, offered = datetime(2026, 11, 23, 20, 0), datetime(2026, 11, 24, 12, 0)
    for limit, kept in ((own, own), (None, offered)):
        message_id = store.messages.new(EVERYONE, "S", "T", send_before=limit)
        composing.freeze(store, message_id, send_before=offered)
        assert store.messages.get(message_id).send_before == kept
    with store.reading() as t:
        found = t.all("SELECT DISTINCT send_before FROM deliveries ORDER BY 1")
    assert [row[0] for row in found] == ["2026-11-23T19:00:00.000000Z", "2026-11-24T11:00:00.000000Z"]


# -- the test mail


def test_a_test_goes_to_the_tester_only_and_is_remembered(store: Store, audience: Audience):
    message_id = new(store, "Bonjour {{ first_name }}")
    composing.queue_tests(store, message_id, ("marie@exemple.fr",), audience.members["rossi"])
    (message,) = mails(store).values()
    assert message["Subject"] == "[test] Sujet"
    assert message["To"] == "marie@exemple.fr"
    assert plain(message).startswith("Bonjour Chiara")
    tested = store.messages.get(message_id)
    assert (tested.tested_by, tested.tested_same, tested.state) == ("Marie", True, MessageState.DRAFT)
    assert store.deliveries.counts(message_id).total == 0
    store.messages.save(replace(tested, text="Autre"))
    assert not store.messages.get(message_id).tested_same


def test_a_test_works_before_anybody_is_chosen(store: Store, audience: Audience):
    composing.queue_tests(store, new(store, words="nobody"), ("marie@exemple.fr",))
    assert plain(mails(store)["marie@exemple.fr"]).startswith("Bonjour Marie")


@pytest.mark.parametrize("address", ["", "marie", "a@b c", "marie@exemple.fr\nBcc: x@exemple.fr"])
def test_a_test_needs_an_address(store: Store, audience: Audience, address: str):
    with pytest.raises(StoreError):
        composing.queue_tests(store, new(store), (address,))
    assert rows(store) == dict.fromkeys(TABLES, 0)


# -- the preview


def test_those_that_look_wrong_come_first(store: Store, audience: Audience):
    sold, members = audience.offering, audience.members
    store.orders.record(members["rossi"], sold.next, [(sold.products["eggs"], 1000)])
    preview = composing.preview(store, new(store, "{{ first_name }} {{ order.total }}"))
    assert (preview.count, preview.wrong) == (6, 5)
    assert preview.at(0).problem is not None
    last = preview.at(5)
    assert (last.name, last.problem, last.text.split("\n")[0]) == ("Chiara Rossi", None, "Chiara 2,40\xa0€")
    preview = composing.preview(store, new(store))
    assert (preview.at(0).address, len(preview.at(0).wrong), preview.wrong) == ("club@exemple.fr", 1, 1)


def test_the_source_is_what_is_sent(store: Store, audience: Audience):
    message_id = new(store)
    preview = composing.preview(store, message_id)
    place = next(n for n in range(preview.count) if preview.at(n).address == "chiara@exemple.fr")
    seen = email.message_from_string(preview.source(place), policy=email.policy.default)
    composing.freeze(store, message_id)
    sent = mails(store)["chiara@exemple.fr"]
    assert isinstance(seen, EmailMessage)
    token = sent["X-Cabas-Ref"].partition("-")[2]
    assert plain(seen).replace("TOKEN", token) == plain(sent)


def test_freezing_reads_the_file_with_few_statements(store: Store, audience: Audience, monkeypatch: pytest.MonkeyPatch):
    for number in range(60):
        store.members.add(Member(people=(Person(f"P{number}", "N", f"p{number}@exemple.fr"),)))
    message_id = new(store, "{{ first_name }} {{ people }} {{ closes() }} {% if order %}{{ order.total }}{% endif %}")
    asked: list[str] = []
    from store.transaction import Transaction

    for name in ("all", "one", "value"):
        real = getattr(Transaction, name)
        monkeypatch.setattr(
            Transaction, name, lambda t, sql, *rest, real=real: (asked.append(sql), real(t, sql, *rest))[1]
        )
    found = letters.read_letters(store, message_id, letters.Right.MESSAGES_SEND)
    assert len(found.envelopes) == 66
    assert len(asked) < 40


def test_one_strange_address_or_language_keeps_nobody_else_from_the_mail(store: Store):
    fill(store)
    for person, language in (
        (Person("Zoé", "Marchand", email="zoé@exemple.fr"), "fr"),
        (Person("Ugo", "Rossi", email="ugo@exemple.fr"), "italiano, französisch"),
        (Person("Pia", "Rossi", email="pia@exemple.fr"), "it_IT"),
    ):
        store.members.add(Member((person,), language=language))
    composing.freeze(store, new(store))
    found = mails(store)
    assert "zoé@exemple.fr" in found
    assert "Vous recevez" in plain(found["ugo@exemple.fr"])
    assert "Riceve" in plain(found["pia@exemple.fr"])


def test_mails_come_from_the_mailbox_that_is_set_when_they_are_stored(
    store: Store, audience: Audience, monkeypatch: pytest.MonkeyPatch
):
    settings = store.mailbox.get()
    assert settings is not None
    post = letters.Letters.post

    def set_meanwhile(self, *args, **rest):
        monkeypatch.undo()
        store.mailbox.set(replace(settings, address="nouveau@exemple.fr"))
        return post(self, *args, **rest)

    monkeypatch.setattr(letters.Letters, "post", set_meanwhile)
    composing.freeze(store, new(store))
    assert {str(message["From"]) for message in mails(store).values()} == {"AMAP des Oiseaux <nouveau@exemple.fr>"}


def test_a_message_deleted_meanwhile_is_not_tested(store: Store, audience: Audience, monkeypatch: pytest.MonkeyPatch):
    message_id, post = new(store), letters.Letters.post

    def delete_meanwhile(self, *args, **rest):
        store.messages.delete(message_id)
        return post(self, *args, **rest)

    monkeypatch.setattr(letters.Letters, "post", delete_meanwhile)
    with pytest.raises(NotFound):
        composing.queue_tests(store, message_id, ("marie@exemple.fr",))
    assert rows(store)["deliveries"] == 0


def test_replies_go_to_an_address_that_every_server_can_read(store: Store, audience: Audience):
    message_id = store.messages.new(EVERYONE, "Sujet", "Texte", reply_to="zoé@exemple.fr")
    with pytest.raises(Invalid):
        composing.freeze(store, message_id)
