"""What is looked at before a message goes: which mails look wrong and why, what differs, and the mail in a browser."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest

from docs.mails import wide_image
from mail import composing
from mail.differing import Differing, Span
from mail.preview import Preview, Reason, Shown, Wrong
from mail.wrong import wrong_for_all
from store import Store
from store.segments import parse
from tests.audience import Audience, fill


@pytest.fixture
def store(french_store: Store) -> Store:
    return french_store


@pytest.fixture
def audience(store: Store) -> Audience:
    return fill(store)


def previewed(store: Store, text: str, subject: str = "Sujet", words: str = "everyone") -> Preview:
    found = composing.preview(store, store.messages.new(parse(words), subject, text))
    assert isinstance(found, Preview)
    return found


def walk(preview: Preview) -> dict[str, tuple[Shown, Differing]]:
    """Every mail by its address, with what differs in it, in the order of the walk."""
    return {preview.at(n).address: (preview.at(n), preview.differs(n)) for n in range(preview.count)}


def cut(text: str, spans: tuple[Span, ...]) -> list[str]:
    return [text[start:end] for start, end in spans]


# -- what looks wrong


@pytest.mark.parametrize(
    ("subject", "text", "wrong"),
    [
        ("Du nouveau", "Voici **[nom du produit]**.", [Wrong(Reason.TO_FILL_IN, "[nom du produit]")]),
        ("[sujet]", "[a](https://x.fr) ![b](c.png) [d][e] \\[f] [g]: h", [Wrong(Reason.TO_FILL_IN, "[sujet]")]),
        ("Bonjour {first_name}", "x", [Wrong(Reason.NO_FIELD, "{first_name}")]),
        ("a", "<<prenom>> <first_name> %last_name% { group }", [
            Wrong(Reason.NO_FIELD, what) for what in ("<first_name>", "%last_name%", "{ group }")
        ]),
        ("a", "{{ first_name }} {% if order %}{{ order.total }}{% endif %} {a} <b> 50%o%", []),
    ],
)  # fmt: skip
def test_what_was_left_to_fill_in_is_wrong_for_all(subject, text, wrong):
    assert list(wrong_for_all(subject, text)) == wrong


def test_each_mail_says_what_looks_wrong_in_it_and_the_worst_comes_first(store: Store, audience: Audience):
    sold, members = audience.offering, audience.members
    store.orders.record(members["rossi"], sold.next, [(sold.products["eggs"], 1000)])
    store.orders.record(members["nameless"], sold.next, [(sold.products["eggs"], 1000)])
    preview = previewed(store, "{{ first_name }} {{ order.total }}\n\n" + "long " * 200)
    found = [(preview.at(n).address, preview.at(n).wrong) for n in range(preview.count)]
    assert preview.wrong == preview.count == 6
    long = Wrong(Reason.LONG_PARAGRAPH, "long long long long ")
    assert [address for address, _wrong in found[-2:]] == ["club@exemple.fr", "chiara@exemple.fr"]
    assert found[-2][1] == (Wrong(Reason.NO_FIRST_NAME), long)
    assert found[-1][1] == (long,)
    assert all(wrong == (Wrong(Reason.PROBLEM),) for _address, wrong in found[:-2])
    assert [preview.at(n).problem is None for n in (3, 4)] == [False, True]


def test_a_name_with_brackets_is_nothing_to_fill_in(store: Store, audience: Audience):
    assert previewed(store, "{{ people }}").wrong == 0


@pytest.mark.parametrize(
    ("subject", "text", "wrong"),
    [
        ("", "x", Wrong(Reason.NOTHING, "subject")),
        ("x", "\n", Wrong(Reason.NOTHING, "text")),
        ("x", "a " + "b" * 70, Wrong(Reason.LONG_WORD, "b" * 20)),
        ("x", "![logo](logo.png)", Wrong(Reason.PROBLEM)),
    ],
)
def test_what_is_wrong_in_every_mail_is_said_in_each(store: Store, audience: Audience, subject, text, wrong):
    preview = previewed(store, text, subject)
    assert preview.wrong == preview.count
    assert preview.at(0).wrong == (wrong,)


def test_a_long_address_of_a_page_is_no_long_word(store: Store, audience: Audience):
    assert previewed(store, f"[ici](https://x.fr/{'a' * 90}) https://x.fr/{'b' * 90}").wrong == 0


def test_an_address_that_the_last_mail_did_not_reach_is_doubted(store: Store, audience: Audience):
    message_id = store.messages.new(parse("everyone"), "a", "b")
    composing.queue_tests(store, message_id, ("chiara@exemple.fr",))
    composing.freeze(store, message_id)
    with store.writing() as t:
        t.execute(
            "UPDATE deliveries SET state = iif(address IN ('chiara@exemple.fr', 'guerin@exemple.fr'), 'failed', 'sent')"
        )
    preview = previewed(store, "Bonjour")
    doubted = [preview.at(n) for n in range(preview.wrong)]
    assert {shown.address for shown in doubted} == {"chiara@exemple.fr", "guerin@exemple.fr"}
    assert all(shown.wrong == (Wrong(Reason.REFUSED_BEFORE, shown.address),) for shown in doubted)

    composing.freeze(store, store.messages.new(parse("everyone"), "a", "b"))
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sent' WHERE state = 'ready' AND address = 'chiara@exemple.fr'")
    preview = previewed(store, "Bonjour")
    assert [preview.at(n).address for n in range(preview.wrong)] == ["guerin@exemple.fr"]


# -- what differs


def test_what_differs_is_found_in_subject_text_and_markdown(store: Store, audience: Audience):
    preview = previewed(
        store, "Bonjour {{ first_name }},\n\nle **{{ distribution.day }}** à 18:00", "{{ last_name }}, à vous"
    )
    found = walk(preview)
    shown, differing = found["aicha@exemple.fr"]
    assert cut(shown.subject, differing.subject) == ["Benali"]
    assert cut(shown.text, differing.text) == ["Aïcha"]
    assert cut(shown.markdown, differing.markdown) == ["Aïcha"]
    both, differing = found["guerin@exemple.fr"]
    assert cut(both.text, differing.text) == ["Hélène et François"]


def test_the_language_of_a_footer_is_no_difference_and_alone_nothing_differs(store: Store, audience: Audience):
    text = "{{ distribution.day }} {{ first_name }}"
    found = walk(previewed(store, text))
    shown, differing = found["chiara@exemple.fr"]
    assert (shown.language, cut(shown.text, differing.text)) == ("fr", ["Chiara"])
    alone = walk(previewed(store, text, words=f"nobody + member(ids={audience.members['rossi']})"))
    assert alone["chiara@exemple.fr"][1] == Differing()


def test_one_who_has_ordered_differs_by_what_was_ordered(store: Store, audience: Audience):
    sold, members = audience.offering, audience.members
    for member, quantity in (("benali", 1000), ("nameless", 2000)):
        store.orders.record(members[member], sold.next, [(sold.products["eggs"], quantity)])
    preview = previewed(store, "Voici :\n\n{{ order.lines }}\n\nMerci", words="nobody + ordered(distribution=next)")
    differing = {address: cut(shown.text, spans.text) for address, (shown, spans) in walk(preview).items()}
    assert set(differing) == {"aicha@exemple.fr", "paul.d@exemple.fr", "club@exemple.fr"}
    assert [words[0][0] for words in differing.values()] == ["1", "1", "2"]


# -- in a browser


def test_a_browser_gets_the_mail_with_its_images_before_and_after_it_is_sent(store: Store, audience: Audience):
    picture = wide_image(8, 8)
    message_id = store.messages.new(parse("everyone"), "Récolte", "")
    image = store.messages.attach(message_id, "Le verger.png", picture, inline=True)
    store.messages.attach(message_id, "statuts.pdf", b"%PDF-1.7")
    text = f"Bonjour {{{{ first_name }}}}\n\n![Le verger]({image.name})"
    store.messages.save(replace(store.messages.get(message_id), text=text))
    preview = composing.preview(store, message_id)
    place = next(n for n in range(preview.count) if preview.at(n).address == "aicha@exemple.fr")
    before = preview.html_file(place)
    assert f'src="data:image/png;base64,{b64encode(picture).decode()}" alt="Le verger" width="8"' in before
    assert "cid:" not in before
    assert "statuts.pdf" in preview.source(place)
    assert b64encode(picture)[:60] in preview.raw(place)

    composing.freeze(store, message_id)
    sent = composing.preview(store, message_id)
    place = next(n for n in range(sent.count) if sent.at(n).address == "aicha@exemple.fr")
    after = sent.html_file(place)
    assert "Aïcha" in after
    assert after.split("STOP")[0].split() == before.split("STOP")[0].split()
    shown, differing = sent.at(place), sent.differs(place)
    assert cut(shown.text, differing.text) == ["Aïcha"]
    assert differing.markdown == ()
