"""The example's messages: two that were sent, with what came back of them, and a draft that waits."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from email.utils import format_datetime

from mail.composing import freeze
from mail.lock import OutboxLock
from store import Store
from store.came_back_records import Kind, Note
from store.ledger import Ledger, Trace
from store.mailbox import MailboxSettings
from store.segments import parse
from store.voucher_records import Offer
from tui.demo.telling import GROUP, MAILBOX_ADDRESS, Hands

DAYS_AGO = 20
THANKS_DAYS_AGO = 9

SENT = (
    "Nouveau producteur",
    "{{ group }} : un nouveau producteur, Vergers & Co",
    """Bonjour {{ first_name }},

un nouveau producteur nous rejoint : **Vergers & Co**, avec des pommes, des poires, du jus et du cidre.
Vous pouvez commander dès maintenant pour la prochaine distribution.

À bientôt,
{{ sender }}
""",
)

THANKS = (
    "Merci aux fidèles",
    "{{ group }} : merci, et un bon de {{ voucher.amount }}",
    """Bonjour {{ first_name }},

vous êtes là depuis longtemps : merci ! Voici un bon de **{{ voucher.amount }}** pour une commande
d'au moins {{ voucher.minimum }}, jusqu'au {{ voucher.until }}. Dites ce code en commandant : **{{ voucher.code }}**

À bientôt,
{{ sender }}
""",
)

DRAFT = (
    "Fromages de Noël",
    "{{ group }} : les fromages de Noël de Daniel",
    """Bonjour {{ first_name }},

les fromages de Noël de Daniel sont là. Commandez jusqu'au **{{ closes("Fromages") }}** pour le {{ distribution.day }}.
C'est plus simple par téléphone ? Appelez-nous : 02 61 91 10 14.

À bientôt,
{{ sender }}
""",
)

DRAFT_FOR = 'nobody + subscribers(catalogue="Fromages Daniel") + vip - ordered(distribution=next)'
"""Who has bought Daniel's cheese before, and the VIPs, but nobody who has ordered already."""


def write_messages(store: Store, hands: Hands, now: datetime) -> None:
    """Write the messages; the first one went out `DAYS_AGO` days before `now`, a wall time."""
    evening = now - timedelta(days=DAYS_AGO) + timedelta(hours=19, minutes=30)
    hands.move_to(evening)
    # The demo that is opened says where its mailbox is; until then nothing can be sent, only told.
    store.mailbox.set(MailboxSettings("127.0.0.1", 1, "none", MAILBOX_ADDRESS, MAILBOX_ADDRESS))
    label, subject, text = SENT
    message = store.messages.new(parse("everyone"), subject, text, label, counts_from=evening.date())
    freeze(store, message)
    _tell_sent(store, hands, evening)
    hands.move_to(evening + timedelta(hours=13))
    _tell_what_came_back(store, message)
    evening = now - timedelta(days=THANKS_DAYS_AGO) + timedelta(hours=20)
    hands.move_to(evening)
    label, subject, text = THANKS
    message = store.messages.new(parse("nobody + vip"), subject, text, label, counts_from=evening.date())
    lasts = now.date() + timedelta(days=45)
    store.vouchers.set_offer(message, Offer(GROUP.currency, amount=500, minimum=1500, valid_until=lasts))
    freeze(store, message)
    _tell_sent(store, hands, evening)
    hands.move_to(now - timedelta(hours=3))
    label, subject, text = DRAFT
    store.messages.new(parse(DRAFT_FOR), subject, text, label)


def _tell_sent(store: Store, hands: Hands, evening: datetime) -> None:
    """Write into the ledger what the outbox writes while it sends, one mail every two seconds."""
    with OutboxLock(store.path, store.actor) as lock, closing(Ledger(store)) as ledger:
        ledger.begin("app")
        sent = 0
        for number, mail in enumerate(ledger.next_mails(1_000)[1]):
            hands.move_to(evening + timedelta(seconds=30 + 2 * number))
            if ledger.claim(mail.id, format_datetime(store.clock.now())):
                ledger.sent(mail.id, Trace("answer", 250, "2.0.0 Ok"))
                sent += 1
        ledger.end("done", "", sent)
        lock.remember(ledger.last_attempt())  # a file that has sent is known by it


def _tell_what_came_back(store: Store, message_id: int) -> None:
    """Write down what reading the mailbox finds: a full box, and somebody who wants no more of this."""
    first, *_others, last = store.deliveries.of_message(message_id, "sent")
    at = store.stamp()
    full = "452 4.2.2 The recipient's mailbox is full"
    store.came_back.note(Note("demo-full", Kind.SOFT, at, first.address, first.id, "4.2.2", full))
    store.came_back.note(Note("demo-stop", Kind.STOP_WORD, at, last.address, last.id, said="stop svp, merci"))
