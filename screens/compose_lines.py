"""What stands around the text of a draft: from whom, its length, its details, its files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.content import Content

from screens.channel_words import channels_words
from screens.member_words import KINDS
from screens.text import labelled
from screens.widgets.plain import joined, plain
from store.channels import EMAIL_ONLY
from templates.words import _, dates, languages

if TYPE_CHECKING:
    from store.limits import Limits
    from store.message_records import Message
    from store.voucher_records import Offer

OF_DISTRIBUTION = re.compile(r"{{-?\s*(?:distribution\.|closes\b|order\.)")
"""A field that says something of a distribution."""
_FIELD = re.compile(r"{{-?\s*([a-z_.]+)[^{}]*}}")
OF_MEMBER = re.compile(r"{{-?\s*(?:first_name|last_name|people|order\.|last_order|voucher\.)")
"""A field that says something else to each."""
USUAL = "Emmanuelle"
"""As long as what a field says that is another one for each: a first name, say."""


def subject_shown(subject: str, values: Mapping[str, str]) -> str:
    """A subject about as one reads it, with the `values` of fields that are the same for all: its length counts."""
    return _FIELD.sub(lambda field: values.get(field[1], USUAL), subject)


def count_words(shown: str, limits: Limits) -> Content:
    """How long a subject is, and what that means where it is too long."""
    if len(shown) <= limits.subject_length:
        return plain(str(len(shown)))
    words = _("{n}: {most} are shown").format(n=len(shown), most=limits.subject_length)
    return plain(f"! {words}", "bold")


def from_words(message: Message, group: str, address: str) -> Content:
    """Who the mails come from, and who gets the answers."""
    parts = [plain(f"{message.from_name or group} <{address or _('no mailbox yet')}>")]
    if message.reply_to:
        parts += [plain("   "), plain(labelled(_("Reply to"), message.reply_to))]
    return joined(*parts)


def details_words(message: Message, distribution: str, offer: Offer | None = None) -> str:
    """What the message is, until when it may go, the day it speaks of, if any (`distribution`), and what it gives."""
    parts = [_(KINDS[message.kind]) if message.kind in KINDS else message.kind]
    if message.service_reason:
        parts.append(_("service"))
    if message.channels != EMAIL_ONLY:
        parts.append(channels_words(message.channels))
    if message.language:
        parts.append(_("in {language}").format(language=languages.name(message.language)))
    if message.send_before is not None:
        parts.append(_("before {moment}").format(moment=dates.moment(message.send_before)))
    speaks = message.distribution_id is not None or OF_DISTRIBUTION.search(message.subject + message.text)
    if distribution and speaks:
        parts.append(_("about {day}").format(day=distribution))
    if offer is not None:
        from screens.voucher_words import offer_words

        parts.append(offer_words(offer))
    return " · ".join(parts)
