"""Steps whose words ask for what their event never has: said where they are made and where they are attached."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from templates.words import _

if TYPE_CHECKING:
    from store import Store
    from store.workflow_records import Place, Step


def wrong_words(store: Store, steps: Iterable[Step], places: Collection[Place]) -> tuple[str, ...]:
    """Of each step why its words in use cannot go where it is attached; empty where nothing is to be seen.

    Needs the right `messages.see`; raises `NotFound`.
    """
    found = []
    for step in steps:
        used = store.workflows.words_in_use(step.id)
        found.append(wrong_with(step, places, used.subject, used.text))
    return tuple(found)


def wrong_with(step: Step, places: Collection[Place], subject: str, text: str) -> str:
    """The same of one step and words that are at hand."""
    from mail.step_fields import never_said
    from screens.message_errors import problem_words

    problem = never_said(step, places, subject, text)
    return "" if problem is None else _("It will not be sent: {why}").format(why=problem_words(problem))
