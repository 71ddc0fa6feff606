"""The links and the picture of mails that are counted: see `store.measuring` for whose are, and what is kept.

Only the HTML is changed, and only in the mails of people who said yes: their plain text, and every other mail, is to
the last byte what it would be without. The token in it is not the one that stops mails. Links that stand in the text
as they are lead through the endpoint; one that a field fills may say who gets it, and stays.
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

_HREF = re.compile(r'(<a\b[^>]*?\bhref=")(https?://[^"]*)(")')
_FIELD = re.compile(r"[{}]|%7[bd]", re.IGNORECASE)
_COUNTED = re.compile(r'(<a\b[^>]*?\bhref=")https://[^"]*/c/[a-z2-7]{16}/(\d+)(")')
_PICTURE = re.compile(r'<img src="https://[^"]*/o/[a-z2-7]{16}\.gif" width="1" height="1" alt="">')
_END = "</body>"


@dataclass(frozen=True)
class Measuring:
    """How the mails of one message are counted: through which `address`, which links, and the token of each mail.

    `tokens` are by (address key, member the mail is about), for the mails that are counted only; with none, nothing is
    changed. `links` are numbers by address.
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
            return found[0] if number is None else f"{found[1]}{self.address}/c/{token}/{number}{found[3]}"

        picture = f'<img src="{self.address}/o/{token}.gif" width="1" height="1" alt="">'
        before, end, after = _HREF.sub(through, html).rpartition(_END)
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
    """The addresses of the web that a text leads to as it stands, numbered; those with a field in them apart."""
    from templates.render.markup import parse

    inside = (child for block in parse(text) for child in block.children or ())
    targets = (str(child.attrGet("href") or "") for child in inside if child.type == "link_open")
    web = (target for target in targets if target.startswith(("http://", "https://")) and not _FIELD.search(target))
    return {target: number for number, target in enumerate(dict.fromkeys(web), 1)}
