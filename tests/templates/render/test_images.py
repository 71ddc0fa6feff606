"""A message's own images: shown by their names, with the words that stand for them, never wider than the mail."""

from __future__ import annotations

import struct

import pytest

from docs.mails import wide_image
from templates.render import images, markup
from templates.render.errors import UnknownImage
from templates.render.images import Image, width_of
from templates.render.page import render
from templates.render.template import Template
from tests.templates.render.test_template import VALUES

KNOWN = {"logo.png": Image("a1@x.fr", 90), "Récolte (1) 2026.JPG": Image("b2@x.fr", 4000), "x.gif": Image("c3")}


@pytest.mark.parametrize(
    ("written", "html", "text"),
    [
        ("![Le *logo*](logo.png)", '<img src="cid:a1@x.fr" alt="Le logo" width="90">', "[Le logo]"),
        ("![](LOGO.png)", '<img src="cid:a1@x.fr" alt="LOGO.png" width="90">', "[LOGO.png]"),
        ("![r](<Récolte (1) 2026.JPG>)", '<img src="cid:b2@x.fr" alt="r" width="552">', "[r]"),
        ('![<b> "q"](x.gif)', '<img src="cid:c3" alt="&lt;b&gt; &quot;q&quot;">', '[<b> "q"]'),
        ("![w](https://x.fr/w.png)", '<a href="https://x.fr/w.png">w</a>', "w (https://x.fr/w.png)"),
    ],
)
def test_an_image_is_shown_by_its_name(written, html, text):
    tokens = markup.parse(f"a {written} b")
    assert markup.to_html(tokens, KNOWN) == f"<p>a {html} b</p>\n"
    assert markup.to_text(tokens) == f"a {text} b"


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("![la photo](ma belle photo.png) et (a b.png)", ["ma belle photo.png"]),
        ("![a](été (1).jpg) ![b](c (d).gif)", ["été (1).jpg", "c (d).gif"]),
        ("![a](sans fin) et ![b] (c d.png)", ["sans fin", "c d.png"]),
        ('![a](b.png "Le titre") ![c](d.png (e)) ![f](https://x.fr/a (1).png)', ["b.png", "d.png"]),
        ("Super ![a] (voir là) [b](c d.png)", []),
    ],
)
def test_a_name_with_spaces_needs_no_brackets(written: str, names: list[str]):
    """Nobody who types it knows that Markdown wants < and > there."""
    assert list(images.named(markup.parse(written))) == names


@pytest.mark.parametrize("text", ["![a](b c", "![](<a b.png)", "![photo](a <b>.png)", "![x] (photo.webp)"])
def test_what_was_meant_for_an_image_and_is_none_is_found(text: str):
    assert list(images.not_read(markup.parse(f"Voici {text}")))
    assert not list(images.not_read(markup.parse("\\![a](b) ![c](d) et voilà ! [e] (f)")))


@pytest.mark.parametrize("known", [{}, KNOWN])
def test_an_image_that_is_not_there_is_named(known):
    with pytest.raises(UnknownImage) as caught:
        render(Template("s", "![x](autre.png)"), VALUES, "fr", known)
    assert (caught.value.name, caught.value.known) == ("autre.png", tuple(known))


def jpeg(width: int, height: int) -> bytes:
    before = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9) + b"\xff\xff\xc4" + struct.pack(">H", 4) + b"ab"
    return b"\xff\xd8" + before + b"\xff\xc2" + struct.pack(">HBHHB", 17, 8, height, width, 3)


@pytest.mark.parametrize(
    ("content", "width"),
    [
        (wide_image(1600, 2), 1600),
        (b"GIF89a" + struct.pack("<HH", 320, 200), 320),
        (jpeg(4032, 3024), 4032),
        (jpeg(4032, 3024)[:20], 0),
        (b"\xff\xd8", 0),
        (b"%PDF-1.7", 0),
        (b"", 0),
    ],
)
def test_the_width_is_what_the_file_says(content, width):
    assert width_of(content) == width
