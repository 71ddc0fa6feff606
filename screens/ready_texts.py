"""The ready texts for a segment: the group's own and those that come with the program, those that suit first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.message_records import OwnStarter
    from store.segments import Segment
    from templates.render.starters import Starter

OPPOSITES = {"ordered": "not_ordered", "not_ordered": "ordered", "has_email": "no_email", "no_email": "has_email"}


@dataclass(frozen=True, slots=True)
class ReadyText:
    """A subject and a text to begin with; `own` is the id of the group's own starter, None for the program's.

    `language` is what it is written in, "" for the group's.
    """

    label: str
    kind: str
    subject: str
    text: str
    language: str
    own: int | None = None


def ready_texts(language: str, segment: Segment) -> list[Starter]:
    """The starters in a language, the best one for the segment first."""
    from templates.render.starters import starters

    return starters(language, suited_by(segment))


def all_texts(language: str, segment: Segment, own: Iterable[OwnStarter]) -> list[ReadyText]:
    """Those of the group, in whichever language they are, and the program's in one: what suits the segment first."""
    rules = set(suited_by(segment))
    mine = [(one.fits, ReadyText(one.label, one.kind, one.subject, one.text, one.language, one.id)) for one in own]
    others = [(s.fits, ReadyText(s.label, s.kind, s.subject, s.text, language)) for s in ready_texts(language, segment)]
    found = [*mine, *others]
    return [text for fits, text in found if fits & rules] + [text for fits, text in found if not fits & rules]


def suited_by(segment: Segment) -> list[str]:
    """What a segment says of its people: the rules that put them in; who was removed for a rule is its opposite."""
    rules = ["everyone"] if segment.start == "everyone" and not segment.steps else []
    for step in segment.steps:
        name = step.rule.name if step.verb != "remove" else OPPOSITES.get(step.rule.name)
        rules += [name] if name else []
    return rules
