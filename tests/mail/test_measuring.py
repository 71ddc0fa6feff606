"""Whose mails are counted: with a yes of everybody at an address; of nobody else's mail a single byte is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from mail import composing, freezing
from mail.measuring import links_of
from store import Store
from store.mailbox import MailboxSettings
from store.members import Member
from store.people import Person
from store.segments import parse

ADDRESS = "https://lettres.exemple.fr/compte"
SHOP = "https://boutique.exemple.fr/semaine?lieu=a&tri=b"
TEXT = (
    f"Bonjour {{{{ first_name }}}}\n\n[La boutique]({SHOP}), [le **plan**](https://exemple.fr/plan), encore {SHOP}\n\n"
    "[Pour vous](https://exemple.fr/{{ first_name }}), [écrire](mailto:amap@exemple.fr)"
)


@pytest.fixture
def store(french_store: Store) -> Store:
    """Saturday 21 November 2026, 21:04: Odette alone, Hélène and François at one address, Paul and Yann at another."""
    french_store.mailbox.set(MailboxSettings("localhost", 1025, "none", "amap", "amap@exemple.fr"))
    for people in (
        (Person("Odette", "Maréchal", "odette@exemple.fr"),),
        (Person("Hélène", "Le Bihan", "maison@exemple.fr"), Person("François", "Le Bihan", "maison@exemple.fr")),
        (Person("Paul", "Rigaud", "ferme@exemple.fr"),),
        (Person("Yann", "Morel", "ferme@exemple.fr"),),
    ):
        french_store.members.add(Member(people))
    return french_store


def person(store: Store, name: str) -> int:
    with store.reading() as t:
        return int(t.value("SELECT id FROM people WHERE first_name = ?", (name,)))


def say(store: Store, *names: str, allowed: bool = True) -> None:
    for name in names:
        store.members.set_preference(person(store, name), "email", "measured", allowed, "phone")


def new(store: Store, text: str = TEXT) -> int:
    return store.messages.new(parse("everyone"), "La semaine", text)


def frozen(store: Store, message_id: int) -> dict[str, tuple[str | None, bytes]]:
    """The measuring token and the bytes of each mail, by address."""
    with store.reading() as t:
        rows = t.all("SELECT * FROM deliveries WHERE message_id = ? AND kind = 'message'", (message_id,))
    return {row["address"] + str(row["about_member"] or ""): (row["measure_token"], row["mime"]) for row in rows}


def part(mail: bytes, subtype: str) -> str:
    read = message_from_bytes(mail, policy=default)
    assert isinstance(read, EmailMessage)
    assert not read.defects
    found = read.get_body((subtype,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def test_only_who_said_yes_is_counted_and_all_others_get_what_they_would_get_without(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tokens() -> Iterator[str]:
        yield from (f"{n:a>16}".translate(str.maketrans("0189", "bcde")) for n in range(1000))

    given = iter(tokens())
    monkeypatch.setattr(freezing, "new_token", lambda: next(given))
    composing.freeze(store, plain_id := new(store))
    plain = frozen(store, plain_id)
    assert {token for token, _mail in plain.values()} == {None}
    # Of two at one address one said yes: in a household, and in two that share it.
    say(store, "Odette", "Hélène", "Paul")
    store.measuring.set(on=True, address=ADDRESS)
    given = iter(tokens())
    with store.writing() as t:  # the same tokens may come again
        t.execute("UPDATE deliveries SET token = 'x' || token, message_ref = 'x' || message_ref")
    composing.freeze(store, counted_id := new(store))
    counted = frozen(store, counted_id)
    assert list(counted) == list(plain)
    for address, (token, mail) in counted.items():
        before = plain[address][1].replace(f".{plain_id}@".encode(), f".{counted_id}@".encode())
        before = before.replace(f"Ref: {plain_id}-".encode(), f"Ref: {counted_id}-".encode())
        if address != "odette@exemple.fr":
            assert (token, mail) == (None, before)
            continue
        assert token is not None
        assert re.fullmatch("[a-z2-7]{16}", token)
        head, text, _html = mail.split(b"Content-Type: text/")
        assert [head, text] == before.split(b"Content-Type: text/")[:2]
        assert token.encode() not in head + text
        with store.reading() as t:
            stops = t.value("SELECT token FROM deliveries WHERE measure_token = ?", (token,))
        assert stops != token
        seen = part(mail, "html")
        assert re.findall(r'href="([^"]*)"', seen)[:5] == [
            f"{ADDRESS}/c/{token}/1", f"{ADDRESS}/c/{token}/2", SHOP.replace("&", "&amp;"),
            "https://exemple.fr/Odette", "mailto:amap@exemple.fr",
        ]  # fmt: skip
        assert f"subject=STOP%20{stops}" in seen
        assert seen.count("<img") == 1
        assert f'<img src="{ADDRESS}/o/{token}.gif"' in seen
        assert seen.rstrip().endswith("</html>")
        assert seen.count("https://boutique.exemple.fr") == 2  # where the address is its own words
    assert store.measuring.links(counted_id) == {1: SHOP, 2: "https://exemple.fr/plan"}
    assert store.measuring.links(plain_id) == {}


def test_whoever_looks_at_a_counted_mail_here_is_not_counted(store: Store) -> None:
    say(store, "Odette", "Hélène", "François")
    store.measuring.set(on=True, address=ADDRESS)
    message_id = new(store)
    preview = composing.preview(store, message_id)
    assert not any(ADDRESS in preview.html_file(n) for n in range(preview.count))
    (test,) = composing.queue_tests(store, message_id, ["marie@exemple.fr"])
    with store.reading() as t:
        row = t.one("SELECT measure_token, mime FROM deliveries WHERE id = ?", (test,))
    assert row is not None
    assert row["measure_token"] is None
    assert ADDRESS not in part(row["mime"], "html")
    composing.freeze(store, message_id)
    assert {address for address, (token, _mail) in frozen(store, message_id).items() if token} == {
        "odette@exemple.fr", "maison@exemple.fr",
    }  # fmt: skip
    sent = composing.preview(store, message_id)
    for n in range(sent.count):
        assert ADDRESS not in sent.html_file(n)
        assert sent.html_file(n).count(SHOP.replace("&", "&amp;")) == 3  # twice the link, once the words
    assert ADDRESS in sent.source(0)


def test_with_one_mail_a_member_no_one_at_a_shared_address_is_counted_for_another(store: Store) -> None:
    text = "Bonjour{% if order %} encore{% endif %}"
    say(store, "Paul")
    store.measuring.set(on=True, address=ADDRESS)
    composing.freeze(store, first := new(store, text))
    shared = [token for address, (token, _mail) in frozen(store, first).items() if address.startswith("ferme")]
    assert shared == [None, None]
    say(store, "Yann")
    composing.freeze(store, second := new(store, text))
    shared = [token for address, (token, _mail) in frozen(store, second).items() if address.startswith("ferme")]
    assert len(set(shared)) == 2
    assert None not in shared


def test_a_yes_that_is_taken_back_while_the_mails_are_made_counts(store: Store) -> None:
    say(store, "Odette")
    store.measuring.set(on=True, address=ADDRESS)
    asked: list[int] = []

    def progress(made: int, _of: int) -> None:
        if not asked:
            asked.append(made)
            say(store, "Odette", allowed=False)

    composing.freeze(store, message_id := new(store), progress)
    assert asked
    assert {token for token, _mail in frozen(store, message_id).values()} == {None}
    assert store.measuring.links(message_id) == {}


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("rien", []),
        ("[a](http://a.exemple.fr) [b](https://b.exemple.fr/é) [a](http://a.exemple.fr)",
         ["http://a.exemple.fr", "https://b.exemple.fr/%C3%A9"]),
        ("https://exemple.fr/{{ member.id }} [x]({{ lien }}) [y](https://{{ nom }}.fr) [z](mailto:a@exemple.fr)", []),
        ("{% if vip %}https://exemple.fr/vip{% endif %}, [s](ftp://exemple.fr) [t](/ici)", []),
        ("{% if vip %} [vip](https://exemple.fr/vip) {% endif %}", ["https://exemple.fr/vip"]),
        # Mail programs warn of a link that says one address and leads to another.
        ("https://exemple.fr/plan <https://exemple.fr/b> [**https://exemple.fr**](https://exemple.fr)", []),
        ("[exemple.fr/plan](https://exemple.fr/plan) [www.exemple.fr](https://www.exemple.fr/)", []),
        ("[Voir https://exemple.fr/plan](https://exemple.fr/plan)", []),
        ("https://exemple.fr/plan [Le plan, p. 2](https://exemple.fr/plan)", ["https://exemple.fr/plan"]),
    ],
)  # fmt: skip
def test_only_links_with_words_that_say_nothing_of_who_gets_them_are_counted(text: str, links: list[str]) -> None:
    assert links_of(text) == {link: number for number, link in enumerate(links, 1)}
