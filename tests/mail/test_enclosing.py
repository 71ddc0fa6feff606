"""A message with files: what a strict reader finds in its mails, and that each file is kept once."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from html import unescape
from pathlib import Path

import pytest

from mail import composing
from mail.enclosing import Enclosed, abridged, unshown_images
from mail.letters import read_letters
from mail.outbox import run
from mail.refused import TextRefused
from screens.errors import words_for
from store import Store
from store.enclosures import keep_tail, tail_of
from store.erasing import erase
from store.errors import ChangedElsewhere
from store.frozen_mails import frozen_mails, frozen_mime, own_part
from store.ledger import Ledger
from store.message_records import MessageFile
from store.rights import Right
from store.segments import parse
from templates.render.starters import starters
from tests.audience import fill
from tests.mail.files import png, read, tree
from tests.mail.outgoing import set_mailbox
from tests.mail.recorder import Recorder
from tests.store.conftest import Hands

NOW = datetime(2026, 11, 21, 20, 4, tzinfo=UTC)
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40
ICS = b"BEGIN:VCALENDAR\r\n.\r\nEND:VCALENDAR\r\n"
SHOWS = "Bonjour {{ first_name }},\n\n![Les légumes](panier.png)\n\nÀ jeudi"
ALTERNATIVE = ("multipart/alternative", "text/plain", "text/html")
RELATED = ("multipart/alternative", "text/plain", ("multipart/related", "text/html", "image/png"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, new_file: Path) -> Path:
    path = Path(shutil.copy(new_file, tmp_path_factory.mktemp("enclosing") / "group.cabas"))
    opened = Store(path, "marie", Hands(NOW))
    fill(opened)
    opened.close()
    return path


@pytest.fixture
def store(tmp_path: Path, filled: Path) -> Iterator[Store]:
    opened = Store(Path(shutil.copy(filled, tmp_path / "group.cabas")), "marie", Hands(NOW))
    yield opened
    opened.close()


def write(store: Store, text: str = SHOWS, *names: str, image: bool = True, words: str = "everyone") -> int:
    """A draft with an image that its text shows, and attachments."""
    message_id = store.messages.new(parse(words), "Les légumes", text)
    if image:
        store.messages.attach(message_id, "panier.png", png(), inline=True)
    for name in names:
        store.messages.attach(message_id, name, ICS if name.endswith(".ics") else PDF)
    return message_id


def whole(store: Store, message_id: int) -> list[bytes]:
    """The mails of a message, as they are sent."""
    return [frozen_mime(store, mail.delivery_id) for mail in frozen_mails(store, message_id)]


def count(store: Store, table: str) -> int:
    with store.reading() as t:
        return int(t.value(f"SELECT count(*) FROM {table}"))


@pytest.mark.parametrize(
    ("names", "image", "expected"),
    [
        ((), False, ALTERNATIVE),
        ((), True, RELATED),
        (("bulletin.pdf",), False, ("multipart/mixed", ALTERNATIVE, "application/pdf")),
        (("bulletin.pdf", "a.ics"), True, ("multipart/mixed", RELATED, "application/pdf", "text/calendar")),
    ],
)
def test_each_file_is_where_a_mail_program_looks_for_it(store: Store, names, image, expected) -> None:
    message_id = write(store, SHOWS if image else "Bonjour {{ first_name }}", *names, image=image)
    assert composing.freeze(store, message_id).mails == 6
    mails = whole(store, message_id)
    for mime in mails:
        message = read(mime)
        assert tree(message) == expected
        html = message.get_body(("html",))
        assert html is not None
        pictures = [part for part in message.walk() if part.get_content_maintype() == "image"]
        for part in pictures:
            assert f'src="cid:{part["Content-ID"].strip("<>")}"' in html.get_content()
            assert (part.get_content_disposition(), part.get_filename()) == ("inline", "panier.png")
            assert part.get_content() == png()
        attached = {part.get_filename(): part for part in message.iter_attachments()}
        assert set(attached) == set(names)
        if names:
            assert attached["bulletin.pdf"].get_payload(decode=True) == PDF
            assert attached["bulletin.pdf"].get_content_disposition() == "attachment"
    assert len(set(mails)) == 6
    assert count(store, "enclosures") == int(bool(names or image))


def test_many_mails_keep_their_files_once_and_a_test_shares_them(store: Store) -> None:
    message_id = write(store, SHOWS, "bulletin.pdf")
    composing.queue_tests(store, message_id, ["marie@exemple.fr", "paul@exemple.fr", "Marie@exemple.fr"])
    assert count(store, "deliveries") == 2
    composing.freeze(store, message_id)
    assert (count(store, "deliveries"), count(store, "enclosures")) == (8, 1)
    copy = store.messages.duplicate(message_id)
    composing.freeze(store, copy)
    assert count(store, "enclosures") == 2, "another message, other boundaries"
    with store.reading() as t:
        assert t.value("SELECT max(length(mime)) FROM deliveries") < 8_000
        boundaries = {mime.split(b'boundary="')[1].split(b'"')[0] for (mime,) in t.all("SELECT mime FROM deliveries")}
    assert len(boundaries) == 2


@pytest.mark.parametrize(
    "name",
    [
        "Été à la ferme & co.pdf",
        'a"b;c=d.pdf',
        "🧀" * 30 + ".pdf",
        "x" * 116 + ".pdf",
        "a%20b.pdf",
        "it's (a) [b] <*>.pdf",
    ],
)
def test_a_files_name_arrives_as_it_is(store: Store, name: str) -> None:
    message_id = write(store, "Bonjour", name, image=False, words="nobody + member(ids=6)")
    composing.freeze(store, message_id)
    (mime,) = whole(store, message_id)
    assert mime.isascii()
    (attached,) = read(mime).iter_attachments()
    assert attached.get_filename() == name


def test_an_image_that_the_text_does_not_show_is_attached(store: Store) -> None:
    message_id = write(store, "Bonjour {{ first_name }}")
    assert [file.name for file in unshown_images(store.messages.get(message_id).files, "Bonjour")] == ["panier.png"]
    composing.freeze(store, message_id)
    assert tree(read(whole(store, message_id)[0])) == ("multipart/mixed", ALTERNATIVE, "image/png")


def test_an_image_that_only_some_are_shown_is_in_all_mails(store: Store) -> None:
    message_id = write(store, "Bonjour {% if first_name %}{{ first_name }} ![là](Panier.png){% else %}ici{% endif %}")
    message = store.messages.get(message_id)
    assert unshown_images(message.files, message.text) == ()
    composing.freeze(store, message_id)
    assert {tree(read(mime)) for mime in whole(store, message_id)} == {RELATED}


@pytest.mark.parametrize(
    "written",
    [
        "été à la ferme (1).png",
        "ete-a-la-ferme-1.png",
        "<Été à la ferme (1).PNG>",
        "%C3%A9t%C3%A9%20%C3%A0%20la%20ferme%20(1).png",
        "photos/été à la ferme (1).png",
        'ete-a-la-ferme-1.png "La ferme"',
    ],
)
def test_an_image_is_found_by_the_name_that_it_had_on_the_disk(store: Store, written: str) -> None:
    text = f"![La ferme]({written}), voyez !"
    message_id = write(store, text, image=False, words="nobody + member(ids=6)")
    store.messages.attach(message_id, "e\u0301te\u0301 à la ferme (1).png", png(), inline=True)
    composing.freeze(store, message_id)
    mail = read(whole(store, message_id)[0])
    assert tree(mail) == RELATED
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "[La ferme], voyez !" in plain.get_content()


def test_an_image_that_is_not_there_is_told_by_its_name_with_all_that_are(store: Store) -> None:
    message_id = write(store, "![x](ma photo (2)) ![les légumes](panier.png)")
    store.messages.attach(message_id, "marche.png", png(), inline=True)
    store.messages.attach(message_id, "Plan d'accès.png", png())
    with pytest.raises(TextRefused) as caught:
        composing.freeze(store, message_id)
    assert "no image “ma photo (2)”; it has panier.png, marche.png." in words_for(caught.value)
    store.messages.save(replace(store.messages.get(message_id), text="![x](plan d'accès.png)"))
    with pytest.raises(TextRefused) as caught:
        composing.freeze(store, message_id)
    assert "“plan d'accès.png” is attached" in words_for(caught.value)
    assert (count(store, "deliveries"), count(store, "enclosures")) == (0, 0)


def test_a_large_file_counts_for_no_limit_of_the_text(store: Store) -> None:
    message_id = write(store, "Bonjour", image=False)
    store.messages.attach(message_id, "gros.zip", b"PK" + bytes(2_000_000))
    composing.freeze(store, message_id)
    mail = frozen_mails(store, message_id)[0]
    assert len(own_part(store, mail.delivery_id)) < 8_000 < 2_000_000 < len(frozen_mime(store, mail.delivery_id))
    seen = composing.preview(store, message_id)
    assert seen.at(0).text.startswith("Bonjour")
    assert len(seen.source(0)) < 10_000
    assert "gros.zip" in seen.source(0)
    assert seen.raw(0) == frozen_mime(store, mail.delivery_id)


def test_the_source_before_sending_is_what_is_sent(store: Store) -> None:
    message_id = write(store, SHOWS, "bulletin.pdf", words="nobody + member(ids=6)")
    seen = composing.preview(store, message_id)
    draft = seen.raw(0)
    assert abridged(draft.decode()) == seen.source(0)
    composing.freeze(store, message_id)
    (sent,) = whole(store, message_id)
    token = read(sent)["X-Cabas-Ref"].partition("-")[2]
    html, theirs = (read(mime).get_body(("html",)) for mime in (draft, sent))
    assert html is not None
    assert theirs is not None
    assert html.get_content().replace("TOKEN", token) == theirs.get_content()
    assert draft.split(b"related")[-2:] == sent.split(b"related")[-2:]


def test_a_file_that_is_taken_away_while_the_mails_are_made_goes_to_nobody(store: Store) -> None:
    message_id = write(store, "Bonjour", "bulletin.pdf", image=False)
    (file,) = store.messages.get(message_id).files

    def take_away(_number: int, _of: int) -> None:
        if store.messages.get(message_id).files:
            store.messages.detach(message_id, file.id)

    composing.freeze(store, message_id, take_away)
    assert {tree(read(mime)) for mime in whole(store, message_id)} == {ALTERNATIVE}


def test_files_changed_all_the_time_are_not_sent_half(store: Store) -> None:
    message_id = write(store, "Bonjour", image=False)

    def add(number: int, _of: int) -> None:
        store.messages.attach(message_id, f"{len(store.messages.get(message_id).files)}.pdf", PDF)

    with pytest.raises(ChangedElsewhere):
        composing.freeze(store, message_id, add)
    assert (count(store, "deliveries"), count(store, "enclosures")) == (0, 0)


def test_what_the_server_takes_are_the_bytes_that_were_queued(store: Store, recorder: Callable[..., Recorder]) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    message_id = write(store, SHOWS, "bulletin.pdf", "a.ics")
    composing.queue_tests(store, write(store, "Autre", "b.pdf", image=False), ("marie@exemple.fr",))
    composing.freeze(store, message_id)
    assert run(store, lambda: "").sent == 7
    with store.reading() as t:
        rows = t.all("SELECT id, address, date_header FROM deliveries")
        sent = {row["address"]: b"Date: " + row["date_header"].encode() + b"\r\n" for row in rows}
    for row in rows:
        sent[row["address"]] += frozen_mime(store, row["id"])
    taken = {mail["to"]: mail["hash"] for mail in server.accepted()}
    assert taken == {address: hashlib.sha256(mime).hexdigest() for address, mime in sent.items()}


def test_a_run_reads_the_files_of_a_message_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from store import ledger

    composing.freeze(store, write(store, "Bonjour", "bulletin.pdf", image=False))
    composing.queue_tests(store, write(store, "Autre", "b.pdf", image=False), ("marie@exemple.fr",))
    asked: list[int | None] = []
    monkeypatch.setattr(ledger, "tail_of", lambda t, which: (asked.append(which), tail_of(t, which))[1])
    found = Ledger(store)
    for _ in range(2):
        mails = found.next_mails(20)[1]
        assert [b"bulletin.pdf" in found.whole(mail).tail for mail in mails] == [False] + [True] * 6
    found.close()
    assert asked == [2, 1, 2, 1]


def test_files_of_tests_that_were_sent_and_of_erased_mails_are_not_kept(
    store: Store, recorder: Callable[..., Recorder]
) -> None:
    set_mailbox(store, recorder().port)
    member = store.segments.people(parse("everyone")).reached[0].member_id
    message_id = write(store, "Bonjour", "bulletin.pdf", image=False, words=f"nobody + member(ids={member})")

    def test_again(name: str) -> int:
        (file,) = store.messages.get(message_id).files
        store.messages.detach(message_id, file.id)
        store.messages.attach(message_id, name, PDF)
        composing.queue_tests(store, message_id, ("marie@exemple.fr",))
        return count(store, "enclosures")

    assert [test_again("b.pdf"), test_again("c.pdf")] == [1, 2], "what waits keeps its files"
    assert run(store, lambda: "").sent == 2
    assert test_again("d.pdf") == 1, "an enclosure of the first two goes"
    copy = store.messages.duplicate(message_id)
    composing.queue_tests(store, copy, ("marie@exemple.fr",))
    assert (run(store, lambda: "").sent, count(store, "enclosures")) == (2, 2)
    store.messages.delete(copy)
    assert count(store, "enclosures") == 1
    composing.freeze(store, message_id)
    with store.reading() as t:
        assert t.value("SELECT id FROM enclosures") == 3, "the test's own, not one more"
    erase(store, member)
    assert count(store, "enclosures") == 0


def test_erasing_a_recipient_takes_the_text_and_leaves_the_others_their_files(store: Store) -> None:
    message_id = write(store, SHOWS, "bulletin.pdf")
    composing.freeze(store, message_id)
    one = frozen_mails(store, message_id)[0]
    with store.reading() as t:
        member = t.value("SELECT member_id FROM delivery_people WHERE delivery_id = ?", (one.delivery_id,))
    erase(store, member)
    assert frozen_mime(store, one.delivery_id) == b""
    assert all(b"panier.png" in mime for mime in whole(store, message_id))


@pytest.mark.parametrize("tail", [b".\r\n", b"--a\r\n.\r\n--a--\r\n", b"--a\n--a--\r\n", b"--a--"])
def test_what_would_end_a_mail_early_is_no_tail(store: Store, tail: bytes) -> None:
    with store.writing() as t, pytest.raises(ValueError, match="tail"):
        keep_tail(t, tail)


def test_an_attached_mail_is_an_attachment_like_others() -> None:
    file = MessageFile(1, "ancien.eml", "message/rfc822", False, 4, "d")
    assert b"application/octet-stream" in Enclosed("s" * 32, "exemple.fr", (), (file,)).tail(lambda _id: b"a: b")


# -- every starter


@pytest.mark.parametrize("language", ["en", "fr", "it"])
def test_every_starter_makes_mails_that_a_strict_reader_accepts(store: Store, language: str) -> None:
    member, sold = 6, store.distributions.next()
    assert sold is not None
    with store.writing() as t:
        t.execute("UPDATE members SET language = ? WHERE id = ?", (language, member))
        product = t.value("SELECT id FROM products LIMIT 1")
    store.orders.record(member, sold.id, [(product, 3000)])
    for starter in starters(language):
        text = f"{starter.text}\nOK"  # one of them is empty
        message_id = store.messages.new(
            parse(f"nobody + member(ids={member})"), starter.subject or "OK", text, language=language
        )
        expected: list[object] = [
            ALTERNATIVE,
            RELATED,
            ("multipart/mixed", RELATED, "application/pdf", "text/calendar"),
        ]
        for place, kind in enumerate(expected):
            if place == 1:
                store.messages.attach(message_id, "panier.png", png(), inline=True)
                message = store.messages.get(message_id)
                store.messages.save(replace(message, text=f"{text}\n\n![Le panier](panier.png)\n"))
            if place == 2:
                store.messages.attach(message_id, "a.pdf", PDF)
                store.messages.attach(message_id, "é.ics", ICS)
            letters = read_letters(store, message_id, Right.MESSAGES_SEND)
            own, _reference = letters.post(letters.envelopes[0], "abcdefgh23456789")
            assert len(own) < 100_000
            mail = read(own + letters.tail(store))
            assert (mail["Content-Language"], tree(mail)) == (language, kind)
            _says_the_same(mail)


def _says_the_same(mail: EmailMessage) -> None:
    """The words of both texts are the same, and nothing that a field left undone is among them."""
    plain, html = ("" if part is None else part.get_content() for part in map(mail.get_body, (("plain",), ("html",))))
    for said in (str(mail["Subject"]), plain, html):
        assert not any(sign in said for sign in ("{{", "}}", "{%", "None", "Undefined", "TOKEN")), said
    written = set(_words(plain.partition("\r\n-- \r\n")[0] or plain))
    shown = set(_words(_without_tags(html)))
    assert not {word for word in written if word not in shown}, written - shown


def _words(text: str) -> list[str]:
    return re.findall(r"\w{3,}", re.sub(r"\(\S+@\S+\)|https?://\S+|\([^)]*@[^)]*\)", " ", text))


def _without_tags(html: str) -> str:
    alts = " ".join(re.findall(r'alt="([^"]*)"', html))
    return unescape(re.sub(r"<[^>]*>", " ", html)) + " " + unescape(alts)
