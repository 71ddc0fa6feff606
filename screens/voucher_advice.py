"""Advice on a draft that gives vouchers: nobody can use one whose code is said nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.advice import Advice
from screens.voucher_offer_fields import says_code
from templates.words import _

if TYPE_CHECKING:
    from store.message_records import Message
    from store.voucher_records import Offer


def advise_voucher(message: Message, offer: Offer | None) -> list[Advice]:
    """That no text says the code; nothing where no vouchers come with the message."""
    if offer is None or says_code(message):
        return []
    reason = _("Who does not know the code cannot use the voucher: put the field {field} into the text (F4).")
    return [Advice(False, _("no text says the voucher's code"), reason.format(field="{{ voucher.code }}"))]
