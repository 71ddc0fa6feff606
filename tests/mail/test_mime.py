"""The bytes of a mail, as a strict reader reads them."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.mime import Letterhead, build
from templates.render.page import Rendered

HEAD = Letterhead("AMAP", "amap@exemple.fr", "", "AMAP", "amap@exemple.fr", 7)
NAMES = [
    "Odette",
    "Zoé Maréchal",
    "Prix [/]",
    'a "b" \\ c',
    "a, b; c: d",
    "=?utf-8?q?x?=",
    "🧀" * 40,
    "(x)",
    "a@b",
    "é" * 200,
]
text = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=200)


def read(mime: bytes) -> EmailMessage:
    """The mail as the standard library reads it; any defect fails."""
    assert all(len(line) <= 998 for line in mime.split(b"\r\n"))
    assert b"\n" not in mime.replace(b"\r\n", b"")
    assert mime.isascii()
    message = email.message_from_bytes(b"Date: Sat, 21 Nov 2026 21:04:00 +0100\r\n" + mime, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert not part.defects
        for value in part.values():
            assert not value.defects, value
    return message


def mail(subject: str = "S", plain: str = "t", html: str = "<p>t</p>") -> Rendered:
    return Rendered(subject, plain, html)


def said(words: str) -> str:
    return " ".join(words.split())


@pytest.mark.parametrize("name", NAMES)
def test_names_arrive_as_they_are(name):
    head = Letterhead(name, "amap@exemple.fr", "marie@exemple.fr", name, "amap@exemple.fr", 7)
    message = read(build(head, mail(subject=name), (name, "odette@exemple.fr"), "tok", "fr")[0])
    # Python's reader puts a space between the encoded words of a very long name; others do not.
    for header in ("From", "To"):
        assert message[header].addresses[0].display_name.replace(" ", "") == name.replace(" ", "")
    assert message["To"].addresses[0].addr_spec == "odette@exemple.fr"
    assert message["Reply-To"].addresses[0].addr_spec == "marie@exemple.fr"
    assert message["Subject"] == name


@given(subject=text, name=text, body=st.text(st.characters(exclude_categories=["Cs"]), max_size=500))
def test_whatever_is_written_makes_a_mail_without_defects(subject, name, body):
    head = Letterhead(name, "amap@exemple.fr", "", name, "amap@exemple.fr", 7)
    message = read(build(head, mail(subject, body, f"<p>{body}</p>"), (name, "a@exemple.fr"), "tok", "en")[0])
    assert said(message["Subject"]) == said(subject)
    plain = message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().splitlines() == body.splitlines() or not body


def test_the_headers_that_a_mailing_needs():
    mime, reference = build(HEAD, mail(), ("Odette", "odette@exemple.fr"), "abc234", "it")
    message = read(mime)
    assert message["Message-ID"] == reference == "<abc234.7@exemple.fr>"
    assert message["List-Unsubscribe"] == "<mailto:amap@exemple.fr?subject=STOP%20abc234>"
    assert message["List-Id"] == "AMAP <amap.exemple.fr>"
    assert message["X-Cabas-Ref"] == "7-abc234"
    assert message["Content-Language"] == "it"
    assert "Date" not in email.message_from_bytes(mime)
    assert "Auto-Submitted" not in message
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_test_says_so():
    assert read(build(HEAD, mail("Été"), ("", "a@exemple.fr"), "t", "fr", test=True)[0])["Subject"] == "[test] Été"


def test_a_line_break_makes_no_header_of_its_own():
    head = Letterhead("A\r\nBcc: x@exemple.fr", "amap@exemple.fr", "", "G\nX-A: b", "amap@exemple.fr", 7)
    message = read(build(head, mail("S\r\nBcc: y@exemple.fr"), ("B\nCc: z", "a@exemple.fr"), "t", "fr")[0])
    assert not {"Bcc", "Cc", "X-A"} & set(message.keys())
    assert "Bcc: y@exemple.fr" in message["Subject"]


@pytest.mark.parametrize("address", ["a@exemple.fr\r\nBcc: x", "a@exemple.fr>\n"])
def test_an_address_that_is_more_than_one_is_refused(address):
    with pytest.raises(ValueError):
        build(HEAD, mail(), ("x", address), "t", "fr")


def test_an_accented_domain_can_be_written_to():
    message = read(build(HEAD, mail(), ("Zoé", "zoe@épicerie.fr"), "t", "fr")[0])
    assert message["To"].addresses[0].domain == "xn--picerie-9xa.fr"


def test_a_long_line_is_broken_and_comes_back_whole():
    message = read(build(HEAD, mail(plain="é" * 3000 + "\n."), ("x", "a@exemple.fr"), "t", "fr")[0])
    plain = message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().splitlines() == ["é" * 3000, "."]


def test_all_is_ascii_but_an_address_that_cannot_be():
    plain = build(HEAD, mail("Été", "à", "<p>é</p>"), ("Zoé", "zoe@café.fr"), "tok", "fr")[0]
    assert plain.isascii()
    accented = build(HEAD, mail(), ("Zoé", "zoé@café.fr"), "tok", "fr")[0]
    assert "<zoé@xn--caf-dma.fr>\r\n".encode() in accented


def test_a_control_character_in_a_name_stops_no_mail():
    head = Letterhead("AM\x07AP", "amap@exemple.fr", "", "AM\x07AP\r\nBcc: x", "amap@exemple.fr", 7)
    message = read(build(head, mail(), ("O\x1bdette", "odette@exemple.fr"), "tok", "fr")[0])
    assert (message["From"], message["To"]) == ("AM AP <amap@exemple.fr>", "O dette <odette@exemple.fr>")
    assert message["Bcc"] is None
