"""Steps whose words ask for what their event never has: said where they are made and where they are attached."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from store.errors import NotFound
from store.message_records import Message
from store.segments import NOBODY
from templates.words import _

if TYPE_CHECKING:
    from store import Store
    from store.workflow_records import Place, Step

    Words = tuple[tuple[Step, Message], ...]


def wrong_words(store: Store, steps: Iterable[Step], places: Collection[Place]) -> tuple[str, ...]:
    """Of each step why its words in use cannot go where it is attached; empty where nothing is to be seen.

    Needs the right `messages.see`.
    """
    return wrong_at(words_of(store, steps), places)


def words_of(store: Store, steps: Iterable[Step]) -> Words:
    """Each step with its words in use, none where a colleague has just removed it. Needs the right `messages.see`."""
    return tuple((step, _in_use(store, step)) for step in steps)


def _in_use(store: Store, step: Step) -> Message:
    try:
        return store.workflows.words_in_use(step.id)
    except NotFound:
        return Message(segment=NOBODY)


def wrong_at(words: Words, places: Collection[Place]) -> tuple[str, ...]:
    """As `wrong_words`, of words that were read."""
    return tuple(wrong_with(step, places, used.subject, used.text) for step, used in words)


def wrong_with(step: Step, places: Collection[Place], subject: str, text: str) -> str:
    """The same of one step and words that are at hand."""
    from mail.step_fields import never_said
    from screens.message_errors import problem_words

    problem = never_said(step, places, subject, text)
    return "" if problem is None else _("It will not be sent: {why}").format(why=problem_words(problem))
