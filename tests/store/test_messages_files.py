"""What a draft carries: images that its text shows, attachments, and how much of it there may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from store import Store
from store.errors import FileTooLarge, Invalid, NotAllowed, NotFound
from store.message_freezing import mark_queued, mark_tested
from store.segments import EVERYONE
from templates.words.file_names import plain_name

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PDF = b"%PDF-1.7\n"


@pytest.fixture
def draft(store: Store) -> int:
    return store.messages.new(EVERYONE, "Sujet", "Texte")


def test_files_are_known_by_what_they_hold(store: Store, draft: int):
    store.messages.attach(draft, "Menu d'e\u0301te\u0301.pdf", PDF)
    store.messages.attach(draft, "Pêches & melons (1).PNG", PNG, inline=True)
    store.messages.attach(draft, "lettre.eml", b"Subject: x\r\n\r\n")
    store.messages.attach(draft, "faux.pdf", b"not one")
    store.messages.attach(draft, "prix.csv", b"a;b\n")
    files = store.messages.get(draft).files
    assert [(file.name, file.media_type, file.inline, file.size) for file in files] == [
        ("Menu d'été.pdf", "application/pdf", False, 9),
        ("peches-melons-1.png", "image/png", True, 48),
        # A mail within a mail must not be written in base64, and what is no PDF is not called one.
        ("lettre.eml", "application/octet-stream", False, 14),
        ("faux.pdf", "application/octet-stream", False, 7),
        ("prix.csv", "text/csv", False, 4),
    ]
    shot = store.messages.attach(draft, "Écran\u200e 1.05.41\u202fPM 👨‍👩‍👧.txt", b"x")
    assert shot.name == "Écran 1.05.41 PM 👨‍👩‍👧.txt"
    store.messages.detach(draft, shot.id)
    assert store.messages.file_content(files[1].id) == PNG
    assert store.messages.get(draft).files_size == 82


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("été.png", "ete.png"),
        ("图.png", "image.png"),
        ("a b.c.gif", "a-b.c.gif"),
        ("..", "image"),
        ("a%20b.jpg", "a-b.jpg"),
    ],
)
def test_the_name_of_an_image_can_be_written_in_a_text(name: str, shown: str):
    assert plain_name(name) == shown


@pytest.mark.parametrize(
    ("name", "content", "inline", "reason"),
    [
        ("vide.txt", b"", False, "empty"),
        ("", b"x", False, "name"),
        ("..", b"x", False, "name"),
        ("../../etc/passwd", b"x", False, "name"),
        ("a\r\nBcc: x", b"x", False, "signs"),
        ("\udce9t\udce9.pdf", b"x", False, "signs"),
        ("x" * 121, b"x", False, "name"),
        ("PLAN.pdf", PDF, False, "twice"),
        ("photo.png", PDF, True, "not_an_image"),
        ("gros.bin", None, False, "too_large"),
    ],
)
def test_what_no_mail_can_carry_is_refused(store: Store, draft: int, name, content, inline, reason):
    store.settings.set_limits(files_mb=1)
    store.messages.attach(draft, "plan.pdf", PDF)
    if content is None:
        content = bytes(1_000_000 - len(PDF) + 1)
    with pytest.raises(Invalid) as refused:
        store.messages.attach(draft, name, content, inline=inline)
    assert (refused.value.field, refused.value.reason) == ("file", reason)
    if isinstance(refused.value, FileTooLarge):
        assert (refused.value.size, refused.value.limit, refused.value.left) == (999_992, 1_000_000, 999_991)
    assert len(store.messages.get(draft).files) == 1
    store.messages.attach(draft, "juste.bin", bytes(1_000_000 - len(PDF)))


def test_who_is_typing_is_not_disturbed_by_a_file(store: Store, draft: int):
    typed = store.messages.get(draft)
    file = store.messages.attach(draft, "plan.pdf", PDF)
    saved = store.messages.save(replace(typed, text="Texte plus long"))
    assert (saved.text, saved.files) == ("Texte plus long", (file,))


def test_an_image_is_shown_or_attached(store: Store, draft: int):
    image, plan = store.messages.attach(draft, "Été 1.png", PNG), store.messages.attach(draft, "plan.pdf", PDF)
    assert store.messages.show_inline(draft, image.id, True).name == "ete-1.png"
    assert not store.messages.show_inline(draft, image.id, False).inline
    with pytest.raises(Invalid, match="not_an_image"):
        store.messages.show_inline(draft, plan.id, True)
    store.messages.detach(draft, plan.id)
    for gone in (lambda: store.messages.detach(draft, plan.id), lambda: store.messages.file_content(plan.id)):
        with pytest.raises(NotFound):
            gone()
    other = store.messages.new(EVERYONE)
    with pytest.raises(NotFound):
        store.messages.detach(other, image.id)


def test_a_test_says_nothing_of_files_that_came_since(store: Store, draft: int):
    store.messages.attach(draft, "plan.pdf", PDF)
    with store.writing() as t:
        mark_tested(t, store.messages.get(draft))
    assert store.messages.get(draft).tested_same
    image = store.messages.attach(draft, "a.png", PNG)
    assert not store.messages.get(draft).tested_same
    store.messages.detach(draft, image.id)
    assert store.messages.get(draft).tested_same


def test_a_copy_has_the_files_and_a_deleted_draft_none(store: Store, draft: int):
    store.messages.attach(draft, "plan.pdf", PDF)
    store.messages.attach(draft, "a.png", PNG, inline=True)
    copy = store.messages.duplicate(draft)
    store.messages.delete(draft)
    files = store.messages.get(copy).files
    assert [(file.name, file.inline) for file in files] == [("plan.pdf", False), ("a.png", True)]
    assert store.messages.file_content(files[0].id) == PDF
    with store.reading() as t:
        assert t.value("SELECT count(*) FROM message_files") == 2


def test_what_is_kept_or_sent_carries_what_it_had(store: Store, draft: int):
    file = store.messages.attach(draft, "a.png", PNG)
    store.messages.schedule(draft, datetime(2026, 12, 1, 18, 0))
    for change in (
        lambda: store.messages.attach(draft, "b.png", PNG),
        lambda: store.messages.detach(draft, file.id),
        lambda: store.messages.show_inline(draft, file.id, True),
    ):
        with pytest.raises(Invalid, match="not_draft"):
            change()


def test_no_mail_goes_out_with_other_files_than_were_looked_at(store: Store, draft: int):
    rendered = store.messages.get(draft)
    store.messages.attach(draft, "a.png", PNG)
    with pytest.raises(Exception, match="message"), store.writing() as t:
        mark_queued(t, rendered, {})
    assert store.messages.get(draft).state == "draft"


def test_files_need_the_rights_of_their_message(store: Store, draft: int, act_as: Callable[[str], Store]):
    file = store.messages.attach(draft, "a.png", PNG)
    store.operators.add("lucie", "Lucie", "treasurer")
    store.operators.add("desk", "Desk", "phone_desk")
    reader, desk = act_as("lucie").messages, act_as("desk").messages
    assert reader.file_content(file.id) == PNG
    for forbidden in (
        lambda: reader.attach(draft, "b.png", PNG),
        lambda: reader.detach(draft, file.id),
        lambda: reader.show_inline(draft, file.id, True),
        lambda: desk.file_content(file.id),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
