"""The links and the picture of mails that are counted: see `store.measuring` for whose are, and what is kept.

Only the HTML is changed, and only in the mails of people who said yes: their plain text, and every other mail, is to
the last byte what it would be without. The token in it is not the one that stops mails. Links with words of their own
lead through the endpoint. One whose words are an address (`https://…`) stays as it is and is not counted: mail programs
warn of a link that says one address and leads to another. So does one that a field fills, for it may say who gets it.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mail.mime import new_token
from store.measuring import keep_links, load_measuring, measurable

if TYPE_CHECKING:
    from mail.envelopes import Envelope
    from store.message_records import Message
    from store.transaction import Transaction

_LINK = re.compile(r'(<a\b[^>]*?\bhref=")(https?://[^"]*)("[^>]*>(.*?)</a>)', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
# A host alone is one too: mail programs compare it with where the link leads.
_ADDRESS = re.compile(r"https?://|^\W*(?:[\w-]+\.)+[^\W\d_]{2,}(?:[/:?#]\S*)?\W*$", re.IGNORECASE)
_FIELD = re.compile(r"[{}]|%7[bd]", re.IGNORECASE)
_COUNTED = re.compile(r'(<a\b[^>]*?\bhref=")https://[^"]*/c/[a-z2-7]{16}/(\d+)(")')
_PICTURE = re.compile(r'<img src="https://[^"]*/o/[a-z2-7]{16}\.gif" width="1" height="1" alt="">')
_END = "</body>"


@dataclass(frozen=True)
class Measuring:
    """How the mails of one message are counted: through which `address`, which links, and the token of each mail.

    `tokens` are by (address key, member the mail is about), for the mails that are counted only; with none, nothing is
    changed. `links` are numbers by address; where one stands as its own words too, that link is not led anywhere else.
    """

    address: str = ""
    links: Mapping[str, int] = field(default_factory=dict)
    tokens: Mapping[tuple[str, int], str] = field(default_factory=dict, compare=False)
    counted: frozenset[tuple[str, int]] = frozenset()

    def token(self, envelope: Envelope) -> str | None:
        """What tells the counted mail from others; None: it is not counted."""
        return self.tokens.get((envelope.address_key, envelope.about_member))

    def keep(self, t: Transaction, message_id: int) -> None:
        """Write down where the links of the mails lead, in the transaction that puts them into the outbox."""
        if self.tokens:
            keep_links(t, message_id, self.links)

    def applied(self, html: str, envelope: Envelope) -> str:
        """The HTML of a mail, whose links and picture tell that it is read where everybody it is for allowed that."""
        token = self.token(envelope)
        if token is None:
            return html

        def through(found: re.Match[str]) -> str:
            number = self.links.get(entities.unescape(found[2]))
            bare = _is_address(entities.unescape(_TAG.sub("", found[4])))
            return found[0] if number is None or bare else f"{found[1]}{self.address}/c/{token}/{number}{found[3]}"

        picture = f'<img src="{self.address}/o/{token}.gif" width="1" height="1" alt="">'
        before, end, after = _LINK.sub(through, html).rpartition(_END)
        return f"{before}{picture}{end}{after}" if end else f"{after}{picture}"


def measuring_of(t: Transaction, message: Message, envelopes: Iterable[Envelope]) -> Measuring:
    """How the mails of a message are counted, as things are now; mostly not at all."""
    settings = load_measuring(t)
    allowed = measurable(t) if settings.on else frozenset()
    if not allowed:
        return Measuring()
    counted = [
        (envelope.address_key, envelope.about_member)
        for envelope in envelopes
        if envelope.address_key in allowed and all(person.person_id is not None for person in envelope.people)
    ]
    if not counted:
        return Measuring()
    return Measuring(
        settings.address, links_of(message.text), {mail: new_token() for mail in counted}, frozenset(counted)
    )


def uncounted(html: str, links: Mapping[int, str]) -> str:
    """The HTML of a counted mail for somebody else to look at: its links, by number, lead there without a step."""

    def straight(found: re.Match[str]) -> str:
        url = links.get(int(found[2]))
        return found[0] if url is None else f"{found[1]}{entities.escape(url)}{found[3]}"

    return _COUNTED.sub(straight, _PICTURE.sub("", html))


def links_of(text: str) -> dict[str, int]:
    """The addresses of the web that a text leads to as it stands, numbered.

    Those with a field in them are left out, and those that stand in the text as their own words only.
    """
    from templates.render.markup import parse

    found: dict[str, int] = {}
    for block in parse(text):
        target, words = "", ""
        for child in block.children or ():
            if child.type == "link_open":
                target, words = str(child.attrGet("href") or ""), ""
            elif child.type != "link_close":
                words += child.content
            elif target.startswith(("http://", "https://")) and not _FIELD.search(target) and not _is_address(words):
                found.setdefault(target, len(found) + 1)
    return found


def _is_address(words: str) -> bool:
    """Whether the words of a link name an address of the web themselves."""
    return bool(_ADDRESS.search(words.strip()))
