"""The steps of workflows as sentences, wherever a screen lists them: in words that people read, and with numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.content import Content

from screens.text import fitted
from screens.widgets.plain import plain
from screens.widgets.prose import wrapped
from screens.workflow_words import step_sentence
from store.errors import StoreError
from store.segment_steps import Start, Verb
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.segment_steps import Segment
    from store.workflow_records import Step

MARGIN = 6
"""Cells before a sentence, in which its number stands."""
_JOINED = {
    Verb.ADD: N_("{whom} and {others}"),
    Verb.KEEP: N_("{whom} if also among {others}"),
    Verb.REMOVE: N_("{whom} but {others}"),
}
_FIELD = re.compile(r"{{\s*([\w.]*).*?}}")


def sentences(store: Store, steps: Iterable[Step]) -> tuple[str, ...]:
    """What each step does, in a sentence."""
    values = {"group": store.settings.group().name}
    shown = [replace(step, subject=readable(step.subject, values)) for step in steps]
    return tuple(step_sentence(step, segment_words(store, step.segment)) for step in shown)


def readable(text: str, values: Mapping[str, str]) -> str:
    """A subject as one reads it: its fields replaced by `values`, by "…" where each mail fills one in."""
    return _FIELD.sub(lambda field: values.get(field[1]) or "…", text)


def segment_words(store: Store, segment: Segment | None) -> str:
    """Whom a step's segment means, within a sentence; empty without one, or where it speaks of what is gone."""
    if segment is None:
        return ""
    try:
        rules = store.segments.sentences(segment)
    except StoreError:
        return ""
    whom = _("everyone") if segment.start is Start.EVERYONE else ""
    for step, rule in zip(segment.steps, rules, strict=True):
        named = rule if "“" in rule else _("“{title}”").format(title=rule)
        first = not whom or (step is segment.steps[0] and step.verb is Verb.KEEP)
        whom = named if first else _(_JOINED[step.verb]).format(whom=whom, others=named)
    return whom or _("nobody")


def steps(n: int) -> str:
    """How many steps a workflow has."""
    return ngettext("{n} step", "{n} steps", n).format(n=n) if n else _("no step yet")


def numbered(said: Sequence[str], cells: int, most: int | None = None) -> list[Content]:
    """Sentences of steps with their numbers; what goes on below stands under its beginning. More than `most`: counted.

    So many cells wide is the list that they stand in.
    """
    lines = []
    for n, sentence in enumerate(said[:most], 1):
        text = wrapped(plain(sentence), max(10, cells - MARGIN))
        first, *rest = text.split("\n", allow_blank=True)
        margin = plain(fitted(f"{n:>{MARGIN - 2}}", MARGIN))
        lines.append(Content("\n").join([margin + first, *(Content(" " * MARGIN) + part for part in rest)]))
    if most is not None and (more := len(said) - most) > 0:
        lines.append(plain(" " * MARGIN + _("and {n} more").format(n=more)))
    return lines
