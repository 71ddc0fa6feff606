"""What there is to know of the SMS of a message before they go: how many they are, what they cost, what keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from screens.channel_words import sms_cost_words
from screens.sms_settings_words import obstacle_words

if TYPE_CHECKING:
    from mail.letters import Letters
    from store import Store


@dataclass(frozen=True, slots=True)
class Texts:
    """The SMS: one for each `number`, `parts` of them in all and `most` in the longest.

    `cost` is what they cost, "" where nobody has said; `first` the first one, `days` how many days they take under the
    day's limit; `obstacle` what keeps them from going now.
    """

    number: int
    parts: int
    most: int
    cost: str
    first: str
    days: int
    obstacle: str


def read_texts(store: Store, letters: Letters) -> Texts:
    """The SMS as they would be now; raises `TextRefused` and `Unfinished`."""
    from mail.by_channel import sms_text
    from templates.render.sms import parts

    texts = [sms_text(letters, envelope) for envelope in letters.others.sms]
    sizes = [parts(text).parts for text in texts]
    settings, budget = store.sms.get(), store.sms.budget()
    later = sum(sizes) - (budget.left if budget.left is not None else sum(sizes))
    return Texts(
        number=len(texts),
        parts=sum(sizes),
        most=max(sizes),
        cost=sms_cost_words(sum(sizes), settings),
        first=" ".join(texts[0].split()),
        days=1 + -(-max(0, later) // settings.per_day) if settings.per_day else 1,
        obstacle=obstacle_words(store),
    )
