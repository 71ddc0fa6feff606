"""Ready workflows: a title, what it does, and steps with their words, one file each, per language.

A file begins with lines of `name: value` (title, says); each step follows a line `===`: lines (when, whom, label,
subject), a line `---`, and the text. `when` is the trigger and the timing, with days and hour unless it is at once;
`whom` is all, ordered, not_ordered, or a segment in words. The number of a file decides the order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from templates.words import known

FOLDER = Path(__file__).parent.parent / "workflows"


@dataclass(frozen=True, slots=True)
class ReadyStep:
    """A step as its file has it: `when` in words ("closes", "before", "1", "18:00")."""

    when: tuple[str, ...]
    whom: str
    label: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class ReadyWorkflow:
    """A workflow to begin with; `says` is one sentence."""

    name: str
    title: str
    says: str
    steps: tuple[ReadyStep, ...]


@cache
def ready_workflows(language: str) -> tuple[ReadyWorkflow, ...]:
    """The ready workflows in a language, in the order in which they are shown."""
    return tuple(_read(path) for path in sorted((FOLDER / known(language)).glob("*.md")))


def _read(path: Path) -> ReadyWorkflow:
    head, *steps = path.read_text(encoding="utf-8").split("===\n")
    values = _values(head)
    return ReadyWorkflow(path.stem.partition("_")[2], values["title"], values["says"], tuple(map(_step, steps)))


def _step(part: str) -> ReadyStep:
    head, _, text = part.partition("---\n")
    values = _values(head)
    return ReadyStep(tuple(values["when"].split()), values["whom"], values["label"], values["subject"], text)


def _values(head: str) -> dict[str, str]:
    return {name: value.strip() for name, _, value in (line.partition(":") for line in head.splitlines())}
